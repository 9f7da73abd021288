"""What `compliance transparency generate` does: read a store, count a period, write the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from compliance.assess.figures.compute import UNNAMED, Frame, frame_of
from compliance.assess.session import instant_of, project_of
from compliance.clock import format_us
from compliance.errors import InputError, Place, UsageError
from compliance.events.dataset import Dataset
from compliance.period import Period, parse_period
from compliance.project import Project
from compliance.transparency.generate.cells import requirement_of_cells
from compliance.transparency.generate.declared import Declared, load_declared
from compliance.transparency.generate.made import Report, Setting
from compliance.transparency.generate.measure import Measured, measure
from compliance.transparency.generate.relation import Window
from compliance.transparency.generate.rows import build
from compliance.transparency.generate.write import files_of, write_files
from compliance.transparency.template import template


@dataclass(frozen=True, slots=True)
class Generated:
    """A report, the figures it is made of, and what it was made under."""

    report: Report
    measured: Measured
    setting: Setting


def generate_report(
    store: Path,
    period: str,
    out: Path,
    *,
    declared: Path | None = None,
    config: Path | None = None,
    as_of: str | None = None,
) -> tuple[Generated, tuple[Path, ...]]:
    """Write the report of a period into a new or empty folder; returns it with the paths of its files."""
    dataset, project, span, said = read(store, period, declared, config)
    made = generate(dataset, project, span, said, as_of=instant_of(as_of))
    return made, write_files(files_of(made.report, made.measured, made.setting), out)


def generate(
    dataset: Dataset, project: Project, span: Period, declared: Declared, *, as_of: int | None = None
) -> Generated:
    """The report of a period over a dataset. UsageError `TRG-PERIOD` or `TRG-TIER` where it cannot be one."""
    setting, frame, window = prepared(dataset, project, span, declared, as_of)
    measured = measure(frame, window)
    if window.scope.as_of < window.scope.end:
        known = format_us(window.scope.as_of)
        measured.problems.insert(0, f"the period is not over in the log, which is known up to {known}: no final report")
    return Generated(build(measured, setting), measured, setting)


def prepared(
    dataset: Dataset, project: Project, span: Period, declared: Declared, as_of: int | None
) -> tuple[Setting, Frame, Window]:
    """What a report is made under, and what its figures are counted in. UsageError `TRG-AHEAD` for a period yet to come."""
    setting = _setting(project, span, declared)
    frame = frame_of(dataset, project, span.days, as_of)
    if frame.scope.as_of < frame.scope.start:
        raise UsageError(
            "TRG-AHEAD",
            f"the log is known up to {format_us(frame.scope.as_of)}, and {span.label} begins after that",
            hint="name a period that the log reaches, or ingest the newer logs first",
        )
    window = Window(frame.scope, span.first, span.last, setting.choices)
    return replace(setting, as_of=frame.scope.as_of), frame, window


def read(
    store: Path, period: str, declared: Path | None, config: Path | None
) -> tuple[Dataset, Project, Period, Declared]:
    """What the verbs work on. InputError `TRG-EMPTY` or `TRG-SERVICE` where the store holds nothing of the service."""
    from compliance.events.store import Store

    project = project_of(config)[0]
    said, span = load_declared(declared, project.transparency), parse_period(period)
    dataset = Store.open(store).dataset(requirement_of_cells(), project=project)
    services = [row[0] for row in dataset.con.execute("SELECT DISTINCT service FROM ev ORDER BY 1").fetchall()]
    if not services:
        raise InputError(
            "TRG-EMPTY",
            "the store holds no event",
            hint="`compliance ingest LOG... --store DIR` first; a report of nothing would be all zeros",
            place=Place(str(store)),
        )
    if project.service.id not in services and (len(services) > 1 or project.service.id != UNNAMED):
        raise InputError(
            "TRG-SERVICE",
            f"the store holds no event of the service {project.service.id!r}; it holds {', '.join(services[:5])}",
            hint="name the configuration of the service with --config; every service has a report of its own",
            place=Place(str(store)),
        )
    return dataset, project, span, said


def _setting(project: Project, span: Period, declared: Declared) -> Setting:
    named = declared.identification
    tier = (named.tier if named else None) or _tier(project)
    if span.last < template().applies_from or not _cycle(
        span.first, span.last, large=tier in template().half_year_tiers
    ):
        raise UsageError(
            "TRG-PERIOD",
            f"{span.label} is no reporting period of a provider of kind {tier}",
            hint="half-years (2026-H1) for very large platforms and search engines, else calendar years (2026), "
            f"with data from {template().applies_from} on",
        )
    return Setting(
        service=(named.service if named else "") or project.service.name or project.service.id,
        provider=(named.provider if named else "") or project.service.provider,
        tier=tier,
        hosting=bool(project.profile.hosting),
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        declared=declared,
        choices=declared.readings,
        as_of=0,
    )


def _cycle(first: date, last: date, *, large: bool) -> bool:
    ends = ((first.month, first.day), (last.month, last.day))
    halves = {((1, 1), (6, 30)), ((7, 1), (12, 31))}
    return first.year == last.year and ends in (halves if large else {((1, 1), (12, 31))})


def _tier(project: Project) -> str:
    profile = project.profile
    if profile.designated in {"vlop", "vlose"}:
        return str(profile.designated)
    for tier, said in (
        ("online_platform", profile.online_platform),
        ("hosting", profile.hosting),
        ("intermediary", profile.intermediary),
    ):
        if said:
            return tier
    raise UsageError(
        "TRG-TIER",
        "the configuration does not say what kind of provider this is",
        hint="answer [profile] in compliance.toml, or declare identification.tier",
    )
