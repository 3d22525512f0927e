import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.lexical import LexicalIndex
from kb.tokenised import Tokenised
from kb.tokens import tokens

TEXTS = ["套餐太贵", "换便宜的套餐", "补卡要带身份证", "SIM card 补卡", ""]


@pytest.fixture(scope="module")
def index():
    return LexicalIndex.build(Tokenised.of(tokens(text) for text in TEXTS))


def test_the_passage_with_the_words_scores_highest(index):
    assert index.scores(tokens("补卡带身份证")).argmax() == 2
    assert index.scores(tokens("card")).argmax() == 3


def test_a_saved_index_gives_equal_scores_and_weights(index, tmp_path):
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical")
    for query in ("套餐", "便宜套餐 card", "身份证补卡补卡", "无关"):
        np.testing.assert_array_equal(loaded.scores(tokens(query)), index.scores(tokens(query)))
        assert loaded.weight(tokens(query)) == index.weight(tokens(query))


@pytest.mark.parametrize("query", [[], ["不在库里"], ["\x00"]])
def test_unknown_tokens_score_zero_everywhere(index, query):
    np.testing.assert_array_equal(index.scores(query), np.zeros(len(TEXTS), np.float32))


def test_an_unknown_token_beside_a_known_one_changes_no_score(index):
    np.testing.assert_array_equal(index.scores(["贵", "不在库里"]), index.scores(["贵"]))


def test_an_unknown_token_weighs_as_much_as_the_rarest(index):
    assert index.weight(["不在库里"]) == pytest.approx(index.weight(["贵"]))
    assert index.weight(["套"]) < index.weight(["贵"])


def test_a_score_is_the_bm25_of_lucene():
    index = LexicalIndex.build(Tokenised.of([["a", "a", "b"], ["b"]]))
    rarity, frequency, length, mean = np.log(1 + (2 - 1 + 0.5) / (1 + 0.5)), 2, 3, 2
    expected = rarity * frequency / (frequency + 1.2 * (1 - 0.6 + 0.6 * length / mean))
    np.testing.assert_allclose(index.scores(["a"]), [expected, 0.0], rtol=1e-5)


def test_passages_without_any_token_can_be_indexed_and_saved(tmp_path):
    LexicalIndex.build(Tokenised.of([[], []])).save(tmp_path / "lexical")
    np.testing.assert_array_equal(LexicalIndex.load(tmp_path / "lexical").scores(["套"]), [0.0, 0.0])


@given(st.lists(st.lists(st.sampled_from("套餐太贵补卡"), max_size=9), min_size=1, max_size=9), st.sampled_from([0.0, 0.6, 0.75]))
def test_the_scores_are_to_the_bit_those_that_bm25s_computes_text_by_text(texts, length_matters):
    vocabulary = {"": 0}
    ids = [[vocabulary.setdefault(token, len(vocabulary)) for token in text] or [0] for text in texts]
    theirs = bm25s.BM25(k1=1.2, b=length_matters)
    theirs.index((ids, vocabulary), show_progress=False)
    ours = LexicalIndex.build(Tokenised.of(texts), length_matters)
    for token in vocabulary.keys() - {""}:
        np.testing.assert_array_equal(ours.scores([token]), theirs.get_scores_from_ids([vocabulary[token]]))
