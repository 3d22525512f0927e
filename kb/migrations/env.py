"""Alembic environment: runs on the engine that `kb.db` hands over."""

from typing import Any, Literal

from alembic import context

import kb.tables  # noqa: F401 (its tables belong to the metadata)
from kb.db import Base, UtcDateTime


def _rendered(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """A migration names plain types only, so that it does not change with the program."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_rendered)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
