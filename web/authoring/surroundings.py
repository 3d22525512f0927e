"""What the authoring pages share: the library of now, today, the publisher, files to save, and names."""

from collections.abc import Iterable

from kb.authoring.drafts import Draft, draft
from kb.authoring.publishing import Publisher
from kb.db import reading
from kb.entry import Entry
from kb.errors import ConflictError
from web.catalogue import library
from web.wiring import services


def publisher() -> Publisher:
    """What publishes here. Raises ConflictError where there is no content folder."""
    found = services().publisher
    if found is None:
        raise ConflictError("authoring-off")
    return found


def draft_of(draft_id: int) -> Draft:
    """One draft. Raises NotFoundError."""
    with reading(services().engine) as db:
        return draft(db, draft_id)


def last_version(entry_id: str) -> Entry | None:
    """The last version of an entry that clerks have, None for an unknown one."""
    versions = library().versions(entry_id)
    return versions[-1] if versions else None


def title_of(entry_id: str) -> str:
    """The title of an entry, its id where it is unknown."""
    entry = last_version(entry_id)
    return entry.title if entry else entry_id


def titles(ids: Iterable[str]) -> dict[str, str]:
    """The titles of entries by id."""
    return {entry_id: title_of(entry_id) for entry_id in ids}


def topics() -> list[str]:
    """The topics that entries have now."""
    return sorted({entry.topic for entry in library().entries})
