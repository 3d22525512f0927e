"""Wrong keys mended after an exam: seen first, then done, and every sum still proved."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kb.db import open_engine, open_sessions, upgrade
from kb.errors import AppError, ConflictError, QueryError
from quiz.audit import trail
from quiz.exams.marking import judge, waiting
from quiz.exams.myexams import start
from quiz.exams.papers import attempt_of, paper
from quiz.exams.planning import Audience
from quiz.exams.records import verify
from quiz.exams.regrade import correct, dry_run, questions_of, regrade
from quiz.exams.remedies import mended
from quiz.exams.remedy import AS_KEYED, Remedy, RemedyKind
from quiz.exams.sheet import Event, EventKind
from quiz.exams.sitting import append, submit
from quiz.exams.state import MarkState
from quiz.questions.codec import digest, to_json
from quiz.questions.grading import key_of
from quiz.questions.question import QuestionType
from quiz.tables import AnswerEventRow, AttemptRow, MarkRow, QuestionRow, QuestionTallyRow, RevisionRow
from tests.builders import NOW
from tests.quiz.examining import CLOSES, EVERY, make_question, store_exam, store_hall, store_questions, wrong_of

AFTER = CLOSES + timedelta(minutes=1)
WHO, WHY = "AL0001", "答案录错"
TYPES = [question.type for question in EVERY]
VOID, FULL = Remedy(RemedyKind.VOID), Remedy(RemedyKind.FULL)
SINGLE, SHORT = TYPES.index(QuestionType.SINGLE), TYPES.index(QuestionType.SHORT)


class Sat:
    """An exam of a question of each type, and people who sat it: each with what they answered rightly."""

    def __init__(self, sessions, *rights):
        self.sessions = sessions
        with sessions.begin() as session:
            self.hall = store_hall(session, len(rights))
            self.revisions = store_questions(session, EVERY)
            self.exam = store_exam(session, Audience(frozenset({self.hall.branch.id})), [self.revisions])
        self.attempts = [self.sit(person, right) for person, right in zip(self.hall.people, rights, strict=True)]

    def sit(self, who, right):
        with self.sessions.begin() as session:
            key = start(session, self.exam, who, NOW)
            events = []
            for position, item in paper(session, key).items.items():
                value = key_of(item.question) if position - 1 in right else wrong_of(item.question)
                events.append(Event("desk", position, EventKind.ANSWER, position, value))
            append(session, key, who.id, events, NOW)
            submit(session, key, who.id, NOW + timedelta(minutes=5))
        return key

    def judge_all(self, credit):
        with self.sessions.begin() as session:
            for found in waiting(session):
                judge(session, found.attempt_id, found.position, credit, WHO, AFTER)

    def regrade(self, which, remedy, now=AFTER, why=WHY):
        with self.sessions.begin() as session:
            return regrade(session, self.exam, self.revisions[which], remedy, WHO, now, why)

    def dry(self, which, remedy):
        with self.sessions() as session:
            return dry_run(session, self.exam, self.revisions[which], remedy)

    def paper(self, n):
        with self.sessions() as session:
            return attempt_of(session, self.exam, self.hall.people[n].id)

    def verified(self):
        with self.sessions() as session:
            return verify(session)

    def correct(self, n, credit):
        with self.sessions.begin() as session:
            return correct(session, self.attempts[n], SHORT + 1, credit, WHO, AFTER, WHY)


@pytest.fixture
def sat(sessions):
    """Three people: who knows everything, who answers the single choice wrongly, who answers only it rightly."""
    found = Sat(sessions, set(range(7)), set(range(7)) - {SINGLE}, {SINGLE})
    found.judge_all(1.0)
    return found


def code_of(call, *args):
    with pytest.raises(AppError) as caught:
        call(*args)
    return caught.value.code


def test_a_dry_run_shows_whose_score_pass_and_rank_would_change_and_changes_nothing(sat):
    before = [sat.paper(n) for n in range(3)]
    found = sat.dry(SINGLE, Remedy(RemedyKind.ACCEPT, (0,)))
    assert (found.papers, len(found.changes)) == (3, 1)
    (change,) = found.changes
    assert (change.paper.number, change.paper.hall, change.gain, change.rank, change.new_rank) == ("AL0001", "示例ZQ", 5.0, 2, 1)
    assert [sat.paper(n) for n in range(3)] == before
    assert sat.verified().differences == ()


def test_applying_a_remedy_restates_scores_sums_and_the_log(sat):
    done = sat.regrade(SINGLE, Remedy(RemedyKind.ACCEPT, (0,)))
    assert [c.paper.attempt_id for c in done.graded] == [sat.attempts[1]]
    assert sat.paper(1).score == sat.paper(0).score == 35.0
    with sat.sessions() as session:
        tally = session.get(QuestionTallyRow, sat.revisions[SINGLE])
        assert (tally.answers, tally.credit) == (3, 3)
        (line,) = (e for e in trail(session, "attempt", sat.attempts[1]) if e.action == "regrade")
        assert (line.actor, line.detail["score"], line.detail["why"]) == (WHO, [30.0, 35.0], WHY)
        (told,) = mended(session, sat.exam)
        assert (told.revision_id, told.why, told.actor) == (sat.revisions[SINGLE], WHY, WHO)
    assert sat.verified().differences == ()


def test_applying_it_again_changes_nothing(sat):
    sat.regrade(SINGLE, FULL)
    with sat.sessions() as session:
        before = len(trail(session, "exam", sat.exam))
    assert sat.regrade(SINGLE, FULL).changes == ()
    with sat.sessions() as session:
        assert len(trail(session, "exam", sat.exam)) == before


def test_a_void_question_leaves_the_points_earned_and_those_attainable(sat):
    done = sat.regrade(SINGLE, VOID)
    assert len(done.graded) == 3
    assert [(sat.paper(n).score, sat.paper(n).full) for n in range(3)] == [(30.0, 30.0), (30.0, 30.0), (5.0, 30.0)]
    with sat.sessions() as session:
        assert session.get(QuestionTallyRow, sat.revisions[SINGLE]).answers == 0
        assert {m.state for m in session.scalars(select(MarkRow).where(MarkRow.revision_id == sat.revisions[SINGLE]))} == {MarkState.VOID}
    assert sat.verified().differences == ()


def test_a_remedy_is_taken_back_as_if_it_had_never_been(sat):
    before = [sat.paper(n) for n in range(3)]
    for remedy in (VOID, FULL, Remedy(RemedyKind.ACCEPT, (1,)), AS_KEYED):
        sat.regrade(SINGLE, remedy)
        assert sat.verified().differences == ()
    assert [sat.paper(n) for n in range(3)] == before
    with sat.sessions() as session:
        assert mended(session, sat.exam) == []


def test_the_mended_key_of_a_later_revision_counts(sat):
    later = make_question(QuestionType.SINGLE, options=tuple(replace(o, right=o.text == "甲") for o in EVERY[SINGLE].options))
    with sat.sessions.begin() as session:
        shown = to_json(later)
        row = RevisionRow(question_id=later.id, number=2, entry_version=2, written=shown, shown=shown, facts=[], digest=digest(later), created_at=NOW)
        session.add(row)
        session.get(QuestionRow, later.id).revision = 2
    with sat.sessions() as session:
        (used,) = (u for u in questions_of(session, sat.exam) if u.revision_id == sat.revisions[SINGLE])
    assert used.later == later
    sat.regrade(SINGLE, Remedy(RemedyKind.REKEY, key=used.later))
    assert [sat.paper(n).score for n in range(3)] == [30.0, 35.0, 5.0]
    assert sat.verified().differences == ()


def test_short_answers_that_still_wait_are_settled_by_full_points(sessions):
    found = Sat(sessions, set(range(7)), {SINGLE})
    assert found.paper(0).score is None
    found.regrade(SHORT, FULL)
    assert [found.paper(n).score for n in range(2)] == [35.0, 10.0]
    found.regrade(SHORT, AS_KEYED)
    assert (found.paper(0).score, found.paper(0).pending) == (None, 1)
    assert found.verified().differences == ()


def test_a_marked_short_answer_is_corrected_with_a_line_in_the_log(sat):
    change = sat.correct(2, 0.5)
    assert (change.paper.standing.score, change.after.score) == (10.0, 7.5)
    assert sat.paper(2).score == 7.5
    assert sat.correct(2, 0.5) is None
    with sat.sessions() as session:
        assert [e.action for e in trail(session, "attempt", sat.attempts[2])] == ["correct", "judge"]
    assert sat.verified().differences == ()


def test_what_cannot_be_regraded_is_refused_with_the_reason(sat):
    accept = Remedy(RemedyKind.ACCEPT, (9,))
    assert code_of(sat.regrade, SINGLE, accept) == "regrade-remedy"
    assert code_of(sat.regrade, SINGLE, FULL, CLOSES - timedelta(seconds=1)) == "regrade-open"
    assert code_of(sat.regrade, SINGLE, FULL, AFTER, " ") == "regrade-why"
    assert code_of(sat.correct, 0, 1.5) == "mark-credit"
    with sat.sessions() as session:
        assert code_of(dry_run, session, sat.exam, 10**6, FULL) == "regrade-missing"
        assert code_of(dry_run, session, 10**6, sat.revisions[0], FULL) == "exam-missing"
        assert code_of(correct, session, sat.attempts[0], SINGLE + 1, 0.5, WHO, AFTER, WHY) == "mark-not-by-hand"
        assert code_of(correct, session, sat.attempts[0], 99, 0.5, WHO, AFTER, WHY) == "mark-missing"


def test_an_exam_whose_papers_are_not_all_in_is_not_regraded(sessions):
    found = Sat(sessions, {0}, {1})
    with sessions.begin() as session:
        session.get(AttemptRow, found.attempts[0]).submitted_at = None
    assert code_of(found.regrade, SINGLE, FULL) == "regrade-running"


@pytest.mark.parametrize("what", ["score", "passed", "receipt", "mark", "click", "tally", "state", "late"])
def test_whatever_is_changed_behind_the_log_is_found(sat, what):
    with sat.sessions.begin() as session:
        row, mark = session.get(AttemptRow, sat.attempts[0]), session.get(MarkRow, (sat.attempts[0], 1))
        click = session.scalars(select(AnswerEventRow).where(AnswerEventRow.attempt_id == row.id, AnswerEventRow.position == 2)).one()
        changes = {
            "score": lambda: setattr(row, "score", 34.0), "passed": lambda: setattr(row, "passed", False), "receipt": lambda: setattr(row, "receipt", "0" * 64),
            "mark": lambda: setattr(mark, "credit", 0.5), "click": lambda: session.delete(click), "state": lambda: setattr(mark, "state", "by_hand"),
            "tally": lambda: setattr(session.get(QuestionTallyRow, sat.revisions[0]), "answers", 9), "late": lambda: setattr(click, "at", AFTER),
        }  # fmt: skip
        changes[what]()
    found = sat.verified()
    assert found.differences
    assert found.retained == (2 if what in {"click", "receipt"} else 3)


STEP = st.one_of(
    st.tuples(st.just("judge"), st.sampled_from([0.0, 0.25, 1.0])),
    st.tuples(st.just("correct"), st.sampled_from([0.0, 0.5, 1.0])),
    st.tuples(st.integers(0, 6), st.sampled_from([VOID, FULL, AS_KEYED, Remedy(RemedyKind.ACCEPT, (0,))])),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=3), st.lists(STEP, max_size=6))
def test_after_any_sequence_of_sitting_judging_and_regrading_the_records_agree(rights, steps):
    engine = open_engine("sqlite://")
    upgrade(engine)
    sat = Sat(open_sessions(engine), *rights)
    for what, how in steps:
        with suppress(QueryError, ConflictError):  # a remedy that does not suit the type, an answer that nobody has marked
            sat.judge_all(how) if what == "judge" else sat.correct(0, how) if what == "correct" else sat.regrade(what, how)
    found = sat.verified()
    assert found.differences == ()
    assert (found.papers, found.retention) == (len(rights), 1.0)
    for n in range(len(rights)):
        kept = sat.paper(n)
        assert kept.score is None or 0 <= kept.score <= kept.full <= 35.0
    engine.dispose()


def test_regrades_at_once_wait_for_each_other_and_count_once(sat):
    wanted = [(SINGLE, FULL), (SINGLE, FULL), (1, VOID), (2, FULL)]
    threads = [threading.Thread(target=sat.regrade, args=one) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sat.verified().differences == ()
    with sat.sessions() as session:
        assert [e.action for e in trail(session, "exam", sat.exam)].count("regrade") == 3
    assert (sat.paper(2).score, sat.paper(2).full) == (15.0, 30.0)
