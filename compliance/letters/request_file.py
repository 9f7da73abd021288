"""`request.yaml` on disk: written in order with comments on what is unsure, never over a person's edits."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import yaml

from compliance.errors import LetterError, Place
from compliance.letters.request_model import Request

_EXPLAINED = {
    "kind": "what kind of letter it is; decides how it is answered",
    "binding": "true, false, or null where a person must say",
    "legal_bases": "the articles this letter rests on - not those it merely cites",
    "deadline": "the earliest reading; alternatives are the others",
    "redress": "time limits of the provider's own rights: no deadline to answer",
    "period": "first and last day or instant, both included",
    "questions": "the letter's own numbers; null where it has none",
    "places": "where each value stands in the letter, and how sure the reading is",
    "to_confirm": "settle each (`compliance letter review` walks through them), then run `compliance letter confirm`",
    "settled": "doubts that a person settled: by which role, when, and how",
}


class _Dumper(yaml.SafeDumper):
    """Plain YAML without anchors, lists indented."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - as above
        super().increase_indent(flow, False)


def to_json(request: Request) -> str:
    """The request as JSON, keys in the contract's order."""
    return json.dumps(request.model_dump(mode="json", by_alias=True), indent=1, ensure_ascii=False) + "\n"


def to_yaml(request: Request) -> str:
    """The request as YAML with a comment at everything unsure."""
    data = request.model_dump(mode="json", by_alias=True)
    doubts = {doubt.field: doubt.why for doubt in request.to_confirm}
    origin = f"# Read from {_one_line(request.letter.file)}. Compare it with the letter, edit, then confirm:"
    pieces = [f"{origin}\n# compliance letter confirm FILE --role ROLE\n"]
    for name, value in data.items():
        if name in _EXPLAINED:
            pieces.append(f"# {_EXPLAINED[name]}\n")
        for field, why in doubts.items():
            if field == name or field.startswith(f"{name}."):
                pieces.append(f"# UNSURE {_one_line(field)}: {_one_line(why)}\n")
        if name in ("deadline", "additional_deadlines"):
            pieces += [
                f"# UNSURE {_one_line(field)}: {_one_line(why)}\n"
                for field, why in doubts.items()
                if field.startswith("deadlines.") and field.split(".")[1] in _identifiers(value)
            ]
        pieces.append(
            yaml.dump(
                {name: value}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
            )
        )
    return "".join(pieces)


def replace_block(text: str, name: str, value: Any) -> str:
    """A request's YAML text with one top-level entry replaced (or added); every other line, comments included, stays."""
    block = yaml.dump(
        {name: value}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    found = re.search(rf"(?m)^{re.escape(name)}:.*\n(?:[ \t]+.*\n|[ \t]*-.*\n)*", text)
    return text[: found.start()] + block + text[found.end() :] if found else text.rstrip("\n") + "\n" + block


def _identifiers(value: Any) -> set[str]:
    return {each["id"] for each in (value if isinstance(value, list) else [value]) if each}


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def write_request(request: Request, path: Path, *, force: bool = False) -> None:
    """Write a request as YAML (JSON where the file is so named). LetterError `LET-EXISTS` without `force`."""
    if path.exists() and not force:
        raise LetterError(
            "LET-EXISTS",
            "the file exists and may hold a person's edits; it was left alone",
            place=Place(str(path)),
            hint="write to another file and compare, or give --force to replace it",
        )
    replace_text(path, to_json(request) if path.suffix == ".json" else to_yaml(request))


def replace_text(path: Path, text: str) -> None:
    """Replace a file's text at once: an interrupted write leaves the old state. LetterError `LET-UNWRITABLE` where it cannot."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise LetterError(
            "LET-UNWRITABLE",
            f"the file cannot be written: {error.strerror}",
            place=Place(str(path)),
            hint="choose a folder you may write to, with space left",
        ) from error


def content_digest(request: Request) -> str:
    """SHA-256 of what a person confirms: everything but the confirmation itself."""
    data = request.model_dump(mode="json", by_alias=True, exclude={"confirmed_by"})
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
