"""What a person must look at in a request, one item at a time: shown with the letter's own words, settled and recorded by role and time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from compliance.errors import LetterError, Place
from compliance.letters.document import Document
from compliance.letters.request_file import replace_block, replace_text, to_json
from compliance.letters.request_model import Request, Settled


@dataclass(frozen=True, slots=True)
class Item:
    """One doubtful field: why, what was read, where it stands, and the letter's words around it (empty without the letter)."""

    field: str
    why: str
    value: str
    line: int | None
    page: int | None
    excerpt: str


def items(request: Request, document: Document | None) -> list[Item]:
    """Everything still to settle, in the order of the letter."""
    found = [_item(request, doubt.field, doubt.why, document) for doubt in request.to_confirm]
    return sorted(found, key=lambda each: (each.line is None, each.line or 0))


def _item(request: Request, field: str, why: str, document: Document | None) -> Item:
    place = request.places.get(field)
    excerpt = _around(document, *place.span) if document and place else ""
    line, page = (place.line, place.page) if place else (None, None)
    return Item(field, why, shown_value(request, field), line, page, excerpt)


def shown_value(request: Request, field: str) -> str:
    """What was read for a field, as YAML without what is empty."""
    value = _value(request.model_dump(mode="json", by_alias=True), field)
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if each not in (None, [], {})}
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100).strip().removesuffix("\n...")


def _around(document: Document, start: int, end: int) -> str:
    """The block of the letter that holds the span, with the span between markers, at most 600 characters."""
    block = document.block_at(start)
    text = document.text[block.start : max(block.end, end)]
    first, last = start - block.start, end - block.start
    marked = f"{text[:first]}>>{text[first:last]}<<{text[last:]}"
    low = max(0, first - 200)
    return marked[low : low + 600]


def settle(request: Request, field: str, role: str, at: datetime, corrected: str | None = None) -> Request:
    """The request with one doubt settled: accepted as read, or replaced by `corrected` (YAML; `drop` removes a question).

    LetterError `LET-ACCEPT` where the field is not in doubt, `LET-VALUE` where the value does not fit.
    """
    if field not in {doubt.field for doubt in request.to_confirm}:
        raise LetterError("LET-ACCEPT", f"{field} is not among the doubts", hint="see to_confirm in the request")
    data = request.model_dump(mode="json", by_alias=True)
    was = deepcopy(_value(data, field))
    now = was
    if corrected is not None:
        now = _parsed(corrected, field)
        _put(data, field, now, role)
    data["to_confirm"] = [each for each in data["to_confirm"] if each["field"] != field]
    note = Settled(
        field=field,
        role=role,
        at=at,
        outcome="accepted" if corrected is None else "corrected",
        was=None if corrected is None else was,
        now=None if corrected is None else now,
    )
    data["settled"] = [*data.get("settled", []), note.model_dump(mode="json")]
    data["confirmed_by"] = None
    try:
        return Request.model_validate(data)
    except ValidationError as error:
        raise LetterError(
            "LET-VALUE",
            f"that value does not fit {field}: {error.errors()[0]['msg'].removeprefix('Value error, ')}",
            hint="type it as it would stand in the request, e.g. 2026-05-04T17:00:00+02:00 for an instant",
        ) from error


def _parsed(text: str, field: str) -> Any:
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506 - a safe loader that leaves dates as text
    except yaml.YAMLError as error:
        raise LetterError(
            "LET-VALUE", f"that value of {field} cannot be read", hint="type one YAML value, e.g. [a, b] or plain text"
        ) from error


class _Plain(yaml.SafeLoader):
    """Plain values; dates and instants stay text, as the request's own JSON has them."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _value(data: Mapping[str, Any], field: str) -> Any:
    part = _part(data, field)
    if part is not None:
        return part
    group, _, name = field.partition(".")
    if name and isinstance(data.get(group), list):
        return name if name in data[group] else None
    value: Any = data
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _part(data: Mapping[str, Any], field: str) -> Any:
    """The deadline or question a field names (`deadlines.D1`, `questions.3.a`, `questions.n1` for the first without a number)."""
    group, _, name = field.partition(".")
    if group == "deadlines":
        return next((each for each in _limits(data) if each["id"] == name), None)
    if group == "questions" and name:
        bare = [each for each in data["questions"] if each["number"] is None]
        if re.fullmatch(r"n\d+", name) and int(name[1:]) <= len(bare):
            return bare[int(name[1:]) - 1]
        return next((each for each in data["questions"] if each["number"] == name), None)
    return None


def _limits(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (each for each in (data["deadline"], *data["additional_deadlines"], *data["redress"]) if each)


def _put(data: dict[str, Any], field: str, value: Any, role: str) -> None:
    part = _part(data, field)
    if part is None:
        target: Any = data
        *above, last = field.split(".")
        for name in above:
            target = target.get(name) if isinstance(target, dict) else None
        if not isinstance(target, dict) or last not in target:
            raise LetterError(
                "LET-VALUE", f"{field} cannot be set here", hint="edit the request's file, then confirm it"
            )
        target[last] = value
    elif field.startswith("deadlines."):
        part.update(instant=value, needs=[], steps=[*part["steps"], f"set by {role} on reading the letter"])
    elif value == "drop":
        data["questions"] = [each for each in data["questions"] if each is not part]
    elif isinstance(value, dict):
        part.update(value)
    else:
        part["type"] = value


def write_settled(path: Path, before: Request, after: Request) -> None:
    """Write what changed into the request's file; comments and everything else in it stay. LetterError `LET-UNWRITABLE`."""
    if path.suffix == ".json":
        replace_text(path, to_json(after))
        return
    text = path.read_text("utf-8-sig")
    old = before.model_dump(mode="json", by_alias=True)
    for name, value in after.model_dump(mode="json", by_alias=True).items():
        if old.get(name) != value:
            text = replace_block(text, name, value)
    gone = {doubt.field for doubt in before.to_confirm} - {doubt.field for doubt in after.to_confirm}
    for field in gone:
        text = re.sub(rf"(?m)^# UNSURE {re.escape(field)}: .*\n", "", text)
    replace_text(path, text)


def letter_beside(request: Request, path: Path, given: Path | None) -> Path | None:
    """The letter a request was read from: the file given, else that name beside it. LetterError `LET-OTHER` where its bytes differ."""
    import hashlib

    found = given or path.parent / Path(request.letter.file).name
    if not found.is_file():
        if given:
            raise LetterError("LET-MISSING", "there is no such letter", place=Place(str(given)), hint="check the path")
        return None
    if hashlib.sha256(found.read_bytes()).hexdigest() != request.letter.sha256:
        raise LetterError(
            "LET-OTHER",
            "this is not the letter the request was read from: its bytes differ",
            place=Place(str(found)),
            hint="give the original with --letter, or read this letter anew",
        )
    return found
