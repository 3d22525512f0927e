"""Who is asked what in a spot check 抽查: clerks and questions drawn by chance, with weights. PURE; the same seed draws the same plan.

A draw by weights takes one after the other, each time with chances in proportion to the weights of those left (Efraimidis & Spirakis 2006).
What the weights are, and why: docs/spot-checks.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from quiz.questions.question import QuestionType

ASKED_ALOUD = frozenset(QuestionType) - {QuestionType.ORDERING}  # nobody puts steps in order by ear
MOST_CLERKS, MOST_EACH, MOST_TOGETHER = 20, 10, 100
LONGEST_WAIT = 365  # days; who was never checked waits that long
NOT_THIS_MONTH = 10.0
RECENT, ENDS_SOON, CAMPAIGN = timedelta(days=60), timedelta(days=14), 2.0
IGNORANCE = 3.0
RESTED, LEAST_RESTED = 60, 0.1  # days after which a question is as good as new in a hall
PRIOR_ANSWERS = 20.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the hall, and when they were last asked in a spot check."""

    employee_id: int
    last_checked: date | None = None


@dataclass(frozen=True, slots=True)
class Askable:
    """A question that may be asked in the hall.

    `accuracy` is what the hall knows of its topic (`shrunk`); `begins` and `ends` are those of the entry; `last_asked` tells of this hall.
    """

    revision_id: int
    question_id: str
    entry_id: str = ""
    accuracy: float = 1.0
    begins: date | None = None
    ends: date | None = None
    last_asked: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A place of the check: whose turn it is, and the questions (revisions) in the order in which they are asked."""

    employee_id: int
    revisions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SpotPlan:
    """The turns, and everybody else of the hall in drawn order: who is not there is replaced by the next, who takes over the questions."""

    turns: tuple[Turn, ...]
    reserves: tuple[int, ...] = ()

    @property
    def revisions(self) -> tuple[int, ...]:
        """Every question of the plan, once."""
        return tuple(dict.fromkeys(revision for turn in self.turns for revision in turn.revisions))

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody who may come to be asked."""
        return (*(turn.employee_id for turn in self.turns), *self.reserves)


def clerk_weight(last_checked: date | None, day: date) -> float:
    """Days since the last check, from 1 to a year; ten times that for who was not checked yet this month."""
    waited = LONGEST_WAIT if last_checked is None else min(LONGEST_WAIT, max(1, (day - last_checked).days))
    done = last_checked is not None and (last_checked.year, last_checked.month) == (day.year, day.month)
    return waited * (1.0 if done else NOT_THIS_MONTH)


def question_weight(question: Askable, day: date) -> float:
    """1 where all is known, up to 4 where nothing is; doubled for a campaign that began or ends; less where the hall was asked it lately."""
    weight = 1 + IGNORANCE * (1 - min(1.0, max(0.0, question.accuracy)))
    if is_campaign(question.begins, question.ends, day):
        weight *= CAMPAIGN
    if question.last_asked is not None:
        weight *= min(1.0, max(LEAST_RESTED, (day - question.last_asked).days / RESTED))
    return weight


def is_campaign(begins: date | None, ends: date | None, day: date) -> bool:
    """Whether an entry began within 60 days, or ends within 14."""
    began = begins is not None and timedelta(0) <= day - begins <= RECENT
    return began or (ends is not None and timedelta(0) <= ends - day <= ENDS_SOON)


def shrunk(credit: float, answers: float, mean: float) -> float:
    """The accuracy of a hall in a topic, drawn towards the branch's as if by twenty answers: a few slips make no weak topic."""
    return (credit + PRIOR_ANSWERS * mean) / (answers + PRIOR_ANSWERS)


def in_drawn_order(chance: Random, weighted: Sequence[tuple[_T, float]]) -> list[_T]:
    """Everything in an order drawn by weights, each above 0."""
    waits = [chance.expovariate(weight) for _, weight in weighted]
    return [weighted[place][0] for place in sorted(range(len(weighted)), key=lambda place: waits[place])]


def draw(seed: int, day: date, staff: Sequence[Colleague], questions: Sequence[Askable], clerks: int, each: int) -> SpotPlan:
    """So many turns of so many questions, or as many as there are.

    Nobody has two turns; nobody is asked a question twice, nor two of one entry while there are others; and no two are asked the same while there
    are others, for colleagues overhear each other.
    """
    chance = Random(seed)  # noqa: S311 - drawn again from the same seed, not secret
    people = in_drawn_order(chance, [(p.employee_id, clerk_weight(p.last_checked, day)) for p in sorted(staff, key=lambda p: p.employee_id)])
    order = in_drawn_order(chance, [(q, question_weight(q, day)) for q in sorted(questions, key=lambda q: q.revision_id)])
    chosen = people[:clerks]
    hands = _dealt(order, len(chosen), each)
    turns = tuple(Turn(who, tuple(q.revision_id for q in hand)) for who, hand in zip(chosen, hands, strict=True))
    return SpotPlan(turns, tuple(people[clerks:]))


def _dealt(order: Sequence[Askable], places: int, each: int) -> list[list[Askable]]:
    """One question after the other to each place in turn, so that the heavy ones do not all go to the first."""
    hands: list[list[Askable]] = [[] for _ in range(places)]
    pile = list(order)
    for _ in range(each):
        for hand in hands:
            found = _fitting(pile, hand)
            if found is None:
                pile = list(order)
                found = _fitting(pile, hand)
            if found is not None:
                hand.append(pile.pop(found))
    return hands


def _fitting(pile: Sequence[Askable], hand: Sequence[Askable]) -> int | None:
    """Where the next question for a hand lies: of an entry that it does not hold, or else one that it does not hold."""
    questions, entries = {q.question_id for q in hand}, {q.entry_id for q in hand if q.entry_id}
    other = None
    for place, question in enumerate(pile):
        if question.question_id in questions:
            continue
        if question.entry_id not in entries:
            return place
        other = place if other is None else other
    return other


def plan_to_json(plan: SpotPlan) -> list[dict[str, Any]]:
    """As `SpotCheckRow.plan` keeps it; reserves have no questions of their own."""
    turns = [{"employee": turn.employee_id, "revisions": list(turn.revisions)} for turn in plan.turns]
    return [*turns, *({"employee": reserve, "revisions": []} for reserve in plan.reserves)]


def plan_from_json(data: Sequence[Mapping[str, Any]]) -> SpotPlan:
    """The plan kept by `plan_to_json`."""
    turns = tuple(Turn(item["employee"], tuple(item["revisions"])) for item in data if item["revisions"])
    return SpotPlan(turns, tuple(item["employee"] for item in data if not item["revisions"]))
