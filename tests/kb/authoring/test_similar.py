"""Near duplicates."""

import numpy as np

from kb.authoring.similar import duplicate_warnings, near_duplicates, phrasings
from kb.entry import Kind
from tests.builders import make_entry


def _unit(*rows):
    array = np.array(rows, np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


_ALIKE = _unit([1, 0, 0], [1, 0.1, 0])


def test_the_title_counts_as_a_phrasing():
    assert phrasings(make_entry(title="补卡", asks=("卡丢了",))) == ["补卡", "卡丢了"]


def test_two_entries_whose_phrasings_mean_the_same_are_a_pair():
    entries = [make_entry(id="a"), make_entry(id="b")]
    pairs = near_duplicates(entries, [_ALIKE, _unit([1, 0.05, 0])])
    assert [(i, j) for i, j, _ in pairs] == [(0, 1)]
    assert 0.955 < pairs[0][2] <= 1.0


def test_a_narrow_entry_inside_a_broad_one_is_no_pair():
    entries = [make_entry(id="a"), make_entry(id="b")]
    assert near_duplicates(entries, [_ALIKE, _unit([1, 0, 0], [0, 1, 0], [0, 0, 1])]) == []


def test_entries_of_different_kinds_are_no_pair():
    entries = [make_entry(id="a", kind=Kind.SCRIPT), make_entry(id="b", kind=Kind.TARIFF)]
    assert near_duplicates(entries, [_ALIKE, _ALIKE]) == []


def test_a_pair_is_a_warning_that_names_the_other_entry_and_the_similarity():
    (found,) = duplicate_warnings([make_entry(id="a", title="补卡"), make_entry(id="b", title="换卡")], [_ALIKE, _ALIKE])
    assert found.warning
    assert found.code == "near-duplicate"
    assert "《补卡》" in found.text()
    assert "1.000" in found.text("en")
