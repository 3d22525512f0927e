"""Taking the corpus out: as Word to print, as Excel to sort, as its Markdown files to keep."""

from flask import Blueprint, Response, render_template, request

from kb.entry import Context, Entry
from kb.errors import QueryError
from web import params
from web.authoring.surroundings import publisher, topics
from web.catalogue import catalogue, library
from web.clock import today
from web.downloads import download
from web.i18n import gettext

FORMATS: dict[str, tuple[str, str]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "zip": ("application/zip", "Markdown"),
}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of exporting."""
    blueprint.add_url_rule("/authoring/export", view_func=export)
    blueprint.add_url_rule("/authoring/export/file", view_func=exported)


def _chosen() -> list[Entry]:
    """The entries of the filter in the address: those in force, or all of them in every version."""
    kind, topic = params.kind(request.args), params.text(request.args, "topic")
    every = params.text(request.args, "all") == "1"
    found = library().entries if every else catalogue().current(Context(today()))
    return [entry for entry in found if (kind is None or entry.kind is kind) and topic in {"", entry.topic}]


def export() -> str:
    """The formats, and which entries to take."""
    asked = {name: request.args[name] for name in ("kind", "topic", "all") if request.args.get(name)}
    return render_template("authoring/export.html", asked=asked, count=len(_chosen()), topics=topics())


def exported() -> Response:
    """The file."""
    # Imported here: Word's and Excel's libraries are seconds that a site does not need in order to start.
    from kb.exchange.corpusexport import as_excel, as_markdown, as_word

    chosen = params.text(request.args, "format")
    if chosen not in FORMATS:
        raise QueryError("bad-parameter", name="format", value=chosen, why=" | ".join(FORMATS))
    entries, held = _chosen(), catalogue().shown
    title = gettext("营业厅口径汇编")
    if chosen == "docx":
        data = as_word(held, entries, today(), title)
    elif chosen == "xlsx":
        data = as_excel(held, entries, today())
    else:
        data = as_markdown(publisher().content, entries)
    return download(data, f"{title}-{today():%Y%m%d}.{chosen}", FORMATS[chosen][0])
