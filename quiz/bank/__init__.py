"""The question bank: the life of questions, and what makes them stale."""
