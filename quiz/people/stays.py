"""Moves between units as changes of a person's history of stays, which never overlap. PURE."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from quiz.people.roles import Stay, unit_on

History = tuple[Stay, ...]


def placed(stays: Iterable[Stay], unit_id: int, day: date) -> History:
    """The history when somebody works at a unit from a day on: the stay under way ends on it, whatever was to begin on it or later is dropped."""
    before = ended(stays, day)
    if before and before[-1].to_day == day and before[-1].unit_id == unit_id:
        return (*before[:-1], replace(before[-1], to_day=None))
    return (*before, Stay(unit_id, day))


def ended(stays: Iterable[Stay], day: date) -> History:
    """The history when somebody works nowhere from a day on."""
    before = sorted((stay for stay in stays if stay.from_day < day), key=lambda stay: stay.from_day)
    return tuple(replace(stay, to_day=day) if stay.to_day is None or stay.to_day > day else stay for stay in before)


def dropped(stays: Iterable[Stay], day: date) -> History:
    """The stays that would vanish whole when the history is cut on a day; one that begins on that very day is replaced, not lost."""
    return tuple(stay for stay in stays if stay.from_day > day)


def works_there(stays: Iterable[Stay], unit_id: int, day: date, today: date) -> bool:
    """Whether "works at the unit from that day on" is true already: on that day, and today where it is past, whatever is planned for later."""
    every = tuple(stays)
    return unit_on(every, day) == unit_id and (day >= today or unit_on(every, today) == unit_id)
