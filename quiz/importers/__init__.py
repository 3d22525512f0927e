"""Questions from the formats of other systems, and back into them. Parsers read bytes and store nothing. PURE."""
