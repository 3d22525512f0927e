"""Values for tests: complete where nothing is said, different where something is."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from kb.codec import to_json
from kb.entry import Entry, Kind
from kb.facts import Fact, parse_fact
from kb.library import Library

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def make_facts(facts: Mapping[str, str | Fact]) -> Mapping[str, Fact]:
    """Facts by name; a text is read as in the front matter (`59 元/月`) and labelled by its name."""
    return MappingProxyType({name: parse_fact(name, value) if isinstance(value, str) else value for name, value in facts.items()})


def make_entry(**changes: Any) -> Entry:
    """A published script; `facts` may be given as texts."""
    given = {"id": "script-cheaper", "title": "嫌月费太贵要降档", "kind": Kind.SCRIPT, **changes}
    if "facts" in given:
        given["facts"] = make_facts(given["facts"])
    return Entry(**given)


def make_library(*entries: Entry) -> Library:
    """A library whose digest follows from its entries."""
    rows = sorted(json.dumps(to_json(e), sort_keys=True) for e in entries)
    return Library.of(entries, hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16])
