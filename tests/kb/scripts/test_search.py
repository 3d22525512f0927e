import pytest

pytestmark = pytest.mark.model


def search(site, *args, **kwargs):
    done = site.run("search", *args, **kwargs)
    assert (done.code, done.err) == (0, "")
    return done


def ids(answer):
    return [hit["id"] for hit in answer["hits"]]


def test_the_terminal_shows_what_to_say_the_numbers_and_what_must_and_must_not_be_said(published):
    out = search(published, "太贵了想换便宜的").out
    assert "1. 嫌月费太贵要降档  script-cheaper@1" in out
    for text in ("您可以换 59元 档。", "✓ 新月费 59元", "✗ 这档降不了（没有在约限制就必须受理）", "匹配：太贵了想换便宜的"):
        assert text in out
    assert "月费 59元/月" in out


def test_json_is_one_object_with_the_hit_complete(published):
    (answer,) = search(published, "59元套餐", "--json").lines
    first = answer["hits"][0]
    assert (answer["query"], answer["confident"]) == ("59元套餐", True)
    assert (first["id"], first["version"], first["kind"], first["effective_from"], first["effective_to"]) == (
        "tariff-59",
        1,
        "tariff",
        "2026-01-01",
        None,
    )
    assert {"name": "fee", "label": "月费", "value": "59元/月"} in first["facts"]
    assert first["numbers"] == {"carried": ["59元"], "others": []}
    assert first["score"] >= answer["hits"][1]["score"]


def test_a_file_gives_one_object_a_line_in_its_order_whatever_the_lines_hold(published, tmp_path):
    queries = ["太贵 换便宜", "", "😀", "套" * 501, "'; DROP TABLE search; --", "补卡"]
    path = tmp_path / "queries.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(queries).encode() + b"\r\n")
    answers = search(published, "--file", str(path), "--json").lines
    assert [a["query"] for a in answers] == queries
    assert [ids(a)[:1] for a in (answers[0], answers[5])] == [["script-cheaper"], ["basic-card"]]
    assert [a["confident"] for a in answers[1:4]] == [False] * 3
    assert [("error" in a) for a in answers] == [False, False, False, True, False, False]


def test_a_file_in_plain_text_names_every_query_and_a_bad_line_stops_no_other(published, tmp_path):
    path = tmp_path / "queries.txt"
    path.write_text("太贵 换便宜\n" + "套" * 501 + "\n补卡\n", encoding="utf-8")
    done = published.run("search", "--file", str(path), "-k", "1")
    named = [row for row in done.out.splitlines() if row.startswith("» ")]
    assert named == ["» 太贵 换便宜", "» " + "套" * 40 + "…", "» 补卡"]
    assert "basic-card" in done.out
    assert (done.code, done.err.count("error: ")) == (1, 1)


def test_a_dash_reads_standard_input(published):
    answers = search(published, "--file", "-", "--json", stdin="补卡\n套餐\n").lines
    assert [a["query"] for a in answers] == ["补卡", "套餐"]


def test_options_narrow_the_answer(published):
    assert len(ids(search(published, "套餐", "-k", "1", "--json").lines[0])) == 1
    assert set(ids(search(published, "套餐 补卡", "--kind", "basic", "--json").lines[0])) == {"basic-card"}
    assert "basic-card" not in ids(search(published, "补卡", "--hall", "北门厅", "--json").lines[0])
    assert "basic-card" in ids(search(published, "补卡", "--hall", "中泉厅", "--json").lines[0])


def test_the_day_decides_which_tariff_comes_out(published):
    for day, wanted, other in (("2025-06-01", "tariff-58", "tariff-59"), ("2026-06-01", "tariff-59", "tariff-58")):
        found = ids(search(published, "畅享套餐", "--as-of", day, "--json").lines[0])
        assert wanted in found
        assert other not in found


def test_another_number_is_marked_in_the_terminal(published):
    assert "注意：本条是 月费59元/月" in search(published, "88元套餐", "--kind", "tariff").out


def test_a_query_that_nothing_fits_says_so_plainly(published):
    assert "没有找到合适的条目" in search(published, "。。。").out


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "yesterday", "", "26-1-1"])
def test_a_bad_date_is_an_error(published, day):
    done = published.run("search", "套餐", "--as-of", day)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "as-of" in done.err


def test_without_an_index_the_error_says_what_to_run(published, tmp_path):
    done = published.run("search", "套餐", "--index", str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "hallwise index" in done.err


def test_a_damaged_index_is_an_error_in_the_language_set(site):
    next(site.index.glob("*/entries.json")).write_text("[]", "utf-8")
    done = site.run("search", "套餐", HALLWISE_LANG="en")
    assert done.code == 1
    assert done.err.startswith("error: the index ")
    assert "is damaged" in done.err


def test_an_index_of_another_model_is_refused(site):
    done = site.run("search", "套餐", HALLWISE_MODEL="other/model")
    assert done.code == 1
    assert done.err.startswith("error: ")
    assert "other/model" in done.err


@pytest.mark.parametrize("data", [None, b"\xff\xfe\xb2\xe2"])
def test_a_file_that_cannot_be_read_is_an_error(published, tmp_path, data):
    path = tmp_path / "queries.txt"
    if data is not None:
        path.write_bytes(data)
    done = published.run("search", "--file", str(path))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert str(path) in done.err


def test_a_query_that_is_too_long_is_an_error(published):
    done = published.run("search", "套" * 501)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "500" in done.err


@pytest.mark.parametrize("args", [(), ("套餐", "--file", "x"), ("套餐", "-k", "0"), ("套餐", "--kind", "tarif"), ("套餐", "--nonsense")])
def test_wrong_usage_exits_2(published, args):
    done = published.run("search", *args)
    assert (done.code, done.out) == (2, "")
    assert "Error" in done.err
