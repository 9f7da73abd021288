"""Labels and codes of the rows: official bytes, codes of the list, scopes that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from compliance.transparency.label import keys_of, plain
from compliance.transparency.model import OTHER, TOTAL, Column, Part, RowKey
from compliance.transparency.remark import Remark, shown
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template

_TRANSLATED = {"applicability", "section", "indicator", "scope"}
_COUNTRIES_ONLY = {"AT", "BE", "CY", "CZ", "DK", "EE", "EL", "GR", "IE", "LU", "SE", "SI", "UK", "GB"}


def label_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on labels that are not the official bytes; the same departure is remarked on once, with its rows."""
    official = official_rows(sheet.part.number)
    known = {key: official.get(unscoped(sheet.part, key)) for key in set(sheet.keys) if key is not None}
    for column in sheet.part.columns:
        if (
            column.role not in {*_TRANSLATED, "label", "description", "category", "code"}
            or column.key not in sheet.where
        ):
            continue
        position = sheet.part.index(column.key)
        seen: dict[tuple[str, str], list[int]] = {}
        for at, (text, key) in enumerate(zip(sheet.values(column.key), sheet.keys, strict=True)):
            if key is None or (row := known[key]) is None:
                continue
            wanted = row[position]
            if column.role == "scope" and (key[0] if sheet.part.shape == "categories" else key[1]) not in {
                TOTAL,
                *sheet.part.scopes,
            }:
                continue  # Member States and languages: see scope_remarks
            if text != wanted:
                seen.setdefault((text, wanted), []).append(at)
        for (text, wanted), rows in seen.items():
            check = _check(sheet, column.role, text, wanted)
            if check:
                yield _remark(sheet, check, column.key, rows, text, wanted)


def _check(sheet: Sheet, role: str, text: str, wanted: str) -> str:
    if role in {"category", "code"}:
        return "TRL-LABEL-SPACES" if text.strip() == wanted else "TRL-CODE-FORM"
    if plain(text) == plain(wanted):
        return "TRL-LABEL-SPACES"
    if role in _TRANSLATED:
        keys = keys_of(sheet.part.number, role)
        if keys.get(plain(text)) == keys.get(plain(wanted)):
            return ""  # an official translation, said once for the headers
    elif sheet.language != "en":
        return ""
    return "TRL-LABEL-TEXT"


def official_label(sheet: Sheet, column: Column, text: str, key: RowKey | None) -> str:
    """What a corrected copy has in a label cell: the official text where the row is known and no translation stands there."""
    if key is None:
        return text
    scope = key[0] if sheet.part.shape == "categories" else key[-1]
    if column.role == "scope" and scope not in {TOTAL, *sheet.part.scopes}:
        found = list(_scope(sheet, text, scope, as_countries=False)) if sheet.part.expands else []
        return scope if any(mended for _, _, mended in found) else text
    row = official_rows(sheet.part.number).get(unscoped(sheet.part, key))
    wanted = row[sheet.part.index(column.key)] if row else text
    return wanted if text != wanted and _check(sheet, column.role, text, wanted) else text


def _remark(sheet: Sheet, check: str, column: str, rows: list[int], text: str, wanted: str) -> Remark:
    many = f" in {len(rows)} rows" if len(rows) > 1 else ""
    return Remark(
        check,
        (shown(text) or "blank") + many,
        wanted,
        wanted,
        row=sheet.body[rows[0]],
        column=sheet.where[column],
        key=sheet.keys[rows[0]],
        figure=column,
        mended=True,
    )


@cache
def official_rows(number: int) -> Mapping[RowKey, tuple[str, ...]]:
    """Official cells of a part by row, whatever its Member State or language."""
    part = template().parts[number]
    found = {row.key: row.cells for row in part.rows if not row.placeholder}
    for row in part.expansion:
        found[(row.key[0], "")] = row.cells
    return found


def unscoped(part: Part, key: RowKey) -> RowKey:
    """The row whose labels are those of the key: TOTAL's for a Member State, the scopeless one for a language."""
    if part.shape == "categories":
        return (TOTAL if part.expands else "", *key[1:])
    if part.shape == "indicators" and key[1] not in part.scopes:
        return (key[0], "")
    return key


