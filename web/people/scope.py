"""Whom the one who looks may see, and the units offered in forms."""

from collections.abc import Iterable, Mapping

from kb.errors import AccessError
from quiz.people.organisation import grown
from quiz.people.roles import EVERYWHERE, Person, Unit, subtree, units_seen
from web.access import me


def seen(every: Mapping[int, Unit], chosen: int = 0) -> frozenset[int] | None:
    """The units whose people may be listed: all that one sees, or those of a chosen one; None for everybody, also those who work nowhere.

    Raises AccessError for a unit that is none of theirs.
    """
    everything = me().role in EVERYWHERE
    mine = frozenset(every) if everything else units_seen(me(), every.values())
    if not chosen:
        return None if everything else mine
    if chosen not in mine:
        raise AccessError("not-allowed")
    return subtree(every.values(), chosen)


def check_sees(person: Person, every: Mapping[int, Unit]) -> None:
    """Raises AccessError for somebody of a hall that is none of theirs."""
    mine = seen(every)
    if mine is not None and (person.unit is None or person.unit.id not in mine):
        raise AccessError("not-allowed")


def options(every: Iterable[Unit], within: frozenset[int] | None = None, *, closed: bool = False) -> list[tuple[Unit, int]]:
    """(unit, depth) to choose from, in the order of the tree."""
    found = [(node.unit, node.depth) for node in grown(every, {}) if within is None or node.unit.id in within]
    found = [(unit, depth) for unit, depth in found if closed or not unit.closed_on]
    top = min((depth for _, depth in found), default=0)
    return [(unit, depth - top) for unit, depth in found]
