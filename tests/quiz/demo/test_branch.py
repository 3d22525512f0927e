import pytest
from sqlalchemy import func, select

from kb.db import open_engine, open_sessions, upgrade
from kb.errors import ConflictError
from kb.library import load_library
from quiz.bank.drawable import live_questions
from quiz.bank.sync import sync_content
from quiz.demo.branch import Login, is_empty, logins, seed
from quiz.exams.sheet import Event, EventKind, answers_hash, fold
from quiz.exams.tallies import differences
from quiz.people.roles import Role
from quiz.questions.file import load_bank
from quiz.tables import AnswerEventRow, AttemptRow, ExamRow, MarkRow, MembershipRow
from tests.builders import NOW, TODAY
from tests.test_corpus import CONTENT

MONTHS = 2


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small demo branch over the sample corpus, read by every test."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('demo')}/demo.db")
    upgrade(engine)
    session, steps = open_sessions(engine)(), []
    library = load_library(CONTENT)
    bank = load_bank(CONTENT, library, TODAY)
    sync_content(session, library, bank.questions, NOW)
    assert is_empty(session)
    result = seed(
        session, live_questions(session, library, TODAY), "hash", NOW, lambda done, total: steps.append((done, total)), 8, 70, months=MONTHS
    )
    yield session, result, steps
    session.close()
    engine.dispose()


def test_the_demo_has_past_exams_and_one_that_is_open(made):
    session, result, steps = made
    exams = session.scalars(select(ExamRow).order_by(ExamRow.month)).all()
    assert [e.month for e in exams] == ["2026-09", "2026-10", "2026-11"]
    assert all(e.closes_at < NOW for e in exams[:MONTHS])
    assert exams[-1].opens_at < NOW < exams[-1].closes_at
    assert steps[-1] == (MONTHS + 1, MONTHS + 1)
    assert result.people == 70


def test_there_is_a_demo_login_of_each_role_at_the_unit_where_it_works(made):
    named = logins(made[0])
    assert {Role(login.role) for login in named} == set(Role)
    assert next(login for login in named if login.role == "admin") == Login("SF000001", "演示管理员", "admin", "示例市分公司")


def test_every_score_follows_from_the_saved_answers(made):
    session = made[0]
    for attempt in session.scalars(select(AttemptRow).limit(20)):
        rows = session.scalars(select(AnswerEventRow).where(AnswerEventRow.attempt_id == attempt.id))
        sheet = fold(Event(r.device, r.seq, EventKind(r.kind), r.position, r.value) for r in rows)
        assert answers_hash(attempt.id, sheet.answers) == attempt.receipt
        points = session.scalar(select(func.sum(MarkRow.points)).where(MarkRow.attempt_id == attempt.id))
        assert points == pytest.approx(attempt.score)
        assert attempt.passed == (attempt.score >= 0.7 * attempt.full - 1e-9)


def test_the_sums_of_the_demo_are_right(made):
    assert differences(made[0]) == []


def test_who_moved_has_two_stays(made):
    twice = made[0].execute(select(MembershipRow.employee_id).group_by(MembershipRow.employee_id).having(func.count() > 1)).all()
    assert len(twice) < 20


def test_a_demo_is_not_added_to_a_branch_that_has_people(made):
    session = made[0]
    with pytest.raises(ConflictError):
        seed(session, [], "hash", NOW, lambda _done, _total: None)
