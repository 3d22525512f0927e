from kb.entry import Context
from kb.heldout import FOLDS, held_out
from kb.index import background, build_index
from tests.builders import TODAY
from tests.fakes import FakeEmbedder
from tests.kb.conftest import small_library


def test_every_ask_is_put_to_an_index_without_it_and_every_line_is_off_topic(tmp_path):
    library, embedder, steps = small_library(), FakeEmbedder(), []
    build_index(library, "", tmp_path / "index", embedder, TODAY)
    found = list(held_out(library, "", tmp_path / "index", embedder, TODAY, lambda done, total: steps.append((done, total))))
    asks = sum(len(e.asks) for e in library.current(Context(TODAY)))
    assert (sum(e.on_topic for e in found), len(found)) == (asks, asks + len(background()))
    assert steps == [(n + 1, FOLDS) for n in range(FOLDS)]
    assert all(e.relevant.sum() <= 1 for e in found)
    assert not any(e.relevant.any() for e in found if not e.on_topic)
    # the very words are gone from the index, so that nothing is found by itself
    assert all(e.features[:, 0].max() < 0.999 for e in found if e.on_topic)
