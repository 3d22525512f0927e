import json

import pytest

pytestmark = pytest.mark.model

GOLDEN = """# as_of: 2026-11-22
query\tentry ids\tclass
太贵了换便宜点的\tscript-cheaper\tcomplaint
59元那个套餐\ttariff-59\tnumber
补卡带什么\tbasic-card\tcolloquial
补办手机卡要啥证件\tbasic-card\tcolloquial
月费能不能少点\tscript-cheaper\tcolloquial
59块的有多少流量\ttariff-59\tnumber
taocan\ttariff-59,script-cheaper\tpinyin
水泵流量怎么选\t\toff-topic
今天天气怎么样\t\toff-topic
"""


@pytest.fixture
def golden(tmp_path):
    path = tmp_path / "dev.tsv"
    path.write_text(GOLDEN, "utf-8")
    return path


def test_json_holds_the_measures_by_class(published, golden):
    done = published.run("evaluate", "--golden", str(golden), "--json")
    (report,) = done.lines
    assert (done.code, report["queries"], report["expired_leaks"], report["wrong_number_at_1"]) == (0, 9, 0, 0)
    assert {kind: row["n"] for kind, row in report["classes"].items()} == {"complaint": 1, "number": 2, "colloquial": 3, "pinyin": 1, "all": 7}
    everything = report["classes"]["all"]
    assert everything["hit@1"]["low"] <= everything["hit@1"]["value"] <= everything["hit@3"]["value"] == 1.0
    assert report["off_topic_refused"][1] == 2


def test_the_terminal_shows_a_row_a_class_and_the_counts(published, golden):
    done = published.run("evaluate", "--golden", str(golden), "--misses")
    assert done.code == 0
    rows = done.out.splitlines()
    assert [row.split()[0] for row in rows[:6]] == ["class", "colloquial", "complaint", "number", "pinyin", "all"]
    assert any(row.startswith("wrong-number@1 0, expired leaks 0") for row in rows)


def test_a_faulty_golden_set_is_refused_with_every_faulty_line(published, golden):
    golden.write_text(GOLDEN + "补卡\tbasic-gone\tcolloquial\n补卡\n两遍\tbasic-card\tnonsense\n", "utf-8")
    done = published.run("evaluate", "--golden", str(golden))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    for place in (f"{golden}:12: golden-entry", f"{golden}:13: golden-columns", f"{golden}:14: golden-class"):
        assert place in done.err


@pytest.mark.parametrize("data", [None, "补卡\tbasic-card\tcolloquial".encode("gbk"), b"# as_of: 2026-02-31\n"])
@pytest.mark.parametrize("command", ["evaluate", "tune"])
def test_a_golden_set_that_cannot_be_read_is_an_error(published, tmp_path, command, data):
    path = tmp_path / "other.tsv"
    if data is not None:
        path.write_bytes(data)
    done = published.run(command, "--golden", str(path))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert str(path) in done.err


def test_tune_prints_weights_that_can_be_taken_over(published, golden):
    done = published.run("tune", "--golden", str(golden), "--json")
    assert done.code == 0
    (result,) = done.lines
    assert set(result["weights"]) == {"fusion", "confidence", "bias"}
    assert 0 <= result["hit_at_1"] <= 1
    assert json.dumps(result)


def test_tune_names_every_weight_in_the_terminal(published, golden):
    done = published.run("tune", "--golden", str(golden))
    assert done.code == 0
    for name in ("queries 9", "dense_short", "number_conflict", "confidence margin", "confidence bias"):
        assert name in done.out


def test_tune_refuses_a_set_that_is_too_small_to_fit_on(published, tmp_path):
    path = tmp_path / "tiny.tsv"
    path.write_text("补卡带什么\tbasic-card\tcolloquial\n", "utf-8")
    done = published.run("tune", "--golden", str(path))
    assert (done.code, done.err.startswith("error: ")) == (1, True)
