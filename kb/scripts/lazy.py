"""Commands that are imported when they are called."""

import importlib
from collections.abc import Sequence
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of commands, each `module:name` below kb.scripts where `name` is the command's own, imported at its first use.

    A search in the terminal should not wait for the site, its charts and its spreadsheets.
    """

    def __init__(self, *args: Any, places: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.partition(":")[2]: place for place in places}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *self._places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name; None where there is none."""
        if cmd_name in self._places:
            module, _, name = self._places[cmd_name].partition(":")
            self.add_command(getattr(importlib.import_module(f"kb.scripts.{module}"), name), cmd_name)
        return super().get_command(ctx, cmd_name)
