from __future__ import annotations

import subprocess
import sys

import pytest

from compliance import __version__
from compliance.cli.main import VERBS
from tests.conftest import Run

HEAVY = (
    "duckdb",
    "pydantic",
    "reportlab",
    "openpyxl",
    "jsonschema",
    "yaml",
    "cryptography",
    "rich",
    "holidays",
    "docx",
)


def test_version(run: Run) -> None:
    """`--version` prints name and version on stdout and stops with 0."""
    ran = run("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"compliance {__version__}\n", "")


def test_help_lists_every_verb_once(run: Run) -> None:
    """`--help` names every verb, and the exit codes."""
    ran = run("--help")
    listed = [
        line.split()[0] for line in ran.out.split("Commands:")[1].splitlines() if line.startswith("  ") and line.strip()
    ]
    assert ran.code == 0
    assert [verb for verb in VERBS if listed.count(verb) != 1] == []
    assert [verb for verb, said in VERBS.items() if f"{said}\n" not in ran.out] == []
    assert "70 our bug" in ran.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(run: Run, verb: str) -> None:
    """Each verb explains itself without touching anything."""
    ran = run(verb, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: compliance {verb}")
    assert ran.err == ""


def test_help_loads_nothing_heavy() -> None:
    """`--help` stays quick because verbs import what they need only when they run."""
    script = f"""
import sys
from compliance.cli.main import exit_code
exit_code(["--help"])
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
print([name for name in {list(VERBS)!r} if "compliance.cli." + name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stderr == "[]\n[]\n"


@pytest.mark.parametrize("words", [["chekc"], ["check", "--no-such-option"], ["init", "a", "b"], ["report"]])
def test_wrong_words_are_usage(run: Run, words: list[str]) -> None:
    """Unknown verbs and options, missing and superfluous arguments: exit 2 and where the help is."""
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.startswith("USE-ARGS compliance")
    assert "--help`" in ran.err.splitlines()[-1]
    assert ran.out == ""
