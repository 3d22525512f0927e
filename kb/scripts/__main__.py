"""The `hallwise` command."""

import logging
import os
import sys

import click

from kb.config import Settings
from kb.errors import AppError
from kb.scripts.lazy import LazyGroup

COMMANDS = (
    "backup:backup", "backup:restore", "bench:bench", "bulletin:bulletin", "cards:cards", "check:check", "database:db", "demo:demo", "draw:draw",
    "evaluate:evaluate", "index:index", "items:items", "people:people", "publish:publish", "questions:questions", "records:records", "search:search",
    "serve:serve", "tune:tune",
)  # fmt: skip


@click.group(cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="hallwise", prog_name="hallwise")
@click.pass_context
def cli(context: click.Context) -> None:
    """Hallwise: the right wording with the right numbers, for the service hall."""
    if context.obj is None:
        context.obj = Settings.from_env(os.environ)
    logging.basicConfig(level=context.obj.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if context.obj.log_level != "debug":
        for name in ("alembic", "faiss"):  # each step of making the tables, each processor that a library was not built for
            logging.getLogger(name).setLevel(logging.WARNING)


def main() -> None:
    """Run the command; an expected failure prints `error: …` and exits 1."""
    try:
        cli(prog_name="hallwise", standalone_mode=False)
    except AppError as error:
        lang = "en" if os.environ.get("HALLWISE_LANG") == "en" else "zh"
        click.echo(f"error: {error.text(lang)}", err=True)
        sys.exit(1)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("error: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
