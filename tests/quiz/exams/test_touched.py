"""What of training and exams rests on an entry."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from kb.db import open_engine, open_sessions, upgrade
from quiz.bank.state import State
from quiz.bank.sync import sync_content
from quiz.exams.state import ExamState
from quiz.exams.touched import asked_of, touched_exams, turning_stale
from quiz.tables import ExamRow, FormItemRow, FormRow, QuestionRow, RevisionRow
from tests.builders import NOW, TODAY
from tests.quiz.banks import DEARER, data, library, script, single, worded_question


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def session(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    if request.param == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        yield session
    engine.dispose()


def add_question(session, id_, entry_id, state=State.LIVE):
    session.add(QuestionRow(id=id_, origin="content", type="single", topic="t", entry_id=entry_id, state=state.value, stale_why=[], updated_at=NOW))
    session.flush()
    row = RevisionRow(
        question_id=id_, number=1, entry_version=1, written={}, shown={"stem": f"{id_}？"}, digest="d", created_at=NOW,
        facts=[{"entry": entry_id, "name": "fee", "label": "月费", "value": "59元/月"}],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def add_exam(session, title, revisions, *, opens=0, hours=2, state=ExamState.SCHEDULED):
    begins = NOW + timedelta(hours=opens)
    exam = ExamRow(
        title=title, month="2026-11", state=state.value, blueprint={}, audience={}, opens_at=begins, closes_at=begins + timedelta(hours=hours), minutes=60,
        pass_mark=0.6, release="at_end", seed=1, created_by="T", created_at=NOW,
    )  # fmt: skip
    session.add(exam)
    session.flush()
    for number in (1, 2):
        form = FormRow(exam_id=exam.id, number=number, balance={})
        session.add(form)
        session.flush()
        session.add_all(FormItemRow(form_id=form.id, position=i, revision_id=r, points=1.0) for i, r in enumerate(revisions, 1))
    session.flush()


def test_the_questions_of_an_entry_are_those_not_retired(session):
    add_question(session, "a", "tariff-59")
    add_question(session, "b", "tariff-59", State.DRAFT)
    add_question(session, "c", "tariff-59", State.RETIRED)
    assert [(one.id, one.stem) for one in asked_of(session, "tariff-59")] == [("a", "a？"), ("b", "b？")]


def test_what_would_turn_stale_is_what_publishing_makes_stale(session):
    questions = [
        single(),
        data(),
        worded_question(),
        replace(data(), id="q-whole", facts=(), stem="流量够不够用？", key="20GB/月", explanation="照本档。"),
    ]
    sync_content(session, library(), questions, NOW)
    told = [one.id for one in turning_stale(session, library(DEARER, script()), {"tariff-59"}, {("tariff-59", "fee")}, TODAY)]
    assert turning_stale(session, library(), {"tariff-59"}, {("tariff-59", "fee")}, TODAY) == []
    sync_content(session, library(DEARER, script()), questions, NOW + timedelta(days=1))
    assert "q-whole" in told
    assert told == sorted(row.id for row in session.query(QuestionRow) if row.state == State.STALE)


def test_only_exams_that_are_not_over_and_ask_it_are_touched(session):
    mine, other = add_question(session, "a", "tariff-59"), add_question(session, "b", "else")
    add_exam(session, "正在考", [mine, other], opens=-1)
    add_exam(session, "明天考", [other], opens=24)
    add_exam(session, "考完了", [mine], opens=-10)
    add_exam(session, "取消了", [mine], state=ExamState.CANCELLED)
    assert [(e.title, e.questions) for e in touched_exams(session, "tariff-59", [], NOW)] == [("正在考", 1)]
    assert [(e.title, e.questions) for e in touched_exams(session, "tariff-59", ["b"], NOW)] == [("正在考", 2), ("明天考", 1)]
