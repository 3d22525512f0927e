"""Writing that shares commits: nothing is told before it is on disk, and nobody suffers from another's failure."""

import threading

import pytest
from sqlalchemy import event, func, select

from kb.db import open_engine, open_sessions, reading, upgrade
from kb.errors import ConflictError
from kb.tables import PublishedVersionRow
from kb.writer import Writer
from tests.builders import NOW


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'hallwise.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(engine):
    return Writer(open_sessions(engine), shared=True)


@pytest.fixture
def commits(engine):
    """How often the database was made to commit, from now on."""
    found = []
    event.listen(engine, "commit", lambda _connection: found.append(1))
    return found


def enter(name):
    """Work that enters a row and returns its name."""

    def work(session):
        session.add(PublishedVersionRow(entry_id=name, version=1, digest="", title="", content={}, published_at=NOW))
        session.flush()
        return name

    return work


def kept(engine):
    with reading(engine) as session:
        return sorted(session.scalars(select(PublishedVersionRow.entry_id)))


class Crowd:
    """Callers in threads of their own, who all come while somebody else is writing."""

    def __init__(self, writer, works):
        self.writer, self.told, self.raised = writer, {}, {}
        self.busy, self.go = threading.Event(), threading.Event()
        first = threading.Thread(target=writer.write, args=(self.hold,))
        first.start()
        assert self.busy.wait(30)
        others = [threading.Thread(target=self.call, args=one) for one in works.items()]
        for thread in others:
            thread.start()
        while len(writer._waiting) < len(others):  # when they have all come is seen nowhere else
            self.go.wait(0.001)
        self.go.set()
        for thread in (first, *others):
            thread.join(30)

    def hold(self, _session):
        self.busy.set()
        assert self.go.wait(30)

    def call(self, name, work):
        try:
            self.told[name] = self.writer.write(work)
        except Exception as error:  # noqa: BLE001 (whatever is raised is what is looked at)
            self.raised[name] = error


def test_who_writes_alone_is_told_after_the_commit(engine, writer, commits):
    assert (writer.write(enter("a")), kept(engine), len(commits)) == ("a", ["a"], 1)


def test_those_who_wait_share_one_commit_and_everybody_gets_their_own_answer(engine, writer, commits):
    names = [f"n{i:02}" for i in range(20)]
    crowd = Crowd(writer, {name: enter(name) for name in names})
    assert (sorted(crowd.told.items()), crowd.raised, kept(engine), len(commits)) == ([(n, n) for n in names], {}, names, 1)


def test_a_failure_is_raised_to_its_caller_alone_and_keeps_nothing_of_theirs(engine, writer):
    def refuse(session):
        enter("refused")(session)
        raise ConflictError("exam-over")

    crowd = Crowd(writer, {"a": enter("a"), "bad": refuse, "c": enter("c")})
    assert (sorted(crowd.told), kept(engine)) == (["a", "c"], ["a", "c"])
    assert [(name, error.code) for name, error in crowd.raised.items()] == [("bad", "exam-over")]


def test_a_commit_that_fails_is_told_to_nobody_as_done(engine, writer):
    def fail(_connection):
        raise OSError("the disk is full")

    event.listen(engine, "commit", fail)
    crowd = Crowd(writer, {"a": enter("a"), "b": enter("b")})
    assert (crowd.told, sorted(crowd.raised), kept(engine)) == ({}, ["a", "b"], [])
    event.remove(engine, "commit", fail)
    assert (writer.write(enter("c")), kept(engine)) == ("c", ["c"])


def test_eight_threads_without_pause_lose_nothing(engine, writer):
    def work(who):
        for n in range(25):
            writer.write(enter(f"{who}-{n}"))

    threads = [threading.Thread(target=work, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept(engine)) == 200


def test_without_sharing_everybody_has_a_transaction_of_their_own(engine, commits):
    writer = Writer(open_sessions(engine), shared=False)
    assert [writer.write(enter("a")), writer.write(enter("b"))] == ["a", "b"]
    assert len(commits) == 2
    with pytest.raises(ConflictError):
        writer.write(lambda _session: (_ for _ in ()).throw(ConflictError("exam-over")))
    assert kept(engine) == ["a", "b"]


def test_a_writer_of_another_kind_gets_its_turn_between_shared_commits(engine, writer):
    stop = threading.Event()

    def without_pause(who):
        n = 0
        while not stop.is_set():
            writer.write(enter(f"{who}-{n}"))
            n += 1

    threads = [threading.Thread(target=without_pause, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    try:
        for n in range(10):
            with open_sessions(engine).begin() as session:
                enter(f"other-{n}")(session)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    with reading(engine) as session:
        query = select(func.count()).where(PublishedVersionRow.entry_id.like("other-%"))
        assert session.scalar(query) == 10


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_takes_a_process_that_ends_in_the_middle_for_success(engine, writer):
    def end(_session):
        raise SystemExit

    crowd = Crowd(writer, {"a": enter("a"), "b": end, "c": enter("c")})
    assert (crowd.told, kept(engine)) == ({}, [])
    assert writer.write(enter("after")) == "after"
