"""A request's deadlines as a calendar file (RFC 5545): one entry per time limit, at its earliest reading, with alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from compliance.letters.request_model import DeadlinePart, Request

if TYPE_CHECKING:
    from icalendar import Event

_DUTIES_ALARMS = (timedelta(days=7), timedelta(days=2), timedelta(days=1), timedelta(hours=3))
_RIGHTS_ALARMS = (timedelta(days=7),)


@dataclass(frozen=True, slots=True)
class Entry:
    """A time limit and the instant it stands at in the calendar; a limit counted back from several dates has several entries."""

    id: str
    part: DeadlinePart
    at: datetime


def calendar_of(request: Request, stamp: datetime) -> bytes:
    """The calendar as UTF-8 bytes with CRLF, instants in UTC, `stamp` the time of writing; a limit that cannot be computed has no entry."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//compliance//letter deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in entries(request):
        calendar.add_component(_event(request, entry, stamp))
    return bytes(calendar.to_ical())


def entries(request: Request) -> list[Entry]:
    """What stands in the calendar, in the order of the request."""
    found: list[Entry] = []
    for part in (request.deadline, *request.additional_deadlines, *request.redress):
        if part and part.instant:
            found.append(Entry(part.id, part, part.instant))
        elif part:
            found += [Entry(f"{part.id}-{n}", part, at) for n, at in enumerate(part.alternatives, start=1)]
    return found


def _event(request: Request, entry: Entry, stamp: datetime) -> Event:
    from icalendar import Alarm, Event

    part = entry.part
    right = part.id.startswith("R") or part.scope in ("redress", "extension")
    event = Event()
    event.add("uid", f"{request.letter.sha256[:24]}-{entry.id}@compliance.invalid")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.at.astimezone(UTC))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(request, part, right=right))
    event.add("description", "\n".join(_description(request, entry)))
    event.add("categories", ["right of the provider" if right else "deadline"])
    for before in _RIGHTS_ALARMS if right else _DUTIES_ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _summary(request, part, right=right))
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _summary(request: Request, part: DeadlinePart, *, right: bool) -> str:
    what = "Right ends" if right else "Due"
    force = " (requested, not binding)" if part.binding is False and not right else ""
    questions = f" to {', '.join(part.applies_to)}" if isinstance(part.applies_to, list) else ""
    return f"{what}: {part.scope.replace('_', ' ')}{questions}, {request.reference or request.sender.authority}{force}"


def _description(request: Request, entry: Entry) -> Iterator[str]:
    part = entry.part
    yield f'{request.sender.authority}: "{part.text}"'
    yield f"Rule: {part.rule}"
    yield f"At: {entry.at.isoformat()}"
    for other in part.alternatives:
        if other != entry.at:
            yield f"Other reading: {other.isoformat()}"
    for need in part.needs:
        yield f"To settle: {need}"
    if request.confirmed_by is None:
        yield "The request is not confirmed yet: compare with the letter."
