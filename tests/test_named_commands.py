from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from compliance.cli.main import VERBS, build_app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
DATA = [path for top in ("rules", "schemas", "reports", "compliance") for path in (ROOT / top).rglob("*.yaml")]
CODE = sorted((ROOT / "compliance").rglob("*.py"))

QUOTED = re.compile(r"`(?:compliance\s+)([^`]+)`|`((?:" + "|".join(VERBS) + r")\s+[a-z-]+(?:\s[^`]*)?)`")
FENCED = re.compile(r"```(?:sh|text|console)?\n(.*?)```", re.DOTALL)
TYPED = re.compile(r"^(?:\$ )?compliance +(.+?)(?:\s+#.*|\s*[|>].*)?$", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


@cache
def _tree() -> Any:
    return typer.main.get_command(build_app())


def _names(command: Any) -> set[str]:
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}


@cache
def _every_option() -> frozenset[str]:
    def below(command: Any) -> Iterator[str]:
        yield from _names(command)
        context = typer.Context(command)
        for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
            yield from below(command.get_command(context, name))

    return frozenset(below(_tree()))


def _fault(text: str) -> str:
    """What no command of ours understands in the words behind `compliance`; '' where they lead to one with these options."""
    try:
        words = shlex.split(text.replace("\\\n", " "))
    except ValueError:
        words = text.split()
    if words[:1] == ["transparency"] and words[1:] and words[1][0].isdigit():
        words.insert(1, "generate")  # `transparency 2026-H1` is short for it
    command, known = _tree(), _names(_tree())
    while words and hasattr(command, "get_command"):
        found = command.get_command(typer.Context(command), words[0])
        if found is None:
            break
        command, words = found, words[1:]
        known |= _names(command)
    if command is _tree() and words and re.fullmatch(r"[a-z-]+", words[0]) and not words[0].startswith("-"):
        return f"no verb {words[0]}"
    if hasattr(command, "get_command") and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        return f"{command.name} has no {words[0]}"
    return next((f"{command.name} has no {name}" for name in OPTION.findall(" ".join(words)) if name not in known), "")


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Texts of a module with their lines; what is filled in stands as X."""
    inner: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield node.lineno, node.value


def _hints(path: Path) -> Iterator[tuple[int, str]]:
    """What the errors of a module advise."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            if keyword.arg == "hint":
                yield keyword.value.lineno, ast.unparse(keyword.value)


def _named(text: str) -> Iterator[str]:
    yield from (found[1] or found[2] for found in QUOTED.finditer(text))
    for block in FENCED.findall(text):
        yield from TYPED.findall(block.replace("\\\n", " "))


def test_every_command_named_in_a_text_of_the_program_exists() -> None:
    """Hints, messages, help and docstrings name commands and options that can be typed."""
    named = [(path, line, words) for path in CODE for line, text in _strings(path) for words in _named(text)]
    assert len(named) > 50
    assert [f"{path.name}:{line} {words}: {fault}" for path, line, words in named if (fault := _fault(words))] == []


@pytest.mark.parametrize("paths", [PAGES, DATA], ids=["pages", "data"])
def test_every_command_named_on_a_page_exists(paths: list[Path]) -> None:
    """Pages, rules, phrases and configuration name commands and options that can be typed."""
    named = [(path, words) for path in paths for words in _named(path.read_text("utf-8"))]
    assert named
    assert [f"{path.name} {words}: {fault}" for path, words in named if (fault := _fault(words))] == []


def test_every_option_that_a_hint_advises_exists() -> None:
    """An option named alone in a hint is one of some verb."""
    advised = [(path, line, name) for path in CODE for line, text in _hints(path) for name in OPTION.findall(text)]
    assert len(advised) > 40
    assert [f"{path.name}:{line} {name}" for path, line, name in advised if name not in _every_option()] == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("check events.ndjson --only DSA-16.4-RECEIPT", ""),
        ("transparency 2026-H1 --store store", ""),
        ("chekc events.ndjson", "no verb chekc"),
        ("letter triaje letter.txt", "letter has no triaje"),
        ("check --onyl X", "check has no --onyl"),
    ],
)
def test_wrong_words_are_seen(words: str, fault: str) -> None:
    """The test above tells a command that exists from one that does not."""
    assert _fault(words) == fault
