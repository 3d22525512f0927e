"""`hallwise bench exam`: many people at one exam over HTTP, with and without the server being killed under them."""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Self

import click
from sqlalchemy import Engine, insert, select

from kb import EntryRef
from kb.db import open_engine, open_sessions, reading, upgrade
from kb.scripts.bench_report import table
from kb.scripts.bench_sitters import Crowd, Pace, Sitting, Ticket, percentiles
from kb.scripts.options import json_option, progress_bar
from quiz.exams.planning import Audience, Draft, Plan, Window, create_draft, schedule
from quiz.exams.sheet import Event, EventKind, Sheet, answers_hash, fold
from quiz.exams.tallies import differences
from quiz.questions.codec import digest, to_json
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import AccountRow, AnswerEventRow, AttemptRow, EmployeeRow, MembershipRow, QuestionRow, RevisionRow, UnitRow

_QUESTIONS, _FORMS = 16, 3
_HOST = "127.0.0.1"
_STARTS_WITHIN = 120  # seconds, on a machine that does other things as well


@click.command()
@click.option("--people", type=click.IntRange(1, 20_000), default=2000, show_default=True, help="People who take 30 to 90 s a page.")
@click.option("--hasty", type=click.IntRange(0, 5000), default=200, show_default=True, help="People who click without pause.")
@click.option("--kills", type=click.IntRange(0, 100), default=10, show_default=True, help="How often the server is killed under 200 people.")
@click.option("--speed", type=click.FloatRange(1, 100), default=1.0, show_default=True, help="How many times faster people think.")
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@click.option("--database", help="Measure on this empty database instead of a new SQLite file.")
@json_option
def exam(people: int, hasty: int, kills: int, speed: float, workers: int, threads: int, database: str | None, *, as_json: bool) -> None:
    """Let virtual people sit an exam of 16 questions on 8 pages, the load generator on this machine too, and count what was lost."""
    paced = Pace((30 / speed, 90 / speed), 60 / speed, _QUESTIONS)
    runs = [("thinking", people, paced, 0), ("without pause", hasty, Pace((0, 0), 0, _QUESTIONS), 0)]
    runs.append(("server killed", 200 if kills else 0, Pace((0.4, 1.2), 2, _QUESTIONS, persistent=True), kills))
    with _unwinding():
        rows = [_run(*run, workers, threads, database) for run in runs if run[1]]
    click.echo(json.dumps(rows) if as_json else _report(rows))


