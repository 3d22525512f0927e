"""Databases for the quiz's stores, as for those of the knowledge base."""

from tests.kb.conftest import empty_engine, engine, server, sessions

__all__ = ["empty_engine", "engine", "server", "sessions"]
