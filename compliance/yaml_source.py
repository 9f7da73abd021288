"""Safe YAML with line marks: 1.2 core scalars only; no aliases, tags, second documents or duplicate keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from compliance.errors import InputError, Place

Marks = dict[tuple[str | int, ...], tuple[int, int]]
"""Path inside the document (keys and 0-based indexes) to the 1-based (line, column) of its key or item; `()` is the root."""

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
_Parser: Any = getattr(yaml, "CLoader", yaml.Loader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DECIMAL = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL, _HEX = re.compile(r"0o[0-7]+\Z"), re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")


def load_yaml(path: Path) -> tuple[Any, Marks]:
    """Data and line marks of one YAML file. InputError `YML-*` with line and column where it is not plain YAML."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise InputError(
                "YML-TOO-LARGE",
                f"the file has {len(content)} bytes",
                place=Place(str(path)),
                hint=f"a rule or mapping has at most {MAX_BYTES} bytes; is this the right file?",
            )
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            "YML-UNREADABLE",
            f"the file cannot be read: {error.strerror}",
            place=Place(str(path)),
            hint="check the path and its permissions",
        ) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            "YML-ENCODING", "the file is not UTF-8", place=Place(str(path), line), hint="save it as UTF-8"
        ) from error
    return parse_yaml(text, file=str(path))


def parse_yaml(text: str, *, file: str) -> tuple[Any, Marks]:
    """Data and line marks of YAML text; `file` names it in errors. Scalars follow YAML 1.2 core: `NO` stays Norway."""
    try:
        return _Reader(file, yaml.parse(text, Loader=_Parser)).document()
    except yaml.MarkedYAMLError as error:
        unfinished_key = error.context == "while scanning a simple key"
        mark = error.context_mark if unfinished_key else error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise InputError(
            "YML-SYNTAX",
            f"not YAML: {error.problem or error.context}",
            place=place,
            hint="check indentation, colons and quotes at this line",
        ) from error
    except yaml.YAMLError as error:
        raise InputError(
            "YML-SYNTAX",
            f"not YAML: {error}",
            place=Place(file),
            hint="control characters are not allowed; save it as plain UTF-8 text",
        ) from error


class _Reader:
    """Builds data from parser events, refusing everything that is not a plain tree."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self._file = file
        self._events = events
        self._marks: Marks = {}

    def document(self) -> tuple[Any, Marks]:
        """Data and marks of the single document; None where the file is empty."""
        data: Any = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise self._refusal(
                        "YML-DOCUMENTS", "a second document begins here", event, "keep one document per file"
                    )
                seen = True
                first = next(self._events)
                self._marks[()] = _position(first)
                data = self._value(first, ())
        return data, self._marks

    def _value(self, event: Any, path: tuple[str | int, ...]) -> Any:
        self._check(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event) if event.implicit[0] else event.value

    def _check(self, event: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refusal("YML-ALIAS", "anchors and aliases are not allowed", event, "write the value out")
        if event.tag is not None:
            raise self._refusal(
                "YML-TAG", f"the tag {event.tag!r} is not allowed", event, "remove it; use quotes for text"
            )
        if len(path) > MAX_DEPTH:
            raise self._refusal("YML-DEPTH", f"nested deeper than {MAX_DEPTH} levels", event, "flatten the structure")

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._check(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refusal("YML-KEY", "a key must be plain text", event, "use text as the key")
            key = str(event.value)
            if key in found:
                raise self._refusal("YML-DUPLICATE-KEY", f"the key {key!r} stands twice", event, "remove one of them")
            self._marks[(*path, key)] = _position(event)
            found[key] = self._value(next(self._events), (*path, key))
        return found

    def _sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = (*path, len(found))
            self._marks[here] = _position(event)
            found.append(self._value(event, here))
        return found

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _NOT_FINITE.match(text):
            raise self._refusal(
                "YML-NUMBER", f"{text} is not a finite number", event, "write a number, or quote it as text"
            )
        for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEX, 16)):
            if pattern.match(text):
                if len(text) > 20:
                    raise self._refusal("YML-NUMBER", "the number is too long", event, "quote it if it is text")
                return int(text, base)
        return float(text) if _FLOAT.match(text) else text

    def _refusal(self, code: str, message: str, event: Any, hint: str) -> InputError:
        return InputError(code, message, place=Place(self._file, *_position(event)), hint=hint)


def _position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
