"""From a store and a period to a quarterly report on disk: what is read, judged, counted, drawn and written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.assess.check import check, requirement_of
from compliance.assess.figures import compute, episode, requirement_of_figures
from compliance.assess.model import Assessment
from compliance.assess.session import engine_of, instant_of, project_of, rules_of
from compliance.engine.interface import Engine
from compliance.errors import InputError, Place
from compliance.events.dataset import Dataset, Requirement
from compliance.period import Period, parse_period
from compliance.project import Project
from compliance.reports.layout import Layout, load_layout
from compliance.reports.material import DAY_US, HORIZON_DAYS, Material
from compliance.reports.page import to_html
from compliance.reports.paper import to_pdf
from compliance.reports.quarterly import build_quarterly
from compliance.reports.record import read_earlier, to_json
from compliance.reports.workbook import to_xlsx
from compliance.rules.loader import LoadedRule
from compliance.rules.what_if import require_real

LISTING = 20_000
"""Findings listed per rule, verdict and reason; counts are exact beyond it."""
LIVESTREAMS = 12


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a report, and the assessment they show."""

    assessment: Assessment
    pdf: Path
    workbook: Path
    page: Path
    record: Path


def report_on(
    store: Path,
    period: str,
    out: Path,
    *,
    config: Path | None = None,
    rules: Sequence[Path] = (),
    as_of: str | None = None,
    earlier: Path | None = None,
    signed_off: Sequence[str] = (),
    engine: str = "embedded",
    remote: str | None = None,
) -> Written:
    """Write the report of a period, named as in `2026-Q3`, into `out`: report.pdf, .xlsx, .html and .json.

    `as_of`: instant up to which the log counts as known. `earlier`: the report.json of the period before, to see what has
    moved since. `signed_off`: roles that have signed. `engine` is `embedded`, or `spark` for the cluster whose Spark Connect
    server is `remote` (`sc://host:port`). Nothing is left half written; other files in `out` are not touched.
    """
    from compliance.events.store import Store

    span = parse_period(period)
    project, folder = project_of(config)
    loaded = rules_of(project, folder, rules)
    known = read_earlier(earlier, span.before().label) if earlier is not None else {}
    dataset = Store.open(store).dataset(requirement_of_report(loaded, project), project=project)
    with engine_of(engine, remote, dataset) as runs:
        material = material_of(
            dataset,
            loaded,
            project,
            span,
            as_of=instant_of(as_of),
            earlier=known,
            signed_off=tuple(signed_off),
            engine=runs,
        )
    return write(material, out)


def requirement_of_report(rules: Sequence[LoadedRule], project: Project | None = None) -> Requirement:
    """What must be read to judge the rules, to count the figures and to tell what happened."""
    parts = (requirement_of(rules, project), requirement_of_figures(), episode.REQUIREMENT)
    return Requirement(
        frozenset[str]().union(*(part.types for part in parts)),
        frozenset[str]().union(*(part.fields for part in parts)),
    )


def material_of(
    dataset: Dataset,
    rules: Sequence[LoadedRule],
    project: Project,
    period: Period,
    *,
    as_of: int | None = None,
    earlier: dict[str, Any] | None = None,
    signed_off: tuple[str, ...] = (),
    layout: Layout | None = None,
    engine: Engine | None = None,
) -> Material:
    """Everything the report says, judged and counted on one dataset, for the period and the one before.

    The same on every engine, the SQL of the rules apart; default the embedded one.
    """
    require_real(rules, "a report")
    now = check(dataset, rules, project, period=period.days, as_of=as_of, listing=LISTING, engine=engine)
    before = period.before()
    known = as_of if as_of is not None else dataset.watermark
    assert known is not None
    return Material(
        project=project,
        period=period,
        layout=layout or load_layout(),
        rules={loaded.rule.id: loaded.rule for loaded in rules},
        now=now,
        figures=compute(dataset, project, period.days, known, engine=engine),
        before=check(dataset, rules, project, period=before.days, as_of=known, listing=1, engine=engine),
        figures_before=compute(dataset, project, before.days, known, engine=engine),
        livestreams=episode.livestreams(dataset, project, period.days, known, most=LIVESTREAMS, engine=engine),
        outages=episode.outages(dataset, project, period.days, known, engine=engine),
        letters=episode.letters(dataset, project, period.days, known, engine=engine),
        expiring=episode.expiring(dataset, project, period.days, known, known + HORIZON_DAYS * DAY_US, engine=engine),
        earlier=earlier or {},
        signed_off=signed_off,
    )


def write(material: Material, out: Path) -> Written:
    """Draw the report four times and write the files. InputError `REP-UNWRITABLE` where the folder cannot take them."""
    report = build_quarterly(material)
    made = {
        "report.pdf": to_pdf(report),
        "report.xlsx": to_xlsx(report),
        "report.html": to_html(report).encode(),
        "report.json": to_json(report, material).encode(),
    }
    missing = [each for each in (out, *out.parents) if not os.path.lexists(each)]
    parts = {out / name: out / f".{name}.part" for name in made}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, part in parts.items():
            _written(part, made[path.name])
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        _removed(parts.values(), missing)
        raise InputError(
            "REP-UNWRITABLE",
            f"the report cannot be written: {error.strerror or error}",
            place=Place(str(out)),
            hint="name a folder that can be written with --out, and see that the disk has room",
        ) from error
    return Written(material.now, *(out / name for name in made))


def _written(part: Path, content: bytes) -> None:
    """The content is on the disk, beside the file it will replace."""
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _removed(parts: Iterable[Path], folders: Iterable[Path]) -> None:
    """Remove what a failed report left: parts of files, and folders that it had made, the innermost first."""
    for part in parts:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
