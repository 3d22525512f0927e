"""Drawing a spot check: who works in the hall, what may be asked there, what the hall knows. Use cases: they only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import Context, Library, Validity, day_of
from kb.errors import AccessError, ConflictError, QueryError
from quiz.bank.drawable import drawn_questions
from quiz.bank.state import State
from quiz.exams.state import ExamState
from quiz.exams.tallies import EXAM, SPOT
from quiz.fieldtables import SpotAnswerRow, SpotCheckRow
from quiz.people.directory import units
from quiz.people.roles import Person, Unit, UnitKind
from quiz.people.staff import members
from quiz.reports.sums import cell_sums, topic_sums
from quiz.spot.plan import ASKED_ALOUD, MOST_CLERKS, MOST_EACH, MOST_TOGETHER, Askable, Colleague, SpotPlan, draw, shrunk
from quiz.statistics.period import Period, months_before
from quiz.tables import CURRENT, ExamRow, FormItemRow, FormRow, QuestionRow, RevisionRow

_MONTHS_OF_EVIDENCE = 3
_IN_FORCE = {Validity.CURRENT, Validity.ENDING}


@dataclass(frozen=True, slots=True)
class Wish:
    """What an inspector asks for: a hall, how many clerks, and how many questions each."""

    unit_id: int
    clerks: int
    each: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan for a hall with everybody who works there; `last_checked` by employee, nobody who never was; `topics` by revision."""

    hall: Unit
    district: str
    staff: tuple[Person, ...]
    last_checked: Mapping[int, date]
    plan: SpotPlan
    topics: Mapping[int, str]


def own_district(inspector: Person, every: Mapping[int, Unit]) -> Unit | None:
    """The district that somebody belongs to, None for who belongs to the branch."""
    unit = inspector.unit
    while unit is not None and unit.kind is not UnitKind.DISTRICT:
        unit = every.get(unit.parent_id or 0)
    return unit


def open_halls(inspector: Person, every: Mapping[int, Unit]) -> list[Unit]:
    """The halls that somebody may check: those in use, none of their own district: districts inspect each other 专项互查, never themselves."""
    own = own_district(inspector, every)
    halls = (unit for unit in every.values() if unit.kind is UnitKind.HALL and not unit.closed_on)
    return [unit for unit in halls if own is None or unit.parent_id != own.id]


def checked_hall(inspector: Person, unit_id: int, every: Mapping[int, Unit]) -> Unit:
    """A hall that somebody may check. Raises QueryError, ConflictError and AccessError."""
    hall = every.get(unit_id)
    if hall is None or hall.kind is not UnitKind.HALL:
        raise QueryError("spot-hall")
    if hall.closed_on:
        raise ConflictError("unit-closed", name=hall.name)
    if hall not in open_halls(inspector, every):
        raise AccessError("spot-own-district", name=hall.name)
    return hall


def propose(session: Session, library: Library, inspector: Person, wish: Wish, seed: int, now: datetime) -> Proposal:
    """Draw a plan. Raises QueryError, AccessError, and ConflictError where there is nobody or nothing to ask."""
    if not (1 <= wish.clerks <= MOST_CLERKS and 1 <= wish.each <= MOST_EACH and wish.clerks * wish.each <= MOST_TOGETHER):
        raise QueryError("spot-numbers", clerks=MOST_CLERKS, each=MOST_EACH, together=MOST_TOGETHER)
    every, day = units(session), day_of(now)
    hall = checked_hall(inspector, wish.unit_id, every)
    staff = tuple(p for p in members(session, [hall.id], day) if p.active and p.id != inspector.id)
    if not staff:
        raise ConflictError("spot-no-staff", name=hall.name)
    district = every[hall.parent_id].name if hall.parent_id in every else ""
    questions = askable(session, library, hall, district, now)
    last = last_checked(session, [p.id for p in staff])
    plan = _plan(session, library, wish, seed, day, [Colleague(p.id, last.get(p.id)) for p in staff], [q for q, _ in questions])
    return Proposal(hall, district, staff, last, plan, {q.revision_id: topic for q, topic in questions})


def _plan(session: Session, library: Library, wish: Wish, seed: int, day: date, staff: Sequence[Colleague], questions: Sequence[Askable]) -> SpotPlan:
    """A plan whose questions all hold as they are worded. Raises ConflictError where there are none.

    What the wording rests on is read of those drawn alone, and drawn again without those that fail: a bank has thousands, of which hardly any does.
    """
    while questions:
        plan = draw(seed, day, staff, questions, wish.clerks, wish.each)
        drawn = drawn_questions(session, plan.revisions, library, day)
        wrong = {revision for revision, (_, why) in drawn.items() if why}
        if not wrong:
            return plan
        questions = [q for q in questions if q.revision_id not in wrong]
    raise ConflictError("spot-no-questions")


