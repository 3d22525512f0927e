"""Questions made from facts. PURE."""
