"""The corpus that is shipped: complete, without errors, and apart from the queries that measure the search."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kb.check import check
from kb.chunk import passages
from kb.codec import from_json, to_json
from kb.entry import Context, Entry, Kind, Status
from kb.golden import OFF_TOPIC, Golden, parse_golden
from kb.library import Library, load_library
from kb.numerals import normalise
from kb.tokens import SYNONYMS_FILE, parse_synonyms
from tests.builders import TODAY

CONTENT = Path(__file__).parents[1] / "content"
GOLDEN = sorted((CONTENT / "golden").glob("*.tsv"))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def _golden(path: Path, known: set[str] | None = None) -> Golden:
    golden, faults = parse_golden(path.read_text(encoding="utf-8"), path.name, known)
    assert [f.line_text("en") for f in faults] == []
    return golden


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", normalise(text).lower())


def _shown(library: Library, entry: Entry, day: date) -> list[str]:
    texts = [entry.title, *entry.asks, entry.body, *entry.must_say, *(n.reason for n in entry.never_say), *(p.may for p in entry.empower)]
    return [library.render(t, entry, day) for t in [*texts, *(f.value for f in entry.facts.values())]]


def test_the_corpus_has_no_errors(library):
    assert [f.line_text("en") for f in check(library, TODAY) if not f.warning] == []


def test_the_synonyms_have_no_faults():
    assert parse_synonyms((CONTENT / SYNONYMS_FILE).read_text(encoding="utf-8"), SYNONYMS_FILE)[1] == []


def test_the_corpus_is_large_enough(library):
    published = Counter(e.kind for e in library.entries if e.status is Status.PUBLISHED)
    assert published.total() >= 220
    assert (published[Kind.SCRIPT] >= 90, published[Kind.TARIFF] >= 70, published[Kind.BASIC] >= 60) == (True, True, True)


def test_there_is_a_development_set_of_two_hundred_queries():
    assert "dev.tsv" in [path.name for path in GOLDEN]
    assert len(_golden(CONTENT / "golden" / "dev.tsv").judgements) >= 200


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_every_answer_of_a_golden_set_is_current_on_its_day(path, library):
    golden = _golden(path, {e.id for e in library.entries})
    assert golden.as_of is not None
    current = {e.id for e in library.current(Context(golden.as_of))}
    assert {j.query: set(j.relevant) - current for j in golden.judgements if not set(j.relevant) <= current} == {}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_only_what_is_off_topic_has_no_answer(path):
    assert [j.query for j in _golden(path).judgements if bool(j.relevant) == (j.kind == OFF_TOPIC)] == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_no_query_is_copied_from_an_ask_or_a_title(path, library):
    own = {_bare(text) for entry in library.entries for text in (entry.title, *entry.asks)}
    assert [j.query for j in _golden(path).judgements if _bare(j.query) in own] == []


def test_no_query_stands_in_two_golden_sets():
    counts = Counter(_bare(j.query) for path in GOLDEN for j in _golden(path).judgements)
    assert [query for query, count in counts.items() if count > 1] == []


def test_every_current_entry_is_shown_without_a_reference_left_over(library):
    left = {e.id: text for e in library.current(Context(TODAY)) for text in _shown(library, e, TODAY) if "{{" in text or "}}" in text}
    assert left == {}


def test_no_passage_of_a_current_entry_holds_a_reference(library):
    found = ((e.id, p.text) for e in library.current(Context(TODAY)) for p in passages(e, lambda text, e=e: library.render(text, e, TODAY)))
    assert [where for where in found if "{{" in where[1]] == []


def test_every_entry_survives_json(library):
    for entry in library.entries:
        again = from_json(json.loads(json.dumps(to_json(entry))))
        assert to_json(again) == to_json(entry)
        assert (again.facts, again.scope, again.ref) == (entry.facts, entry.scope, entry.ref)
