"""How long a changed entry takes until it can be found."""

import shutil
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from kb.check import check
from kb.embed import Embedder
from kb.entry import Context
from kb.index import build_index
from kb.library import entry_files, load_library
from kb.live import LiveSearch
from kb.scripts.bench_corpus import TimedEmbedder
from kb.scripts.bench_job import Job, Result
from kb.tokens import SYNONYMS_FILE

_WORD = "青铜风铃"
_LONGEST_WAIT = 60.0


def live(job: Job) -> Result:
    """Change one file of a content folder of about `size` passages and follow it: read, checked, built, served; then the command as a whole."""
    content = grown_content(Path(job.args["content"]), job.folder / "content", job.args["copies"])
    embedder = TimedEmbedder(job.embedder(), job.made_before())
    synonyms = content / SYNONYMS_FILE
    text = synonyms.read_text(encoding="utf-8") if synonyms.is_file() else ""
    built = build_index(load_library(content), text, job.index, embedder, job.day)
    searcher = LiveSearch(job.index, job.args["model"], embedder)
    searcher.get()
    rounds = [_round(job, content, text, embedder, searcher, number) for number in range(job.args["rounds"])]
    result: Result = {"passages": built.passages, "entries": built.entries}
    for name in rounds[0]:
        result[name] = round(sorted(r[name] for r in rounds)[len(rounds) // 2], 3)
    result["command_s"] = _command(job, content)
    return result


def grown_content(source: Path, target: Path, copies: int) -> Path:
    """A copy of a content folder with `copies` of its entry files once more under other ids."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for number, path in enumerate(entry_files(target)[:copies]):
        text = path.read_text(encoding="utf-8")
        rows = [row for row in text.split("\n") if not row.startswith("supersedes:")]
        changed = [f"id: copy-{number:04d}" if row.startswith("id:") else row for row in rows]
        (path.parent / f"copy-{number:04d}.md").write_text("\n".join(changed), encoding="utf-8")
    return target


def _change(content: Path, number: int) -> None:
    path = entry_files(content)[0]
    path.write_text(path.read_text(encoding="utf-8") + f"\n## {_WORD}{number}\n到第{number}号柜台领取{_WORD}。\n", encoding="utf-8")


def _round(job: Job, content: Path, synonyms: str, embedder: Embedder, searcher: LiveSearch, number: int) -> dict[str, float]:
    _change(content, number)
    marks = [time.perf_counter()]
    library = load_library(content)
    marks.append(time.perf_counter())
    check(library, job.day)
    marks.append(time.perf_counter())
    built = build_index(library, synonyms, job.index, embedder, job.day)
    marks.append(time.perf_counter())
    _wait(searcher, built.folder.name, job.context)
    marks.append(time.perf_counter())
    steps = [b - a for a, b in pairwise(marks)]
    return {**dict(zip(("read_s", "check_s", "build_s", "swap_s"), steps, strict=True)), "build_to_found_s": steps[2] + steps[3], "all_s": sum(steps)}


def _wait(searcher: LiveSearch, name: str, context: Context) -> None:
    deadline = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < deadline:
        serving = searcher.get()
        if serving.snapshot.manifest.get("name") == name and serving.lookup(_WORD, context).hits:
            return
        time.sleep(0.01)
    raise TimeoutError(name)


def _command(job: Job, content: Path) -> float:
    """Wall time of `hallwise index` after one more change, start of the process included."""
    _change(content, 99)
    command = [sys.executable, "-m", "kb.scripts.__main__", "index", "--content", str(content), "--index", str(job.index)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (our own command)
    return round(time.perf_counter() - started, 3)
