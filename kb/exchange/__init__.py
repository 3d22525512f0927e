"""Collections of scripts read out of Word, Excel, PDF and text, and the corpus written as such files."""
