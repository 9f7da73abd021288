"""From a dataset to the files of a quarterly report: one assessment, written as PDF, workbook, page and JSON."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compliance.assess.check import check, requirement_of
from compliance.assess.figures import compute, requirement_of_figures
from compliance.assess.figures.episode import expiring, letters, livestreams, outages
from compliance.clock import midnight_us
from compliance.errors import InputError, Place
from compliance.events.dataset import Dataset, Requirement
from compliance.period import Period
from compliance.project import Project
from compliance.reports.layout import load_layout
from compliance.reports.material import DAY_US, HORIZON_DAYS, Material
from compliance.reports.page import to_html
from compliance.reports.paper import to_pdf
from compliance.reports.quarterly import build_quarterly
from compliance.reports.record import read_earlier, to_json
from compliance.reports.workbook import to_xlsx
from compliance.rules.loader import LoadedRule

LIVESTREAMS = 10
"""Livestreams that a report lists, by audience."""
LISTING = 5000
"""Findings listed per rule, verdict and reason."""


@dataclass(frozen=True, slots=True)
class Published:
    """The files of one report, and the material they were made from."""

    pdf: Path
    workbook: Path
    page: Path
    record: Path
    material: Material


def requirement_of_report(rules: Sequence[LoadedRule]) -> Requirement:
    """What must be read to report: what the rules and the figures look at."""
    judged, counted = requirement_of(rules), requirement_of_figures()
    return Requirement(judged.types | counted.types, judged.fields | counted.fields)


def gather(
    dataset: Dataset,
    rules: Sequence[LoadedRule],
    project: Project,
    period: Period,
    *,
    as_of: int | None = None,
    earlier: Path | None = None,
    signed_off: tuple[str, ...] = (),
) -> Material:
    """Everything the report says: the period and the one before, judged on the same events as known at `as_of` (UTC µs)."""
    known = dataset.watermark if as_of is None else as_of
    before = period.before()
    now = check(dataset, rules, project, period=period.days, as_of=known, listing=LISTING)
    assert known is not None  # `check` refuses an empty log without a date
    previous = known >= midnight_us(before.first, project.service.zone)
    return Material(
        project=project,
        period=period,
        layout=load_layout(),
        rules={loaded.rule.id: loaded.rule for loaded in rules},
        now=now,
        figures=compute(dataset, project, period.days, known),
        before=check(dataset, rules, project, period=before.days, as_of=known, listing=1) if previous else None,
        figures_before=compute(dataset, project, before.days, known) if previous else None,
        livestreams=livestreams(dataset, project, period.days, known, most=LIVESTREAMS),
        outages=outages(dataset, project, period.days, known),
        letters=letters(dataset, project, period.days, known),
        expiring=expiring(dataset, project, period.days, known, known + HORIZON_DAYS * DAY_US),
        earlier=read_earlier(earlier, before.label) if earlier is not None else {},
        signed_off=signed_off,
    )


def publish(material: Material, out: Path) -> Published:
    """Writes the four files into `out`, each whole or not at all. InputError `REP-WRITE` where the folder cannot be written."""
    report = build_quarterly(material)
    name = f"{material.project.service.id}-{material.period.label}"
    made = {
        ".pdf": to_pdf(report),
        ".xlsx": to_xlsx(report),
        ".html": to_html(report).encode("utf-8"),
        ".json": to_json(report, material).encode("utf-8"),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for suffix, content in made.items():
            _replace(out / f"{name}{suffix}", content)
    except OSError as error:
        raise InputError(
            "REP-WRITE",
            f"the report cannot be written: {error.strerror or error}",
            place=Place(str(out)),
            hint="name a folder that can be written, on a disk with room",
        ) from error
    pdf, workbook, page, record = (out / f"{name}{suffix}" for suffix in made)
    return Published(pdf, workbook, page, record, material)


def _replace(path: Path, content: bytes) -> None:
    """The file with this content, put in place whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
