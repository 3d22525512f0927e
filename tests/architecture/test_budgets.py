"""The budgets of ARCHITECTURE.md: what a linter does not count."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(p for package in ("kb", "quiz", "web") for p in (ROOT / package).rglob("*.py") if "versions" not in p.parts)
NAMES = [str(p.relative_to(ROOT)) for p in MODULES]
LONGEST_FUNCTION, LONGEST_MODULE = 40, 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def too_long(source: str) -> list[str]:
    found = ((f, (f.end_lineno or f.lineno) - f.lineno + 1) for f in functions(ast.parse(source)))
    return [f"{f.name} has {size} lines" for f, size in found if size > LONGEST_FUNCTION]


def unexplained_imports(source: str) -> list[int]:
    """Lines of imports inside functions without a comment beside them or above the block of imports that they stand in."""
    rows = ["", *source.splitlines()]
    inner = {n.lineno: n for f in functions(ast.parse(source)) for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)}
    lines = {line for node in inner.values() for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}

    def explained(line: int) -> bool:
        above = line - 1
        while above in lines and "#" not in rows[above]:
            above -= 1
        return "#" in rows[line] or "#" in rows[above]

    return sorted(line for line in inner if not explained(line))


def test_the_modules_were_found():
    assert {"kb/search.py", "kb/scripts/__main__.py", "quiz/__init__.py", "web/__init__.py"} <= set(NAMES)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_functions_and_modules_keep_their_budget(path):
    source = path.read_text("utf-8")
    assert too_long(source) == []
    assert len(source.splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_function_imports_nothing_without_saying_why(path):
    assert unexplained_imports(path.read_text("utf-8")) == []


def test_no_module_has_a_name_that_says_nothing():
    assert [name for name, path in zip(NAMES, MODULES, strict=True) if EMPTY_NAMES & {path.stem, *path.relative_to(ROOT).parts}] == []


def test_a_function_over_the_budget_is_seen():
    assert too_long("def f():\n" + "    x = 1\n" * 39) == []
    assert too_long("class A:\n    async def f(self):\n" + "        x = 1\n" * 40) == ["f has 41 lines"]


def test_an_import_without_a_reason_is_seen():
    assert unexplained_imports("def f():\n    import a\n    # because\n    import b\n    import c\n    x = 1\n    from d import e  # why\n") == [2]
    assert unexplained_imports("import a\n\nif a:\n    import b\n") == []
