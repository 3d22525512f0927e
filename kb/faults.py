"""A fault in content: where, what, and how bad. PURE."""

from dataclasses import dataclass, field

from kb.messages import message


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding of `hallwise check`; a `warning` does not stop anything."""

    path: str
    line: int
    code: str
    args: dict[str, object] = field(default_factory=dict, hash=False)
    warning: bool = False

    def text(self, lang: str = "zh") -> str:
        """The sentence without its place."""
        return message(self.code, lang, **self.args)

    def line_text(self, lang: str = "zh") -> str:
        """`path:line: code message`."""
        return f"{self.path}:{self.line}: {self.code} {self.text(lang)}"


def fault(path: str, line: int, code: str, **args: object) -> Fault:
    """An error at a place."""
    return Fault(path, max(line, 1), code, args)


def warning(path: str, line: int, code: str, **args: object) -> Fault:
    """A warning at a place."""
    return Fault(path, max(line, 1), code, args, warning=True)
