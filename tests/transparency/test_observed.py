"""Defects seen in published reports, each made here in a sound one: every one is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.transparency.session import lint_paths
from compliance.transparency.template import template
from tests.transparency.sound import Report, parts, put, sound_report, write_folder


def _dragged(report: Report) -> None:
    for place, row in enumerate(report[4][1:]):
        row[2] = f"2026-01-01/2026-06-{30 + place}"


def _countries(report: Report) -> None:
    for row, state in zip(report[9][4:], template().member_states, strict=False):
        row[5] = state


def _column(report: Report, number: int, header: str) -> None:
    report[number] = [[*row, "" if place else header] for place, row in enumerate(report[number])]


def _header(report: Report, text: str) -> None:
    report[4][0][parts()[4].index("notices")] = text


def _world(report: Report) -> None:
    for row in report[10][1:]:
        row[6] = str(int(row[6]) * 1000)


def _placeholders(report: Report) -> None:
    part = parts()[3]
    report[3] += [list(row.cells) for row in part.rows if row.placeholder]


OBSERVED: dict[str, tuple[Callable[[Report], object], set[str]]] = {
    "thousands separators": (lambda r: put(r, 4, "notices", "TOTAL", "", text="335,474"), {"TRL-NUMBER-SEPARATOR"}),
    "335,474.00": (lambda r: put(r, 4, "notices", "TOTAL", "", text="335,474.00"), {"TRL-NUMBER-SEPARATOR"}),
    "98.80%": (lambda r: put(r, 8, "value", "accuracy", "total", text="98.80%"), {"TRL-NUMBER-PERCENT"}),
    "97.55": (lambda r: put(r, 8, "value", "recall", "total", text="97.55"), {"TRL-NUMBER-SHARE"}),
    "ranges in millions": (lambda r: put(r, 10, "value", "recipients", "BE", text="2.1 - 2.6"), {"TRL-NUMBER-RANGE"}),
    "dragged days": (_dragged, {"TRL-DATE-IMPOSSIBLE"}),
    "days with a time": (lambda r: put(r, 1, "value", "last_day", text="2026-06-30 00:00:00"), {"TRL-DATE-TIME"}),
    "placeholder period": (
        lambda r: put(r, 4, "period", "TOTAL", "", text="YYYY-MM-DD/YYYY-MM-DD"),
        {"TRL-LEFT-TEMPLATE"},
    ),
    "placeholder Member States": (_placeholders, {"TRL-ROW-PLACEHOLDER", "TRL-LEFT-TEMPLATE"}),
    "placeholder description": (
        lambda r: put(
            r, 4, "other", "STATEMENT_CATEGORY_VIOLENCE", "KEYWORD_OTHER", text='Text to detail the "Other" keyword.'
        ),
        {"TRL-LEFT-TEMPLATE"},
    ),
    "missing header cell": (lambda r: _header(r, ""), {"TRL-HEADER-BLANK"}),
    "header suffix": (lambda r: _header(r, "Number of notices received (updated)"), {"TRL-HEADER-TEXT"}),
    "extra empty columns": (lambda r: _column(r, 8, ""), {"TRL-COLUMN-EMPTY"}),
    "extra empty rows": (lambda r: r[4].insert(20, [""] * 25), {"TRL-ROW-EMPTY"}),
    "footnotes under the table": (lambda r: r[10].append(["(1) Signed-in users only."]), {"TRL-ROW-FOOTNOTE"}),
    "Member States given as languages": (_countries, {"TRL-CODE-LANGUAGE"}),
    "blank instead of 0": (
        lambda r: put(r, 4, "notices", "STATEMENT_CATEGORY_VIOLENCE", "KEYWORD_HUMAN_TRAFFICKING", text=""),
        {"TRL-BLANK-COUNT"},
    ),
    "worldwide figures": (_world, {"TRL-POPULATION"}),
    "total not equal to the sum of categories": (
        lambda r: put(r, 6, "measures", "TOTAL", "", text="17"),
        {"TRL-SUM-CATEGORIES"},
    ),
    "keyword of the database only": (
        lambda r: put(
            r, 5, "category", "STATEMENT_CATEGORY_CYBER_VIOLENCE", "KEYWORD_CYBER_STALKING", text="KEYWORD_STALKING"
        ),
        {"TRL-CODE-CATEGORY", "TRL-ROW-MISSING"},
    ),
}
"""Defect to the way to make it and the checks that must find it."""


@pytest.mark.parametrize("defect", OBSERVED)
def test_a_defect_seen_in_public_is_found(defect: str, tmp_path: Path) -> None:
    """Errors and warnings of the expected checks, with part and row."""
    change, checks = OBSERVED[defect]
    report = sound_report()
    change(report)
    _, (found,) = lint_paths([write_folder(report, tmp_path / "r")])
    assert checks <= {finding.check for finding in found.findings}


def test_dragged_days_do_not_break_the_sums(tmp_path: Path) -> None:
    """Rows whose period was dragged are still rows of the report; each impossible day is a finding."""
    report = sound_report()
    _dragged(report)
    _, (found,) = lint_paths([write_folder(report, tmp_path / "r")])
    assert {finding.check for finding in found.findings} == {"TRL-DATE-IMPOSSIBLE"}
    assert found.counts["error"] == len(report[4]) - 2
