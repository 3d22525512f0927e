"""Tokens as numbers: what is taken over from an earlier index gives the same numbers as cutting every text anew."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.tokenised import KnownTokens, Tokenised
from kb.tokens import tokens

TEXTS = st.lists(st.text("套餐太贵卡a1 ", max_size=6), min_size=1, max_size=8)


def same(first: Tokenised, second: Tokenised) -> bool:
    arrays = np.array_equal(first.ids, second.ids) and np.array_equal(first.lengths, second.lengths)
    return arrays and list(first.words) == list(second.words)


def words_of(found: Tokenised) -> list[list[str]]:
    ends = np.cumsum(found.lengths)
    return [[found.words[n] for n in part] for part in np.split(found.ids, ends[:-1])]


@given(TEXTS, TEXTS)
def test_texts_that_are_known_give_the_very_numbers_that_cutting_them_gives(before, after):
    known = Tokenised.read(before, tokens, KnownTokens()).by_text(before)
    assert same(Tokenised.read(after, tokens, known), Tokenised.of(map(tokens, after)))


def test_a_known_text_is_not_cut_again():
    known = Tokenised.of([["套餐"]]).by_text(["套餐"])
    cut = []
    Tokenised.read(["套餐", "补卡"], lambda text: cut.append(text) or [text], known)
    assert cut == ["补卡"]


@given(TEXTS)
def test_every_text_has_its_tokens_in_their_order_and_an_empty_one_the_empty_word(texts):
    assert words_of(Tokenised.of(map(tokens, texts))) == [tokens(text) or [""] for text in texts]


@given(TEXTS, st.data())
def test_the_sets_of_runs_of_texts_are_their_tokens_once(texts, data):
    first = data.draw(st.integers(0, len(texts)))
    found = Tokenised.of(map(tokens, texts)).sets([first, len(texts) - first])
    runs = [{token for text in own for token in tokens(text)} or {""} for own in (texts[:first], texts[first:])]
    assert [set(words) for words in words_of(found)] == runs
    assert found.lengths.tolist() == [len(run) for run in runs]
