"""`hallwise bench reports`: how long the managers' pages take on a year of made-up answers."""

import gc
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from kb.config import Settings
from kb.db import open_engine, open_sessions, upgrade
from kb.errors import QueryError, SnapshotError
from kb.scripts.bench_grades import MONTHS, Made, fill, made_before
from kb.scripts.bench_report import Result, table
from kb.scripts.bench_search import machine
from kb.scripts.options import json_option
from kb.scripts.serve import settle
from kb.search import Searcher
from quiz.reports.sums import forget
from quiz.statistics.period import months_before
from quiz.tables import EmployeeRow
from web import Services, create_app, plots

_PLOTS = (plots.trend, plots.funnel, plots.bars, plots.heat)


class NoIndex:
    """A site without a knowledge base: titles are not what is measured."""

    def get(self) -> Searcher:
        """Raises SnapshotError."""
        raise SnapshotError("index-missing", path="")


@click.command()
@click.option("--answers", type=click.IntRange(1000, 50_000_000), default=1_000_000, show_default=True, help="Answers to make up.")
@click.option("--database", help="A database to fill, or one filled before, instead of a new SQLite file.")
@click.option("--repeats", type=click.IntRange(1, 1000), default=30, show_default=True, help="Visits of each page.")
@json_option
def reports(answers: int, database: str | None, repeats: int, *, as_json: bool) -> None:
    """Fill a database with graded papers and measure every page with memory empty, and again."""
    with _filled(answers, database) as (engine, made, seconds):
        result = {"machine": machine(), "database": engine.dialect.name, **made.size, "filling_seconds": round(seconds, 1)}
        result["pages"] = measure(engine, made, repeats)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else report(result))


@contextmanager
def _filled(answers: int, database: str | None) -> Iterator[tuple[Engine, Made, float]]:
    with tempfile.TemporaryDirectory(prefix="hallwise-bench-") as folder:
        engine = open_engine(database or f"sqlite:///{Path(folder) / 'reports.db'}")
        upgrade(engine)
        try:
            started = time.perf_counter()
            with open_sessions(engine).begin() as session:
                made = made_before(session)
                if made is None and session.scalar(select(func.count()).select_from(EmployeeRow)):
                    raise QueryError("bad-parameter", name="database", value=str(engine.url), why="empty")
                made = made or fill(session, answers, datetime.now(UTC))
            with engine.connect() as connection:
                connection.exec_driver_sql("ANALYZE")
                connection.commit()
            settle()
            yield engine, made, time.perf_counter() - started
        finally:
            gc.unfreeze()
            engine.dispose()


def measure(engine: Engine, made: Made, repeats: int) -> list[Result]:
    """Milliseconds of every page: with nothing in memory (median of up to five), and over repeated visits (median, 95th percentile)."""
    services = Services(NoIndex(), engine, open_sessions(engine))
    app = create_app(Settings(secret_key="bench", lang="zh"), services)  # noqa: S106 (nobody else ever reaches it)
    found = []
    for who, key, paths in _visits(made):
        client = app.test_client()
        for path in paths:
            size, fresh = _timed(client, key, path, min(5, repeats), _empty_memory)
            _, warm = _timed(client, key, path, repeats, lambda: None)
            ordered = sorted(warm)
            page = {"who": who, "path": path, "kB": round(size / 1024, 1), "fresh": _ms(sorted(fresh)[len(fresh) // 2])}
            found.append({**page, "p50": _ms(ordered[len(ordered) // 2]), "p95": _ms(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))])})
    return found


def _visits(made: Made) -> list[tuple[str, int, list[str]]]:
    year = f"first={months_before(made.last, MONTHS)[0]}&last={made.last}"
    branch = ["/manager", "/manager/halls", f"/manager/halls?unit={made.district_unit}", f"/manager/halls/{made.hall_unit}", "/manager/topics"]
    branch += ["/manager/topics/分类1", "/manager/entries", "/manager/entries/entry-001", "/manager/tables?level=hall"]
    branch += [f"/manager/tables?level=person&unit={made.district_unit}", "/manager/tables?level=person", f"/manager/people/{made.clerk_number}"]
    branch += ["/manager/questions/q-0003", f"/manager?{year}", f"/manager/halls?{year}", f"/manager/topics?{year}"]
    branch += ["/bulletin", f"/bulletin?unit={made.district_unit}", "/spot", "/manager/tables?level=hall&source=spot", "/people"]
    pictures = [f"/manager/plots/{name}" for name in ("trend", "funnel", "heat")]
    hall = ["/manager", f"/manager/halls/{made.hall_unit}", "/manager/topics"]
    return [("branch", made.branch, [*branch, *pictures]), ("hall", made.hall, hall), ("clerk", made.clerk, ["/me"])]


def _timed(client: FlaskClient, key: int, path: str, times: int, before: Callable[[], None]) -> tuple[int, list[float]]:
    """(the size of the answer, the seconds of each visit). The session is opened without a password."""
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"], session["seen"] = f"{key}.1", True, int(time.time())
    seconds, size = list[float](), 0
    for _ in range(times):
        before()
        started = time.perf_counter()
        response = client.get(path)
        seconds.append(time.perf_counter() - started)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
        size = len(response.data)
    return size, seconds


def _empty_memory() -> None:
    forget()
    for drawn in _PLOTS:
        drawn.cache_clear()


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def report(result: dict[str, Any]) -> str:
    """What was measured as a Markdown table."""
    about = f"{result['answers']:,} answers of {result['people']:,} people in {result['halls']:,} halls over {result['months']} months"
    head = ("who", "page", "kB", "nothing in memory, ms", "p50, ms", "p95, ms")
    rows = [(page["who"], page["path"], page["kB"], page["fresh"], page["p50"], page["p95"]) for page in result["pages"]]
    return "\n\n".join([f"{result['machine']['cpu']}, {result['database']}, {about}, filled in {result['filling_seconds']} s", table(head, rows)])
