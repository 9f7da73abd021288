"""The questions that a report raises before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from compliance.assess.session import project_of
from compliance.clock import midnight_us
from compliance.transparency.generate.declared import Declared
from compliance.transparency.publishing.question import Policy, Question, moves, reconciliation, texts
from compliance.transparency.publishing.shown import cells_of
from compliance.transparency.recount.session import one_report
from compliance.transparency.report import Published


def questions_of(
    report: Published,
    days: tuple[date, date],
    store: Path | None,
    last: Sequence[Path],
    said: Declared,
    config: Path | None,
    policy: Policy,
    texts_by: str,
) -> list[Question]:
    """Everything to answer about a report: moves against the last one, numbers that do not agree, owners of its texts."""
    found = list(moves(one_report(list(last)), report, policy)) if last else []
    cells = cells_of(report)
    log = _log_numbers(store, days, config) if store else {}
    recipients = cells.get("10:RECIPIENTS:TOTAL")
    measures = [cells[name].value for name in _MEASURES if name in cells]
    counted = sum(float(value) for value in measures if value is not None) if measures else None
    for name, subject, here, there, facts in (
        (
            "recipients",
            "average monthly recipients: part 10 against what was published under DSA Art. 24(2)",
            None if recipients is None else recipients.value,
            log.get("recipients"),
            {"part_10": recipients.text if recipients else "", "published": _plain(log.get("recipients"))},
        ),
        (
            "database",
            "measures of parts 4, 5 and 6 against statements accepted by the Transparency Database in the period",
            counted,
            log.get("statements"),
            {"report": _plain(counted), "database": _plain(log.get("statements"))},
        ),
    ):
        if store is not None and (asked := reconciliation(name, subject, facts, here, there, policy)):
            found.append(asked)
    owners = {
        text: one.by for one in (said.qualitative, said.context, said.other) if one for text in one.texts.values()
    }
    return [*found, *texts(report, owners, texts_by)]


_MEASURES = (
    "4:ACTIONS_LAW:TOTAL",
    "4:ACTIONS_TERMS:TOTAL",
    "5:MEASURES:TOTAL",
    "6:MEASURES:TOTAL",
)
"""Cells that count restrictions for which a statement of reasons is due (DSA Art. 17, 24(5))."""


def _plain(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}" if value != int(value) else str(int(value))


def _log_numbers(store: Path, days: tuple[date, date], config: Path | None) -> dict[str, float]:
    """Numbers that the log holds of what was published elsewhere: recipients, and statements accepted in the period."""
    from compliance.events.dataset import Requirement
    from compliance.events.store import Store

    project, _ = project_of(config)
    types = frozenset({"amar.published", "sor.tdb_accepted"})
    dataset = Store.open(store).dataset(Requirement(types, frozenset({"average_recipients"})), project=project)
    start, end = (midnight_us(day, project.service.zone) for day in days)
    found: dict[str, float] = {}
    own = "service = ? AND type::VARCHAR = ?"
    row = dataset.con.execute(
        f"SELECT arg_max(average_recipients, t) FROM ev WHERE {own} AND t < ?",
        [project.service.id, "amar.published", end],
    ).fetchone()
    if row and row[0] is not None:
        found["recipients"] = float(row[0])
    row = dataset.con.execute(
        f"SELECT count(*) FROM ev WHERE {own} AND t >= ? AND t < ?",
        [project.service.id, "sor.tdb_accepted", start, end],
    ).fetchone()
    if row and row[0]:
        found["statements"] = float(row[0])
    dataset.con.close()
    return found
