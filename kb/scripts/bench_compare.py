"""`hallwise bench compare`: how often the comparison of halls is wrong, on simulated branches whose truth is known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import click
import numpy as np

from kb.scripts.bench_report import table
from kb.scripts.options import json_option
from quiz.statistics.clustered import named as named_on_pages
from quiz.statistics.compare import Comparison, PersonResult, Standing, compare_halls, discoveries
from quiz.statistics.intervals import wilson

GAPS = (0.08, 0.12, 0.15, 0.20)
SPREADS = (0.0, 0.01, 0.02, 0.04)
NORMAL_SIZES = (8, 10)
RULES = (
    "Wilson 95 %, answers as if independent",
    "95 % interval, persons as the unit",
    "funnel 95 %",
    "Benjamini-Hochberg 5 %",
    "funnel 99.8 %",
    "both, as the pages do",
)
SIZES = {"1 or 2": (1, 2), "3 to 5": (3, 5), "6 to 40": (6, 40)}
_WEAK = "weak"
Halls = dict[str, list[PersonResult]]


@dataclass(frozen=True, slots=True)
class Branch:
    """A simulated branch: halls of 3 to 15 staff, of whom `weak` halls of normal size lie `gap` below; halls truly differ by `between`.

    Each paper has one of the `questions`, drawn evenly.
    """

    halls: int = 60
    mean: float = 0.85
    alike: float = 0.05  # the correlation of two answers of one person
    questions: tuple[int, ...] = (50,)
    sizes: tuple[int, int] = (3, 15)
    between: float = 0.0
    weak: int = 0
    gap: float = 0.0


CASES = {
    "50 questions, accuracy 0.85": Branch(sizes=(1, 40)),
    "20 questions, accuracy 0.95": Branch(sizes=(1, 40), questions=(20,), mean=0.95),
    "10, 20, 50 or 100 questions, accuracy 0.85": Branch(sizes=(1, 40), questions=(10, 20, 50, 100)),
    "3 to 10 questions, accuracy 0.92": Branch(sizes=(1, 40), questions=tuple(range(3, 11)), mean=0.92),
}


def draw(branch: Branch, rng: np.random.Generator) -> tuple[Halls, dict[str, float]]:
    """(results by hall, true accuracy by hall) of one simulated month."""
    halls: Halls = {}
    truth: dict[str, float] = {}
    for number in range(branch.halls):
        weak = number < branch.weak
        name = f"{_WEAK if weak else 'hall'}-{number}"
        low, high = NORMAL_SIZES if weak else branch.sizes
        size = int(rng.integers(low, high + 1))
        true = float(np.clip(branch.mean + branch.between * rng.normal() - (branch.gap if weak else 0.0), 0.05, 0.99))
        shape = (1 - branch.alike) / branch.alike
        full = rng.choice(branch.questions, size) if len(branch.questions) > 1 else np.full(size, branch.questions[0])
        right = rng.binomial(full, rng.beta(true * shape, (1 - true) * shape, size))
        truth[name] = true
        halls[name] = [PersonResult(f"{name}/{i}", float(r), float(f)) for i, (r, f) in enumerate(zip(right, full, strict=True))]
    return halls, truth


def named(found: Comparison) -> dict[str, list[bool]]:
    """By rule, which halls it calls different from the branch."""
    mean, halls = found.mean or 0.0, found.standings
    plain = [wilson(s.accuracy.estimate * s.accuracy.answers, s.accuracy.answers) for s in halls]
    held, shown = discoveries([s.p for s in halls]), named_on_pages(found)
    columns = (
        [not low <= mean <= high for low, high in plain],
        [not s.accuracy.low <= mean <= s.accuracy.high for s in halls],
        [s.p < 0.05 for s in halls],
        list(held),
        [bool(s.outside) for s in halls],
        [s.hall in shown for s in halls],
    )
    return dict(zip(RULES, columns, strict=True))


def simulate(branches: int, seed: int) -> dict[str, Any]:
    """Everything that the command prints: false alarms, power, and what shrinking gains; the same for the same seed."""
    return {
        "branches": branches,
        "seed": seed,
        "halls": Branch().halls,
        "false": _false(branches, seed),
        "ranking": _ranking(branches, seed),
        "power": [_power(replace(Branch(), weak=3, gap=gap), branches, seed) for gap in GAPS],
        "holding": {case: _holding(branch, branches, seed) for case, branch in CASES.items()},
        "shrinking": [_shrinking(replace(Branch(), between=between), branches, seed) for between in SPREADS],
    }


def _compared(branch: Branch, branches: int, seed: int) -> Iterator[tuple[Comparison, dict[str, float]]]:
    rng = np.random.default_rng(seed)
    for _ in range(branches):
        halls, truth = draw(branch, rng)
        yield compare_halls(halls), truth


def _false(branches: int, seed: int) -> dict[str, dict[str, float]]:
    """By rule: the share of halls that it names where none differs, of small halls, and of branches in which it names any."""
    rows: dict[str, list[tuple[bool, int]]] = {rule: [] for rule in RULES}
    any_: dict[str, int] = dict.fromkeys(RULES, 0)
    for found, _ in _compared(Branch(), branches, seed):
        for rule, marks in named(found).items():
            rows[rule] += [(mark, s.accuracy.persons) for mark, s in zip(marks, found.standings, strict=True)]
            any_[rule] += any(marks)
    small = {rule: [mark for mark, persons in own if persons <= 5] for rule, own in rows.items()}
    return {
        rule: {"halls": float(np.mean([m for m, _ in own])), "small": float(np.mean(small[rule])), "branches": any_[rule] / branches}
        for rule, own in rows.items()
    }


def _ranking(branches: int, seed: int) -> dict[str, float]:
    """How often halls of five or fewer stand among the last five where none differs, of the raw ranking and of all halls."""
    last: list[bool] = []
    all_: list[bool] = []
    for found, _ in _compared(Branch(), branches, seed):
        ranked = sorted(found.standings, key=lambda s: s.accuracy.estimate)
        last += [s.accuracy.persons <= 5 for s in ranked[:5]]
        all_ += [s.accuracy.persons <= 5 for s in ranked]
    return {"of_all": float(np.mean(all_)), "of_the_last_five": float(np.mean(last))}


def _power(branch: Branch, branches: int, seed: int) -> dict[str, Any]:
    """By rule: the share of weak halls named, and of the others."""
    hits: dict[str, list[bool]] = {rule: [] for rule in RULES}
    misses: dict[str, list[bool]] = {rule: [] for rule in RULES}
    for found, _ in _compared(branch, branches, seed):
        for rule, marks in named(found).items():
            for mark, standing in zip(marks, found.standings, strict=True):
                (hits if standing.hall.startswith(_WEAK) else misses)[rule].append(mark)
    return {"gap": branch.gap, "rules": {rule: {"found": float(np.mean(hits[rule])), "false": float(np.mean(misses[rule]))} for rule in RULES}}


def _holding(branch: Branch, branches: int, seed: int) -> dict[str, dict[str, float]]:
    """By number of staff: how often the 95 % interval of a hall holds the truth, and how often the pages name it though no hall differs."""
    rows: list[tuple[int, bool, bool]] = []
    for found, truth in _compared(branch, branches, seed):
        shown = named_on_pages(found)
        rows += [(s.accuracy.persons, s.accuracy.low <= truth[s.hall] <= s.accuracy.high, s.hall in shown) for s in found.standings]
    own = {size: [row for row in rows if low <= row[0] <= high] for size, (low, high) in SIZES.items()}
    return {size: {"held": float(np.mean([r[1] for r in of])), "named": float(np.mean([r[2] for r in of]))} for size, of in own.items() if of}


def _shrinking(branch: Branch, branches: int, seed: int) -> dict[str, float]:
    """Root mean square errors of raw and shrunken accuracies, and how often their 95 % intervals hold the truth."""
    pairs: list[tuple[Standing, float]] = []
    between: list[float] = []
    for found, truth in _compared(branch, branches, seed):
        pairs += [(s, truth[s.hall]) for s in found.standings]
        between.append(found.between_sd)
    return {
        "between": branch.between,
        "estimated": float(np.mean(between)),
        "raw_rmse": sqrt(np.mean([(s.accuracy.estimate - t) ** 2 for s, t in pairs])),
        "rmse": sqrt(np.mean([(s.shrunk - t) ** 2 for s, t in pairs])),
        "raw_coverage": float(np.mean([s.accuracy.low <= t <= s.accuracy.high for s, t in pairs])),
        "coverage": float(np.mean([s.shrunk_interval[0] <= t <= s.shrunk_interval[1] for s, t in pairs])),
    }


@click.command()
@click.option("--branches", type=click.IntRange(1), default=300, show_default=True, help="How many branches to simulate in each case.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed simulates the same branches.")
@json_option
def compare(branches: int, seed: int, as_json: bool) -> None:
    """Count false alarms and misses of the comparison of halls on simulated branches."""
    found = simulate(branches, seed)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else report(found))


def report(found: dict[str, Any]) -> str:
    """What was found as Markdown tables."""
    false = [[rule, *(_percent(row[part]) for part in ("halls", "small", "branches"))] for rule, row in found["false"].items()]
    power = [[f"{row['gap']:.2f}", *(_percent(row["rules"][r]["found"]) for r in RULES)] for row in found["power"]]
    shrinking = [
        [f"{r['between']:.2f}", *(f"{r[k]:.4f}" for k in ("estimated", "raw_rmse", "rmse")), _percent(r["raw_coverage"]), _percent(r["coverage"])]
        for r in found["shrinking"]
    ]
    sizes = list(next(iter(found["holding"].values())))
    holding = [
        [case, *(_percent(row[size]["held"]) for size in sizes), *(_percent(row[size]["named"]) for size in sizes)]
        for case, row in found["holding"].items()
    ]
    ranking = found["ranking"]
    small = (
        f"halls of five or fewer: {_percent(ranking['of_all'])} of halls, {_percent(ranking['of_the_last_five'])} of the last five of a raw ranking"
    )
    return "\n\n".join([
        f"{found['branches']} branches of {found['halls']} halls with 3 to 15 staff a case, seed {found['seed']}",
        table(("no hall differs: named by", "of halls", "of halls of 3 to 5", "branches with any"), false),
        small,
        table(("3 halls of 8 to 10 below by", *RULES), power),
        table(("no hall differs; halls of", *(f"{size}: interval holds" for size in sizes), *(f"{size}: named" for size in sizes)), holding),
        table(("halls differ by (SD)", "estimated", "error raw", "error shrunk", "raw interval holds", "shrunk interval holds"), shrinking),
    ])  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
