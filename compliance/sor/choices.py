"""What becomes of retired codes, decided by a person: a YAML file, since the Commission's table names no successor for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from compliance.errors import InputError, Place
from compliance.sor.change import List, change_of
from compliance.sor.schema import CURRENT, load_schema
from compliance.yaml_source import Marks, load_yaml

FORMAT: Final = "sor-choices/1"
DROP: Final = "drop"
LISTS: Final[tuple[List, ...]] = ("category", "keyword")


@dataclass(frozen=True, slots=True)
class Choices:
    """Successors chosen for retired codes, by list; `drop` leaves a keyword out."""

    successors: Mapping[List, Mapping[str, str]] = field(default_factory=lambda: {"category": {}, "keyword": {}})

    def successor(self, name: List, code: str) -> str | None:
        """The chosen successor of a retired code, `drop`, or None where nothing was chosen."""
        return self.successors[name].get(code)


def load_choices(path: Path) -> Choices:
    """The choices of a file. InputError `SOR-CHOICE` with its line where one cannot be followed, `YML-*` where it is no YAML."""
    data, marks = load_yaml(path)
    return _Reading(str(path), marks).choices(data)


def skeleton(open_codes: Iterable[tuple[List, str]]) -> str:
    """The file to fill in: every code that awaits a choice, its place empty."""
    wanted = sorted(set(open_codes))
    lines = [f"format: {FORMAT}"]
    for name in LISTS:
        codes = [code for of, code in wanted if of == name]
        if codes:
            lines += [f"{name}:", *(f"  {code}:" for code in codes)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Reading:
    file: str
    marks: Marks

    def choices(self, data: Any) -> Choices:
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise self._error("this is no file of choices", (), f"its first line is `format: {FORMAT}`")
        for key in data:
            if key not in {"format", *LISTS}:
                raise self._error(f"{key!r} is no list of codes", (key,), f"use {' or '.join(LISTS)}")
        return Choices({name: self._list(name, data.get(name) or {}) for name in LISTS})

    def _list(self, name: List, data: Any) -> Mapping[str, str]:
        if not isinstance(data, dict):
            raise self._error(f"{name} holds no choices", (name,), "write one `OLD_CODE: NEW_CODE` a line")
        for code, successor in data.items():
            self._check(name, code, successor)
        return cast("Mapping[str, str]", data)

    def _check(self, name: List, code: Any, successor: Any) -> None:
        change, path = change_of(name), (name, code)
        if code in change.renamed:
            raise self._error(
                f"{code} is no matter of choice: it was renamed to {change.renamed[code]}", path, "leave this line out"
            )
        if code not in change.retired:
            raise self._error(f"{code} is no retired {name}", path, "choose only for codes that were retired")
        if successor is None:
            raise self._error(f"{code} awaits a choice", path, "write the code that takes its place")
        if successor == DROP and name == "keyword":
            return
        if successor not in load_schema(CURRENT).codes[name]:
            dropped = f", or {DROP} to leave it out" if name == "keyword" else "; a statement must have one"
            raise self._error(
                f"{successor!r} is no {name} of the schema {CURRENT}", path, f"choose one of its codes{dropped}"
            )

    def _error(self, message: str, path: tuple[str | int, ...], hint: str) -> InputError:
        line, column = self.marks.get(path, (1, 1))
        return InputError("SOR-CHOICE", message, place=Place(self.file, line, column), hint=hint)
