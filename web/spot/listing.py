"""The checks of a month, and what came of one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from flask import Blueprint, render_template, request

from kb.db import reading
from kb.errors import AccessError, NotFoundError
from quiz.people.directory import units
from quiz.people.roles import Person
from quiz.spot.listing import check_line, checks, months_with_checks
from quiz.spot.sheet import Amended, SpotJudgement, SpotQuestion, SpotSheet, SpotTurn, amended, sheet
from web import params
from web.access import me
from web.spot.scope import month, seen, this_month
from web.wiring import services

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a clerk: how it was judged, None where it was not asked, and what was put right after the end."""

    question: SpotQuestion
    judged: SpotJudgement | None
    amended: tuple[Amended, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A clerk of a check; `planned` is False for who stepped in."""

    person: Person
    asked: tuple[Asked, ...]
    planned: bool

    @property
    def answers(self) -> int:
        """How many questions were judged."""
        return sum(1 for one in self.asked if one.judged)

    @property
    def credit(self) -> float:
        """What they earned together."""
        return sum(one.judged.credit for one in self.asked if one.judged)


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of lists and results."""
    blueprint.add_url_rule("/spot", view_func=overview)
    blueprint.add_url_rule("/spot/checks/<check_id>/result", view_func=result)


def overview() -> str:
    """The checks that one may see, of a month where the address names one; latest first."""
    page = params.number(request.args, "page", 1, 1, 100_000)
    with reading(services().engine) as db:
        mine = seen(units(db))
        months = months_with_checks(db, mine)
        chosen = month()
        found = checks(db, chosen, mine, page, PER_PAGE)
    shown = sorted({*months, *([chosen] if chosen else [])}, reverse=True)
    return render_template(
        "spot/overview.html",
        found=found,
        month=chosen,
        months=shown,
        this_month=this_month(),
        page=page,
        pages=max(1, ceil(found.total / PER_PAGE)),
    )


def result(check_id: str) -> str:
    """What came of a check, clerk by clerk."""
    with reading(services().engine) as db:
        line, mine = check_line(db, check_id), seen(units(db))
        if line is None:
            raise NotFoundError("spot-missing")
        if line.inspector_id != me().id and mine is not None and line.hall.id not in mine:
            raise AccessError("not-allowed")
        found, changed = sheet(db, check_id), amended(db, check_id)
    people = [replace(one, asked=tuple(_with(one.person, asked, changed) for asked in one.asked)) for one in told(found)]
    return render_template("spot/result.html", line=line, sheet=found, people=people, unasked=unasked(found))


def _with(person: Person, asked: Asked, changed: Iterable[Amended]) -> Asked:
    mine = (one for one in changed if (one.employee_id, one.revision_id) == (person.id, asked.question.revision_id))
    return replace(asked, amended=tuple(mine))


def unasked(found: SpotSheet) -> list[Person]:
    """Of a check that is over, who was drawn and asked nothing."""
    judged = {one.employee_id for one in found.judged}
    return [turn.person for turn in found.turns if turn.person.id not in judged] if found.finished_at else []


def told(found: SpotSheet) -> list[Told]:
    """The clerks of a check: those of the plan, then who stepped in; of those replaced only who was asked something."""
    judged: dict[int, dict[int, SpotJudgement]] = {}
    for one in found.judged:
        judged.setdefault(one.employee_id, {})[one.revision_id] = one
    questions = {q.revision_id: q for turn in found.turns for q in turn.questions}
    planned = [_planned(turn, judged.get(turn.person.id, {})) for turn in found.turns]
    stepped_in = [_of(person, judged[person.id], questions) for person in found.reserves if person.id in judged]
    return [*(one for one in planned if one.answers or not found.finished_at), *stepped_in]


def _planned(turn: SpotTurn, judged: Mapping[int, SpotJudgement]) -> Told:
    return Told(turn.person, tuple(Asked(q, judged.get(q.revision_id)) for q in turn.questions), planned=True)


def _of(person: Person, judged: Mapping[int, SpotJudgement], questions: Mapping[int, SpotQuestion]) -> Told:
    return Told(person, tuple(Asked(questions[revision], one) for revision, one in judged.items()), planned=False)
