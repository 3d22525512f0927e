import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kb.voice.grouping import grouped, likeness, middle

TEXTS = ["手表一号双终端怎么开", "一号双终端手表怎么办理", "停车场在哪里", "停车场怎么走", "卫星通话多少钱"]
NONE = np.zeros((len(TEXTS), 0), np.float32)


def test_words_alone_group_what_shares_them():
    alike = likeness(TEXTS, NONE, np.zeros(0, np.float32))
    assert sorted(map(sorted, grouped(alike, 0.3))) == [[0, 1], [2, 3], [4]]


def test_vectors_less_their_centre_group_what_means_the_same():
    centre = np.array([0.9, 0.0, 0.0], np.float32)
    vectors = np.array([[0.9, 0.1, 0], [0.9, 0.1, 0.01], [0.9, -0.1, 0], [0.9, 0, 0.1], [0.9, 0.01, 0.1]], np.float32)
    alike = likeness(["甲乙", "丙丁", "戊己", "庚辛", "壬癸"], vectors, centre)
    assert sorted(map(sorted, grouped(alike))) == [[0, 1], [2], [3, 4]]


def test_the_middle_is_the_phrasing_most_like_those_said_most():
    alike = np.array([[1, 0.9, 0.2], [0.9, 1, 0.6], [0.2, 0.6, 1]], np.float32)
    assert middle([0, 1, 2], alike, [1, 1, 1]) == 1
    assert middle([0, 2], alike, [1, 1, 50]) == 2


@given(st.lists(st.sampled_from(["甲乙丙", "乙丙丁", "戊己", "庚辛壬", "癸"]), max_size=12))
def test_every_text_is_in_exactly_one_group(texts):
    alike = likeness(texts, np.zeros((len(texts), 0), np.float32), np.zeros(0, np.float32))
    assert sorted(i for group in grouped(alike) for i in group) == list(range(len(texts)))
