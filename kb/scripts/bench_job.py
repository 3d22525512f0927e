"""What a child process of `hallwise bench` is told, and what it opens."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from kb.embed import Embedder, Vectors, load_embedder
from kb.entry import Context
from kb.golden import Golden, parse_golden
from kb.index import current_snapshot
from kb.snapshot import Snapshot, read_snapshot

Result = dict[str, Any]


class Job:
    """What a job is told: folders, the day, the model, the queries."""

    def __init__(self, args: Result) -> None:
        self.args = args
        self.folder = Path(args["folder"])
        self.index = self.folder / "index"
        self.day = date.fromisoformat(args["day"])
        self.context = Context(self.day)

    @property
    def queries(self) -> dict[str, list[str]]:
        """`warm`, `full` and `prefixes`, as written by the command."""
        found: dict[str, list[str]] = json.loads((self.folder.parent / "queries.json").read_text(encoding="utf-8"))
        return found

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that the build job wrote."""
        return read_snapshot(current_snapshot(self.index), self.args["model"])

    @property
    def vectors(self) -> Path:
        """Where the build job leaves the vectors of the snapshot's passages."""
        return self.folder / "vectors.npy"

    @property
    def made(self) -> Path:
        """Where the build job leaves the vectors of everything that was encoded, in the order of `texts.json`."""
        return self.folder / "made.npy"

    @property
    def sample(self) -> Path:
        """The vectors of the sample corpus, of which synthetic ones are mixed."""
        return self.folder.parent / "sample" / "vectors.npy"

    def embedder(self) -> Embedder:
        """The model that is measured."""
        return load_embedder(self.args["model"])

    def made_before(self) -> dict[str, Vectors]:
        """Text → vector of everything that build jobs of any size encoded with the same model."""
        made: dict[str, Vectors] = {}
        for path in sorted(self.folder.parent.glob("*/texts.json")):
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["model"] == self.args["model"]:
                made.update(zip(kept["texts"], np.load(path.with_name(self.made.name)), strict=True))
        return made

    def golden(self, snapshot: Snapshot) -> Golden | None:
        """The judgements, where relevance is to be measured."""
        if not self.args.get("golden"):
            return None
        text = Path(self.args["golden"]).read_text(encoding="utf-8-sig")
        return parse_golden(text, self.args["golden"], {e.id for e in snapshot.library.entries})[0]
