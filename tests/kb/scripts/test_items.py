import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.kb.scripts.conftest import Site
from tests.quiz.published import LSAT6, LSAT6_COUNTS, MOODLE


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def write(path, header, rows):
    path.write_text("\n".join(",".join(map(str, row)) for row in [header, *rows]) + "\n", "utf-8")
    return str(path)


@pytest.fixture
def lsat(tmp_path):
    rows = [[*map(int, row), count] for row, count in zip(LSAT6, LSAT6_COUNTS, strict=True)]
    return write(tmp_path / "lsat6.csv", ["Item_1", "Item_2", "Item_3", "Item_4", "Item_5", "Freq"], rows)


def test_json_has_the_published_statistics(site, lsat):
    done = site.run("items", lsat, "--json")
    found = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert list(found) == ["n", "alpha", "standard_error", "items", "one_parameter"]
    assert (found["n"], round(found["alpha"], 5)) == (1000, 0.295)
    assert list(found["items"][0]) == [
        "item", "facility", "sd", "item_rest", "discrimination_index", "discriminative_efficiency", "effective_weight", "flags",
    ]  # fmt: skip
    assert [round(i["item_rest"], 4) for i in found["items"]] == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    one = found["one_parameter"]
    assert [round(b, 4) for b in one["b"]] == [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]
    assert (round(one["a"], 4), round(one["log_likelihood"], 3)) == (0.7551, -2466.938)


def test_the_terminal_speaks_chinese_and_names_columns_that_are_no_items(site, tmp_path):
    path = write(tmp_path / "quiz.csv", ["quizattempt", *(f"s{i}" for i in range(1, 8))], [[i, *row] for i, row in enumerate(MOODLE, 1)])
    done = site.run("items", path)
    assert done.code == 0
    assert "答卷 25 份，题目 7 道" in done.out
    assert "信度（Cronbach α）-0.872" in done.out
    assert "单参数模型：估计不出来" in done.out
    assert "quizattempt" in done.err
    assert json.loads(site.run("items", path, "--json").out)["one_parameter"] == {"a": None, "b": [None] * 7, "log_likelihood": None}


def test_a_wrong_key_is_flagged_and_its_options_are_shown(site, tmp_path):
    rng = np.random.default_rng(1)
    ability = rng.normal(size=300)
    columns = []
    for _ in range(12):
        right = rng.random(300) < 1 / (1 + np.exp(rng.normal() - 1 - ability))
        columns.append(np.where(right, "A", rng.choice(["B", "C"], 300)).tolist())
    header = [f"q{i}" for i in range(12)]
    responses = write(tmp_path / "r.csv", header, zip(*columns, strict=True))
    key = write(tmp_path / "k.csv", header, [["A", "A", "A", "C", *["A"] * 8]])
    found = json.loads(site.run("items", responses, "--key", key, "--json").out)
    assert [i["item"] for i in found["items"] if "miskey" in i["flags"]] == ["q3"]
    shown = site.run("items", responses, "--key", key).out
    assert "q3：答案可能给错" in shown
    assert "比答案更像答案" in shown


def test_values_that_are_undefined_are_null(site, tmp_path):
    found = json.loads(site.run("items", write(tmp_path / "one.csv", ["q1", "q2"], [[1, ""]]), "--json").out)
    assert (found["n"], found["alpha"], found["standard_error"]) == (1, None, None)
    assert found["items"][1]["facility"] is None
    assert found["items"][0]["sd"] is None


def test_blank_cells_are_counted_aloud_since_they_are_not_wrong(site, tmp_path):
    done = site.run("items", write(tmp_path / "gaps.csv", ["q1", "q2"], [[1, ""], ["", ""], [0, "NA"], [1, "-"]]), "--json")
    assert "空着的 2 格" in done.err
    assert json.loads(done.out)["items"][1]["facility"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [("q1,q2\n1,0\n1,B\n", ["3", "q2", "B", "--key"]), ("q1,Freq\n1,x\n", ["2", "Freq", "x"]), ("q1\n", ["bad.csv"])],
)
def test_what_cannot_be_read_is_said_with_row_and_column(site, tmp_path, text, said):
    (tmp_path / "bad.csv").write_text(text, "utf-8")
    done = site.run("items", str(tmp_path / "bad.csv"))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert [word for word in said if word not in done.err] == []


def test_files_that_are_not_there_or_no_files_are_said(site, tmp_path, lsat):
    assert str(tmp_path / "none.csv") in site.run("items", str(tmp_path / "none.csv")).err
    assert site.run("items", lsat, "--key", str(tmp_path / "none.csv")).code == 1
    done = site.run("items", str(tmp_path))
    assert (done.code, done.err.startswith("error: ")) == (1, True)


@pytest.mark.skipif("EXAM_DATA" not in os.environ, reason="EXAM_DATA names no folder of published data")
@pytest.mark.parametrize(("name", "n", "alpha"), [("LSAT6.csv", 1000, 0.295), ("moodle_results00.csv", 25, -0.872231)])
def test_the_published_files_are_read_as_they_are(site, name, n, alpha):
    found = json.loads(site.run("items", str(Path(os.environ["EXAM_DATA"]) / name), "--json").out)
    assert (found["n"], round(found["alpha"], 6)) == (n, pytest.approx(alpha, abs=5e-6))
