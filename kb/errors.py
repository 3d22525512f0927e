"""One error tree: an error is a code, its arguments, and a sentence for the person who meets it."""

from kb.messages import message


class AppError(Exception):
    """An expected failure.

    `code` is stable and machine-readable; `args_` fill the sentence of `kb.messages` in either language. The web turns the code into an
    HTTP status in one table; the command prints `error: <sentence>` and exits 1.
    """

    def __init__(self, code: str, **args_: object) -> None:
        super().__init__(code, args_)
        self.code = code
        self.args_ = args_

    def __str__(self) -> str:
        return self.text("zh")

    def text(self, lang: str) -> str:
        """The sentence in `zh` or `en`."""
        return message(self.code, lang, **self.args_)


class ConfigError(AppError):
    """A setting that cannot be used."""


class ContentError(AppError):
    """Content that cannot be read or published as it stands."""


class SnapshotError(AppError):
    """A snapshot that is missing, damaged or made by something else."""


class ModelError(AppError):
    """An embedding model that cannot be loaded."""


class QueryError(AppError):
    """A request whose values make no sense."""


class NotFoundError(AppError):
    """Something asked for by name that does not exist."""


class StorageError(AppError):
    """A database that is missing, locked or at the wrong revision."""


class AccessError(AppError):
    """Something that this person may not do, or not before signing in."""


class ConflictError(AppError):
    """A change that what is there by now does not allow."""
