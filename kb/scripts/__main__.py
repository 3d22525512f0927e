"""The `hallwise` command."""

import logging
import os
import sys

import click

from kb.config import Settings
from kb.errors import AppError
from kb.scripts import (
    backup,
    bench,
    bulletin,
    cards,
    check,
    database,
    demo,
    draw,
    evaluate,
    index,
    items,
    people,
    publish,
    questions,
    records,
    search,
    serve,
    tune,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="hallwise", prog_name="hallwise")
@click.pass_context
def cli(context: click.Context) -> None:
    """Hallwise: the right wording with the right numbers, for the service hall."""
    if context.obj is None:
        context.obj = Settings.from_env(os.environ)
    logging.basicConfig(level=context.obj.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")


for command in (
    backup.backup, backup.restore, check.check, index.index, search.search, evaluate.evaluate, tune.tune, publish.publish, serve.serve, cards.cards,
    database.db, demo.demo, bench.bench, questions.questions, people.people, items.items, draw.draw, records.records, bulletin.bulletin,
):  # fmt: skip
    cli.add_command(command)


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
