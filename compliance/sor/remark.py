"""What we remark on a statement beyond the service's gate: it would be stored, yet something in it does not fit.

Every remark is ours: the service has no such rule, and a remark makes no statement invalid. Wording and sources are data
(`schemas/sor/remarks.json`); the sub-categories of each category are those of the transparency report's template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from compliance.events.detectors import scan
from compliance.resources import data_dir
from compliance.sor.change import LIST_OF, change_of
from compliance.sor.php import items_of, normalised
from compliance.sor.php_date import is_date
from compliance.sor.schema import CURRENT, OLD, document
from compliance.yaml_source import load_yaml

FREE_TEXTS: Final = (
    "decision_visibility_other",
    "decision_monetary_other",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "category_specification_other",
    "content_type_other",
    "decision_facts",
    "source_identity",
)
"""Fields in which a person writes, and so may write about a person."""
ENDS: Final = {
    "end_date_visibility_restriction": "decision_visibility",
    "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision",
    "end_date_account_restriction": "decision_account",
}
"""Each end and the restriction that it ends."""
_ANYWHERE: Final = "KEYWORD_OTHER"
_NOT_GIVEN: Final = (None, "null")


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: its code, the field, what does not fit, and where the expectation comes from. The text found is not repeated."""

    code: str
    field: str
    message: str
    source: str

    def record(self) -> dict[str, str]:
        """The remark for JSON."""
        return {"code": self.code, "field": self.field, "message": self.message, "source": self.source}


def remarks(payload: Mapping[str, Any], *, schema: str = CURRENT, received: str = "") -> tuple[Remark, ...]:
    """Remarks on one statement, valid or not; none where nothing can be said.

    `received` is the day on which the service took it (`YYYY-MM-DD`), where known. With the schema of before July 2025 the fit of
    keywords is not judged: no table of that time is known to us.
    """
    statement = normalised(dict(payload))
    return (
        *_dates(statement, received),
        *_ends(statement),
        *(_keywords(statement) if schema == CURRENT else ()),
        *_periods(statement, schema),
        *_personal(statement),
    )


def remark(code: str, field: str, **parts: str) -> Remark:
    """The remark of a code, its message filled in. KeyError for a code that `schemas/sor/remarks.json` has not."""
    entry = _wording()[code]
    return Remark(code, field, entry["message"].format(**parts), entry["source"])


@cache
def _wording() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = document("remarks")["remarks"]
    return found


@cache
def homes() -> Mapping[str, frozenset[str]]:
    """Categories of each keyword, after the template; the keyword for *other* is at home everywhere and not listed."""
    data, _ = load_yaml(data_dir("reports") / "transparency" / "categories.yaml")
    found: dict[str, set[str]] = {}
    for category in data["categories"]:
        for keyword in category.get("keywords", ()):
            found.setdefault(keyword["code"], set()).add(category["code"])
    return {keyword: frozenset(at) for keyword, at in found.items() if keyword != _ANYWHERE}


def _dates(statement: Mapping[str, Any], received: str) -> Iterator[Remark]:
    content, application = _day(statement, "content_date"), _day(statement, "application_date")
    if application and application < content:
        yield remark("SEM-APPLIED-EARLY", "application_date", application=application, content=content)
    if is_date(received) and received < application:
        yield remark("SEM-RECEIVED-EARLY", "application_date", application=application, received=received)


def _ends(statement: Mapping[str, Any]) -> Iterator[Remark]:
    application = _day(statement, "application_date")
    for field, restriction in ENDS.items():
        if statement.get(field) is None:
            continue
        if all(given in _NOT_GIVEN for given in items_of(statement.get(restriction))):
            yield remark("SEM-END-ALONE", field, restriction=restriction)
        end = _day(statement, field)
        if end and end < application:
            yield remark("SEM-END-EARLY", field, end=end, application=application)


def _keywords(statement: Mapping[str, Any]) -> Iterator[Remark]:
    """A keyword fits where its category is the statement's own or an additional one; one that no table lists is let be."""
    given = list(_codes(statement, ("category", "category_addition")))
    if not given:
        return
    for keyword in dict.fromkeys(_codes(statement, ("category_specification",))):
        at = homes().get(keyword, frozenset())
        if at and at.isdisjoint(given):
            found = {"homes": " or ".join(sorted(at)), "given": " or ".join(dict.fromkeys(given))}
            yield remark("SEM-KEYWORD", "category_specification", keyword=keyword, **found)


def _periods(statement: Mapping[str, Any], schema: str) -> Iterator[Remark]:
    for field, name in LIST_OF.items():
        change = change_of(name)
        for code in dict.fromkeys(_codes(statement, (field,))):
            if schema == CURRENT and change.is_old(code):
                successor = change.renamed.get(code)
                words = f"since then it is {successor}" if successor else "no code is its one successor"
                yield remark("SEM-RETIRED", field, value=code, last=change.last_day.isoformat(), successor=words)
            elif schema == OLD and change.is_new(code):
                yield remark("SEM-NOT-YET", field, value=code, first=change.day.isoformat())


def _personal(statement: Mapping[str, Any]) -> Iterator[Remark]:
    for field in FREE_TEXTS:
        value = statement.get(field)
        if isinstance(value, str):
            for detector in _detected(value):
                yield remark("SEM-PERSONAL-DATA", field, detector=detector)


@lru_cache(maxsize=4096)
def _detected(text: str) -> tuple[str, ...]:
    """Detectors that hit a text. Statements repeat their texts, so each is searched once."""
    return tuple(dict.fromkeys(hit.detector for hit in scan(text)))


def _day(statement: Mapping[str, Any], field: str) -> str:
    """A day of the statement, empty where it gives none: ISO days sort as texts."""
    value = statement.get(field)
    return value if isinstance(value, str) and is_date(value) else ""


def _codes(statement: Mapping[str, Any], fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        yield from (code for code in items_of(statement.get(field)) if isinstance(code, str))
