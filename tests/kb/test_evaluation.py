from math import log2
from types import SimpleNamespace

import pytest

from kb.chunk import Passage, PassageKind
from kb.entry import Context, Kind
from kb.evaluation import evaluate
from kb.golden import Golden, Judgement
from kb.hit import Answer, make_hit
from kb.numbers import NumberTable
from kb.numerals import asked_quantities
from tests.builders import TODAY, make_entry, make_library
from tests.kb.conftest import tariff

LIBRARY = make_library(
    *(make_entry(id=name, title=name, kind=Kind.BASIC) for name in "abcd"),
    tariff(39),
    tariff(59),
    make_entry(id="gone", title="gone", effective_to=TODAY.replace(year=2025)),
)
PLACE = {e.id: i for i, e in enumerate(LIBRARY.entries)}


class FakeSearcher:
    """Answers as told: `query → (ids, confident)`."""

    snapshot = SimpleNamespace(library=LIBRARY)

    def __init__(self, told: dict[str, tuple[str, bool]]) -> None:
        self.told = told

    def search(self, query: str, context: Context, k: int) -> Answer:
        names, confident = self.told[query]
        hits = tuple(self._hit(name, query, context) for name in names.split()[:k])
        return Answer(query, query, confident, hits, took_ms=float(len(query)))

    def _hit(self, name, query, context):
        numbers = NumberTable(LIBRARY).match(asked_quantities(query), PLACE[name], context.as_of)
        return make_hit(LIBRARY, LIBRARY.entries[PLACE[name]], context, query, Passage(PassageKind.TITLE, name), 1.0, numbers)


def run(*cases):
    """Cases of (query, ids that answer, class, ids found, confident)."""
    golden = Golden(tuple(Judgement(q, tuple(relevant.split()), kind) for q, relevant, kind, _, _ in cases), TODAY)
    return evaluate(FakeSearcher({q: (found, sure) for q, _, _, found, sure in cases}), golden, TODAY)


def value(report, kind, measure):
    return report.classes[kind][measure]["value"]


def test_the_measures_are_those_computed_by_hand():
    report = run(
        ("q1", "a", "colloquial", "a b c", True),
        ("q2", "a", "colloquial", "b a c", True),
        ("q3", "a b", "complaint", "c d b a", True),
        ("q4", "a", "complaint", "b c d", True),
    )
    assert report.queries == 4
    assert [value(report, "all", m) for m in ("hit@1", "hit@3", "mrr@10")] == [0.25, 0.75, round((1 + 1 / 2 + 1 / 3) / 4, 4)]
    ndcg3 = (1 / log2(4) + 1 / log2(5)) / (1 + 1 / log2(3))
    assert value(report, "all", "ndcg@10") == pytest.approx((1 + 1 / log2(3) + ndcg3 + 0) / 4, abs=1e-4)
    assert [value(report, "colloquial", m) for m in ("hit@1", "hit@3")] == [0.5, 1.0]
    assert [report.classes[kind]["n"] for kind in ("colloquial", "complaint", "all")] == [2, 2, 4]


def test_the_interval_holds_the_value_and_is_a_point_where_all_agree():
    report = run(*[(f"q{i}", "a", "colloquial", "a" if i % 3 else "b", True) for i in range(30)], ("p", "a", "typo", "a", True))
    mixed, same = report.classes["colloquial"]["hit@1"], report.classes["typo"]["hit@1"]
    assert 0.4 < mixed["low"] < mixed["value"] < mixed["high"] < 0.9
    assert same == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_off_topic_queries_count_as_refused_only_and_not_in_the_measures():
    report = run(
        ("q1", "a", "colloquial", "a", True),
        ("q2", "a", "colloquial", "a", False),
        ("o1", "", "off-topic", "b", False),
        ("o2", "", "off-topic", "b", True),
    )
    assert report.off_topic_refused == (1, 2)
    assert report.false_refusals == (1, 2)
    assert report.classes["all"]["n"] == 2
    assert "off-topic" not in report.classes


def test_an_expired_entry_among_the_hits_is_counted_as_a_leak():
    assert run(("q1", "a", "colloquial", "a gone", True), ("o1", "", "off-topic", "gone", False)).expired_leaks == 2
    assert run(("q1", "a", "colloquial", "a b", True)).expired_leaks == 0


@pytest.mark.parametrize(("found", "wrong"), [("tariff-59 tariff-39", 1), ("tariff-39 tariff-59", 0), ("a tariff-39", 0), ("", 0)])
def test_another_number_in_the_first_place_is_counted_when_the_asked_one_exists(found, wrong):
    assert run(("39元套餐", "tariff-39", "number", found, True)).wrong_number_at_1 == wrong


def test_a_number_that_no_right_entry_carries_is_not_counted():
    assert run(("88元套餐", "tariff-39", "number", "tariff-59", True)).wrong_number_at_1 == 0


def test_a_miss_is_listed_with_what_was_found_instead():
    report = run(("q1", "a", "typo", "b c d", True), ("q2", "a", "typo", "a", True))
    assert report.misses == [{"query": "q1", "class": "typo", "relevant": ["a"], "found": ["b", "c", "d"]}]


def test_an_empty_golden_set_gives_an_empty_report():
    report = run()
    assert (report.queries, report.classes, report.latency_ms, report.misses) == (0, {}, {}, [])


def test_percentiles_are_those_of_the_answers_times():
    report = run(*[("q" * n, "a", "typo", "a", True) for n in range(1, 102)])
    assert report.latency_ms == {"p50": 51.0, "p95": 96.0, "p99": 100.0}
