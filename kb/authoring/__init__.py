"""Writing, reviewing, publishing and confirming entries in the browser; the files stay the truth."""
