"""Questions and people from the files that halls already have, and back into them. Parsers read bytes and store nothing."""
