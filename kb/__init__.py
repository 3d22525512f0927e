"""Knowledge base: Markdown entries, their index, and the search. The facade of values that quiz and web may use."""

from kb.calendar import SHANGHAI, day_of
from kb.entry import Context, Entry, EntryRef, Kind, NeverSay, Power, Scope, Status, Touchpoint, Validity
from kb.facts import Fact, chinese_date, parse_fact
from kb.faults import Fault, fault, warning
from kb.frontmatter import decode
from kb.hit import Answer, FactView, Hit
from kb.library import Library
from kb.numbers import NumberMatch
from kb.numerals import Quantity, normalise, quantities
from kb.references import Reference, resolve
from kb.references import references as find_references

__all__ = [
    "SHANGHAI",
    "Answer",
    "Context",
    "Entry",
    "EntryRef",
    "Fact",
    "FactView",
    "Fault",
    "Hit",
    "Kind",
    "Library",
    "NeverSay",
    "NumberMatch",
    "Power",
    "Quantity",
    "Reference",
    "Scope",
    "Status",
    "Touchpoint",
    "Validity",
    "chinese_date",
    "day_of",
    "decode",
    "fault",
    "find_references",
    "normalise",
    "parse_fact",
    "quantities",
    "resolve",
    "warning",
]  # fmt: skip
