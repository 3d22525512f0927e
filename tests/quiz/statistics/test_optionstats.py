import numpy as np
import pytest

from quiz.statistics.itemstats import Flag, analyse, rest_scores
from quiz.statistics.optionstats import option_flags, option_statistics, score_choices


def choices(n, items, rng, useless=0):
    """Rows of chosen options: A is right, and the able find it, except in the first `useless` items."""
    ability = rng.normal(size=n)
    columns = []
    for j in range(items):
        right = rng.random(n) < (0.4 if j < useless else 1 / (1 + np.exp(rng.normal() - 1 - ability)))
        columns.append(np.where(right, "A", rng.choice(["B", "C", "D"], n, p=[0.5, 0.3, 0.2])).tolist())
    return [list(row) for row in zip(*columns, strict=True)]


def analysed(rows, keys, frequencies=None):
    weights = np.ones(len(rows)) if frequencies is None else np.array(frequencies, float)
    scores = score_choices(rows, keys)
    rest = rest_scores(scores, weights)
    options = [option_statistics([row[j] for row in rows], key, rest[:, j], weights) for j, key in enumerate(keys)]
    return options, [option_flags(item, own) for item, own in zip(analyse(scores, weights).items, options, strict=True)]


def test_choices_are_scored_against_the_key():
    found = score_choices([["A", None], ["B", ""]], ["A", "B"])
    assert np.array_equal(found, [[1, np.nan], [0, 0]], equal_nan=True)


def test_each_option_has_its_share_and_those_who_chose_it():
    rows = [["A", "A"]] * 6 + [["B", "A"]] * 3 + [["C", "B"]] * 2 + [["", "B"]] * 1
    first = {o.option: o for o in analysed(rows, ["A", "A"])[0][0]}
    assert {k: o.n for k, o in first.items()} == {"A": 6, "B": 3, "C": 2}
    assert first["A"].share == pytest.approx(0.5)
    assert first["A"].is_key
    assert first["A"].mean_rest == pytest.approx(0.25)
    assert first["C"].mean_rest == pytest.approx(-0.75)
    assert first["A"].correlation > first["B"].correlation > 0 > first["C"].correlation
    # 9 of 12 are equally able: the best third of four persons is an even share of them
    assert first["A"].top == pytest.approx(6 / 9)
    assert first["C"].bottom == pytest.approx(0.5)


def test_a_key_given_wrong_is_found():
    rng = np.random.default_rng(1)
    rows = choices(300, 20, rng)
    flags = analysed(rows, ["A"] * 7 + ["B"] + ["A"] * 12)[1]
    assert [j for j, own in enumerate(flags) if Flag.MISKEY in own] == [7]


def test_a_key_that_nobody_chose_is_found_too():
    rows = [["A" if cell == "A" else "B", *rest] for cell, *rest in choices(300, 12, np.random.default_rng(2))]
    assert Flag.MISKEY in analysed(rows, ["C"] + ["A"] * 11)[1][0]


@pytest.mark.parametrize("n", [20, 40, 200])
def test_sound_items_are_not_called_miskeyed_and_useless_ones_seldom(n):
    rng = np.random.default_rng(n)
    sound, useless = [], []
    for _ in range(25):
        flags = [Flag.MISKEY in own for own in analysed(choices(n, 16, rng, useless=4), ["A"] * 16)[1]]
        useless += flags[:4]
        sound += flags[4:]
    assert np.mean(sound) <= 0.01
    assert np.mean(useless) <= 0.10


def test_after_few_answers_no_option_raises_a_flag():
    assert set(analysed(choices(19, 6, np.random.default_rng(1)), ["B"] * 6)[1]) == {(Flag.FEW_ANSWERS,)}


def test_an_idle_distractor_is_flagged_unless_nearly_all_know_the_answer():
    rng = np.random.default_rng(4)
    rows = choices(400, 8, rng)
    for number, row in enumerate(rows):
        row[0] = "A" if row[0] == "A" else "D" if number < 3 else "B"
        row[1] = "A" if number >= 20 else "B" if number else "C"
    flags = analysed(rows, ["A"] * 8)[1]
    assert Flag.IDLE_DISTRACTOR in flags[0]
    assert Flag.IDLE_DISTRACTOR not in flags[1]


def test_frequencies_repeat_rows_and_the_order_of_rows_says_nothing():
    rng = np.random.default_rng(6)
    rows = [*choices(40, 4, rng), [None, "A", "", "B"]]
    counts = rng.integers(0, 4, 41).tolist()
    found = analysed(rows, ["A"] * 4, counts)
    repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    for other in (analysed(repeated, ["A"] * 4), analysed(repeated[::-1], ["A"] * 4)):
        assert other[1] == found[1]
        for a, b in zip(found[0], other[0], strict=True):
            assert [(o.option, o.n, o.beats_key) for o in a] == [(o.option, o.n, o.beats_key) for o in b]
            assert [o.correlation for o in a] == pytest.approx([o.correlation for o in b])
            assert [o.top for o in a] == pytest.approx([o.top for o in b])


def test_options_that_were_offered_and_never_chosen_are_listed():
    found = option_statistics(["A", "B"] * 40, "A", np.zeros(80), np.ones(80), offered=("A", "B", "C"))
    assert [(o.option, o.n, o.share) for o in found] == [("A", 40, 0.5), ("B", 40, 0.5), ("C", 0, 0.0)]
    assert [o.correlation for o in found] == [None] * 3
