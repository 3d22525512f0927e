from datetime import timedelta

import pytest
from sqlalchemy import update

from kb.errors import NotFoundError
from quiz.questions.question import QuestionType
from quiz.reports.drift import exams_with, months_of
from quiz.reports.items import ItemReports, exam_items, exams_sat
from quiz.statistics.itemchoices import chosen_by, option_of, right_option
from quiz.statistics.itemstats import Flag
from quiz.tables import AttemptRow, MarkRow
from tests.builders import NOW
from tests.quiz.examining import CLOSES, make_question
from tests.quiz.marked import PEOPLE, WRONG, questions, sit


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session
        session.rollback()


@pytest.fixture
def marked(session):
    return sit(session)


def by_id(report):
    return {item.question.id: item for item in report.items}


def test_a_planted_wrong_key_is_flagged_and_comes_first(session, marked):
    first = exam_items(session, marked.exam).items[0]
    assert first.question.id == WRONG
    assert Flag.MISKEY in first.flags
    assert first.suspect
    rival = next(o for o in first.options if o.beats_key)
    assert (rival.option, right_option(first.question)) == ("B", "C")


def test_sound_items_are_not_suspect_and_every_form_counts(session, marked):
    report = exam_items(session, marked.exam)
    items = by_id(report)
    assert not any(items[f"q-{n}"].suspect for n in range(8))
    assert (items["q-0"].statistics.n, items["q-1"].statistics.n, items["q-2"].statistics.n) == (PEOPLE // 2, PEOPLE // 2, PEOPLE)
    assert (report.paper.n, report.paper.length) == (PEOPLE, 10)
    assert 0.5 < report.decision.consistent < report.decision.right < 1
    assert all(item.band in range(1, 6) for item in report.items)


def test_numbers_said_in_other_words_are_the_key_and_rare_ones_no_option(session, marked):
    item = by_id(exam_items(session, marked.exam))["q-number"]
    counts = {o.option: o.n for o in item.options}
    assert set(counts) == {"59元/月", "69", "69元", "12"}
    assert counts["59元/月"] == round((item.statistics.facility or 0) * PEOPLE)


def test_ticks_are_named_together_and_raise_no_idle_option(session, marked):
    item = by_id(exam_items(session, marked.exam))["q-several"]
    assert {o.option for o in item.options} == {"A", "AC"}
    assert Flag.IDLE_DISTRACTOR not in item.flags


def test_what_waits_for_a_trainer_or_was_taken_out_does_not_count(session, marked):
    revision = marked.revisions["q-2"]
    session.execute(update(MarkRow).where(MarkRow.revision_id == revision).values(state="void"))
    assert "q-2" not in by_id(exam_items(session, marked.exam))


def test_the_report_is_worked_out_once_until_something_is_graded(session, marked):
    reports = ItemReports()
    first = reports.get(session, marked.exam)
    assert reports.get(session, marked.exam) is first
    session.execute(update(AttemptRow).where(AttemptRow.exam_id == marked.exam).values(score=2.0))
    assert reports.get(session, marked.exam) is not first


def test_an_item_that_became_easier_than_its_fellows_has_drifted(session):
    bank = questions()
    before = sit(session, "2026-09", bank=bank)
    after = sit(session, "2026-10", seed=9, shift=2.0, bank=bank, revisions=list(before.revisions.values()))
    items = by_id(exam_items(session, after.exam))
    assert items["q-2"].drifted
    assert items["q-2"].drift.estimate > 0
    assert items["q-2"].since == "2026-09"
    assert not any(items[f"q-{n}"].drifted for n in range(3, 8))
    assert [m.month for m in months_of(session, "q-2")] == ["2026-09", "2026-10"]
    assert exams_with(session, "q-2") == [after.exam, before.exam]


def test_a_first_month_has_nothing_to_drift_from(session, marked):
    assert all(item.drift is None for item in exam_items(session, marked.exam).items)


def test_the_exams_that_somebody_sat_are_listed(session, marked):
    (line,) = exams_sat(session)
    assert (line.id, line.papers, line.waiting, line.closes_at) == (marked.exam, PEOPLE, 0, CLOSES)
    session.execute(update(AttemptRow).where(AttemptRow.exam_id == marked.exam).values(submitted_at=None))
    assert exams_sat(session) == []
    assert exam_items(session, marked.exam).items == ()


def test_an_exam_that_is_none_is_refused(session):
    with pytest.raises(NotFoundError):
        exam_items(session, 99)


@pytest.mark.parametrize(
    ("kind", "response", "name"),
    [
        (QuestionType.SINGLE, 1, "B"), (QuestionType.SINGLE, None, ""), (QuestionType.SINGLE, True, ""), (QuestionType.SINGLE, "x", ""),
        (QuestionType.MULTIPLE, [2, 0], "AC"), (QuestionType.MULTIPLE, [], ""), (QuestionType.TRUE_FALSE, False, "错"), (QuestionType.TRUE_FALSE, 0, ""),
        (QuestionType.NUMBER, " 59 ", "59"), (QuestionType.SHORT, "先安抚", ""),
    ],
)  # fmt: skip
def test_a_response_has_the_name_of_an_option(kind, response, name):
    assert option_of(make_question(kind), response) == name


def test_free_answers_have_no_options():
    assert chosen_by(make_question(QuestionType.SHORT), [('"甲"', 0.5), None]) == []
    assert chosen_by(make_question(QuestionType.TRUE_FALSE), [("true", 1.0), (None, 0.0), None]) == ["对", "", None]


def test_the_moment_of_the_last_paper_is_part_of_what_is_remembered(session, marked):
    reports = ItemReports()
    first = reports.get(session, marked.exam)
    session.execute(update(AttemptRow).where(AttemptRow.exam_id == marked.exam).values(submitted_at=NOW + timedelta(minutes=1)))
    assert reports.get(session, marked.exam) is not first
