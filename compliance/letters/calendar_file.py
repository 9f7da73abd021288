"""A request's deadlines as a calendar file (RFC 5545): one entry per time limit, at its earliest reading, with alarms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from compliance.errors import LetterError
from compliance.letters.request_model import DeadlinePart, Request

if TYPE_CHECKING:
    from icalendar import Event, Todo

_DUTIES_ALARMS = (timedelta(days=7), timedelta(days=2), timedelta(days=1), timedelta(hours=3))
_RIGHTS_ALARMS = (timedelta(days=7),)


@dataclass(frozen=True, slots=True)
class Entry:
    """A time limit and the instant it stands at in the calendar; a limit counted back from several dates has several entries."""

    id: str
    part: DeadlinePart
    at: datetime


def calendar_of(request: Request, stamp: datetime) -> bytes:
    """The calendar as UTF-8 bytes with CRLF, instants in UTC, `stamp` the time of writing.

    A limit that cannot be computed yet is a task without a date. LetterError `LET-NO-LIMIT` where the letter sets none at all: a
    calendar needs a component (RFC 5545 section 3.6). It names no METHOD: that would make it a message of RFC 5546, which must
    name an organiser.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//compliance//letter deadlines//EN")
    calendar.add("version", "2.0")
    for entry in entries(request):
        calendar.add_component(_event(request, entry, stamp))
    for part in undated(request):
        calendar.add_component(_task(request, part, stamp))
    if not calendar.subcomponents:
        raise LetterError(
            "LET-NO-LIMIT",
            "the letter sets no time limit: there is nothing to write into a calendar",
            hint="read the letter: where it sets one in words that were not understood, enter it in the request",
        )
    return bytes(calendar.to_ical())


def entries(request: Request) -> list[Entry]:
    """What stands in the calendar, in the order of the request."""
    found: list[Entry] = []
    for part in _parts(request):
        if part.instant:
            found.append(Entry(part.id, part, part.instant))
        else:
            found += [Entry(f"{part.id}-{n}", part, at) for n, at in enumerate(part.alternatives, start=1)]
    return found


def undated(request: Request) -> list[DeadlinePart]:
    """Time limits that have no instant yet, in the order of the request."""
    return [part for part in _parts(request) if not part.instant and not part.alternatives]


def _parts(request: Request) -> list[DeadlinePart]:
    return [part for part in (request.deadline, *request.additional_deadlines, *request.redress) if part]


def _task(request: Request, part: DeadlinePart, stamp: datetime) -> Todo:
    from icalendar import Todo

    task = Todo()
    task.add("uid", f"{request.letter.sha256[:24]}-{part.id}@compliance.invalid")
    task.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    task.add("summary", f"Not computed yet: {_summary(request, part, right=_is_right(part))}")
    task.add("description", "\n".join(_description(request, part, None)))
    task.add("categories", ["deadline not computed"])
    return task


def _is_right(part: DeadlinePart) -> bool:
    return part.id.startswith("R") or part.scope in ("redress", "extension")


def _event(request: Request, entry: Entry, stamp: datetime) -> Event:
    from icalendar import Alarm, Event

    part = entry.part
    right = _is_right(part)
    event = Event()
    event.add("uid", f"{request.letter.sha256[:24]}-{entry.id}@compliance.invalid")
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.at.astimezone(UTC))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(request, part, right=right))
    event.add("description", "\n".join(_description(request, part, entry.at)))
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


def _description(request: Request, part: DeadlinePart, at: datetime | None) -> Iterator[str]:
    yield f'{request.sender.authority}: "{part.text}"'
    yield f"Rule: {part.rule}"
    if at is not None:
        yield f"At: {at.isoformat()}"
    for other in part.alternatives:
        if other != at:
            yield f"Other reading: {other.isoformat()}"
    for need in part.needs:
        yield f"To settle: {need}"
    if request.confirmed_by is None:
        yield "The request is not confirmed yet: compare with the letter."
