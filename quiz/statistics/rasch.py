"""The one-parameter model: P(right) = 1 / (1 + exp(-a(θ - b))), θ ~ N(0, 1), a common to all items. PURE.

Marginal maximum likelihood (Bock & Lieberman 1970; Thissen 1982) with Gauss-Hermite quadrature. Credits are cut to right (half or more) and
wrong; NaN is an item that was not presented, so parallel forms are fitted together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp, roots_hermitenorm

from quiz.statistics.itemstats import Matrix, checked

FEWEST_NODES, MOST_NODES = 61, 451
RIGHT_FROM = 0.5
_SLOPES = (0.05, 8.0)
_STEEPEST = 30.0
_NO_ONE = 1e-9  # of a paper: a node at which so little of a group lies changes no digit
BANDS = (0.90, 0.75, 0.55, 0.35)


@dataclass(frozen=True, slots=True)
class OneParameter:
    """A fitted model; `b` and `se` in the order of the columns, in standard deviations of ability.

    `extreme` marks items that all (or none) got right: they take no part in the fit, and their b is that of half an answer to the contrary, without a
    standard error. An item that nobody met has neither. `a_se` is None where the slope was given.
    """

    a: float
    a_se: float | None
    b: tuple[float | None, ...]
    se: tuple[float | None, ...]
    extreme: tuple[bool, ...]
    log_likelihood: float
    n: int


@dataclass(frozen=True, slots=True)
class _Data:
    """What the likelihood needs: papers of one form and one number right count alike."""

    right: Matrix  # (items) number of right answers
    forms: Matrix  # (forms, items) 1.0 where an item is presented
    form: NDArray[np.int64]  # (groups) the form of a group
    score: Matrix  # (groups) number right
    size: Matrix  # (groups) papers
    nodes: Matrix
    weights: Matrix

    def by_form(self, values: Matrix) -> Matrix:
        """The sums (forms, nodes) of values (groups, nodes)."""
        sums = np.zeros((len(self.forms), values.shape[1]))
        np.add.at(sums, self.form, values)
        return sums


def dichotomise(scores: Matrix) -> Matrix:
    """1.0 for a credit of one half or more, 0.0 for less, NaN stays."""
    return np.where(np.isfinite(scores), (scores >= RIGHT_FROM).astype(np.float64), np.nan)


def fit(scores: Matrix, frequencies: Sequence[int] | None = None, slope: float | None = None, nodes: int | None = None) -> OneParameter | None:
    """The model of a matrix of credits, or None where no common slope can be found.

    That is with fewer than two items that had both right and wrong answers, or items that do not go together (then give a `slope`, as 1.0).
    """
    x, w = checked(scores, frequencies)
    x = dichotomise(x)
    counts, right = w @ np.isfinite(x), w @ np.nan_to_num(x)
    varied = (right > 0) & (right < counts)
    if varied.sum() < (2 if slope is None else 1):
        return None
    data = _data(x[:, varied], w, nodes)
    start = np.append(1.2 * logit(right[varied] / counts[varied]), 1.0 if slope is None else slope)
    found = _search(data, start, slope)
    needed = _nodes_for(data, float(found[-1]))
    if nodes is None and needed > _nodes_for(data):
        data = _data(x[:, varied], w, needed)
        found = _search(data, found, slope)
    if slope is None and not _SLOPES[0] * 1.01 < found[-1] < _SLOPES[1] * 0.99:
        return None
    return _result(data, *_finish(data, found, free=slope is None), counts, right, slope)


def _data(x: Matrix, w: Matrix, nodes: int | None) -> _Data:
    shown = np.isfinite(x)
    met = shown.any(axis=1)
    x, w, shown = x[met], w[met], shown[met]
    forms, form = np.unique(shown, axis=0, return_inverse=True)
    pairs, group = np.unique(np.column_stack([form.ravel(), np.nansum(x, axis=1)]), axis=0, return_inverse=True)
    points, weights = _quadrature(nodes or _nodes_for_length(float(shown.sum(axis=1).max())))
    size = np.bincount(group.ravel(), weights=w, minlength=len(pairs))
    sizes = np.asarray(size, np.float64)
    return _Data(w @ np.nan_to_num(x), forms.astype(np.float64), pairs[:, 0].astype(np.int64), pairs[:, 1], sizes, points, weights)


def _nodes_for(data: _Data, slope: float = 1.0) -> int:
    return _nodes_for_length(float(data.forms.sum(axis=1).max()), slope)


def _nodes_for_length(items: float, slope: float = 1.0) -> int:
    """How many nodes the likelihood of a paper takes: the more items and the steeper they are, the narrower it is, at most 2/(slope·√items) wide."""
    return min(MOST_NODES, max(FEWEST_NODES, round(1.5 * items * max(1.0, slope**2))))


def _quadrature(wanted: int) -> tuple[Matrix, Matrix]:
    """Nodes and weights for N(0, 1), without the outer nodes that weigh nothing. The longer a paper, the closer the nodes have to stand."""
    points, weights = roots_hermitenorm(wanted)
    heavy = weights > 1e-25
    return points[heavy], weights[heavy] / sqrt(2 * pi)


def _posterior(data: _Data, d: Matrix, a: float) -> tuple[float, Matrix, Matrix]:
    """(log-likelihood, weights of the nodes for each group, P(right) for each item and node)."""
    logits = d[:, None] + a * data.nodes
    against = data.forms @ np.logaddexp(0.0, logits)
    at_nodes = a * np.outer(data.score, data.nodes) - against[data.form] + np.log(data.weights)
    marginal = logsumexp(at_nodes, axis=1)
    return float(data.right @ d + data.size @ marginal), np.exp(at_nodes - marginal[:, None]), expit(logits)


def _gradient(data: _Data, post: Matrix, p: Matrix) -> Matrix:
    """Of the log-likelihood by the intercepts d = -a·b and the slope."""
    expected = data.forms.T @ data.by_form(data.size[:, None] * post) * p
    by_slope = (data.size * data.score) @ (post @ data.nodes) - expected.sum(axis=0) @ data.nodes
    return np.append(data.right - expected.sum(axis=1), by_slope)


def _search(data: _Data, start: Matrix, slope: float | None) -> Matrix:
    """Intercepts and slope at the maximum, nearly: a quasi-Newton search."""
    # Imported here: it takes a quarter of a second to load, and most who import this module only want bands.
    from scipy.optimize import minimize

    def loss(v: Matrix) -> tuple[float, Matrix]:
        value, post, p = _posterior(data, v[:-1], v[-1])
        return -value, -_gradient(data, post, p)

    bounds = [(-_STEEPEST, _STEEPEST)] * (len(start) - 1) + [_SLOPES if slope is None else (slope, slope)]
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7}
    found: Matrix = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return found


def _finish(data: _Data, near: Matrix, *, free: bool) -> tuple[Matrix, Matrix]:
    """(the maximum after one step of Newton's, the covariance of intercepts and slope, the latter's 0 where it was given)."""
    value, post, p = _posterior(data, near[:-1], near[-1])
    information = _information(data, near)
    part = slice(None) if free else slice(0, -1)
    covariance = np.zeros_like(information)
    covariance[part, part] = np.linalg.pinv(information[part, part], hermitian=True)
    tried = near + covariance @ _gradient(data, post, p)
    inside = tried[-1] > 0 and _posterior(data, tried[:-1], tried[-1])[0] >= value
    return (tried if inside else near), covariance


def _information(data: _Data, v: Matrix) -> Matrix:
    """The observed information of intercepts and slope (Louis 1982): of the complete data, less what not knowing the abilities costs."""
    _, post, p = _posterior(data, v[:-1], v[-1])
    size, nodes = data.size[:, None], data.nodes
    at_forms = data.by_form(size * post)
    spread = data.forms.T @ at_forms * p * (1 - p)
    off = nodes * (data.score[:, None] - (data.forms @ p)[data.form])
    mean_p, mean_off = (post @ p.T) * data.forms[data.form], (post * off).sum(axis=1)
    lost = -mean_p.T @ (size * mean_p)
    for q in np.flatnonzero(at_forms.sum(axis=0) > _NO_ONE):
        weighted = data.forms * p[:, q]
        lost += weighted.T @ (at_forms[:, q : q + 1] * weighted)
    cross = -(data.forms.T @ data.by_form(size * post * off) * p).sum(axis=1) + mean_p.T @ (data.size * mean_off)
    lost_slope = data.size @ ((post * off**2).sum(axis=1) - mean_off**2)
    beside = spread @ nodes - cross
    corner = spread.sum(axis=0) @ nodes**2 - lost_slope
    return np.block([[np.diag(spread.sum(axis=1)) - lost, beside[:, None]], [beside[None, :], np.array([[corner]])]])


def _result(data: _Data, v: Matrix, covariance: Matrix, counts: Matrix, right: Matrix, slope: float | None) -> OneParameter:
    d, a = v[:-1], float(v[-1])
    varied = (right > 0) & (right < counts)
    toward = np.column_stack([np.diag(np.full(len(d), -1 / a)), d / a**2])
    errors = np.sqrt(np.maximum(0.0, ((toward @ covariance) * toward).sum(axis=1)))
    b: list[float | None] = [None] * len(counts)
    se: list[float | None] = [None] * len(counts)
    for place, j in enumerate(np.flatnonzero(varied)):
        b[j], se[j] = float(-d[place] / a), float(errors[place])
    for j in np.flatnonzero(~varied & (counts > 0)):
        b[j] = difficulty((right[j] + 0.5) / (counts[j] + 1), a)
    a_se = sqrt(max(0.0, covariance[-1, -1])) if slope is None else None
    extreme = tuple(bool(e) for e in ~varied & (counts > 0))
    return OneParameter(a, a_se, tuple(b), tuple(se), extreme, _posterior(data, d, a)[0], int(data.size.sum()))


def difficulty(facility: float, a: float) -> float:
    """The b at which a group of abilities N(0, 1) gets this share right. Raises ValueError unless 0 < facility < 1."""
    if not 0 < facility < 1:
        raise ValueError(str(facility))
    from scipy.optimize import brentq  # likewise

    points, weights = _quadrature(FEWEST_NODES)
    middle = -float(logit(facility)) / a
    reach = abs(middle) + 10.0 / min(a, 1.0) + 10.0
    return float(brentq(lambda b: weights @ expit(a * (points - b)) - facility, -reach, reach))


def chance(a: float, b: float, ability: float = 0.0) -> float:
    """The chance that somebody of this ability, in standard deviations from the mean, gets the item right."""
    return float(expit(a * (ability - b)))


def band(a: float, b: float) -> int:
    """The difficulty from 1 (nearly all know it) to 5 (few do), by the chance of somebody of average ability: 0.90, 0.75, 0.55, 0.35."""
    return 1 + sum(chance(a, b) < bound for bound in BANDS)
