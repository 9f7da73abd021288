"""The JSON Schemas that ship: contracts by their name, events by their type."""

from __future__ import annotations

from pathlib import Path

from compliance.errors import UsageError
from compliance.resources import data_dir
from compliance.rules.fault import nearest

_ENDING = ".schema.json"


def schema_names() -> tuple[str, ...]:
    """Names of all schemas: contracts first, then event types, each sorted."""
    top, events = _folders()
    return (*_stems(top), *_stems(events))


def schema_text(name: str) -> str:
    """The schema as it ships. UsageError `SCH-NAME` with the nearest names where there is none."""
    if name in schema_names():
        for folder in _folders():
            path = folder / f"{name}{_ENDING}"
            if path.is_file():
                return path.read_text("utf-8")
    raise UsageError(
        "SCH-NAME", f"there is no schema {name!r}", hint=nearest(name, schema_names(), "`compliance schema` lists them")
    )


def _folders() -> tuple[Path, Path]:
    folder = data_dir("schemas")
    return folder, folder / "events"


def _stems(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(_ENDING) for path in folder.glob(f"*{_ENDING}"))
