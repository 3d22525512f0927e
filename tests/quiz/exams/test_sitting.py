import random
import threading
from datetime import timedelta

import pytest

from kb.errors import AppError
from quiz.exams.marking import count_waiting, judge, waiting
from quiz.exams.myexams import start
from quiz.exams.papers import attempt_of, paper
from quiz.exams.planning import Audience
from quiz.exams.results import marks_of
from quiz.exams.sheet import Event, EventKind, Evidence, answers_hash
from quiz.exams.sitting import append, close_overdue, next_overdue, remaining, sheet, submit
from quiz.exams.state import HandedIn, MarkState
from quiz.exams.tallies import differences
from quiz.questions.grading import key_of
from quiz.tables import AnswerEventRow, MarkRow, QuestionTallyRow
from tests.builders import NOW
from tests.quiz.examining import CLOSED, EVERY, MINUTES, answers, store_exam, store_hall, store_questions

DEADLINE = NOW + timedelta(minutes=MINUTES)


class Sitting:
    """Somebody who has started an exam."""

    def __init__(self, sessions, questions=CLOSED):
        self.sessions = sessions
        with sessions.begin() as session:
            self.hall = store_hall(session)
            self.who, self.other = self.hall.people
            self.exam = store_exam(session, Audience(frozenset({self.hall.branch.id})), [store_questions(session, questions)])
        with sessions.begin() as session:
            self.attempt = start(session, self.exam, self.who, NOW)
            self.questions = {p: item.question for p, item in paper(session, self.attempt).items.items()}

    def save(self, events, now=NOW):
        with self.sessions.begin() as session:
            return append(session, self.attempt, self.who.id, events, now)

    def hand_in(self, now=NOW):
        with self.sessions.begin() as session:
            return submit(session, self.attempt, self.who.id, now)

    def state(self):
        with self.sessions() as session:
            return attempt_of(session, self.exam, self.who.id)

    def sheet(self):
        with self.sessions() as session:
            return sheet(session, self.attempt)


@pytest.fixture
def sitting(sessions):
    return Sitting(sessions)


def code_of(call, *args):
    with pytest.raises(AppError) as caught:
        call(*args)
    return caught.value.code


def in_parallel(count, call):
    """The results of so many calls that begin at once."""
    gate, found = threading.Barrier(count), []

    def run(n):
        gate.wait()
        found.append(call(n))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_every_click_is_saved_once_in_whatever_order_and_however_often_it_arrives(sitting):
    events = [*answers(sitting.questions, wrong=True), *answers(sitting.questions, first=50)]
    sent = [*events, *events[::3], *events[::5]]
    random.Random(4).shuffle(sent)
    acks = [sitting.save(sent[i : i + 3]) for i in range(0, len(sent), 3)]
    assert sitting.sheet().answers == {p: key_of(q) for p, q in sitting.questions.items()}
    assert max(ack.highest for ack in acks) == sitting.sheet().highest == events[-1].seq
    with sitting.sessions() as session:
        assert session.query(AnswerEventRow).count() == len(events)


def test_a_second_device_goes_on_where_the_first_one_stopped(sitting):
    first = answers(sitting.questions, wrong=True)
    told = sitting.save(first).highest
    sitting.save([Event("phone", told + 1, EventKind.ANSWER, 1, key_of(sitting.questions[1])), Event("phone", told + 2, EventKind.FLAG, 2, True)])
    sitting.save(first)  # the first one sends everything again
    assert sitting.sheet().answers[1] == key_of(sitting.questions[1])
    assert sitting.sheet().flags == {2}


def test_the_time_left_is_the_servers_in_seconds(sitting):
    assert sitting.save([]).remaining == MINUTES * 60
    assert sitting.save([], NOW + timedelta(seconds=59.5)).remaining == MINUTES * 60 - 60
    assert remaining(DEADLINE, DEADLINE + timedelta(1)) == 0


def test_nothing_is_taken_after_the_deadline_and_what_was_saved_counts_without_a_click(sitting):
    sitting.save(answers(sitting.questions), DEADLINE - timedelta(microseconds=1))
    assert code_of(sitting.save, answers(sitting.questions, wrong=True, first=90), DEADLINE) == "exam-over"
    with sitting.sessions.begin() as session:
        assert next_overdue(session, DEADLINE - timedelta(seconds=1)) is None
        assert next_overdue(session, DEADLINE, exam_id=sitting.exam, employee_id=sitting.other.id) is None
        assert close_overdue(session, DEADLINE + timedelta(hours=5)) == sitting.attempt
        assert close_overdue(session, DEADLINE + timedelta(hours=5)) is None
    state = sitting.state()
    assert (state.score, state.passed, state.submitted_at, state.submitted_how) == (state.full, True, DEADLINE, HandedIn.DEADLINE)


def test_handing_in_after_the_deadline_counts_as_the_deadline(sitting):
    receipt = sitting.hand_in(DEADLINE + timedelta(seconds=3))
    assert (receipt.how, receipt.submitted_at, receipt.fresh) == (HandedIn.DEADLINE, DEADLINE, True)


def test_nobody_saves_to_or_hands_in_anothers_paper(sitting):
    with sitting.sessions.begin() as session:
        events = answers(sitting.questions)
        assert code_of(append, session, sitting.attempt, sitting.other.id, events, NOW) == "attempt-foreign"
        assert code_of(append, session, 10**6, sitting.who.id, events, NOW) == "attempt-foreign"
        assert code_of(submit, session, sitting.attempt, sitting.other.id, NOW) == "attempt-foreign"
    assert sitting.sheet().answers == {}
    assert sitting.state().submitted_at is None


