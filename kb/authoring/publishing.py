"""Publishing a draft: file, ledger, snapshot, git; and what to do about a publication that was cut short.

The one use case that owns its transactions: what happens between them is what it is about.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kb.authoring.drafts import Action, Draft, State, draft, in_state, locked, note
from kb.authoring.entryfiles import on_disk, write_all
from kb.authoring.gitlog import commit_files
from kb.authoring.publication import Plan, library_after, plan
from kb.calendar import SHANGHAI
from kb.db import open_sessions, reading
from kb.embed import Embedder
from kb.entry import Entry, EntryRef, Status
from kb.errors import AppError, ConflictError, SnapshotError, StorageError
from kb.frontmatter import decode
from kb.index import Built, building, current_snapshot, make_current, prepare_snapshot
from kb.ledger import append_new, history
from kb.library import Library, load_library
from kb.search import Searcher
from kb.snapshot import read_library, read_snapshot
from kb.tables import DraftEventRow, DraftRow
from kb.tokens import SYNONYMS_FILE

_log = logging.getLogger(__name__)
Follow = Callable[[Session, Library, datetime], object]


class Ending(StrEnum):
    """How a publication ended: `undone` left everything as it was, `conflict` found a file that somebody else had changed."""

    PUBLISHED = "published"
    UNDONE = "undone"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of a publication. `commit` is the id in git, "" where the content folder is in no work tree."""

    draft_id: int
    ref: EntryRef
    paths: tuple[str, ...]
    ending: Ending
    snapshot: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What clerks would have after publishing: the library, and a snapshot that is built but not in use."""

    plan: Plan
    before: Library
    after: Library
    snapshot: Path


def nothing(_session: Session, _library: Library, _now: datetime) -> None:
    """Follow a publication with nothing."""


class Publisher:
    """Publishes drafts of one content folder into one index folder.

    `follow` is told the new library in a transaction of its own once clerks have it, for the question bank; it may be told twice.
    """

    def __init__(self, content: Path, index: Path, embedder: Embedder, engine: Engine, follow: Follow = nothing) -> None:
        self.content, self._index, self._embedder, self._engine, self._follow = content, index, embedder, engine, follow
        self._sessions = open_sessions(engine)

    def live(self) -> tuple[Library, str]:
        """The library and synonyms that clerks have; those of the content folder where there is no snapshot yet."""
        try:
            return read_library(current_snapshot(self._index))
        except SnapshotError as error:
            if error.code != "index-missing":
                raise
        path = self.content / SYNONYMS_FILE
        return load_library(self.content), decode(path.read_bytes(), SYNONYMS_FILE)[0] if path.is_file() else ""

    def preview(self, draft_id: int, now: datetime) -> Preview:
        """What publishing would do, without doing it; the snapshot is the very one that publishing then puts into use.

        Raises whatever `publish` would refuse with, but for the state of the draft.
        """
        with building(self._index):
            before, synonyms = self.live()
            with reading(self._engine) as session:
                found = plan(session, self.content, before, draft(session, draft_id), _day(now))
            after = library_after(before, found)
            return Preview(found, before, after, self._prepared(after, synonyms, now).folder)

    def searcher(self, found: Preview) -> Searcher:
        """What clerks would search in after publishing. Raises SnapshotError."""
        return Searcher(read_snapshot(found.snapshot), self._embedder)

    def publish(self, draft_id: int, actor: str, now: datetime) -> Publication:
        """Publish an approved draft; clerks have it when this returns, other processes within a second.

        The costly part, a new snapshot, comes first, when nothing has happened yet. Then the intent is recorded, the files are written, ledger and
        draft change in one transaction, and the snapshot is swapped in. Cut short anywhere, `reconcile` finds out how far it came.
        Raises ConflictError (not approved, file changed elsewhere), ContentError (errors), StorageError and SnapshotError (a disk that refuses): all
        of them leave files, ledger and draft as they were, but for `publish-unfinished`: that is made up for at the next start or publication.
        """
        with building(self._index):
            self._settle_all(now)
            before, synonyms = self.live()
            with reading(self._engine) as session:
                approved = _approved(draft(session, draft_id))
                found = plan(session, self.content, before, approved, _day(now))
            after = library_after(before, found)
            built = self._prepared(after, synonyms, now)
            with self._sessions.begin() as session:
                row = in_state(locked(session, draft_id), State.APPROVED)
                if row.revision != approved.revision:
                    raise ConflictError("draft-changed", who=row.editor, at=f"{row.updated_at.astimezone(SHANGHAI):%H:%M}")
                note(session, row, actor, Action.PUBLISHING, now, text=found.to_json())
            return self._carry_out(found, actor, now, before, after, built)

    def _prepared(self, library: Library, synonyms: str, now: datetime) -> Built:
        return prepare_snapshot(library, synonyms, self._index, self._embedder, _day(now))

    def _carry_out(self, found: Plan, actor: str, now: datetime, before: Library, after: Library, built: Built) -> Publication:
        try:
            write_all(self.content, found.files)
        except StorageError as error:
            self._fail(found, actor, now, error)
            raise
        try:
            with self._sessions.begin() as session:
                row = locked(session, found.draft_id)
                self._enter(session, row, found, before, now)
                note(session, row, actor, Action.PUBLISHED, now, remark=str(found.ref))
        except SQLAlchemyError as error:
            raise StorageError("publish-unfinished", reason=str(getattr(error, "orig", error)).splitlines()[0]) from error
        return self._go_live(found, actor, now, after, built)

    def _enter(self, session: Session, row: DraftRow, found: Plan, before: Library, now: datetime) -> None:
        """Ledger and draft; the version before goes into the ledger too where it was never entered."""
        old = before.get(EntryRef(found.entry_id, found.base_version))
        known = {p.ref for p in history(session, found.entry_id)}
        earlier: list[Entry] = [old] if old and old.status is Status.PUBLISHED and old.ref not in known else []
        append_new(session, [*earlier, *(e for e in found.entries() if e.ref == found.ref and (old is None or e.ref != old.ref))], now)
        row.state, row.updated_at = State.PUBLISHED.value, now

    def _go_live(self, found: Plan, actor: str, now: datetime, after: Library, built: Built) -> Publication:
        try:
            make_current(self._index, built)
        except SnapshotError as error:
            raise StorageError("publish-unfinished", reason=error.args_.get("reason", "")) from error
        with reading(self._engine) as session:
            told = draft(session, found.draft_id)
        commit = commit_files(self.content, found.paths, actor, f"{found.ref}\n\n{told.reason}\n")
        with self._sessions.begin() as session:
            self._follow(session, after, now)
        with self._sessions.begin() as session:
            note(session, locked(session, found.draft_id), actor, Action.LIVE, now, remark=commit)
        return Publication(found.draft_id, found.ref, found.paths, Ending.PUBLISHED, built.folder.name, commit)

    def _fail(self, found: Plan, actor: str, now: datetime, error: AppError) -> None:
        with suppress(Exception), self._sessions.begin() as session:  # where not even this can be written, `reconcile` sees it
            note(session, locked(session, found.draft_id), actor, Action.FAILED, now, remark=error.text("zh"))

    def reconcile(self, now: datetime) -> list[Publication]:
        """Complete or undo what was cut short between file and ledger; to be called at the start.

        A file without its ledger row is entered; a ledger row without its file gets it written again; where nothing was written the draft stays
        approved; a file that is neither what it was nor what it should be is left alone and reported as a conflict.
        """
        with building(self._index):
            return self._settle_all(now)

    def _settle_all(self, now: datetime) -> list[Publication]:
        with reading(self._engine) as session:
            pending = _pending(session)
        return [self._settle(found, actor, now) for found, actor in pending]

    def _settle(self, found: Plan, actor: str, now: datetime) -> Publication:
        with reading(self._engine) as session:
            entered = draft(session, found.draft_id).state is State.PUBLISHED
        stands = [self._stands(file.path, file.text, file.before) for file in found.files]
        if "foreign" in stands:
            self._fail(found, actor, now, ConflictError("file-changed-outside", path=", ".join(found.paths), diff=""))
            return Publication(found.draft_id, found.ref, found.paths, Ending.CONFLICT)
        if not entered and "written" not in stands:
            self._fail(found, actor, now, StorageError("publish-interrupted"))
            return Publication(found.draft_id, found.ref, found.paths, Ending.UNDONE)
        before, synonyms = self.live()
        after = library_after(before, found)
        built = self._prepared(after, synonyms, now)
        if entered:
            write_all(self.content, found.files)
            return self._go_live(found, actor, now, after, built)
        return self._carry_out(found, actor, now, before, after, built)

    def _stands(self, path: str, text: str, before: str) -> str:
        if on_disk(self.content, path) == before:
            return "before"
        try:
            return "written" if decode((self.content / path).read_bytes(), path)[0] == text else "foreign"
        except OSError:
            return "foreign"


def _approved(found: Draft) -> Draft:
    if found.state is not State.APPROVED:
        raise ConflictError("draft-not-approved")
    return found


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _pending(session: Session) -> list[tuple[Plan, str]]:
    """Every publication whose intent was recorded but not its end, with who began it."""
    steps = (Action.PUBLISHING, Action.LIVE, Action.FAILED)
    last = select(func.max(DraftEventRow.id)).where(DraftEventRow.action.in_(steps)).group_by(DraftEventRow.draft_id)
    open_ones = select(DraftEventRow).where(DraftEventRow.id.in_(last), DraftEventRow.action == Action.PUBLISHING).order_by(DraftEventRow.id)
    return [(Plan.from_json(row.text), row.actor) for row in session.scalars(open_ones)]
