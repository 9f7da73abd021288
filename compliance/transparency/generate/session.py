"""What `compliance transparency generate` and `explain` do: read, count, write; and the events behind one cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from compliance.assess.figures.compute import Frame, frame_of
from compliance.assess.session import instant_of, project_of
from compliance.clock import HOUR_US, format_us
from compliance.errors import UsageError
from compliance.events.dataset import Dataset
from compliance.period import Period, parse_period
from compliance.project import Project
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import Relation, relations, requirement_of_cells
from compliance.transparency.generate.declared import Declared, load_declared
from compliance.transparency.generate.made import Report, Setting
from compliance.transparency.generate.measure import Measured, measure
from compliance.transparency.generate.relation import Window, listing
from compliance.transparency.generate.rows import build, formatted
from compliance.transparency.generate.write import files_of, write_files
from compliance.transparency.model import TOTAL, RowKey
from compliance.transparency.template import template


@dataclass(frozen=True, slots=True)
class Generated:
    """A report, the figures it is made of, and what it was made under."""

    report: Report
    measured: Measured
    setting: Setting


@dataclass(frozen=True, slots=True)
class Behind:
    """One event behind a cell: its id, its moment, and what it adds (hours, items, or empty)."""

    id: str
    moment: str
    value: str


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
    project, said, span = _read(period, declared, config)
    made = generate(_dataset(store, project), project, span, said, as_of=instant_of(as_of))
    return made, write_files(files_of(made.report, made.measured, made.setting), out)


def generate(
    dataset: Dataset, project: Project, span: Period, declared: Declared, *, as_of: int | None = None
) -> Generated:
    """The report of a period over a dataset. UsageError `TRG-PERIOD` or `TRG-TIER` where it cannot be one."""
    setting = _setting(project, span, declared)
    frame, window = _window(dataset, project, span, setting, as_of)
    measured = measure(frame, window)
    return Generated(build(measured, setting), measured, setting)


def explain_cell(
    store: Path,
    cell: str,
    period: str,
    *,
    declared: Path | None = None,
    config: Path | None = None,
    as_of: str | None = None,
) -> tuple[str, tuple[Behind, ...]]:
    """Definition of a cell and the events behind it. UsageError `TRG-CELL` where no event is behind such a cell."""
    project, said, span = _read(period, declared, config)
    return explain(_dataset(store, project), project, span, said, cell, as_of=instant_of(as_of))


def explain(
    dataset: Dataset, project: Project, span: Period, declared: Declared, cell: str, *, as_of: int | None = None
) -> tuple[str, tuple[Behind, ...]]:
    """Definition of a cell and the events behind it, by moment."""
    relation, name, row = _found(cell)
    setting = _setting(project, span, declared)
    frame, window = _window(dataset, project, span, setting, as_of)
    query = listing(relation, window, name, row)
    kind = relation.cells[name].value
    found = frame.dataset.con.execute(query.sql, list(query.values)).fetchall()
    return relation.cells[name].definition, tuple(
        Behind(event, format_us(moment), _added(kind, value)) for _, event, moment, value in found
    )


def _added(kind: str, value: object) -> str:
    if kind == "hours" and isinstance(value, int):
        return f"{formatted(value / HOUR_US)} hours"
    if kind == "share":
        return "in the part" if value else "not in the part"
    return "" if kind == "count" else str(value)


def _found(cell: str) -> tuple[Relation, str, dict[str, str]]:
    """Relation, definition and row of an address as the linter writes it, whatever its case."""
    wanted = cell.strip().upper()
    for relation in relations():
        part = template().parts[relation.part]
        for name in relation.cells:
            for column, key in _keys(relation, name):
                if address(part, key, column).upper() == wanted:
                    return relation, name, _row(relation, key)
    raise UsageError(
        "TRG-CELL",
        f"no figure from the log is in a cell {cell!r}",
        hint="write it as `lint` does: 4:NOTICES:TOTAL, 3:ITEMS:STATEMENT_CATEGORY_VIOLENCE@DE, 7:COMPLAINTS:UPHELD",
    )


def _keys(relation: Relation, name: str) -> list[tuple[str, RowKey]]:
    part = template().parts[relation.part]
    scopes = {"languages": template().languages, "member_states": tuple(template().member_states)}.get(part.expands, ())
    if relation.categorised:
        return [(name, row.key) for row in part.rows_for(scopes if relation.scope else ())]
    indicator, _, scope = name.partition(":")
    return [("value", (indicator, one)) for one in (scopes if relation.scope else (scope,))]


def _row(relation: Relation, key: RowKey) -> dict[str, str]:
    if not relation.categorised:
        return {"scope": key[1]} if relation.scope else {}
    scope, category, keyword = key
    row = {"scope": scope} if relation.scope and scope != TOTAL else {}
    row |= {"category": category} if category != TOTAL else {}
    return row | ({"keyword": keyword} if keyword else {})


def _read(period: str, declared: Path | None, config: Path | None) -> tuple[Project, Declared, Period]:
    return project_of(config)[0], load_declared(declared), parse_period(period)


def _dataset(store: Path, project: Project) -> Dataset:
    from compliance.events.store import Store

    return Store.open(store).dataset(requirement_of_cells(), project=project)


def _window(
    dataset: Dataset, project: Project, span: Period, setting: Setting, as_of: int | None
) -> tuple[Frame, Window]:
    frame = frame_of(dataset, project, span.days, as_of)
    return frame, Window(frame.scope, span.first, span.last, setting.choices)


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
