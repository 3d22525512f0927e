import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.codec import from_json, to_json
from kb.entry import Entry, Kind, NeverSay, Power, Scope, Source, Status, Touchpoint
from tests.builders import make_entry

WORDS = st.text(alphabet="套餐a{}\n'\"\\\u2028😀", max_size=6)
LISTS = st.lists(WORDS, max_size=3).map(tuple)
DAYS = st.none() | st.dates()
VALUES = st.sampled_from(["59 元/月", "20 GB", "2026-01-05", "长期有效", "{{ a.b }}", "3 个工作日", "0.05 %"])
ENTRIES = st.builds(
    make_entry,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True),
    title=WORDS,
    kind=st.sampled_from(Kind),
    topic=WORDS,
    touchpoint=st.none() | st.sampled_from(Touchpoint),
    asks=LISTS,
    facts=st.dictionaries(st.sampled_from(["fee", "data", "start"]), VALUES, max_size=3),
    effective_from=DAYS,
    effective_to=DAYS,
    supersedes=LISTS,
    scope=st.builds(Scope, LISTS, LISTS, LISTS),
    must_say=LISTS,
    never_say=st.lists(st.builds(NeverSay, WORDS, WORDS), max_size=2).map(tuple),
    empower=st.lists(st.builds(Power, WORDS, WORDS), max_size=2).map(tuple),
    owner=WORDS,
    reviewed_on=DAYS,
    review_due=DAYS,
    version=st.integers(1, 999),
    status=st.sampled_from(Status),
    body=WORDS,
    source=st.builds(Source, WORDS),
)


@given(ENTRIES)
def test_an_entry_survives_json_unchanged(entry):
    assert from_json(json.loads(json.dumps(to_json(entry)))) == entry


def test_only_the_lines_of_the_source_are_forgotten():
    entry = make_entry(source=Source("a.md", {"id": 2}, 9))
    assert from_json(to_json(entry)).source == Source("a.md")
    assert {f.name for f in fields(Entry)} - {"source"} == set(to_json(entry)) - {"path"}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "note"},
        {"status": None},
        {"facts": [{"name": "x"}]},
        {"scope": {"towns": []}},
        {"effective_from": "gestern"},
        {"asks": None},
        {"touchpoint": "x"},
    ],
)
def test_what_was_not_written_by_it_is_refused(change):
    with pytest.raises((KeyError, ValueError, TypeError)):
        from_json({**to_json(make_entry()), **change})


@pytest.mark.parametrize("name", sorted(to_json(make_entry())))
def test_nothing_may_be_missing(name):
    data = to_json(make_entry())
    del data[name]
    with pytest.raises(KeyError):
        from_json(data)
