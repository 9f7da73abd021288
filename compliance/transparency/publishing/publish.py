"""What was published, archived and held against what was approved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, UsageError
from compliance.evidence.staging import staged_folder, write_new
from compliance.transparency.publishing.archive import Found, fetched
from compliance.transparency.publishing.record import (
    ARCHIVE,
    BESIDE,
    INTERNAL,
    Version,
    digests,
    open_publication,
    require_role,
    writing,
)
from compliance.transparency.publishing.shown import Change, changes
from compliance.transparency.recount.session import one_report

_LISTED = 50


def published(
    folder: Path, sources: Sequence[str], *, on: date | None, by: str, clock: Clock, plain_http: bool = False
) -> tuple[Version, Found]:
    """Archives what was published and compares it with what was approved. UsageError `PUB-NOT-APPROVED` before that."""
    require_role(by)
    with writing(folder) as ledger:
        version = open_publication(folder).last
        if version.approved is None:
            raise UsageError(
                "PUB-NOT-APPROVED",
                version.void or f"version {version.number} is a draft that nobody approved",
                hint="`compliance transparency approve` first; what is public without approval is to be taken down",
            )
        content = fetched(sources, plain_http=plain_http)
        found = compared(version, content)
        number = len(version.published) + 1
        if (version.folder / ARCHIVE / str(number)).exists():
            shutil.rmtree(version.folder / ARCHIVE / str(number))  # left by a run that was cut off
        with staged_folder(version.folder / ARCHIVE / str(number)) as staging:
            for name, raw in content.items():
                write_new(staging / name, raw)
        day = on or date.fromisoformat(format_us(to_us(clock()))[:10])
        ledger.append(
            "published",
            {
                "version": version.number,
                "at": format_us(to_us(clock())),
                "by": by,
                "on": day.isoformat(),
                "sources": list(sources),
                "archive": number,
                "files": digests(version.folder / ARCHIVE / str(number)),
                "equal": found.equal,
            },
        )
    return open_publication(folder).last, found


def compared(version: Version, content: Mapping[str, bytes]) -> Found:
    """What was published beside what was approved, file by file and, where a part differs, cell by cell."""
    approved = {path.name: path for path in version.report.rglob("*") if path.is_file() and path.name not in INTERNAL}
    approved |= {name: version.folder / name for name in BESIDE if (version.folder / name).is_file()}
    notes = [f"{name} is internal and lies in public" for name in content if name in INTERNAL]
    notes += [
        f"{name} is missing: the CSV files are the binding form, and an update says why"
        for name in sorted(approved)
        if (name.endswith(".csv") or name in BESIDE) and name not in content
    ]
    notes += [f"{name} was not approved" for name in sorted(content) if name not in approved and name not in INTERNAL]
    differing = [
        name for name, raw in sorted(content.items()) if name in approved and raw != approved[name].read_bytes()
    ]
    notes += [f"{name} differs from what was approved" for name in differing]
    cells: tuple[Change, ...] = ()
    if any(name.endswith(".csv") for name in differing):
        cells = _cells(version, content)
    return Found(not notes, tuple(notes), cells)


def _cells(version: Version, content: Mapping[str, bytes]) -> tuple[Change, ...]:
    with tempfile.TemporaryDirectory() as folder:
        for name, raw in content.items():
            (Path(folder) / name).write_bytes(raw)
        try:
            return tuple(changes(one_report([version.report]), one_report([Path(folder)])))[:_LISTED]
        except (InputError, UsageError, ValueError):
            return ()
