import numpy as np
import pytest

from kb.errors import AppError
from kb.golden import parse_golden
from kb.rank import CONFIDENCE_FEATURES, DEFAULT, FEATURES, fuse
from kb.tune import Example, examples, fit
from tests.builders import TODAY

COLUMN = {name: i for i, name in enumerate(FEATURES)}


def judged(seed, count=60, candidates=8):
    """Queries whose answer is told by `dense_short` and `coverage`, and belied by everything else; off-topic ones lie near the background."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        on_topic = number % 5 > 0
        features = 0.2 * rng.random((candidates, len(FEATURES)))
        relevant = np.zeros(candidates, np.bool_)
        if on_topic:
            right = rng.integers(candidates)
            relevant[right] = True
            features[right, COLUMN["dense_short"]] += 0.12
            features[right, COLUMN["coverage"]] += 0.12
            features[:, COLUMN["dense_mean3"]] += 0.3
            features[(right + 1) % candidates, COLUMN["lexical_title"]] += 2.0
        found.append(Example(features, relevant, on_topic, 0.1 if on_topic else 0.6))
    return found


def hit_at_1(data, weights):
    asked = [e for e in data if e.on_topic]
    return sum(bool(e.relevant[np.argmax(fuse(e.features, weights))]) for e in asked) / len(asked)


@pytest.fixture(scope="module")
def fitted():
    return fit(judged(0))


def test_every_weight_has_its_known_sign(fitted):
    fusion, confidence = fitted.weights.fusion, fitted.weights.confidence
    assert (len(fusion), len(confidence)) == (len(FEATURES), len(CONFIDENCE_FEATURES))
    assert all(weight >= 0 for weight in (*fusion[:-1], *confidence))
    assert fusion[COLUMN["number_conflict"]] <= 0


def test_what_tells_the_answer_outweighs_what_belies_it(fitted):
    fusion = fitted.weights.fusion
    assert min(fusion[COLUMN["dense_short"]], fusion[COLUMN["coverage"]]) > 10 * fusion[COLUMN["lexical_title"]]


def test_the_fit_is_better_than_the_start_on_what_it_saw_and_on_what_it_did_not(fitted):
    for data in (judged(0), judged(1)):
        assert hit_at_1(data, fitted.weights) > hit_at_1(data, DEFAULT) + 0.2
    assert fitted.hit_at_1 == pytest.approx(hit_at_1(judged(1), fitted.weights), abs=0.2)


def test_off_topic_is_told_apart_and_few_answers_are_withheld(fitted):
    assert fitted.refused > 0.9
    assert fitted.falsely_refused < 0.15


def test_the_same_data_give_the_same_weights(fitted):
    assert fit(judged(0)) == fitted


def test_without_off_topic_queries_the_refusals_are_unknown():
    result = fit([e for e in judged(0) if e.on_topic])
    assert np.isnan(result.refused)
    assert result.hit_at_1 > 0.5


@pytest.mark.parametrize("data", [[], judged(0)[:1], judged(0)[:2], [e for e in judged(0) if not e.on_topic]])
def test_too_few_answered_queries_to_fit_on_are_a_clear_error(data):
    with pytest.raises(AppError) as caught:
        fit(data)
    assert "golden" in str(caught.value)


def test_examples_hold_the_candidates_of_every_judged_query(searcher):
    golden, faults = parse_golden("太贵了\tscript-cheaper\tcolloquial\n59元套餐\ttariff-59\tnumber\n今天天气\t\toff-topic\n", "dev.tsv")
    assert not faults
    found = examples(searcher, golden, TODAY)
    assert [e.on_topic for e in found] == [True, True, False]
    assert [int(e.relevant.sum()) for e in found] == [1, 1, 0]
    assert all(e.features.shape == (len(e.relevant), len(FEATURES)) for e in found)
    assert found[1].features[found[1].relevant][0, COLUMN["number_own"]] == 1.0
