"""Fitting the fusion and the confidence on a golden set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kb.entry import Context
from kb.errors import QueryError
from kb.golden import OFF_TOPIC, Golden
from kb.rank import CONFIDENCE_FEATURES, FEATURES, Weights, confidence_features
from kb.search import Searcher

Floats = NDArray[np.float64]
_FOLDS = 5
_SHRINKAGE = 0.005  # ridge towards zero, per query, in units of the scaled features
_OFF_TOPIC_WEIGHT = 2.0
_FALSE_REFUSALS = 0.01  # share of answerable queries that may be told that nothing fits
_SIGNS = np.array([1.0] * (len(FEATURES) - 1) + [-1.0])


@dataclass(frozen=True, slots=True)
class Example:
    """One judged query: the features (n, FEATURES) of its candidates and which of them answer it."""

    features: Floats
    relevant: NDArray[np.bool_]
    on_topic: bool
    background: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights fitted on all examples, and the cross-validated hit@1, refusal of off-topic and false refusal rates."""

    weights: Weights
    hit_at_1: float
    refused: float
    falsely_refused: float


def examples(searcher: Searcher, golden: Golden, today: date) -> list[Example]:
    """The candidates of every judged query."""
    context = Context(golden.as_of or today)
    entries = searcher.snapshot.library.entries
    found = []
    for judgement in golden.judgements:
        scored = searcher.score(searcher.read(judgement.query), context)
        relevant = np.array([entries[i].id in judgement.relevant for i in scored.entries], np.bool_)
        found.append(Example(scored.features.astype(np.float64), relevant, judgement.kind != OFF_TOPIC, scored.background))
    return found


def fit(data: Sequence[Example], seed: int = 0, more: Sequence[Example] = ()) -> Fit:
    """Weights by listwise softmax (Cao et al. 2007) for the fusion and logistic regression for the confidence, all features of known sign.

    The confidence also learns from `more` examples, which neither choose its threshold nor count in the rates. The rates come from five folds, so
    that they say something of queries not seen. Raises QueryError for fewer queries with an answer among their
    candidates than there are folds.
    """
    if sum(_teaches(e) for e in data) < _FOLDS:
        raise QueryError("bad-parameter", name="golden", value=len(data), why=f"≥ {_FOLDS} queries whose answer is found")
    order = np.random.default_rng(seed).permutation(len(data))
    hits, refused, false = list[float](), list[float](), list[float]()
    for fold in range(_FOLDS):
        held = set(order[fold::_FOLDS].tolist())
        weights = _fit([e for i, e in enumerate(data) if i not in held], more)
        for example in (data[i] for i in sorted(held)):
            scores = example.features @ np.asarray(weights.fusion)
            sure = _certainty(example, scores, weights) >= 0.5
            if example.on_topic:
                hits.append(float(len(scores) > 0 and bool(example.relevant[np.argmax(scores)])))
                false.append(float(not sure))
            else:
                refused.append(float(not sure))
    means = (float(np.mean(x)) if x else float("nan") for x in (hits, refused, false))
    return Fit(_fit(data, more), *means)


def _certainty(example: Example, scores: Floats, weights: Weights) -> float:
    if not len(scores):
        return 0.0
    z = confidence_features(example.features, scores, example.background) @ np.asarray(weights.confidence) + weights.bias
    return float(1 / (1 + np.exp(-z)))


def _teaches(example: Example) -> bool:
    return bool(example.relevant.any() and not example.relevant.all())


def _fit(data: Sequence[Example], more: Sequence[Example]) -> Weights:
    fusion = _fit_fusion([e for e in data if _teaches(e)])
    confidence, bias = _fit_confidence([e for e in data if len(e.features)], [e for e in more if len(e.features)], fusion)
    return Weights(tuple(map(float, fusion)), tuple(map(float, confidence)), float(bias))


def _fit_fusion(data: Sequence[Example]) -> Floats:
    scale = np.maximum(np.concatenate([e.features for e in data]).std(axis=0), 1e-3)
    x = np.concatenate([e.features for e in data]) / scale
    relevant = np.concatenate([e.relevant for e in data])
    sizes = np.array([len(e.features) for e in data])
    starts, owner = np.cumsum(sizes) - sizes, np.repeat(np.arange(len(data)), sizes)
    ridge = _SHRINKAGE * len(data)

    def loss(theta: Floats) -> tuple[float, Floats]:
        scores = x @ theta
        p = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        p /= np.add.reduceat(p, starts)[owner]
        right = np.where(relevant, p, 0.0)
        mass = np.maximum(np.add.reduceat(right, starts), 1e-12)
        value = ridge * float(theta @ theta) - float(np.log(mass).sum())
        return value, 2 * ridge * theta + x.T @ (p - right / mass[owner])

    bounds = [(0.0, None) if sign > 0 else (None, 0.0) for sign in _SIGNS]
    result = minimize(loss, 0.1 * _SIGNS, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(result.x / scale)


def _fit_confidence(data: Sequence[Example], more: Sequence[Example], fusion: Floats) -> tuple[Floats, float]:
    rows = np.array([confidence_features(e.features, e.features @ fusion, e.background) for e in (*data, *more)], float)
    target = np.array([e.on_topic for e in (*data, *more)])
    weight = np.where(target, 1.0, _OFF_TOPIC_WEIGHT)
    scale = np.maximum(rows.std(axis=0), 1e-3)
    x = np.hstack([rows / scale, np.ones((len(rows), 1))])

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = x @ theta
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        penalty = theta.copy()
        penalty[-1] = 0.0
        value = float(-(weight * np.where(target, np.log(p + 1e-12), np.log(1 - p + 1e-12))).sum() + 0.5 * penalty @ penalty)
        return value, x.T @ (weight * (p - target)) + penalty

    bounds = [(0.0, None)] * len(CONFIDENCE_FEATURES) + [(None, None)]
    theta = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    confidence = np.asarray(theta[:-1] / scale)
    own = np.arange(len(rows)) < len(data)
    return confidence, -float(np.quantile((rows @ confidence)[target & own], _FALSE_REFUSALS))