def last_checked(session: Session, employee_ids: Sequence[int]) -> dict[int, date]:
    """Employee → the last day on which they were asked in any hall."""
    query = select(SpotAnswerRow.employee_id, func.max(SpotAnswerRow.asked_at)).where(SpotAnswerRow.employee_id.in_(employee_ids))
    return {employee: day_of(at) for employee, at in session.execute(query.group_by(SpotAnswerRow.employee_id))}


def askable(session: Session, library: Library, hall: Unit, district: str, now: datetime) -> list[tuple[Askable, str]]:
    """(question, topic) of everything that may be asked aloud in a hall: live, of an entry in force there today, and in no exam that is open."""
    day = day_of(now)
    sealed, asked, known = _sealed(session, now), _last_asked(session, hall.id), _accuracies(session, hall.id, day)
    query = select(RevisionRow.id, QuestionRow.id, QuestionRow.entry_id, QuestionRow.topic).join(RevisionRow, CURRENT)
    rows = session.execute(query.where(QuestionRow.state == State.LIVE, QuestionRow.type.in_([kind.value for kind in ASKED_ALOUD]))).all()
    place = Context(day, district, hall.name)
    dates = {entry_id: _dates(library, entry_id, place) for entry_id in {row.entry_id for row in rows}}
    found = []
    for revision_id, question_id, entry_id, topic in rows:
        begins_ends = dates[entry_id]
        if begins_ends is not None and question_id not in sealed:
            accuracy = known.get(topic, known.get("", 1.0))
            found.append((Askable(revision_id, question_id, entry_id, accuracy, *begins_ends, asked.get(question_id)), topic))
    return found


def _dates(library: Library, entry_id: str, place: Context) -> tuple[date | None, date | None] | None:
    """From when to when an entry holds, None where it does not hold in the hall today."""
    entry = library.pick(entry_id, place.as_of)
    if entry is None or not entry.scope.allows(place) or library.validity(entry, place) not in _IN_FORCE:
        return None
    return entry.effective_from, entry.effective_to


def _sealed(session: Session, now: datetime) -> set[str]:
    """The questions of every exam that is open now."""
    query = (
        select(RevisionRow.question_id)
        .join(FormItemRow, FormItemRow.revision_id == RevisionRow.id)
        .join(FormRow, FormRow.id == FormItemRow.form_id)
        .join(ExamRow, ExamRow.id == FormRow.exam_id)
        .where(ExamRow.state != ExamState.CANCELLED.value, ExamRow.opens_at <= now, ExamRow.closes_at > now)
    )
    return set(session.scalars(query.distinct()))


def _last_asked(session: Session, unit_id: int) -> dict[str, date]:
    """Question → the last day on which somebody of the hall was asked it."""
    query = select(RevisionRow.question_id, func.max(SpotAnswerRow.asked_at)).join(SpotAnswerRow, SpotAnswerRow.revision_id == RevisionRow.id)
    query = query.join(SpotCheckRow, SpotCheckRow.id == SpotAnswerRow.check_id).where(SpotCheckRow.unit_id == unit_id)
    return {question: day_of(at) for question, at in session.execute(query.group_by(RevisionRow.question_id))}


def _accuracies(session: Session, unit_id: int, day: date) -> dict[str, float]:
    """Topic → the hall's shrunk accuracy in exams and spot checks of three months; "" is the branch's over all topics."""
    months = months_before(f"{day:%Y-%m}", _MONTHS_OF_EVIDENCE)
    branch: dict[str, tuple[float, float]] = {}
    hall: dict[str, tuple[float, float]] = {}
    for source in (EXAM, SPOT):
        period = Period(months[0], months[-1], source)
        for topic, sums in topic_sums(session, period).items():
            _add(branch, topic, sums.credit, sums.answers)
            _add(branch, "", sums.credit, sums.answers)
        for (_, topic), sums in cell_sums(session, period, [unit_id]).items():
            _add(hall, topic, sums.credit, sums.answers)
    means = {topic: credit / answers for topic, (credit, answers) in branch.items() if answers}
    return {topic: shrunk(*hall.get(topic, (0.0, 0.0)), mean) if topic else mean for topic, mean in means.items()}


def _add(sums: dict[str, tuple[float, float]], topic: str, credit: float, answers: float) -> None:
    known = sums.get(topic, (0.0, 0.0))
    sums[topic] = (known[0] + credit, known[1] + answers)
