"""Training and assessment on the knowledge base; knows entries by `kb.EntryRef` only."""
