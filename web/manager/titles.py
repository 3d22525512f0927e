"""The titles of entries, for tables that know their ids."""

from collections.abc import Mapping

from kb.errors import SnapshotError
from web.wiring import services


def titles() -> Mapping[str, str]:
    """The title of every entry's latest version; none while there is no index."""
    try:
        library = services().search.get().snapshot.library
    except SnapshotError:
        return {}
    return {entry.id: entry.title for entry in library.entries}
