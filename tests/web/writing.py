"""A small site on which entries are written and published: its own content folder, index and database."""

import itertools
import shutil
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from flask.testing import FlaskClient

from kb.authoring.publishing import Publisher
from kb.db import open_engine, open_sessions
from kb.live import LiveSearch
from tests.fakes import FakeEmbedder
from tests.web.conftest import NOW, write_content
from web import Services
from web.wiring import follow_in


def make_site(folder: Path, index: Path, database: Path) -> Services:
    """Services that can publish; every look at the index sees what was published a moment before."""
    content = write_content(folder / "content")
    own_index = Path(shutil.copytree(index, folder / "index"))
    engine = open_engine(f"sqlite:///{shutil.copy(database, folder / 'site.db')}")
    publisher = Publisher(content, own_index, FakeEmbedder(), engine, follow_in(content))
    search = LiveSearch(own_index, "fake", FakeEmbedder(), itertools.count().__next__)
    return Services(search, engine, open_sessions(engine), lambda: NOW, publisher, clock=itertools.count().__next__)


class Form(HTMLParser):
    """The fields of one form, as a browser without scripts sends them."""

    def __init__(self, html: str, form_id: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._id, self._inside, self._area, self._select, self._options = form_id, False, "", "", list[tuple[str, str, bool]]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self._id
        elif not self._inside:
            return
        elif tag == "input" and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.fields.append((given["name"], given.get("value", "on")))
        elif tag == "textarea" and given.get("name"):
            self._area = given["name"]
            self.fields.append((self._area, ""))
        elif tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", "\0"), "", "selected" in given))

    def handle_data(self, data: str) -> None:
        if self._inside and self._area:
            name, text = self.fields[-1]
            self.fields[-1] = (name, text + data)
        elif self._inside and self._select and self._options:
            value, text, chosen = self._options[-1]
            self._options[-1] = (value, text + data, chosen)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            name, text = self.fields[-1]
            self.fields[-1] = (name, text.removeprefix("\n").replace("\n", "\r\n"))  # as browsers do
            self._area = ""
        elif tag == "select" and self._select:
            chosen = next((o for o in self._options if o[2]), self._options[0])
            self.fields.append((self._select, chosen[1] if chosen[0] == "\0" else chosen[0]))
            self._select = ""


def typed(client: FlaskClient, draft_id: int, **changes: object) -> dict[str, object]:
    """The form of the editor as it stands, with some fields typed over; a list takes the place of every row."""
    form: dict[str, object] = {}
    for name, value in Form(client.get(f"/authoring/drafts/{draft_id}").text, "draft").fields:
        form.setdefault(name, []).append(value)  # type: ignore[union-attr]
    return {**form, **changes}


def fact(form: dict[str, object], name: str, amount: str) -> dict[str, object]:
    """The form with another amount of a fact."""
    at = list(form["fact_name"]).index(name)  # type: ignore[call-overload]
    amounts = list(form["fact_amount"])  # type: ignore[call-overload]
    amounts[at] = amount
    return {**form, "fact_amount": amounts}
