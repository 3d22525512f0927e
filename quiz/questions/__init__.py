"""Questions as values and files, what is wrong with them, and what an answer earns. PURE."""
