from collections import Counter

import pytest
from sqlalchemy import select

from kb.db import open_engine, open_sessions, upgrade
from kb.library import load_library
from kb.scripts.demo import fill_desk
from kb.tables import ActionRow, AnnouncementReadRow, AnnouncementRow, FeedbackRow, SearchRow
from kb.voice.demosearches import UNANSWERED
from kb.voice.gaps import lost_searches
from kb.voice.topics import WEEK, WEEKS, voice
from kb.voice.usage import remarks, usage
from quiz.bank.drawable import live_questions
from quiz.bank.sync import sync_content
from quiz.demo.branch import seed
from quiz.demo.checks import spot_checks
from quiz.demo.simulate import demo_branch
from quiz.exams.tallies import SPOT, differences
from quiz.fieldtables import PersonTallyRow, SpotAnswerRow, SpotCheckRow
from quiz.people.directory import units
from quiz.questions.file import load_bank
from quiz.reports.people import fewest_answers, people_ranked
from quiz.reports.rankings import rank_people
from quiz.reports.units import board
from quiz.spot.listing import checks, months_with_checks
from quiz.statistics.period import Period
from tests.builders import NOW, TODAY
from tests.test_corpus import CONTENT

SINCE = NOW - WEEKS * WEEK
WRITTEN = (SpotCheckRow, SpotAnswerRow, SearchRow, ActionRow, FeedbackRow, AnnouncementRow, AnnouncementReadRow)
LIBRARY = load_library(CONTENT)


def fill(folder):
    """A session on a small demo branch with its last months in the halls, and how many checks and searches were said to be made."""
    engine = open_engine(f"sqlite:///{folder}/demo.db")
    upgrade(engine)
    session, branch = open_sessions(engine)(), demo_branch(TODAY, 8, 70)
    sync_content(session, LIBRARY, load_bank(CONTENT, LIBRARY, TODAY).questions, NOW)
    seed(session, live_questions(session, LIBRARY, TODAY), "hash", NOW, lambda _done, _total: None, 8, 70, months=1)
    made = spot_checks(session, LIBRARY, branch, NOW), fill_desk(session, LIBRARY, branch, NOW)
    return session, *made


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    session, *counts = fill(tmp_path_factory.mktemp("halls"))
    yield session, *counts
    session.close()
    session.get_bind().dispose()


@pytest.fixture
def session(made):
    return made[0]


def rows(session):
    """Everything that was written, table by table."""
    return [[tuple(row) for row in session.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key))] for table in WRITTEN]


def test_some_halls_were_checked_in_each_of_the_last_months_and_one_is_being_checked(made):
    session, said, _ = made
    lines = [line for month in months_with_checks(session, None) for line in checks(session, month, None).lines]
    assert len(lines) == said
    assert len(months_with_checks(session, None)) >= 3
    assert [line.finished_at is None for line in lines] == [True] + [False] * (said - 1)
    assert all(line.started_at < line.finished_at <= NOW for line in lines[1:])
    assert all(line.answers for line in lines)
    assert 0.5 < sum(line.credit for line in lines) / sum(line.answers for line in lines) < 1


def test_the_checks_count_in_the_tables_and_in_the_ledger(session):
    month, every = months_with_checks(session, None)[1], units(session)
    period = Period(month, month, SPOT)
    found = board(session, period, every, list(every), NOW)
    assert found.branch.sat == sum(hall.sat for hall in found.halls) > 0
    people = rank_people(people_ranked(session, period, None), every, fewest_answers(SPOT))
    assert len(people) == found.branch.sat
    assert all(person.rank for person in people)
    assert session.scalar(select(PersonTallyRow.answers).where(PersonTallyRow.source == SPOT).limit(1)) > 0
    assert differences(session) == []


def test_one_topic_is_asked_more_in_the_last_week_than_chance_explains(made):
    session, _, said = made
    heard = voice(session, LIBRARY, NOW)
    told = session.scalars(select(AnnouncementRow).order_by(AnnouncementRow.id)).first()
    assert [topic.topic for topic in heard.rising] == [LIBRARY.versions(told.entry_id)[-1].topic]
    assert sum(n for topic in heard.topics for n in topic.weeks) == said


def test_what_nothing_answers_was_asked_in_several_words_by_several_clerks(session):
    lost = lost_searches(session, SINCE, NOW)
    for phrasings in UNANSWERED[:3]:
        about = [one for one in lost if one.query in phrasings]
        assert len({one.query for one in about}) > 1
        assert len({one.who for one in about}) > 3
        assert all(one.empty for one in about)
    assert len([one for one in lost if not one.empty]) >= 6


def test_hits_were_opened_and_copied_and_entries_got_thumbs_with_reasons(session):
    used = usage(session, SINCE, NOW).values()
    assert all(sum(getattr(use, name) for use in used) > 0 for name in ("found", "opened", "copied", "up", "down"))
    assert Counter(remark.useful for remark in remarks(session, SINCE, NOW))[False] == sum(use.down for use in used)
    assert all(remark.comment.startswith("示例") for remark in remarks(session, SINCE, NOW))


def test_two_announcements_were_read_by_part_of_their_halls(session):
    told = session.scalars(select(AnnouncementRow).order_by(AnnouncementRow.id)).all()
    assert [bool(one.audience) for one in told] == [False, True]
    assert all(one.title.startswith("示例") for one in told)
    read = Counter(session.scalars(select(AnnouncementReadRow.announcement_id)))
    assert 0 < read[told[1].id] < read[told[0].id] < 70


def test_everything_happened_before_now(session):
    moments = [
        row.at for table in (SearchRow, ActionRow, FeedbackRow, AnnouncementRow, AnnouncementReadRow) for row in session.scalars(select(table))
    ]
    assert max(moments) <= NOW


def test_the_same_seed_makes_the_same(session, tmp_path):
    again, *_ = fill(tmp_path)
    assert rows(again) == rows(session)
    again.close()
    again.get_bind().dispose()
