"""`hallwise draw` on a bank from outside, and the shape of its measurement; never a time."""

import json

import pytest

from quiz.forms.itemfile import Columns, month_number, read_items
from tests.kb.scripts.conftest import Site

PLAN = "title: 科学\nforms: 3\ncells:\n  - {name: 一, attributes: {STANDARD: [1]}, count: 4}\n  - {name: 二, attributes: {STANDARD: [2, 3]}, count: 2, points: 2}\n"
ROWS = [f"SC{n:03d},{n % 3 + 1},{0.3 + n % 50 / 100:.2f}" for n in range(90)]
BANK = "\n".join(["ID,STANDARD,PVALUE", *ROWS]) + "\n"


@pytest.fixture
def drawing(tmp_path):
    """A site with a bank and a blueprint, and the command on them."""
    (tmp_path / "bank.csv").write_text(BANK, encoding="utf-8-sig")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")

    def run(*args: str, **environ: str):
        return Site(tmp_path).run("draw", "--bank", str(tmp_path / "bank.csv"), "--blueprint", str(tmp_path / "plan.yaml"), *args, **environ)

    run.folder = tmp_path
    return run


def test_forms_come_as_json_the_same_for_the_same_seed(drawing):
    done = drawing("--seed", "5", "--json")
    assert (done.code, done.err) == (0, "")
    [found] = done.lines
    assert [len(form["items"]) for form in found["forms"]] == [6, 6, 6]
    assert found["forms"][0]["cells"] == {"一": 4, "二": 2}
    assert found["forms"][0]["points"] == 8
    assert found["forms"][0]["items"][0].keys() == {"id", "cell", "points"}
    assert found["balance"]["overlap"] == 0
    assert found["balance"]["expected_spread"] <= 0.005
    assert found["shortfalls"] == []
    again, other = drawing("--seed", "5", "--json").lines[0], drawing("--seed", "6", "--json").lines[0]
    assert again["forms"] == found["forms"]
    assert other["forms"] != found["forms"]


def test_people_get_a_table_and_the_ids(drawing):
    done = drawing("--forms", "2")
    assert done.code == 0
    assert "| form | questions | points | expected % |" in done.out
    assert "form 2: SC" in done.out
    assert "overlap 0" in done.out


def test_what_the_bank_cannot_give_is_named_and_exits_1(drawing):
    done = drawing("--forms", "8", "--json", HALLWISE_LANG="en")
    assert done.code == 1
    assert done.lines[0]["forms"] == []
    assert [(s["code"], s["by"]) for s in done.lines[0]["shortfalls"]] == [("draw-short", 2)]
    assert "“一” lacks 2 questions: 8 forms need 32, 30 are available" in done.err
    assert done.err.endswith("error: 1 demands of the blueprint are not met\n")


def test_a_bad_blueprint_is_refused_with_line_and_field(drawing):
    (drawing.folder / "plan.yaml").write_text("title: x\ncells:\n  - cuont: 3\n", encoding="utf-8")
    done = drawing(HALLWISE_LANG="en")
    assert (done.code, done.out) == (1, "")
    assert "plan.yaml:3: unknown-field" in done.err
    assert "did you mean count?" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ID,PVALUE\nA,0.5\nB,1.5\n", "bank.csv:3: bank-share “1.5” in the column “PVALUE”"),
        ("ID,PVALUE\nA,0.5\nA,0.6\n", "bank.csv:3: bank-id-twice “A” in the column “ID” is already used in row 2"),
        ("ID,PVALUE\nA,0.5\nB\n", "bank.csv:3: bank-row this row has 1 cells, the head has 2"),
        ("ID,PVALUE\n,0.5\n", "bank.csv:2: bank-empty the column “ID” may not be empty"),
        ("ID,PVALUE\nA,\n", "bank.csv:2: bank-empty the column “PVALUE” may not be empty"),
        ("ID,share\nA,0.5\n", "bank.csv:1: bank-column there is no column “p”; there are ID, share. Name one with --p-column"),
        ("ID,PVALUE,ID\nA,0.5,B\n", "bank.csv:1: bank-column-twice"),
        ("ID,PVALUE\n", "bank.csv:1: bank-none"),
        ("", "bank.csv:1: bank-column there is no column “id”"),
        ("ID,PVALUE,exposures\nA,0.5,-1\n", "bank.csv:2: bank-count “-1” in the column “exposures”"),
        ("ID,PVALUE,last_used\nA,0.5,2026-13\n", "bank.csv:2: bank-month “2026-13” in the column “last_used”"),
        ('ID,PVALUE\n"A,0.5\n', "unreadable"),
    ],
)
def test_a_bad_bank_is_refused_with_row_and_column(drawing, text, said):
    (drawing.folder / "bank.csv").write_text(text, encoding="utf-8")
    done = drawing(HALLWISE_LANG="en")
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_files_that_cannot_be_read_are_named(drawing):
    (drawing.folder / "bank.csv").write_bytes("ID,PVALUE\n题,0.5\n".encode("gb18030"))
    assert "bank.csv is not UTF-8" in drawing(HALLWISE_LANG="en").err
    (drawing.folder / "bank.csv").unlink()
    done = drawing(HALLWISE_LANG="en")
    assert (done.code, "there is no file" in done.err) == (1, True)


def test_a_month_is_read_as_written(drawing):
    assert drawing("--month", "2026-11").code == 0
    assert "2026-99" in drawing("--month", "2026-99").err
    assert (month_number("2026-11"), month_number("2026-00"), month_number("November")) == (2026 * 12 + 11, None, None)


def test_columns_with_a_meaning_are_understood():
    text = "key,ok,topic,entry,enemies,exposures,last_used,information\nA,.5,x,e-1,f g,3,2026-10,0.4\n\nB,1,y,,,,,\n"
    items, faults = read_items(text, "b.csv", Columns("key", "ok"))
    assert faults == []
    first, second = items
    assert (first.id, first.expected, first.information, first.entry_id, first.enemies) == ("A", 0.5, 0.4, "e-1", ("f", "g"))
    assert (first.exposures, first.last_used, first.attributes["topic"]) == (3, 2026 * 12 + 10, "x")
    assert (second.id, second.enemies, second.exposures, second.last_used) == ("B", (), 0, None)


def test_the_measurement_says_what_drawing_buys(drawing):
    bank = str(drawing.folder / "bank.csv")
    done = Site(drawing.folder).run("bench", "draw", "--bank", bank, "--attributes", "STANDARD", "--questions", "6", "--forms", "2,3", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["items"], found["questions"], found["cells"]) == (90, 6, 3)
    assert [row["forms"] for row in found["draws"]] == [2, 3]
    assert all(row["met"] and row["expected_spread"] <= 0.005 < found["random_difference"] for row in found["draws"])
    shown = Site(drawing.folder).run("bench", "draw", "--synthetic", "400", "--questions", "10", "--forms", "2")
    assert "picked at random" in shown.out


@pytest.mark.parametrize("args", [("--attributes", "colour"), ("--forms", "two")])
def test_a_measurement_of_nothing_is_refused(drawing, args):
    done = Site(drawing.folder).run("bench", "draw", "--synthetic", "50", *args)
    assert (done.code, done.out) == (1, "")
    assert args[1] in done.err


def test_where_there_are_no_forms_there_is_no_balance_to_read(drawing):
    done = drawing("--forms", "8")
    assert (done.code, done.out) == (1, "")
