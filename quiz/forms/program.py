"""A mixed-integer linear program built row by row and solved by HiGHS through scipy. PURE."""

from collections.abc import Iterable
from dataclasses import dataclass, field

INFINITE = float("inf")
_WHOLE = 1e-6


@dataclass(slots=True)
class Program:
    """Minimise the cost of variables that lie between 0 and their upper bounds and keep every row between its bounds.

    The work is limited by nodes of the search tree and not by time, so that the same program has the same solution on a slow machine.
    """

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _factors: list[float] = field(default_factory=list)

    def variable(self, cost: float = 0.0, upper: float = 1.0, *, whole: bool = True) -> int:
        """The number of a new variable."""
        self.costs.append(cost)
        self.uppers.append(upper)
        self.whole.append(int(whole))
        return len(self.costs) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float = -INFINITE, high: float = INFINITE) -> None:
        """Low ≤ Σ factor · variable ≤ high."""
        for column, factor in terms:
            self._rows.append(len(self.lows))
            self._columns.append(column)
            self._factors.append(factor)
        self.lows.append(low)
        self.highs.append(high)

    def solve(self, nodes: int = 2_000, gap: float = 0.0, *, network: bool = False) -> list[float] | None:
        """The values of the best solution found, or None where there is none.

        The corners of a program that is nearly a `network` are whole anyway, so it is solved as a linear one first, which is far quicker.
        """
        found = self._solve(nodes, gap, [0] * len(self.whole)) if network else None
        if found and all(abs(value - round(value)) < _WHOLE for value, whole in zip(found, self.whole, strict=True) if whole):
            return found
        return self._solve(nodes, gap, self.whole)

    def _solve(self, nodes: int, gap: float, whole: list[int]) -> list[float] | None:
        # Imported here: scipy takes half a second that no other command should pay.
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        matrix = csr_array((self._factors, (self._rows, self._columns)), shape=(len(self.lows), len(self.costs)))
        found = milp(
            np.array(self.costs),
            integrality=np.array(whole),
            bounds=Bounds(0, np.array(self.uppers)),
            constraints=LinearConstraint(matrix, self.lows, self.highs),
            options={"node_limit": nodes, "mip_rel_gap": gap},
        )
        return None if found.x is None else [float(value) for value in found.x]
