"""Papers kept by each process, because they never change; and the papers whose time is up, handed in while somebody looks."""

from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from kb.db import reading
from kb.errors import AccessError, ConflictError
from quiz.exams.papers import Attempt, Items, Paper, attempt_of, form_items, paper
from quiz.exams.sitting import close, close_overdue
from web.access import me
from web.wiring import services

_MOST_PAPERS, _MOST_FORMS = 4000, 400
_SWEPT_EVERY = 20.0  # seconds, in each process
_MOST_AT_ONCE = 20


@dataclass(slots=True)
class Memory:
    """What a process has read of one database."""

    forms: dict[int, Items] = field(default_factory=dict)
    papers: dict[int, Paper] = field(default_factory=dict)
    swept: float = float("-inf")


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory() -> Memory:
    """The memory of the database in use."""
    return _memories.setdefault(services().engine, Memory())


def form(form_id: int) -> Items:
    """The questions of a form, read once."""
    kept = memory().forms
    if form_id not in kept:
        with reading(services().engine) as db:
            found = form_items(db, form_id)
        if len(kept) >= _MOST_FORMS:
            kept.clear()
        kept[form_id] = found
    return kept[form_id]


def my_paper(exam_id: int, attempt_id: int) -> Paper:
    """What the one who is signed in was given. Raises AccessError when the attempt is not theirs, whether it exists or not."""
    kept = memory().papers
    found = kept.get(attempt_id)
    if found is None:
        try:
            with reading(services().engine) as db:
                found = paper(db, attempt_id, form)
        except ConflictError:
            raise AccessError("attempt-foreign") from None
        if len(kept) >= _MOST_PAPERS:
            kept.clear()
        kept[attempt_id] = found
    if found.employee_id != me().id or found.exam_id != exam_id:
        raise AccessError("attempt-foreign")
    return found


def my_attempt(exam_id: int) -> Attempt:
    """The attempt of the one who is signed in, handed in when its time is up. Raises ConflictError before it was started."""
    with reading(services().engine) as db:
        found = attempt_of(db, exam_id, me().id)
    if found is None:
        raise ConflictError("exam-not-started")
    if found.submitted_at is not None or services().now() < found.deadline_at:
        return found
    with services().sessions.begin() as db:
        close(db, found.id, services().now(), form)
        settled = attempt_of(db, exam_id, me().id)
    assert settled is not None
    return settled


def sweep(now: datetime) -> None:
    """Hand in papers whose time is up, a few at a time and not at every request."""
    kept, clock = memory(), services().clock()
    if clock - kept.swept < _SWEPT_EVERY:
        return
    kept.swept = clock
    for _ in range(_MOST_AT_ONCE):
        with services().sessions.begin() as db:
            if close_overdue(db, now, form) is None:
                return
