"""What a report still lacks because nobody declared it, or what is declared against the log."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.transparency.generate.made import Report, Setting
from compliance.transparency.generate.measure import Measured
from compliance.transparency.model import TOTAL, Part
from compliance.transparency.template import template


def scopes_of(part: Part) -> tuple[str, ...]:
    """Languages or Member States that a part has a row or block for; none where it has no such rows."""
    known = {"languages": template().languages, "member_states": tuple(template().member_states)}
    return known.get(part.expands, ())


def missing(setting: Setting, report: Report, measured: Measured) -> Iterator[str]:
    """What the report still lacks because nobody declared it, or declares against the log."""
    said = setting.declared
    named = said.identification
    if not setting.provider:
        yield "part 1: the name of the provider is neither configured nor declared"
    if named is None or named.published is None:
        yield "part 1: the date of publication is not declared"
    if said.restrictions is None:
        yield "parts 5, 6: which restrictions the service can impose is not declared; 0 stands where it may have to be blank"
    else:
        for number in (5, 6):
            for column in template().parts[number].columns:
                whole = measured.figures.get((number, column.key, ("", TOTAL, "")))
                if column.restriction and column.key not in said.restrictions.possible and whole and whole.records:
                    yield f"part {number}: {column.key} is declared impossible, and the log has {whole.records}"
    yield from _uncounted(setting, report)
    part = template().parts[11]
    for row, cells in zip(part.rows, report.rows[11], strict=True):
        if setting.tier in template().tiers[row.applicability] and not cells[part.index("value")]:
            yield f"part 11: the text {row.key[0]} is not declared"


def _uncounted(setting: Setting, report: Report) -> Iterator[str]:
    """Parts 9 and 10: how many of their cells nobody counted or declared."""
    for number in (9, 10):
        part = template().parts[number]
        owed = [
            cells for row, cells in zip(part.rows_for(scopes_of(part)), report.rows[number], strict=True)
            if setting.tier in template().tiers[row.applicability]
        ]  # fmt: skip
        blank = sum(1 for cells in owed if not cells[part.index("value")])
        if blank:
            yield f"part {number}: {blank} of {len(owed)} figures are neither in the log nor declared"