@contextmanager
def _unwinding() -> Iterator[None]:
    """Let SIGTERM end the command as an exception does, so that the server it started ends too and its folder goes."""

    def ended(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(name: str, people: int, pace: Pace, kills: int, workers: int, threads: int, database: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hallwise-bench-") as folder:
        url, key = database or f"sqlite:///{folder}/exam.db", secrets.token_hex(16)
        engine = open_engine(url)
        upgrade(engine)
        exam_id, numbers = _furnish(engine, people)
        with _Server(url, key, Path(folder), workers, threads) as server, progress_bar(name, "人") as progress:
            crowd = Crowd(_HOST, server.port, exam_id, pace)
            with _killing(server, kills):
                began = time.monotonic()
                sittings = crowd.run(_tickets(key, numbers), progress)
            spent = time.monotonic() - began
        lost = _losses(engine, exam_id, sittings)
        engine.dispose()
    times = {kind: percentiles(values) for kind, values in crowd.times.items()}
    requests = sum(row["n"] for row in times.values())
    errors = [error for sitting in sittings for error in sitting.errors]
    facts = {"people": people, "seconds": round(spent, 1), "requests": requests, "per_second": round(requests / spent, 1), "kills": server.kills}
    return {"run": name, **facts, "retries": crowd.retries, "errors": len(errors), "first_error": errors[0] if errors else "", **lost, "times": times}


def _furnish(engine: Engine, people: int) -> tuple[int, dict[str, int]]:
    """An open exam with three forms, and so many people with accounts; returns the exam and employee numbers with their keys."""
    now = datetime.now(UTC)
    with open_sessions(engine).begin() as session:
        unit = UnitRow(kind="hall", code=secrets.token_hex(4), name="压测厅")
        session.add(unit)
        session.flush()
        prefix = secrets.token_hex(3).upper()
        rows = [EmployeeRow(number=f"{prefix}{n:06}", name="演示", role="clerk") for n in range(people)]
        session.add_all(rows)
        session.flush()
        session.execute(insert(MembershipRow), [{"employee_id": r.id, "unit_id": unit.id, "from_day": date(2020, 1, 1)} for r in rows])
        session.execute(insert(AccountRow), [{"employee_id": r.id, "password_hash": "-", "must_change": False, "epoch": 1} for r in rows])
        plan = Plan("压测", f"{now:%Y-%m}", 120, 0.6, 2)
        drafts = [Draft([(_question(session, f"{prefix.lower()}-{f}-{n}", now), 5.0) for n in range(_QUESTIONS)]) for f in range(_FORMS)]
        exam_id = create_draft(session, plan, drafts, "", now)
        schedule(session, exam_id, Window(now + timedelta(seconds=0), now + timedelta(hours=6)), Audience(frozenset({unit.id})), "", now)
        return exam_id, {row.number: row.id for row in rows}


def _question(session: Any, name: str, now: datetime) -> int:
    options = tuple(Option(f"选项{n}", n == len(name) % 4) for n in range(4))
    made = Question(f"q-{name}", QuestionType.SINGLE, EntryRef("bench", 1), f"压测题 {name}", options)
    session.add(QuestionRow(id=made.id, origin="imported", type="single", topic=f"主题{len(name) % 5}", state="live", updated_at=now))
    session.flush()
    shown = to_json(made)
    row = RevisionRow(
        question_id=made.id, number=1, entry_version=1, written=shown, shown=shown, facts=[], digest=digest(made), created_at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _tickets(key: str, numbers: dict[str, int]) -> list[Ticket]:
    """A session for everybody, signed as the site signs it: signing in is not what is measured."""
    # Imported here: only this measurement makes cookies.
    from flask import Flask
    from flask.sessions import SecureCookieSessionInterface
    from itsdangerous import URLSafeTimedSerializer

    app = Flask("bench")
    app.secret_key = key
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    assert cookies is not None
    raw, seen = secrets.token_hex(20), int(time.time())
    token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)
    made = []
    for number, employee_id in numbers.items():
        session = {"_user_id": f"{employee_id}.1", "_fresh": True, "seen": seen, "csrf_token": raw, "_permanent": True}
        made.append(Ticket(number, str(cookies.dumps(session)), str(token)))
    return made


class _Server:
    """`hallwise serve` in a process group of its own, which can be killed and started again on the same port."""

    def __init__(self, url: str, key: str, folder: Path, workers: int, threads: int) -> None:
        with socket.socket() as probe:
            probe.bind((_HOST, 0))
            self.port = int(probe.getsockname()[1])
        self._log = folder / "serve.log"
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HALLWISE_")},
            "HALLWISE_DATABASE_URL": url, "HALLWISE_SECRET_KEY": key, "HALLWISE_INDEX": str(folder / "index"), "HALLWISE_PORT": str(self.port),
            "HALLWISE_WORKERS": str(workers), "HALLWISE_THREADS": str(threads), "HALLWISE_LOG_LEVEL": "error",
        }  # fmt: skip
        self.kills = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "kb.scripts", "serve"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environ, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 (our own command)
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until:
            if self._answers():
                return
            time.sleep(0.05)
        raise click.ClickException(self._log.read_text(encoding="utf-8")[-2000:])

    def _answers(self) -> bool:
        """Whether a request is answered: the port is open long before, while the program is still being loaded."""
        line = HTTPConnection(_HOST, self.port, timeout=_STARTS_WITHIN)
        try:
            line.request("GET", "/account/sign-in")
            line.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            line.close()
        return True

    def kill(self) -> None:
        """Kill the whole group at once, as a power cut would, and start anew."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.kills += 1
        self.start()

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def _killing(server: _Server, kills: int) -> Iterator[None]:
    """Kill the server so many times, at random moments, while the body runs."""
    stop = threading.Event()

    def work() -> None:
        for _ in range(kills):
            if stop.wait(random.uniform(0.5, 2.5)):  # noqa: S311 (moments, not secrets)
                return
            server.kill()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _losses(engine: Engine, exam_id: int, sittings: Sequence[Sitting]) -> dict[str, int]:
    """What the database does not hold though it was acknowledged, what it holds twice, and papers whose grades do not follow from their answers."""
    lost = doubled = wrong = 0
    with reading(engine) as session:
        attempts = {row.id: row for row in session.scalars(select(AttemptRow).where(AttemptRow.exam_id == exam_id))}
        kept: dict[int, list[AnswerEventRow]] = {}
        for row in session.scalars(
            select(AnswerEventRow).where(AnswerEventRow.attempt_id.in_(select(AttemptRow.id).where(AttemptRow.exam_id == exam_id)))
        ):
            kept.setdefault(row.attempt_id, []).append(row)
        for sitting in sittings:
            rows = kept.get(sitting.attempt, [])
            names = [(row.device, row.seq) for row in rows]
            lost += sum(name not in names for name in sitting.acknowledged)
            doubled += len(names) - len(set(names))
            held = fold(Event(r.device, r.seq, EventKind(r.kind), r.position, r.value) for r in rows)
            attempt = attempts.get(sitting.attempt)
            wrong += attempt is None or not _agrees(sitting, attempt, held)
        unequal = len(differences(session))
    submitted = sum(row.submitted_at is not None for row in attempts.values())
    papers = len({row.employee_id for row in attempts.values()})
    return {"papers": papers, "handed_in": submitted, "lost": lost, "doubled": doubled, "wrong_papers": wrong, "unequal_sums": unequal}


def _agrees(sitting: Sitting, attempt: AttemptRow, held: Sheet) -> bool:
    """Whether the kept answers are the acknowledged ones, and the receipts are theirs."""
    slots = {place: attempt.layout[place - 1] for place, _ in sitting.acknowledged.values()}
    same = all(held.answers.get(slots[n]["position"]) == slots[n]["order"][value] for n, value in sitting.acknowledged.values())
    return same and (not sitting.receipt or sitting.receipt == attempt.receipt == answers_hash(attempt.id, held.answers))


def _report(rows: Sequence[dict[str, Any]]) -> str:
    names = [name for name in rows[0] if name not in {"first_error", "times"}]
    times = [(row["run"], kind, *(t[name] for name in ("n", "p50", "p95", "p99", "max"))) for row in rows for kind, t in row["times"].items()]
    parts = [table([name.replace("_", " ") for name in names], [[row[name] for name in names] for row in rows])]
    parts += [table(("run", "request", "n", "p50 ms", "p95", "p99", "max"), times)]
    return "\n\n".join([*parts, *(f"{row['run']}: {row['first_error']}" for row in rows if row["first_error"])])
