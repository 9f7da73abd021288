"""Fields that the service's log and the public dump share: the form in which they are compared, and which of the log's words counts."""

from __future__ import annotations

from typing import Final

from compliance.events.catalogue import ENVELOPE, Kind, catalogue
from compliance.events.sql import ident

SENT, SUBMITTED, ACCEPTED, REJECTED, PUBLISHED = (
    "sor.sent",
    "sor.tdb_submitted",
    "sor.tdb_accepted",
    "sor.tdb_rejected",
    "sor.published",
)
TEXTS: Final = ("facts", "legal_ground", "legal_explanation", "contract_ground", "contract_explanation")
"""Free texts: compared without differences of white space, and never repeated in the list."""
COMPARED: Final = (
    "tdb_uuid",
    "ground",
    "category",
    "keyword",
    "content_type",
    "content_date",
    "application_date",
    "language",
    "territorial_scope",
    "automated_detection",
    "automated_decision",
    "tdb_category",
    "tdb_ground",
    "tdb_decision_visibility",
    "tdb_decision_monetary",
    "tdb_decision_provision",
    "tdb_decision_account",
    "tdb_source_type",
    *TEXTS,
)
"""Fields that both a log and a dump may hold, in the order in which they are listed."""


def plain_form(name: str, held: frozenset[str]) -> str:
    """A field in the form in which it is compared: lists sorted, texts without differences of white space; NULL where not read."""
    if name not in held or name in ENVELOPE:
        return "NULL::VARCHAR"
    column = ident(name)
    if catalogue().fields[name].kind is Kind.LIST or name.startswith("tdb_decision_"):
        # the database drops what stands twice, and writes an absent territory as an empty list
        listed = f"CASE WHEN json_valid({column}) THEN json_extract_string({column}, '$[*]') END"
        values = f"list_sort(list_distinct(TRY_CAST({listed} AS VARCHAR[])))::VARCHAR"
        return f"nullif(coalesce({values}, {column}::VARCHAR), '[]')"
    if name in TEXTS:
        # the database writes line feeds as spaces, and quotes behind a backslash in two ways
        return f"trim(regexp_replace(replace({column}, chr(92) || chr(34), chr(34)), '\\s+', ' ', 'g'))"
    return f"{column}::VARCHAR"


def latest(name: str) -> str:
    """What the log says of a field: the acceptance before the submission before the statement."""
    column = ident(name)
    order = ", ".join(f"arg_min({column}, t) FILTER (type = '{kind}')" for kind in (ACCEPTED, SUBMITTED, SENT))
    return f"coalesce({order})"


def differs(name: str) -> str:
    """SQL: whether the two sides say different things of a field; what one of them lacks is different too."""
    column = ident(name)
    return f"(o.{column} IS DISTINCT FROM p.{column})"


def shown(name: str, side: str) -> str:
    """SQL: a side's value as the list shows it; free texts are not repeated."""
    return "NULL" if name in TEXTS else f"{side}.{ident(name)}"
