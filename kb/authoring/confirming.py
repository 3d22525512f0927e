"""Confirming that an entry is still right: its review date is written through the same careful publication, without a new version."""

from dataclasses import replace
from datetime import datetime

from kb.authoring.drafts import Action, State, locked, note, value
from kb.authoring.entryform import read_form
from kb.authoring.entrytext import apply_form
from kb.authoring.publishing import Publication, Publisher
from kb.authoring.writing import open_draft
from kb.calendar import SHANGHAI
from kb.db import Sessions
from kb.errors import AppError, ConflictError

REASON = "复核：口径仍然正确"


def confirm_review(publisher: Publisher, sessions: Sessions, entry_id: str, actor: str, now: datetime, version: int = 0) -> Publication:
    """Write today's date as that of the last review of an entry, its last version unless one is named.

    A review date is no wording, so nobody else has to approve it, and the version stays. Raises NotFoundError; ConflictError when the entry has an
    open draft or was confirmed today already; whatever `Publisher.publish` raises. Where nothing was published no draft is left behind.
    """
    day = now.astimezone(SHANGHAI).date().isoformat()
    with sessions.begin() as session:
        row = locked(session, open_draft(session, publisher.content, entry_id, actor, now, version).id)
        form = read_form(row.text)
        if form.reviewed_on == day:
            raise ConflictError("reviewed-today")
        row.text, row.reason = apply_form(row.text, replace(form, reviewed_on=day)), REASON
        row.state, row.revision = State.APPROVED.value, row.revision + 1
        note(session, row, actor, Action.APPROVED, now, remark=REASON)
        draft_id = value(row).id
    try:
        return publisher.publish(draft_id, actor, now)
    except AppError:
        with sessions.begin() as session:
            row = locked(session, draft_id)
            if row.state == State.APPROVED:
                row.state = State.DROPPED.value
                note(session, row, actor, Action.DROPPED, now)
        raise
