import numpy as np
import pytest

from kb import vectors as module
from kb.vectors import RECALL_AT, RECALL_WANTED, VectorIndex

DIM = 24


def unit(array):
    return (array / np.linalg.norm(array, axis=1, keepdims=True)).astype(np.float32)


def clustered(count, seed):
    """Vectors as texts have them: around a few hundred subjects."""
    subjects = np.random.default_rng(0).normal(size=(80, DIM))
    rng = np.random.default_rng(seed)
    return unit(subjects[rng.integers(0, len(subjects), count)] + 0.6 * rng.normal(size=(count, DIM)))


@pytest.fixture(scope="module")
def data():
    return clustered(3000, 1)


@pytest.fixture(scope="module")
def queries():
    return clustered(60, 2)


@pytest.fixture(scope="module")
def exact(data):
    return VectorIndex.build(data)


@pytest.fixture(scope="module")
def inverted(data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_UP_TO", 1000)
        return VectorIndex.build(data)


def best(data, query, count, allowed=None):
    similarities = data @ query
    if allowed is not None:
        similarities = np.where(allowed, similarities, -np.inf)
    order = np.argsort(-similarities, kind="stable")[:count]
    return order, similarities[order]


def recall(index, data, queries, allowed=None):
    wanted = found = 0
    for query in queries:
        truth = best(data, query, RECALL_AT if allowed is None else min(RECALL_AT, int(allowed.sum())), allowed)[0]
        wanted += len(truth)
        found += len(np.intersect1d(truth, index.search(query, RECALL_AT, allowed)[0]))
    return found / wanted


def test_a_small_index_finds_what_numpy_finds_in_the_same_order(exact, data, queries):
    assert exact.exact
    for query in queries[:20]:
        found, similarities = exact.search(query, 40, None)
        order, expected = best(data, query, 40)
        np.testing.assert_array_equal(found, order)
        np.testing.assert_allclose(similarities, expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["exact", "inverted"])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_forbidden_vector_never_comes_out_and_the_allowed_ones_fill_the_places(kind, share, data, queries, request):
    index = request.getfixturevalue(kind)
    allowed = np.random.default_rng(3).random(len(data)) < share
    for query in queries:
        found, similarities = index.search(query, 30, allowed)
        assert allowed[found].all()
        assert len(found) == 30
        assert (np.diff(similarities) <= 0).all()


def test_the_filter_acts_before_ranking(exact, data, queries):
    allowed = np.ones(len(data), np.bool_)
    allowed[exact.search(queries[0], 200, None)[0]] = False
    np.testing.assert_array_equal(exact.search(queries[0], 10, allowed)[0], best(data, queries[0], 10, allowed)[0])


@pytest.mark.parametrize("kind", ["exact", "inverted"])
@pytest.mark.parametrize("allowed_count", [0, 1, 7])
def test_fewer_come_out_where_fewer_are_allowed(kind, allowed_count, data, queries, request):
    allowed = np.zeros(len(data), np.bool_)
    allowed[np.random.default_rng(4).choice(len(data), allowed_count, replace=False)] = True
    for query in queries[:10]:
        found, _ = request.getfixturevalue(kind).search(query, 50, allowed)
        assert sorted(found) == np.flatnonzero(allowed).tolist()


def test_more_than_there_are_can_be_asked_for(queries):
    index = VectorIndex.build(clustered(3, 5))
    assert sorted(index.search(queries[0], 50, None)[0]) == [0, 1, 2]


def test_a_large_index_is_inverted_and_keeps_the_recall(inverted, data, queries):
    assert not inverted.exact
    assert len(inverted) == len(data)
    assert recall(inverted, data, queries) >= RECALL_WANTED


def test_a_narrow_filter_keeps_the_recall_of_a_large_index(inverted, data, queries):
    allowed = np.random.default_rng(6).random(len(data)) < 0.02
    assert recall(inverted, data, queries, allowed) >= RECALL_WANTED


@pytest.mark.parametrize("kind", ["exact", "inverted"])
def test_a_saved_index_answers_alike(kind, queries, tmp_path, request):
    index = request.getfixturevalue(kind)
    index.save(tmp_path / "vectors.faiss")
    loaded = VectorIndex.load(tmp_path / "vectors.faiss", index.probes)
    assert (len(loaded), loaded.dim, loaded.exact) == (len(index), DIM, index.exact)
    for query in queries[:10]:
        np.testing.assert_array_equal(loaded.search(query, 20, None)[0], index.search(query, 20, None)[0])


def test_a_file_that_is_no_index_cannot_be_loaded(tmp_path):
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"not an index")
    with pytest.raises(RuntimeError):
        VectorIndex.load(path, 0)


def test_an_index_that_cannot_be_written_is_an_os_error(exact, tmp_path):
    with pytest.raises(OSError, match=r"vectors\.faiss"):
        exact.save(tmp_path / "missing" / "vectors.faiss")
