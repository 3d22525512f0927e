"""`hallwise publish`."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.config import Settings
from kb.db import make_ready, open_sessions
from kb.embed import load_embedder
from kb.entry import EntryRef
from kb.index import Built
from kb.ledger import append_new
from kb.scripts.index import build, checked_library, prepare
from kb.scripts.options import content_option, index_option, open_database, say, with_paths
from quiz.bank.following import follow_content
from quiz.bank.sync import Synced

_NAMED = 20  # so many new versions are named; the first publication has hundreds


@click.command()
@content_option
@index_option
@click.pass_obj
def publish(settings: Settings, content: Path | None, index: Path | None) -> None:
    """Check, enter new versions in the ledger, build the snapshot and swap it under the running site.

    Refuses text that changed without a new version, and shows the change. The question bank follows at once: what rests on a changed fact
    turns stale.
    """
    settings = with_paths(settings, content, index)
    if sys.stdout.isatty():
        say(settings, "publish-steps")
    library, synonyms = checked_library(settings)
    with open_database(settings) as engine:
        make_ready(engine)
        sessions = open_sessions(engine)
        with sessions() as session:  # a rehearsal, so that a refusal comes before the work
            append_new(session, library.entries, datetime.now(UTC))
            session.rollback()
        # Embedding may take minutes: it is done before the transaction, which would keep the site from logging.
        embedder = load_embedder(settings.model)
        prepare(settings, library, embedder)
        # The snapshot is built inside the transaction: when it cannot be built nothing was published.
        with sessions.begin() as session:
            now = datetime.now(UTC)
            added = append_new(session, library.entries, now)
            synced = follow_content(session, settings.content, library, now)
            built = build(settings, library, synonyms, embedder)
    _report(settings, added, synced, built)


def _report(settings: Settings, added: Sequence[EntryRef], synced: Synced, built: Built) -> None:
    for ref in added[:_NAMED]:
        click.echo(f"+ {ref}")
    if len(added) > _NAMED:
        say(settings, "publish-more", count=len(added) - _NAMED)
    if synced.changes:
        say(settings, "publish-questions", what=synced.chinese(), what_en=synced)
    say(settings, "publish-done", added=len(added), entries=built.entries, passages=built.passages, snapshot=built.folder.name)