def code_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on rows whose category, sub-category or label is none of the part."""
    shape = sheet.part.shape
    column = {"categories": "category", "codebook": "label"}.get(shape, "indicator")
    texts = sheet.values(column)
    keywords = template().keywords(sheet.part.number)
    for at, key in enumerate(sheet.keys):
        if key is None:
            check = "TRL-CODE-CATEGORY" if shape in {"categories", "codebook"} else "TRL-ROW-UNKNOWN"
            yield _code(sheet, check, column, at, texts[at], *_near(sheet, texts[at]))
        elif shape == "categories":
            _, category, keyword = key
            if category != TOTAL and category not in keywords:
                yield _code(sheet, "TRL-CODE-PLACE", column, at, texts[at], "a category of this part", "")
            elif keyword and category in keywords and keyword not in keywords[category]:
                yield _code(sheet, "TRL-CODE-PLACE", column, at, f"{keyword} under {category}", "its own category", "")
            elif keyword and category == TOTAL:
                yield _code(sheet, "TRL-CODE-PLACE", column, at, f"{keyword} under TOTAL", "its own category", "")


def _near(sheet: Sheet, text: str) -> tuple[str, str]:
    if sheet.part.shape in {"categories", "codebook"}:
        known = [
            cell
            for row in sheet.part.rows
            for cell in (row.cells[sheet.part.index("category" if sheet.part.shape == "categories" else "code")],)
        ]
        close = get_close_matches(text.strip().upper(), sorted(set(known)), n=1, cutoff=0.75)
        return "a code of the list", close[0] if close else ""
    close = get_close_matches(text, [*sheet.part.indicators.values()], n=1, cutoff=0.6)
    return "a label of the part", close[0] if close else ""


def scope_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on scopes that are no Member State, no language, or written differently."""
    if "scope" not in sheet.where:
        return
    texts = sheet.values("scope")
    first: dict[tuple[str, str], int] = {}
    for at, key in enumerate(sheet.keys):
        if key is not None:
            first.setdefault((texts[at], key[0] if sheet.part.shape == "categories" else key[1]), at)
    as_countries = any(text.strip().upper() in _COUNTRIES_ONLY for text, _ in first)
    placeholders = {row.cells[sheet.part.index("scope")] for row in sheet.part.rows if row.placeholder}
    for (text, scope), at in first.items():
        if scope in {TOTAL, *sheet.part.scopes} or (text in placeholders and "." in plain(text)):
            continue
        for check, wanted, mended in _scope(sheet, text, scope, as_countries=as_countries):
            yield _code(sheet, check, "scope", at, text, wanted, wanted if mended else "", mended=mended)


def _scope(sheet: Sheet, text: str, scope: str, *, as_countries: bool) -> Iterator[tuple[str, str, bool]]:
    shipped = template()
    if sheet.part.expands == "member_states":
        if scope not in shipped.member_states:
            yield "TRL-CODE-STATE", "TOTAL or a Member State", False
        elif text.strip().upper() in shipped.also_written:
            yield "TRL-CODE-GREECE", scope, False
        elif text != scope:
            yield "TRL-CODE-FORM", scope, True
    elif sheet.part.expands == "languages":
        country = as_countries and text.strip().isupper()
        if scope not in shipped.languages or country:
            yield "TRL-CODE-LANGUAGE", "an official language in two small letters", False
        elif text != scope:
            yield "TRL-CODE-FORM", scope, True
    else:
        yield "TRL-CODE-SCOPE", ", ".join(sheet.part.scopes.values()), False


def other_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on the descriptions of `Other` rows: missing, doubled, or in rows that take none."""
    if sheet.part.shape != "categories" or "other" not in sheet.where:
        return
    seen: dict[tuple[str, RowKey, str], int] = {}
    figures = [column.key for column in sheet.part.columns if column.role == "figure" and column.key in sheet.where]
    texts, periods = sheet.values("other"), sheet.values("period")
    for at, key in enumerate(sheet.keys):
        if key is None:
            continue
        text = texts[at]
        if key[2] != OTHER:
            if text.strip():
                yield _code(sheet, "TRL-OTHER-ELSEWHERE", "other", at, text, "blank", "")
        elif not text.strip():
            if any(sheet.values(column)[at].strip() not in {"", "0"} for column in figures):
                yield _code(sheet, "TRL-OTHER-BLANK", "other", at, "blank", "what the row holds", "")
        elif (same := (periods[at], key, plain(text))) in seen:
            yield _code(sheet, "TRL-OTHER-TWICE", "other", at, text, "a description of its own", "")
        else:
            seen[same] = at


def _code(
    sheet: Sheet, check: str, column: str, at: int, found: str, wanted: str, fix: str, *, mended: bool = False
) -> Remark:
    return Remark(
        check,
        shown(found) or "blank",
        wanted,
        fix,
        row=sheet.body[at],
        column=sheet.where.get(column),
        key=sheet.keys[at],
        figure=column,
        mended=mended,
    )