def test_a_number_that_no_device_can_have_reached_is_refused(sitting):
    assert code_of(sitting.save, [Event("desk", 999_999_999, EventKind.FLAG, 1, True)]) == "clicks-number"
    assert sitting.sheet().highest == 0


def test_a_paper_is_graded_question_by_question_and_the_receipt_is_the_hash_of_its_answers(sitting):
    half = dict(list(sitting.questions.items())[:3])
    sitting.save([*answers(half), *answers({4: sitting.questions[4]}, wrong=True, first=20)])
    receipt = sitting.hand_in()
    assert receipt.receipt == answers_hash(sitting.attempt, sitting.sheet().answers) == sitting.state().receipt
    with sitting.sessions() as session:
        marks = marks_of(session, paper(session, sitting.attempt))
        tallied = {row.revision_id: (row.answers, row.credit) for row in session.query(QuestionTallyRow)}
        assert differences(session) == []
    assert [mark.n for mark in marks] == list(range(1, len(CLOSED) + 1))
    by_position = {mark.item.position: mark for mark in marks}
    assert {p: m.points for p, m in by_position.items()} == {p: 5.0 * (p <= 3) for p in sitting.questions}
    assert {p for p, m in by_position.items() if m.response is None} == set(sitting.questions) - {1, 2, 3, 4}
    assert tallied == {m.item.revision_id: (1, m.credit) for m in marks}
    assert (sitting.state().score, sitting.state().passed) == (15.0, False)
    assert code_of(sitting.save, answers(half)) == "exam-submitted"


def test_fifty_presses_of_the_button_at_once_hand_in_once(sitting):
    sitting.save(answers(sitting.questions))
    receipts = in_parallel(50, lambda _n: sitting.hand_in())
    assert [r.fresh for r in receipts].count(True) == 1
    assert {(r.receipt, r.submitted_at) for r in receipts} == {(sitting.state().receipt, NOW)}
    with sitting.sessions() as session:
        assert session.query(MarkRow).count() == len(CLOSED)
        assert {row.answers for row in session.query(QuestionTallyRow)} == {1}
        assert differences(session) == []


def test_a_click_at_the_moment_of_handing_in_is_refused_or_counted(sitting):
    question = sitting.questions[1]

    def act(n):
        if n == 7:
            return sitting.hand_in()
        try:
            return sitting.save([Event(f"dev{n}-{n}", 1 + n, EventKind.ANSWER, 1, key_of(question))]).highest
        except AppError as error:
            return error.code

    found = in_parallel(16, act)
    acked = [seq for seq in found if isinstance(seq, int)]
    assert {code for code in found if isinstance(code, str)} <= {"exam-submitted"}
    with sitting.sessions() as session:
        assert session.query(AnswerEventRow).count() == len(acked)
        mark = session.get(MarkRow, (sitting.attempt, 1))
    assert mark.credit == (1.0 if acked else 0.0)


def test_ten_starts_at_once_make_one_attempt(sitting):
    def begin(_n):
        with sitting.sessions.begin() as session:
            return start(session, sitting.exam, sitting.other, NOW)

    assert len(set(in_parallel(10, begin))) == 1


def test_leaving_the_page_is_kept_as_evidence_and_changes_no_grade(sitting):
    sitting.save([*answers(sitting.questions), Event("desk", 70, EventKind.LEFT), Event("desk", 71, EventKind.RETURNED, 0, 45)])
    sitting.hand_in()
    assert sitting.sheet().evidence == Evidence(1, 1, 45)
    assert sitting.state().score == sitting.state().full


def test_short_answers_wait_for_a_trainer_and_then_the_paper_has_its_score(sessions):
    sitting = Sitting(sessions, EVERY)
    sitting.save(answers(sitting.questions))
    sitting.hand_in()
    assert (sitting.state().score, sitting.state().passed, sitting.state().pending) == (None, None, 1)
    with sessions.begin() as session:
        [short] = waiting(session)
        assert (short.response, short.points, short.exam_title, count_waiting(session)) == ("先安抚再核实", 5.0, "十一月业务考试", 1)
        assert code_of(judge, session, short.attempt_id, short.position, 1.5, "AL0001", NOW) == "mark-credit"
        assert code_of(judge, session, short.attempt_id, 99, 0.5, "AL0001", NOW) == "mark-missing"
        assert differences(session) == []
        judge(session, short.attempt_id, short.position, 0.6, "AL0001", NOW)
        assert code_of(judge, session, short.attempt_id, short.position, 0.6, "AL0001", NOW) == "mark-done"
        assert waiting(session) == []
        assert differences(session) == []
        assert session.get(MarkRow, (short.attempt_id, short.position)).state == MarkState.BY_HAND
    state = sitting.state()
    assert (state.score, state.passed, state.pending) == (33.0, True, 0)


def test_an_empty_short_answer_does_not_wait(sessions):
    sitting = Sitting(sessions, EVERY)
    sitting.hand_in()
    assert (sitting.state().score, sitting.state().passed, sitting.state().pending) == (0.0, False, 0)


def test_saving_takes_one_read_and_one_insert(sitting, engine):
    from sqlalchemy import event

    statements = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement.split()[0]))
    sitting.save(answers(sitting.questions))
    assert [s for s in statements if s in {"SELECT", "INSERT", "UPDATE"}] == ["SELECT", "INSERT"]
