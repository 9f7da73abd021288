"""What `compliance transparency recount` does: reads the report, counts the log, compares, and where asked seals what was found."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from compliance import __version__
from compliance.assess.attestation import record
from compliance.assess.session import instant_of, project_of
from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, Place, UsageError
from compliance.transparency.generate.session import generate, read
from compliance.transparency.recount.cells import Recounted, State, recount
from compliance.transparency.report import Published, read_reports


def recounted(
    paths: Sequence[Path],
    store: Path,
    *,
    period: str | None = None,
    declared: Path | None = None,
    config: Path | None = None,
    as_of: str | None = None,
) -> Recounted:
    """One published report against the store. `period` defaults to the report's own.

    UsageError `TRC-SEVERAL` where the paths hold reports of several services, `TRC-NO-PERIOD` where the report names no period.
    """
    published = one_report(paths)
    span = period or period_of(published)
    dataset, project, days, said = read(store, span, declared, config)
    return recount(published, generate(dataset, project, days, said, as_of=instant_of(as_of)))


def one_report(paths: Sequence[Path]) -> Published:
    """The report in the paths; where its CSV files and its workbook lie side by side, the CSV files, which are the binding form."""
    found = [report for report in read_reports(paths) if report.parts]
    services = {report.services[:1] for report in found}
    if len(services) > 1:
        raise UsageError(
            "TRC-SEVERAL",
            f"there are reports of {len(services)} services here",
            hint="name the files of one service; every service has a report of its own",
        )
    return max(found, key=lambda report: (len(report.parts), report.sheets[0].grid.form == "csv"))


def period_of(report: Published) -> str:
    """The period of a report as the command line writes it: `2026-H1`, `2026`, or two days."""
    from compliance.transparency.figures import Figures

    for sheet in report.parts.values():
        span = Figures(sheet).period
        if span is not None:
            first, last = span
            halves = {((1, 1), (6, 30)): "-H1", ((7, 1), (12, 31)): "-H2", ((1, 1), (12, 31)): ""}
            half = halves.get(((first.month, first.day), (last.month, last.day)))
            same = first.year == last.year and half is not None
            return f"{first.year}{half}" if same else f"{first.isoformat()}..{last.isoformat()}"
    raise InputError(
        "TRC-NO-PERIOD",
        "no period can be read in the report",
        place=Place(report.name),
        hint="name it with --period 2026-H1",
    )


def digest_of(paths: Sequence[Path]) -> str:
    """SHA-256 over the SHA-256 digests of the files named, or in the folders named, in order of their names."""
    files = sorted(file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,)) if file.is_file())
    lines = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def events_of(
    found: Recounted, service: str, document: str, version: str, digest: str, at: int
) -> Iterator[dict[str, Any]]:
    """One `publication.recounted` for each group of figures.

    `cells_differing` is left out where some cells are unknown and none differs: then nobody knows whether one does.
    """
    for group, counts in found.counts.items():
        differing, unknown = counts[State.DIFFERS], counts[State.UNKNOWN]
        content: dict[str, Any] = {
            "type": "publication.recounted",
            "time": format_us(at),
            "service": service,
            "source": "recounts",
            "document_id": document,
            "report_part": group,
            "version": version,
            "cells_compared": counts[State.EQUAL] + differing,
            "cells_unknown": unknown,
            "method_version": f"compliance {__version__}",
            "document_digest": digest,
        }
        if differing or not unknown:
            content["cells_differing"] = differing
        mark = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
        yield {"id": f"RCT-{base64.b32encode(mark)[:16].decode('ascii')}", **content}


def seal(
    found: Recounted,
    paths: Sequence[Path],
    log: Path,
    store: Path | None,
    *,
    config: Path | None,
    document: str,
    version: str,
    clock: Clock,
) -> tuple[Mapping[str, Any], ...]:
    """Adds the events of a recount to a log and, with a store, seals them there; returns them."""
    project, _ = project_of(config)
    events = tuple(events_of(found, project.service.id, document, version, digest_of(paths), to_us(clock())))
    for event in events[:-1]:
        record(event, log, None, project, clock)
    for event in events[-1:]:
        record(event, log, store, project, clock)
    return events
