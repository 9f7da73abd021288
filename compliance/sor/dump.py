"""Rows of the public dumps: which columns a file has, what they let us judge, and the payload that a row was sent as."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from compliance.errors import InputError, Place
from compliance.sor.schema import CURRENT, OLD

NOT_IN_LIGHT: Final = (
    "illegal_content_explanation",
    "incompatible_content_explanation",
    "territorial_scope",
    "decision_facts",
)
"""Columns that the light version leaves out; two of them are required, so that a light row is never judged whole."""
FULL: Final = (
    "uuid",
    "decision_visibility",
    "decision_visibility_other",
    "end_date_visibility_restriction",
    "decision_monetary",
    "decision_monetary_other",
    "end_date_monetary_restriction",
    "decision_provision",
    "end_date_service_restriction",
    "decision_account",
    "end_date_account_restriction",
    "account_type",
    "decision_ground",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "category",
    "category_addition",
    "category_specification",
    "category_specification_other",
    "content_type",
    "content_type_other",
    "content_language",
    "content_date",
    "content_id_ean",
    "territorial_scope",
    "application_date",
    "decision_facts",
    "source_type",
    "source_identity",
    "automated_detection",
    "automated_decision",
    "platform_name",
    "platform_uid",
    "created_at",
)
"""Columns of the full version since 1 July 2025, in their order."""
_NOT_SENT: Final = frozenset({"uuid", "platform_name", "created_at"})
_RENAMED: Final = {"platform_uid": "puid"}
LISTS: Final = frozenset(
    {"decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope"}
)
DATES: Final = frozenset(name for name in FULL if name.endswith("_date") or name.startswith("end_date"))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a dump file's header says: its columns, the schema to judge by, and the fields that cannot be judged."""

    columns: tuple[str, ...]
    schema: str
    version: Literal["full", "light"]
    unjudged: tuple[str, ...] = ()

    def place_of(self, column: str) -> int:
        """Number of a column, from 0. ValueError where the file has none of that name."""
        return self.columns.index(column)

    @property
    def light(self) -> bool:
        """True where rows can be judged in part only."""
        return self.version == "light"


def layout_of(columns: Sequence[str], place: Place, schema: str | None = None) -> Layout:
    """The layout of a header; `schema` None chooses by the columns. InputError `SOR-HEADER` for what is no dump.

    The schema goes by the columns, not by the date: files of old days were written anew with the old columns.
    """
    missing = [name for name in FULL if name not in columns and name != "content_id_ean"]
    light = bool(missing) and set(missing) == set(NOT_IN_LIGHT)
    if (missing and not light) or len(set(columns)) != len(columns):
        what = f"lacks {', '.join(missing[:5])}" if missing else "names a column twice"
        raise InputError(
            "SOR-HEADER",
            f"this header is not a dump's: it {what}",
            place=place,
            hint="a dump's CSV has 38 columns (37 before July 2025), its light version four fewer; its rows were not judged",
        )
    chosen = schema or (CURRENT if "content_id_ean" in columns else OLD)
    return Layout(tuple(columns), chosen, "light" if light else "full", NOT_IN_LIGHT if light else ())


def payload_of(layout: Layout, cells: Sequence[str]) -> dict[str, Any]:
    """The statement of a row as it would be sent to the service: lists parsed, dates cut, empty cells left out."""
    payload: dict[str, Any] = {}
    for name, cell in zip(layout.columns, cells, strict=True):
        if not cell or name in _NOT_SENT:
            continue
        if name in LISTS:
            found = _list(cell)
            payload[name] = list(found) if isinstance(found, list) else found
        elif name in DATES:
            payload[name] = _day(cell)
        elif name == "content_id_ean":
            payload["content_id"] = {"EAN-13": cell}
        else:
            payload[_RENAMED.get(name, name)] = cell
    return payload


@lru_cache(maxsize=8192)
def _list(cell: str) -> Any:
    """The list of a cell, or the cell itself where it is no JSON list: the gate then says what is wrong with it."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return found if isinstance(found, list) else cell


def _day(cell: str) -> str:
    return cell[:10] if len(cell) == 19 and cell[10] == " " else cell
