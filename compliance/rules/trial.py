"""The service and the log of an embedded test: what holds where the test says nothing, and whether what it says can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from compliance.clock import parse_instant
from compliance.deadline import holiday_calendar
from compliance.errors import ComplianceError
from compliance.events.catalogue import ENVELOPE, Catalogue
from compliance.project import Profile, Service
from compliance.rules.anatomy import Path
from compliance.rules.dates import FIRST, LAST
from compliance.rules.fault import Fault, nearest
from compliance.rules.model import Rule
from compliance.rules.proof_model import RuleTest

SERVICE = "test-service"
PROFILE: Mapping[str, Any] = {
    "intermediary": True,
    "offered_in_union": True,
    "hosting": True,
    "online_platform": True,
    "marketplace": True,
    "search_engine": False,
    "enterprise_size": "large",
    "designated": "vlop",
    "designation_notified": "2023-04-25",
    "disseminates_to_public": True,
    "nis2_important_entity": True,
    "publishes_political_ads": True,
    "european_ad_repository_open": True,
    "data_controller": True,
    "hate_speech_code_signatory": True,
    "transposition": {"nis2": "2024-10-18"},
}
"""Profile of the service of a test, where the test says nothing else: everything applies."""


def profile_of(answers: Mapping[str, Any] | None) -> Profile:
    """Profile of a test's service, with these answers instead. ValidationError where there is no such answer."""
    return Profile.model_validate({**PROFILE, **(answers or {})})


def service_of(answers: Mapping[str, Any] | None) -> Service:
    """A test's service: in UTC, with Belgian holidays, its logs from 2020 on, unless these answers say otherwise."""
    return Service.model_validate({"id": SERVICE, "calendar": "BE", "started": "2020-01-01", **(answers or {})})


def trial_faults(rule: Rule, catalogue: Catalogue) -> Iterator[Fault]:
    """Faults in what the tests and the rows of `binds` say of their service, its days and its log."""
    for index, row in enumerate(rule.binds):
        path: Path = ("binds", index)
        yield from _of_age((*path, "day"), row.day)
        yield from _profile((*path, "profile"), row.profile)
    for index, test in enumerate(rule.tests):
        path = ("tests", index)
        yield from _of_age((*path, "as_of"), test.as_of.date())
        for number, day in enumerate(test.period or ()):
            yield from _of_age((*path, "period", number), day)
        yield from _profile((*path, "profile"), test.profile)
        yield from _service((*path, "service"), test.service)
        yield from _coverage((*path, "coverage"), test, catalogue)


def _of_age(path: Path, day: date) -> Iterator[Fault]:
    if not FIRST <= day <= LAST:
        yield Fault(path, "RUL-DATES", f"{day} lies outside {FIRST} to {LAST}", "write the year in full")


def _profile(path: Path, answers: Mapping[str, Any] | None) -> Iterator[Fault]:
    try:
        profile_of(answers)
    except ValidationError as error:
        hint = "answers are those of `[profile]` in compliance.toml"
        yield Fault(path, "RUL-TEST-PROFILE", _first(error), hint)


def _service(path: Path, answers: Mapping[str, Any] | None) -> Iterator[Fault]:
    hint = "zone (an IANA name), calendar (a country code) and started are those of `[service]` in compliance.toml"
    try:
        service = service_of(answers)
        holiday_calendar(service.calendar, range(2025, 2026))
    except ValidationError as error:
        yield Fault(path, "RUL-TEST-SERVICE", _first(error), hint)
    except ComplianceError as error:
        yield Fault(path, "RUL-TEST-SERVICE", error.message, error.hint)


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg'].removeprefix('Value error, ')}"


def _coverage(path: Path, test: RuleTest, catalogue: Catalogue) -> Iterator[Fault]:
    if test.coverage is None:
        return
    for glob, windows in test.coverage.gaps.items():
        here = (*path, "gaps", glob)
        if not catalogue.matching([glob]):
            hint = nearest(glob, catalogue.types, "name an event type, or a glob such as notice.*")
            yield Fault(here, "RUL-TEST-GAP", f"no event type is called {glob!r}", hint)
        for index, window in enumerate(windows):
            if not _is_window(window):
                hint = "write start/end, both as 2025-08-01T10:00:00Z, the earlier one first"
                yield Fault((*here, index), "RUL-TEST-GAP", f"not a window: {window!r}", hint)
    for name, fields in test.coverage.captures.items():
        here = (*path, "captures", name)
        if name not in catalogue.types:
            hint = nearest(name, catalogue.types, "`compliance schema` lists the event types")
            yield Fault(here, "RUL-TEST-GAP", f"no event type is called {name!r}", hint)
            continue
        known = {*catalogue.types[name].fields, *ENVELOPE}
        for index, field in enumerate(fields):
            if field not in known:
                hint = nearest(field, known, f"its fields are {', '.join(sorted(known))}")
                yield Fault((*here, index), "RUL-TEST-GAP", f"{name} has no field {field!r}", hint)


def _is_window(text: str) -> bool:
    start, _, end = text.partition("/")
    try:
        return parse_instant(start) < parse_instant(end)
    except ValueError:
        return False
