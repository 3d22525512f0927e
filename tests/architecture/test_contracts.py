import ast
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
PURE = set(next(c for c in CONTRACTS if c["name"].startswith("pure modules"))["source_modules"])
OPEN_TO_QUIZ = {"kb", "kb.errors", "kb.db", "kb.faults", "kb.messages"}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def kb_imports(source: str) -> set[str]:
    """The modules of kb that a source names, `from kb import x` as `kb` where x is a value of the facade."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names if (ROOT / "kb" / f"{alias.name}.py").is_file()}
            found |= submodules if node.module == "kb" and submodules else {node.module}
    return {name for name in found if name.split(".")[0] == "kb"}


def test_the_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pure_module_of_the_contract_exists():
    paths = {name: ROOT / name.replace(".", "/") for name in sorted(PURE)}
    assert [name for name, path in paths.items() if not (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())] == []


def test_a_module_that_calls_itself_pure_stands_in_the_contract():
    modules = [p for package in ("kb", "quiz") for p in (ROOT / package).glob("*.py")]
    called = {module_name(p) for p in modules if "PURE" in (ast.get_docstring(ast.parse(p.read_text("utf-8"))) or "")}
    assert "kb.entry" in called
    assert sorted(called - PURE) == []


def test_quiz_sees_the_facade_the_errors_and_the_database_of_kb_only():
    seen = {module_name(p): kb_imports(p.read_text("utf-8")) - OPEN_TO_QUIZ for p in (ROOT / "quiz").rglob("*.py")}
    assert {name: foreign for name, foreign in seen.items() if foreign} == {}


def test_an_import_past_the_facade_is_seen():
    assert kb_imports("from kb import Entry\nfrom kb.errors import AppError\nimport json\n") == {"kb", "kb.errors"}
    assert kb_imports("from kb import search\nimport kb.index\nfrom kb.ledger import history\n") == {"kb.search", "kb.index", "kb.ledger"}
