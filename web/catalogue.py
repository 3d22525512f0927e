"""The library as pages and the API browse it: what is in force, who refers to whom. Computed once for each snapshot."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from kb.entry import Context, Entry, Validity
from kb.library import Library
from kb.masking import masked_library, quoted
from kb.references import references
from web.wiring import services

IN_FORCE = frozenset({Validity.CURRENT, Validity.ENDING})
PAGE = 50


class Catalogue:
    """A library with its lists; immutable, and shared between requests.

    `library` is what was published; `shown` is what may be said of it while some entries are withdrawn, and what the lists are made of.
    """

    def __init__(self, library: Library, withdrawn: frozenset[str] = frozenset()) -> None:
        self.library, self.withdrawn = library, withdrawn
        self.shown = masked_library(library, withdrawn)
        self._current = lru_cache(maxsize=64)(self._compute_current)
        self._refers = {entry.id: _named(entry) for entry in library.entries}
        self._referred: dict[str, list[str]] = {}
        for entry_id, others in self._refers.items():
            for other in others:
                self._referred.setdefault(other, []).append(entry_id)

    def current(self, context: Context) -> tuple[Entry, ...]:
        """The entries that may be given to a customer there and then, by title."""
        return self._current(context)

    def _compute_current(self, context: Context) -> tuple[Entry, ...]:
        return tuple(sorted(self.shown.current(context), key=lambda e: (e.topic, e.kind.value, e.title)))

    def topics(self, context: Context) -> Mapping[str, int]:
        """Topic → number of entries in force, the fullest first."""
        return dict(Counter(e.topic for e in self.current(context)).most_common())

    def touchpoints(self, context: Context) -> Mapping[str, int]:
        """Touchpoint → number of entries in force."""
        return Counter(e.touchpoint.value for e in self.current(context) if e.touchpoint)

    def neighbours(self, entry: Entry, context: Context) -> tuple[Entry, ...]:
        """The entries in force that this one refers to, then those that refer to it."""
        ids = dict.fromkeys([*self._refers.get(entry.id, ()), *self._referred.get(entry.id, ())])
        found = (self.shown.pick(other, context.as_of) for other in ids if other != entry.id)
        return tuple(e for e in found if e and self.shown.validity(e, context) in IN_FORCE and e.scope.allows(context))

    def quotes(self, entry: Entry) -> tuple[Entry, ...]:
        """The withdrawn entries whose numbers an entry would say."""
        found = (self.library.versions(other)[-1:] for other in quoted(entry, self.library, self.withdrawn))
        return tuple(e for versions in found for e in versions)

    def places(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The districts, halls and channels that some entry's scope names."""
        scopes = [e.scope for e in self.library.entries]
        return (
            tuple(sorted({d for s in scopes for d in s.districts})),
            tuple(sorted({h for s in scopes for h in s.halls})),
            tuple(sorted({c for s in scopes for c in s.channels})),
        )


def _named(entry: Entry) -> tuple[str, ...]:
    texts = (
        entry.body,
        *entry.must_say,
        *(n.reason for n in entry.never_say),
        *(p.may for p in entry.empower),
        *(f.value for f in entry.facts.values()),
    )
    return tuple(dict.fromkeys(r.entry_id for text in texts for r in references(text) if r.entry_id))


class _Last:
    """The catalogue of the library in use; a new snapshot brings a new library object, a withdrawal a new set of ids."""

    catalogue: Catalogue | None = None


def catalogue() -> Catalogue:
    """The catalogue of the snapshot in use. Raises SnapshotError while there is none."""
    library, withdrawn = services().search.get().snapshot.library, services().withdrawn.ids()
    kept = _Last.catalogue
    if kept is None or kept.library is not library or kept.withdrawn != withdrawn:
        kept = _Last.catalogue = Catalogue(library, withdrawn)
    return kept


def library() -> Library:
    """The library of the snapshot in use, with what is withdrawn in it. Raises SnapshotError while there is none."""
    return catalogue().library
