"""Blank and zero: 0 says that nothing happened, blank that the row does not apply (Annex II I.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compliance.transparency.figures import Figures
from compliance.transparency.label import leftovers, plain
from compliance.transparency.model import RowKey
from compliance.transparency.remark import Remark, shown
from compliance.transparency.template import template

_NOTHING = {"", "n/a", "na", "-", "not applicable"}
VERY_LARGE = {"vlops", "vlops_and_vloses"}


def blank_remarks(figures: Figures, tier: str = "") -> Iterator[Remark]:
    """Remarks on cells, columns and parts without figures. `tier`: the kind of provider, where it is known."""
    shape = figures.sheet.part.shape
    if shape == "categories":
        yield from _columns(figures, tier)
    elif shape == "indicators":
        yield from _indicators(figures, tier)
    elif shape == "texts":
        yield from _texts(figures, tier)


def _columns(figures: Figures, tier: str) -> Iterator[Remark]:
    sheet = figures.sheet
    counts = [column for column in sheet.part.columns if column.type == "count" and column.key in sheet.where]
    filled = [column for column in counts if figures.filled(column.key)]
    if not filled:
        yield from _unfilled(sheet.part.rows[0].applicability, tier)
        return
    for column in counts:
        if column not in filled and not column.restriction and not figures.filled(f"{column.key}_context"):
            yield Remark(
                "TRL-BLANK-PART",
                f"no figure in {shown(column.header)}",
                "figures",
                row=sheet.body[0],
                column=sheet.where[column.key],
                figure=column.key,
            )
    cells = [sheet.values(column.key) for column in filled]
    for at, texts in enumerate(zip(*cells, strict=True)):
        if sheet.keys[at] is None or all(text.strip() for text in texts):
            continue
        blank = [column for column, text in zip(filled, texts, strict=True) if not text.strip()]
        more = f" and {len(blank) - 1} more" if len(blank) > 1 else ""
        yield Remark(
            "TRL-BLANK-COUNT",
            f"blank in {shown(blank[0].header.strip())}{more}",
            "0, or the number",
            row=sheet.body[at],
            column=sheet.where[blank[0].key],
            key=sheet.keys[at],
            figure=blank[0].key,
        )


def _unfilled(applicability: str, tier: str) -> Iterator[Remark]:
    """A remark on a part, or on the rows of one kind of provider, in which nothing is filled."""
    owed = _owed(applicability, tier)
    if owed is False:
        return
    label = template().applicability[applicability]
    yield Remark("TRL-BLANK-PART", f"no figure in the rows {label!r}", "figures", severity="" if owed else "note")


def _owed(applicability: str, tier: str) -> bool | None:
    """Whether the kind of provider owes the rows; None where that is not known."""
    if tier:
        if tier in template().tiers[applicability]:
            return True
        return None if tier in template().open_tiers[applicability] else False
    return True if applicability == "all" else None


def _indicators(figures: Figures, tier: str) -> Iterator[Remark]:
    sheet = figures.sheet
    if "value" not in sheet.where:
        return
    texts = sheet.values("value")
    groups: dict[str, list[int]] = {}
    applies = applicabilities(figures)
    for at, key in enumerate(sheet.keys):
        if key is not None and (applicability := applies.get(key) or applies.get((key[0], ""))):
            groups.setdefault(applicability, []).append(at)
    for applicability, rows in groups.items():
        if not any(texts[at].strip() for at in rows):
            if not (applicability in VERY_LARGE and not tier):
                yield from _unfilled(applicability, tier)
            continue
        for at in rows:
            if sheet.types[at] == "count" and not texts[at].strip():
                yield Remark(
                    "TRL-BLANK-COUNT",
                    "blank",
                    "0, or the number",
                    row=sheet.body[at],
                    column=sheet.where["value"],
                    key=sheet.keys[at],
                    figure="value",
                )


def applicabilities(figures: Figures) -> Mapping[RowKey, str]:
    """For whom each row of a part of indicators or texts is; rows of an expansion under (indicator, '')."""
    part = figures.sheet.part
    found: dict[RowKey, str] = {row.key: row.applicability for row in part.rows if not row.placeholder}
    found.update({(row.key[0], ""): row.applicability for row in part.expansion})
    return found


def _texts(figures: Figures, tier: str) -> Iterator[Remark]:
    sheet = figures.sheet
    if "value" not in sheet.where:
        return
    texts = sheet.values("value")
    applies = applicabilities(figures)
    large = any(texts[at].strip() for at, key in enumerate(sheet.keys) if key and applies[key] in VERY_LARGE)
    for at, key in enumerate(sheet.keys):
        if key is None or texts[at].strip():
            continue
        owed = _owed(applies[key], tier)
        if owed or (owed is None and large):
            yield Remark(
                "TRL-TEXT-BLANK",
                "blank",
                "a text",
                row=sheet.body[at],
                column=sheet.where["value"],
                key=key,
                figure="value",
            )


def very_large_rows(parts: Mapping[int, Figures]) -> dict[str, bool]:
    """Whether anything is filled in the rows for very large platforms, and in those for search engines as well."""
    found = dict.fromkeys(VERY_LARGE, False)
    for figures in parts.values():
        sheet = figures.sheet
        if sheet.part.shape not in {"indicators", "texts"} or "value" not in sheet.where:
            continue
        applies = applicabilities(figures)
        for key, text in zip(sheet.keys, sheet.values("value"), strict=True):
            owner = (applies.get(key) or applies.get((key[0], ""), "")) if key else ""
            if owner in VERY_LARGE and plain(text) not in _NOTHING and plain(text) not in leftovers():
                found[owner] = True
    return found


def tier_remarks(parts: Mapping[int, Figures], tier: str) -> Iterator[Remark]:
    """Remarks where only some of the rows for very large platforms are filled, or a provider who is none fills them."""
    filled = very_large_rows(parts)
    if tier and tier not in template().half_year_tiers and any(filled.values()):
        yield Remark("TRL-BLANK-TIER", "rows for very large platforms are filled", f"blank for the tier {tier}")
    elif filled["vlops"] and not filled["vlops_and_vloses"]:
        yield Remark("TRL-BLANK-TIER", "rows for very large platforms are filled, part 10 is not", "both or none")
