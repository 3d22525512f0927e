"""Running a golden set against a searcher."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from kb.entry import Context, Validity
from kb.golden import OFF_TOPIC, Golden, Judgement
from kb.hit import Answer
from kb.metrics import bootstrap_interval, hit_at, ndcg, reciprocal_rank
from kb.numerals import asked_quantities
from kb.search import Searcher

_DEPTH = 10
MEASURES: dict[str, Callable[[Sequence[str], Sequence[str]], float]] = {
    "hit@1": lambda found, relevant: hit_at(found, relevant, 1),
    "hit@3": lambda found, relevant: hit_at(found, relevant, 3),
    "mrr@10": reciprocal_rank,
    "ndcg@10": ndcg,
}


@dataclass(slots=True)
class Report:
    """The measures of a run: values by class with their 95 % bootstrap interval, counts of what must not happen, and the misses."""

    queries: int = 0
    classes: dict[str, dict[str, Any]] = field(default_factory=dict)
    expired_leaks: int = 0
    wrong_number_at_1: int = 0
    off_topic_refused: tuple[int, int] = (0, 0)
    false_refusals: tuple[int, int] = (0, 0)
    latency_ms: dict[str, float] = field(default_factory=dict)
    misses: list[dict[str, Any]] = field(default_factory=list)


def evaluate(searcher: Searcher, golden: Golden, today: date, progress: Callable[[int, int], None] | None = None) -> Report:
    """Ask every query as of the golden set's day and measure what comes back."""
    context = Context(golden.as_of or today)
    report, values, latencies = Report(len(golden.judgements)), defaultdict(list), []
    for number, judgement in enumerate(golden.judgements, 1):
        answer = searcher.search(judgement.query, context, _DEPTH)
        latencies.append(answer.took_ms)
        _count_faults(report, searcher, judgement, answer, context)
        if judgement.kind != OFF_TOPIC:
            found = [hit.entry.id for hit in answer.hits]
            measured = {name: measure(found, judgement.relevant) for name, measure in MEASURES.items()}
            for kind in (judgement.kind, "all"):
                values[kind].append(measured)
            if not measured["hit@1"]:
                report.misses.append({"query": judgement.query, "class": judgement.kind, "relevant": list(judgement.relevant), "found": found[:3]})
        if progress:
            progress(number, len(golden.judgements))
    report.classes = {kind: _summary(rows) for kind, rows in sorted(values.items(), key=lambda item: (item[0] == "all", item[0]))}
    report.latency_ms = {f"p{p}": round(float(np.percentile(latencies, p)), 2) for p in (50, 95, 99)} if latencies else {}
    return report


def _summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    summary: dict[str, Any] = {"n": len(rows)}
    for name in MEASURES:
        column = [row[name] for row in rows]
        low, high = bootstrap_interval(column)
        summary[name] = {"value": round(sum(column) / len(column), 4), "low": round(low, 4), "high": round(high, 4)}
    return summary


def _count_faults(report: Report, searcher: Searcher, judgement: Judgement, answer: Answer, context: Context) -> None:
    library = searcher.snapshot.library
    report.expired_leaks += sum(library.validity(h.entry, context) not in {Validity.CURRENT, Validity.ENDING} for h in answer.hits)
    refused, total = report.off_topic_refused if judgement.kind == OFF_TOPIC else report.false_refusals
    counted = (refused + (not answer.confident), total + 1)
    if judgement.kind == OFF_TOPIC:
        report.off_topic_refused = counted
    else:
        report.false_refusals = counted
        report.wrong_number_at_1 += _wrong_number(searcher, judgement, answer)


def _wrong_number(searcher: Searcher, judgement: Judgement, answer: Answer) -> bool:
    """The first hit carries another number than the one asked for although a right entry carries it."""
    asked = asked_quantities(answer.words or judgement.query)
    if not asked or not answer.hits or answer.hits[0].entry.id in judgement.relevant:
        return False
    first = answer.hits[0]
    right = [e for i in judgement.relevant for e in searcher.snapshot.library.versions(i)]
    carried = any(fact.says(q) for e in right for fact in e.facts.values() for q in asked)
    return carried and bool(first.numbers.others) and not first.numbers.carried
