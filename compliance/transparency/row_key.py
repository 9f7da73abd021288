"""Which row of the template a published row is: by its codes or labels, however they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from compliance.transparency.label import categories_by_description, keys_of, plain
from compliance.transparency.model import OTHER, TOTAL, Part, RowKey
from compliance.transparency.template import template

_CODE = re.compile(r"[^A-Z0-9]+")


class KeyReader:
    """Reads the key of one row after the other; a sub-category belongs to the category above it."""

    def __init__(self, part: Part, where: Mapping[str, int]) -> None:
        self._part = part
        self._where = where
        self._category = ""
        self._scope = ""
        self._scopes: dict[str, str] = {}
        self._codes: dict[str, tuple[str, str]] = {}
        self._known: dict[tuple[str, ...], RowKey | None] = {}
        self._owner = _owners(part)
        self._shape = {"categories": self._categorised, "indicators": self._indicated, "codebook": self._labelled}

    def key(self, row: Sequence[str]) -> RowKey | None:
        """Key of a row; None where its code or label is none of the part."""
        return self._shape.get(self._part.shape, self._named)(row)

    def _cell(self, row: Sequence[str], key: str) -> str:
        at = self._where.get(key)
        return row[at] if at is not None and at < len(row) else ""

    def _categorised(self, row: Sequence[str]) -> RowKey | None:
        scoped = self._part.expands == "member_states"
        scope = self._scope_of(self._cell(row, "scope")) or TOTAL if scoped else ""
        if scope != self._scope:
            self._scope, self._category = scope, ""
        text = self._cell(row, "category")
        category, keyword = self._codes.get(text) or self._codes.setdefault(text, code_of(text))
        if not category and not keyword:
            return None
        if category and not keyword:
            self._category = category
        elif not category:
            owner = self._owner.get(keyword, "")
            category = self._category if keyword == OTHER or not owner or owner == self._category else owner
            self._category = category
        return (scope, category, keyword) if category else None

    def _scope_of(self, text: str) -> str:
        if text not in self._scopes:
            self._scopes[text] = scope_of(self._part, text)
        return self._scopes[text]

    def _indicated(self, row: Sequence[str]) -> RowKey | None:
        raw = (self._cell(row, "indicator"), self._cell(row, "scope"))
        if raw not in self._known:
            indicator = keys_of(self._part.number, "indicator").get(plain(raw[0]))
            self._known[raw] = (indicator, scope_of(self._part, raw[1])) if indicator else None
        return self._known[raw]

    def _named(self, row: Sequence[str]) -> RowKey | None:
        indicator = keys_of(self._part.number, "indicator").get(plain(self._cell(row, "indicator")))
        return (indicator,) if indicator else None

    def _labelled(self, row: Sequence[str]) -> RowKey | None:
        code = plain(self._cell(row, "label"))
        known = {plain(one.key[0]): one.key for one in self._part.rows}
        if code in known:
            return known[code]
        if code == "totale":
            return (TOTAL,)
        number = re.search(r"\d+[a-z]?$", code)
        return known.get(f"category {number[0]}") if number else None


def code_of(text: str) -> tuple[str, str]:
    """Category and sub-category that a cell names, each empty where it is not; descriptions count, whatever the case."""
    bare = text.strip()
    if bare in _codes():
        return _codes()[bare]
    made = _CODE.sub("_", bare.upper()).strip("_")
    if made in _codes():
        return _codes()[made]
    for prefix in ("STATEMENT_CATEGORY_", "KEYWORD_"):
        if prefix + made in _codes():
            return _codes()[prefix + made]
    category, keyword = categories_by_description().get(plain(bare), ("", ""))
    return ("", keyword) if keyword else (category, "")


def scope_of(part: Part, text: str) -> str:
    """Scope as the template's key: total, a Member State, a language, or the text itself where it is none of them."""
    bare = plain(text)
    if part.shape == "categories":
        if bare in {"total", "totale", "total number"}:
            return TOTAL
    elif bare in (known := keys_of(part.number, "scope")):
        return known[bare]
    elif bare in {"total", "total number"} and "total" in part.scopes:
        return "total"
    shipped = template()
    if part.expands == "member_states":
        code = bare.upper()
        return shipped.also_written.get(code, code) if len(code) == 2 else text.strip()
    return bare if bare in shipped.languages else text.strip()


def _owners(part: Part) -> dict[str, str]:
    """Sub-category to the one category of the part that has it."""
    found: dict[str, str] = {}
    for category, keywords in template().keywords(part.number).items():
        for keyword in keywords:
            if keyword != OTHER:
                found[keyword] = category
    return found


@cache
def _codes() -> Mapping[str, tuple[str, str]]:
    codes = {TOTAL: (TOTAL, "")}
    for category in template().categories:
        codes[category.code] = (category.code, "")
        codes.update({code: ("", code) for _, code, _ in category.keywords})
    return codes
