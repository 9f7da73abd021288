"""What no source file may hold, whatever it is about."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "compliance").rglob("*.py"))
SHIPPED = [
    path
    for folder in ("compliance", "rules", "reports", "schemas", "examples")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".yaml", ".json", ".toml", ".csv", ".md", ".txt", ".html", ".css", ".js"}
]
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "localtime"),
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _clocks(path: Path) -> list[int]:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [
        func.lineno
        for func in calls
        if isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name | ast.Attribute)
        and ((func.value.id if isinstance(func.value, ast.Name) else func.value.attr), func.attr) in CLOCKS
    ]


def test_no_clock_below_the_command_line() -> None:
    """Only `cli/` may ask what time it is; everything else gets the instant passed in."""
    asked = {_name(path): lines for path in MODULES if path.parent.name != "cli" and (lines := _clocks(path))}
    assert asked == {}


def test_no_path_outside_the_project() -> None:
    """No shipped file names a folder of a machine, or one beside the repository."""
    outside = re.compile(r"\.\./shared|[\"'(= ]/(?:home|root|work|var|opt|mnt|tmp)/")
    assert [_name(path) for path in SHIPPED if outside.search(path.read_text("utf-8"))] == []


def test_no_module_is_called_after_nothing() -> None:
    """A module is named after what it holds."""
    empty = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert [_name(path) for path in MODULES if path.stem in empty] == []


def test_every_test_says_what_it_shows() -> None:
    """Each test function has one plain sentence of behaviour."""
    silent = [
        f"{_name(path)}::{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_imports_run_downward() -> None:
    """The layers of docs/architecture.md hold (import-linter, configured in pyproject.toml)."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_lock_files_name_no_host() -> None:
    """The lock files hold names, versions and hashes, so that any index can serve them."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        assert [line for line in lines if "://" in line or line.startswith(("-", "--index"))] == []
        pins = [line for line in lines if "==" in line]
        assert len(pins) == len([line for line in lines if line and not line.startswith((" ", "#"))])
        assert pins


@pytest.mark.parametrize("verb", ["demo", "test", "bench", "lock", "docs", "clean"])
def test_the_makefile_explains_its_verbs(verb: str) -> None:
    """`make` alone lists every verb with what it does."""
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert re.search(rf"^  make {verb} +\S", done.stdout, re.MULTILINE)
