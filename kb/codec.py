"""Entry ↔ JSON, for snapshots and the ledger. PURE."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any

from kb.entry import Entry, Kind, NeverSay, Power, Scope, Source, Status, Touchpoint
from kb.facts import Fact

_NAMES = {kind: tuple(f.name for f in fields(kind)) for kind in (Scope, NeverSay, Power, Fact)}


def to_json(entry: Entry) -> dict[str, Any]:
    """A JSON object that `from_json` reads back to an equal entry (without the lines of its source)."""
    return {
        "id": entry.id,
        "version": entry.version,
        "title": entry.title,
        "kind": entry.kind.value,
        "topic": entry.topic,
        "touchpoint": entry.touchpoint.value if entry.touchpoint else None,
        "status": entry.status.value,
        "asks": list(entry.asks),
        "facts": [_fact_json(fact) for fact in entry.facts.values()],
        "effective_from": _iso(entry.effective_from),
        "effective_to": _iso(entry.effective_to),
        "supersedes": list(entry.supersedes),
        "scope": _parts(entry.scope),
        "must_say": list(entry.must_say),
        "never_say": [_parts(item) for item in entry.never_say],
        "empower": [_parts(item) for item in entry.empower],
        "owner": entry.owner,
        "reviewed_on": _iso(entry.reviewed_on),
        "review_due": _iso(entry.review_due),
        "body": entry.body,
        "path": entry.source.path,
    }


def from_json(data: Mapping[str, Any]) -> Entry:
    """The entry of a JSON object. Raises KeyError, ValueError or TypeError for anything `to_json` did not write."""
    facts = [_fact(item) for item in data["facts"]]
    return Entry(
        id=data["id"],
        version=data["version"],
        title=data["title"],
        kind=Kind(data["kind"]),
        topic=data["topic"],
        touchpoint=Touchpoint(data["touchpoint"]) if data["touchpoint"] else None,
        status=Status(data["status"]),
        asks=tuple(data["asks"]),
        facts=MappingProxyType({fact.name: fact for fact in facts}),
        effective_from=_day(data["effective_from"]),
        effective_to=_day(data["effective_to"]),
        supersedes=tuple(data["supersedes"]),
        scope=Scope(**{name: tuple(places) for name, places in data["scope"].items()}),
        must_say=tuple(data["must_say"]),
        never_say=tuple(NeverSay(**item) for item in data["never_say"]),
        empower=tuple(Power(**item) for item in data["empower"]),
        owner=data["owner"],
        reviewed_on=_day(data["reviewed_on"]),
        review_due=_day(data["review_due"]),
        body=data["body"],
        source=Source(data["path"]),
    )


def _parts(row: Scope | NeverSay | Power | Fact) -> dict[str, Any]:
    """The fields of a flat value by name; `asdict` copies every one of them, which is most of the time of writing a snapshot's entries."""
    return {name: getattr(row, name) for name in _NAMES[type(row)]}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _fact_json(fact: Fact) -> dict[str, Any]:
    return {**_parts(fact), "day": _iso(fact.day)}


def _fact(data: Mapping[str, Any]) -> Fact:
    return Fact(**{**data, "day": _day(data["day"])})
