"""Statistics of items and the comparison of halls. PURE."""
