"""What is passed over as unchanged: following the sample corpus has to end as if every single question had been looked at."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zlib import crc32

import pytest
from sqlalchemy import select

from kb import EntryRef, Kind, Library, Status, parse_fact
from kb.library import load_library
from quiz.bank.moves import move
from quiz.bank.standing import Known, known_questions
from quiz.bank.state import Move
from quiz.bank.sync import sync_content
from quiz.generating.generate import generate
from quiz.questions.file import load_bank
from quiz.tables import AuditRow, QuestionRow, RevisionRow
from tests.builders import NOW, TODAY, make_entry

CONTENT = Path(__file__).parents[3] / "content"
LATER = NOW + timedelta(days=1)
FEE = "tariff-changxiang-59"


@pytest.fixture(scope="module")
def corpus():
    return load_library(CONTENT)


@pytest.fixture
def session(sessions, corpus):
    """A bank that has followed the corpus, in which trainers have been at work."""
    with sessions() as session:
        sync_content(session, corpus, asked(corpus), NOW)
        made = sorted(k.id for k in known_questions(session).values() if k.state == "draft")
        for question_id in made[::3]:
            move(session, corpus, question_id, Move.REVIEW, "T1", NOW)
        for question_id in made[::6]:
            move(session, corpus, question_id, Move.RELEASE, "T1", NOW)
        for question_id in made[1::10]:
            move(session, corpus, question_id, Move.RETIRE, "T1", NOW)
        for row in session.scalars(select(QuestionRow).where(QuestionRow.origin == "content").order_by(QuestionRow.id).limit(20)):
            row.origin = "edited" if row.difficulty % 2 else "imported"
        session.commit()
        yield session


def asked(library):
    """What speaks of the tariff that changes, and of the rest every eighth question, always the same ones."""
    every = [*load_bank(CONTENT, library, TODAY).questions, *generate(library, TODAY)]
    return [q for q in every if FEE in repr(q) or "new-69" in q.id or crc32(q.id.encode()) % 8 == 0]


def changed(library, entry_id, **changes):
    """A further version of an entry, in force in place of the old one."""
    old = library.pick(entry_id, TODAY)
    kept = [e for e in library.entries if e.ref != old.ref]
    return Library.of([*kept, replace(old, **{"version": old.version + 1, **changes})])


def dearer(library):
    facts = library.pick(FEE, TODAY).facts
    return changed(library, FEE, facts={**facts, "monthly_fee": parse_fact("monthly_fee", "64 元/月", facts["monthly_fee"].label)})


def fact_gone(library):
    facts = library.pick(FEE, TODAY).facts
    return changed(library, FEE, facts={name: fact for name, fact in facts.items() if name != "monthly_fee"})


def renamed(library):
    return changed(library, FEE, title="畅享优选套餐 59 元档")


def elsewhere(library):
    return changed(library, FEE, topic="另一分类")


def added(library):
    facts = {"monthly_fee": parse_fact("monthly_fee", "69 元/月", "月费")}
    return Library.of([*library.entries, make_entry(id="tariff-new-69", title="新套餐 69 元档", kind=Kind.TARIFF, topic="个人套餐", facts=facts)])


def retired(library):
    return changed(library, FEE, version=library.pick(FEE, TODAY).version, status=Status.RETIRED)


def replaced(library):
    return Library.of([*library.entries, make_entry(id="tariff-after-59", title="新套餐", kind=Kind.TARIFF, topic="个人套餐", supersedes=(FEE,))])


def removed(library):
    return Library.of([e for e in library.entries if e.id != FEE])


def ended(library):
    return changed(library, FEE, version=library.pick(FEE, TODAY).version, effective_to=TODAY - timedelta(days=1))


def unchanged(library):
    return library


def reworded(questions):
    return [replace(q, stem=f"请问：{q.stem}") if i % 50 == 0 else q for i, q in enumerate(questions)]


def everything(session, kind):
    """All rows of a table in their order, without the numbers that a database gives them."""
    columns = [c for c in kind.__table__.columns if c.name != "id" or kind is QuestionRow]
    return [tuple(row) for row in session.execute(select(*columns).order_by(kind.id))]


def outcome(session, library, questions, **how):
    """What following does to every row, in a transaction that is taken back."""
    told = sync_content(session, library, questions, LATER, **how)
    rows = [everything(session, kind) for kind in (QuestionRow, RevisionRow, AuditRow)]
    session.rollback()
    return told, rows


CHANGES = (unchanged, dearer, fact_gone, renamed, elsewhere, added, retired, replaced, removed, ended)


def cases(corpus):
    """Each change of the library; and for one of them, questions that were reworded, are gone, broken, or no longer made."""
    for change in CHANGES:
        library = change(corpus)
        yield change.__name__, library, asked(library), {}
    library = dearer(corpus)
    questions = asked(library)
    yield "reworded", library, reworded(questions), {}
    yield "gone", library, questions[::2], {}
    yield "broken", library, questions[::2], {"complete": False, "broken": questions[1::4]}
    yield "not made", library, [q for q in questions if q.id.startswith("q-")], {}


def test_passing_over_what_stands_ends_as_if_every_question_had_been_looked_at(session, corpus, monkeypatch):
    told = {}
    for name, library, questions, how in cases(corpus):
        quick = outcome(session, library, questions, **how)
        with monkeypatch.context() as patch:
            patch.setattr(Known, "stands", lambda *_, **__: False)
            whole = outcome(session, library, questions, **how)
        assert quick == whole, name
        told[name] = quick[0]
    assert [name for name, synced in told.items() if not synced.changes] == ["unchanged"]


def test_most_of_the_bank_is_passed_over_after_one_change(session, corpus):
    library = dearer(corpus)
    given = {q.id: q for q in asked(library)}
    known = known_questions(session)
    moving = [k for k in known.values() if not k.stands(given.get(k.id), library, TODAY, spoilt=False)]
    assert 0 < len(moving) < len(known) / 2
    assert {k.id for k in known.values() if EntryRef(k.entry_id, k.version) == corpus.pick(FEE, TODAY).ref and k.state == "live"} <= {
        k.id for k in moving
    }
