"""The managers' pages as reports of values, from which PDF and Excel are made."""

from web.manager.printed.absent import absent
from web.manager.printed.entries import entries, entry, question
from web.manager.printed.halls import hall, halls
from web.manager.printed.overview import overview
from web.manager.printed.people import person
from web.manager.printed.tables import tables
from web.manager.printed.topics import topic, topics

__all__ = ["absent", "entries", "entry", "hall", "halls", "overview", "person", "question", "tables", "topic", "topics"]
