import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.difficulty import Band
from quiz.forms.blueprint import Blueprint, Cell
from quiz.forms.blueprintfile import MOST_QUESTIONS, from_json, from_yaml, to_json

DOCUMENT = Path(__file__).parents[3] / "docs" / "blueprint.md"
TEXT = """title: 十一月业务考试
minutes: 45
pass_mark: 0.9
forms: 4
exclude:
  questions: [q-old]
  entries: [tariff-58]
not_used_for_months: 3
max_overlap: 2
cells:
  - name: 资费
    topics: [个人套餐, 融合套餐]
    types: single
    bands: [medium, easy]
    count: 12
    points: 2
  - attributes: {STANDARD: [1, "3"], DOK: 2}
    count: 5
"""


def faults_of(text: str) -> list[tuple[int, str, object]]:
    blueprint, faults = from_yaml(text, "b.yaml")
    assert blueprint is None
    assert all(f.text("zh") and f.text("en") and f.path == "b.yaml" for f in faults)
    return [(f.line, f.code, f.args.get("field")) for f in faults]


def test_a_blueprint_is_read_as_written():
    blueprint, faults = from_yaml(TEXT, "b.yaml")
    assert faults == []
    first = Cell("资费", 12, 2.0, (Band.EASY, Band.MEDIUM), {"topic": ("个人套餐", "融合套餐"), "type": ("single",)})
    second = Cell("1/3·2", 5, 1.0, (), {"STANDARD": ("1", "3"), "DOK": ("2",)})
    assert blueprint == Blueprint("十一月业务考试", (first, second), 45, 0.9, frozenset({"q-old"}), frozenset({"tariff-58"}), 3, 2, 4)
    assert (blueprint.questions, blueprint.points) == (17, 29)


def test_what_is_not_said_has_a_default():
    blueprint, _ = from_yaml("title: 小测\ncells: [{count: 3}]", "b.yaml")
    assert blueprint == Blueprint("小测", (Cell("cells.1", 3),))
    assert (blueprint.minutes, blueprint.pass_mark, blueprint.max_overlap, blueprint.forms) == (60, 0.8, 0, 1)


def test_a_question_fits_where_every_filter_and_the_band_agree():
    cell = Cell("x", 1, bands=(Band.EASY,), filters={"topic": ("a", "b"), "DOK": ("1",)})
    assert cell.fits({"topic": "b", "DOK": "1", "more": "?"}, 0.9)
    assert not cell.fits({"topic": "b", "DOK": "1"}, 0.7)
    assert not cell.fits({"topic": "c", "DOK": "1"}, 0.9)
    assert not cell.fits({"topic": "a"}, 0.9)
    assert Cell("any", 1).fits({}, 0.0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "not-a-mapping", "blueprint")]),
        ("cells: [{count: 1}]", [(1, "missing-field", "title")]),
        ("title: x", [(1, "missing-field", "cells")]),
        ("title: x\ncells: []", [(2, "blueprint-cells", "cells")]),
        ("title: x\ncells: [12]", [(2, "blueprint-cells", "cells")]),
        ("title: x\ncells:\n  - topics: [a]", [(3, "missing-field", "cells.1.count")]),
        ("title: x\ncells:\n  - count: 2.5", [(3, "blueprint-whole", "cells.1.count")]),
        ("title: x\ncells:\n  - count: 1\n  - count: 2\n    points: -1", [(5, "blueprint-number", "cells.2.points")]),
        ("title: x\ncells:\n  - count: 1\n    bands: [harsh]", [(4, "bad-choice", "cells.1.bands")]),
        ("title: x\ncells:\n  - count: 1\n    topcis: [a]", [(4, "unknown-field", "cells.1.topcis")]),
        ("title: x\ncells:\n  - count: 1\n    topics: {a: b}", [(4, "bad-list", "cells.1.topics")]),
        ("title: x\ncells:\n  - count: 1\n    attributes: [a]", [(4, "not-a-mapping", "cells.1.attributes")]),
        ("title: x\ncells:\n  - count: 1\n    attributes: {a: []}", [(4, "empty-text", "cells.1.attributes.a")]),
        ("title: x\ncells:\n  - {count: 1, types: a, attributes: {type: b}}", [(3, "blueprint-filter-twice", "cells.1.attributes.type")]),
        ("title: x\ncells:\n  - {name: a, count: 1}\n  - {name: a, count: 1}", [(4, "blueprint-name-twice", "cells.2.name")]),
        (f"title: x\ncells:\n  - count: {MOST_QUESTIONS}\n  - {{name: b, count: 1}}", [(2, "blueprint-large", "cells")]),
        ("title: x\npass_mark: 80\ncells: [{count: 1}]", [(2, "blueprint-number", "pass_mark")]),
        ("title: x\nminutes: nan\ncells: [{count: 1}]", [(2, "blueprint-whole", "minutes")]),
        ("title: [x]\ncells: [{count: 1}]", [(1, "bad-text", "title")]),
        ("title: x\nexclude: {question: [a]}\ncells: [{count: 1}]", [(2, "unknown-field", "exclude.question")]),
        ("title: x\ncells: [{count: 1}\n", [(3, "yaml", None)]),
        ("title: x\ntitle: y\ncells: [{count: 1}]", [(2, "yaml", None)]),
        ("title: &a x\ncells: [*a]", [(2, "yaml", None)]),
        ("[" * 50, [(1, "yaml", None)]),
    ],
)
def test_a_fault_is_said_at_its_line_and_field(text, found):
    assert faults_of(text) == found


def test_every_fault_is_said_at_once_and_near_names_are_proposed():
    faults = from_yaml("titel: x\nminutes: 0\ncells: [{count: x}]", "b.yaml")[1]
    assert [f.code for f in faults] == ["unknown-field", "missing-field", "blueprint-whole", "blueprint-whole"]
    assert "title" in faults[0].text("en")


def test_numbers_may_be_texts_as_a_form_sends_them():
    blueprint, faults = from_json({"title": "x", "minutes": "30", "cells": [{"count": "2", "points": "0.5"}]})
    assert faults == []
    assert (blueprint.minutes, blueprint.cells[0].count, blueprint.cells[0].points) == (30, 2, 0.5)
    assert from_json({"title": "x", "cells": [{"count": True}]})[0] is None


WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)
CELLS = st.builds(
    Cell,
    name=WORDS,
    count=st.integers(1, 3),
    points=st.floats(0.01, 1000),
    bands=st.sets(st.sampled_from(Band)).map(lambda found: tuple(b for b in Band if b in found)),
    filters=st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple), max_size=3),
)
BLUEPRINTS = st.builds(
    Blueprint,
    title=WORDS,
    cells=st.lists(CELLS, min_size=1, max_size=5, unique_by=lambda cell: cell.name).map(tuple),
    minutes=st.integers(1, 600),
    pass_mark=st.floats(0, 1),
    exclude_questions=st.frozensets(WORDS),
    exclude_entries=st.frozensets(WORDS),
    not_used_for_months=st.integers(0, 120),
    max_overlap=st.integers(0, 300),
    forms=st.integers(1, 50),
)


@given(BLUEPRINTS)
def test_json_gives_the_same_blueprint_back(blueprint):
    text = json.dumps(to_json(blueprint))
    assert from_json(json.loads(text)) == (blueprint, [])
    assert from_yaml(text, "b.json") == (blueprint, [])


def test_the_example_of_the_documentation_is_sound():
    examples = [part.split("```")[0] for part in DOCUMENT.read_text("utf-8").split("```yaml\n")[1:]]
    assert examples
    assert [from_yaml(text, "docs")[1] for text in examples] == [[]] * len(examples)
