"""The deadlines of a letter, computed: every reading with its rule, inputs and steps; receipt only from the intake."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from compliance.deadline import due_working_days, end_of_day, is_working_day
from compliance.letters.counting import Ground, Reading, by_calendars, count, counted_back, holidays_of, unrolled
from compliance.letters.document import Document
from compliance.letters.intake import Intake
from compliance.letters.letter import Deadline, Question
from compliance.letters.moment import date_source, find_dates, instants
from compliance.letters.time_limit import Wording, last_working
from compliance.letters.vocabulary import Vocabulary, spaced

RIGHTS = {"redress", "court_redress"}
"""Scopes that are rights of the provider, not duties."""
LATEST = {"preservation"}
"""Scopes of minimum periods, which go by the later reading."""


@dataclass(frozen=True, slots=True)
class Known:
    """What deadlines are computed from."""

    document: Document
    words: Vocabulary
    intake: Intake | None
    letter_date: date | None
    ground: Ground
    binding: bool | None
    questions: Sequence[Question]


def compute_deadlines(
    wordings: Sequence[Wording], known: Known
) -> tuple[Deadline | None, tuple[Deadline, ...], tuple[Deadline, ...]]:
    """The main deadline, the additional ones, and redress before courts, with identifiers D1, D2 ... and R1 ..."""
    named = [each for each in (_computed(wording, known) for wording in wordings) if each is not None]
    unique: list[Deadline] = []
    for each in named:
        if not any(
            other.scope == each.scope
            and ((other.instant == each.instant and each.instant is not None) or other.text == each.text)
            for other in unique
        ):
            unique.append(each)
    court = [each for each in unique if each.scope == "court_redress"]
    rest = [each for each in unique if each.scope != "court_redress"]
    answers = [each for each in rest if each.scope == "answer"]
    dated = [each for each in answers if each.instant]
    main = min(dated, key=lambda each: (_utc(each), each.span)) if dated else answers[0] if answers else None
    ordered = ([main] if main else []) + [each for each in rest if each is not main]
    ordered = [replace(each, id=f"D{number}") for number, each in enumerate(ordered, start=1)]
    ordered = _settled(ordered, known)
    return (
        ordered[0] if main else None,
        tuple(ordered[1:] if main else ordered),
        tuple(replace(each, id=f"R{number}") for number, each in enumerate(court, start=1)),
    )


def _utc(deadline: Deadline) -> datetime:
    """A deadline's instant in UTC: within one zone Python compares clock times, which an hour that comes twice makes wrong."""
    assert deadline.instant is not None
    return deadline.instant.astimezone(UTC)


def _settled(deadlines: list[Deadline], known: Known) -> list[Deadline]:
    """`The other questions` become numbers, and periods before the time limit are counted back from every answer date."""
    tops = list(dict.fromkeys(question.number.split(".")[0] for question in known.questions if question.number))
    stated = {number for each in deadlines if isinstance(each.applies_to, tuple) for number in each.applies_to}
    limits = [each.instant for each in deadlines if each.scope == "answer" and each.instant]
    settled: list[Deadline] = []
    for deadline in deadlines:
        each = deadline
        if each.applies_to == "rest":
            each = replace(each, applies_to=tuple(number for number in tops if number not in stated))
        if each.inputs.get("anchor") == "time_limit" and limits:
            back = counted_back(int(each.inputs["n"]), each.inputs["unit"], limits, known.ground)
            step = "counted back from each answer date; periods counted backwards do not move to a working day"
            each = replace(
                each,
                alternatives=tuple(dict.fromkeys(reading.instant for reading in back)),
                steps=(*each.steps, step),
                needs=(*each.needs, *_asked(back)),
            )
        settled.append(each)
    return settled


def _computed(wording: Wording, known: Known) -> Deadline | None:
    if wording.month:
        return _last_working_day(wording, known)
    if wording.following and wording.day:
        day, n = wording.day, wording.n
        rule = "the n-th working day after a date"
        step = f"{n} working days after {day.isoformat()}"
        return _by_calendars(wording, known, day, lambda holidays: due_working_days(day, n, holidays), rule, step)
    return _fixed(wording, known) if wording.day else _period(wording, known)


def _last_working_day(wording: Wording, known: Known) -> Deadline:
    year, month = wording.month or (0, 0)
    year = year or (known.letter_date.year if known.letter_date else 0)
    if not year:
        return _built(wording, known, [], "last working day of a month without a year", {}, ("the year",))

    def last(holidays: frozenset[date]) -> date:
        return last_working(year, month, lambda each: is_working_day(each, holidays))

    step = "the last day of the month that is no Saturday, Sunday or holiday"
    return _by_calendars(wording, known, date(year, month, 1), last, "last working day of a month", step)


def _by_calendars(
    wording: Wording, known: Known, first: date, arithmetic: Callable[[frozenset[date]], date], rule: str, step: str
) -> Deadline:
    """A limit that hangs on working days alone, by every calendar that may be meant."""
    zone = known.ground.zone
    readings = [
        Reading(end_of_day(each.due, zone), (step, each.by), each.asks)
        for each in by_calendars(first, arithmetic, known.ground)
    ]
    return _built(wording, known, readings, rule, {"calendar": known.ground.calendar or ""})


def _fixed(wording: Wording, known: Known) -> Deadline:
    """A set date: it does not move to a working day (Reg. 1182/71 Art. 5(1))."""
    assert wording.day is not None
    day, zone = wording.day, known.ground.zone
    inputs: dict[str, str] = {}
    needs: list[str] = []
    if wording.exclusive:
        readings = [
            Reading(
                datetime.combine(day, datetime.min.time(), ZoneInfo(zone)),
                (f"before {day.isoformat()}: that day itself is too late",),
            )
        ]
        rule = "until (not including) a fixed date"
    elif wording.at is None:
        readings = [
            Reading(
                end_of_day(day, zone),
                (f"a set date does not move (Reg. 1182/71 Art. 5(1)); no time given: end of the day in {zone}",),
            )
        ]
        rule = "fixed date, end of day"
    else:
        found = instants(day, wording.at, zone)
        readings = [Reading(moment, (why,)) for moment, why in found]
        rule = "fixed instant"
        if len(found) > 1 and wording.at.label:
            inputs["flag"] = "tz_label_mismatch"
            needs.append(f"the zone: {wording.at.label} is not in force on that day")
        elif len(found) > 1:
            needs.append("the hour: the clocks change in it, and it comes twice or not at all")
        if wording.at.undefined:
            readings.append(
                Reading(
                    end_of_day(day, zone), ("close of business is not defined: end of the day is the late reading",)
                )
            )
            rule = "fixed date, close of business not defined: 17:00 proposed"
            needs.append("close of business: the letter does not define it")
    if not is_working_day(day, holidays_of(known.ground.calendar, day)) and wording.scope in (
        "answer",
        "non_confidential",
    ):
        inputs["note"] = "the day is no working day; a set date stays where it is"
    return _built(wording, known, readings, rule, inputs, tuple(needs))


def _period(wording: Wording, known: Known) -> Deadline:
    inputs = {"anchor": wording.anchor, "n": str(wording.n), "unit": wording.unit}
    ground = replace(known.ground, calendar=wording.calendar, named=True) if wording.calendar else known.ground
    if ground.calendar:
        inputs["calendar"] = ground.calendar
    amount = f"{wording.n} {wording.unit.replace('_', ' ')}{'' if wording.n == 1 else 's'}"
    event, needs = _event(wording, known, inputs)
    rule = f"{amount} {'before' if wording.anchor == 'time_limit' else 'from'} {wording.anchor.replace('_', ' ')}"
    if event is None:
        return _built(wording, known, [], rule, inputs, needs)
    if not {"received_at", "served_at"} & inputs.keys():
        ground = replace(ground, addressee_zone=None)  # a date has no hour that could fall on another day elsewhere
    if wording.unit not in ("hour", "working_hour"):
        rule += f" on {event.astimezone(ZoneInfo(ground.zone)):%a %d %b %Y}"
    readings = count(wording.n, wording.unit, wording.unit_text, event, ground)
    if wording.scope in LATEST | {"non_disclosure"} and wording.unit not in ("hour", "working_hour", "working_day"):
        bare = unrolled(wording.n, wording.unit, event, ground)
        if bare != readings[0].instant:
            readings.append(Reading(bare, ("not moved to a working day",)))
    return _built(wording, known, readings, rule, inputs, needs)


def _event(wording: Wording, known: Known, inputs: dict[str, str]) -> tuple[datetime | None, tuple[str, ...]]:
    """When the period begins to run; None with what a person must supply."""
    intake = known.intake
    received = intake.received_at if intake else None
    zone = ZoneInfo(known.ground.zone)
    if wording.anchor == "letter_date" and known.letter_date:
        inputs["letter_date"] = known.letter_date.isoformat()
        return datetime.combine(known.letter_date, datetime.min.time(), zone), ()
    if wording.anchor in ("reply", "time_limit"):
        return None, (f"it runs from the {wording.anchor.replace('_', ' ')}",) if wording.anchor == "reply" else ()
    if wording.anchor in known.words.groups.get("anchor_event", {}):
        found = _event_date(known, wording.anchor)
        if found:
            inputs["event"] = found.isoformat()
            return datetime.combine(found, datetime.min.time(), zone), ()
        return None, (f"the date of the {wording.anchor.replace('_', ' ')}",)
    if wording.anchor == "removal":
        if received is None:
            return None, ("when the content was removed",)
        inputs["event"] = f"removal {received.astimezone(zone).date().isoformat()} (taken as the day of receipt)"
        return received, ("when the content was removed: taken as the day of receipt",)
    if wording.anchor == "service" and wording.scope in RIGHTS:
        served = intake.served_at if intake else None
        inputs["served_at"] = served.isoformat() if served else ""
        return served, () if served else ("when the letter was served",)
    if wording.scope in LATEST and not wording.anchored:
        if received is None:
            return None, ("when the period begins",)
        inputs["event"] = f"removal {received.astimezone(zone).date().isoformat()} (taken as the day of receipt)"
        return received, ("when the period begins: taken as the day of receipt",)
    moment = (intake.served_at if intake and wording.anchor == "service" else None) or received
    if moment is None:
        return None, ("when the letter was received (intake: received_at)",)
    inputs["received_at"] = moment.isoformat()
    return moment, () if wording.anchored else ("from when it runs: the letter does not say; receipt assumed",)


def _event_date(known: Known, anchor: str) -> date | None:
    """The date that the letter gives for an event: `your notification of 15 April`."""
    for expression in known.words.groups["anchor_event"][anchor]:
        pattern = known.words.built(f"event {expression}", spaced(expression).replace("{D}", date_source(known.words)))
        if match := pattern.search(known.document.text):
            days = find_dates(match[0], known.words)
            if days:
                return days[0].day
    return None


def _built(
    wording: Wording,
    known: Known,
    readings: list[Reading],
    rule: str,
    inputs: dict[str, str],
    needs: tuple[str, ...] = (),
) -> Deadline:
    main = readings[0] if readings else None
    by_instant = {
        each.instant.astimezone(UTC): each.instant for each in reversed(readings)
    }  # one zone compares clock times
    ordered = (by_instant.pop(each.instant.astimezone(UTC), None) for each in readings)
    others = tuple(each for each in ordered if each)[1:]
    steps = tuple(
        step
        for reading in readings
        for step in (
            [*reading.steps]
            if reading is main
            else [f"alternative {reading.instant.isoformat()}: {'; '.join(reading.steps)}"]
        )
    )
    binding = False if wording.scope in RIGHTS else known.binding
    return Deadline(
        "",
        wording.text.strip(" ,."),
        main.instant if main else None,
        rule,
        wording.scope,
        _applies(wording, known),
        others,
        inputs,
        binding,
        steps,
        (*needs, *_asked(readings)),
        (wording.start, wording.end),
    )


def _asked(readings: Sequence[Reading]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.asks for each in readings if each.asks))


def _applies(wording: Wording, known: Known) -> tuple[str, ...] | str:
    """Questions a time limit is for: numbers, `rest` (settled later), `all`, or its scope in words."""
    if wording.scope != "answer":
        return wording.scope.replace("_", " ") + (" (right, not duty)" if wording.scope in RIGHTS else "")
    named = next((found for part in wording.applies if (found := _named_questions(part, known))), None)
    if named:
        return named
    removals = tuple(
        question.number for question in known.questions if question.number and question.type == "action_order"
    )
    return removals if removals and known.binding and wording.unit == "hour" else "all"


def _named_questions(text: str, known: Known) -> tuple[str, ...] | str | None:
    """Questions that a stretch of text names; None where it names none."""
    words = known.words
    if words.pattern("rest_of_questions").search(text):
        return "rest"
    if words.pattern("all_of_questions").search(text):
        return "all"
    numbers = {
        part
        for question in known.questions
        if question.number
        for part in (question.number, question.number.split(".")[0])
    }
    for expression in words.phrases.get("questions_list", ()):
        match = words.built(f"questions {expression}", spaced(expression)).search(text)
        listed = _listed(match, words) if match else []
        if listed and (not numbers or set(listed) & numbers):
            return tuple(listed)
    return None


def _listed(match: re.Match[str], words: Vocabulary) -> list[str]:
    parts = match.groupdict()
    if parts.get("words"):
        return [
            str(words.ordinals[word.casefold()])
            for word in re.findall(r"\w+", parts["words"])
            if word.casefold() in words.ordinals
        ]
    numbers: list[str] = []
    pieces = re.findall(r"[0-9A-Z][0-9a-zA-Z.()°]*|[–-]|\b(?:to|through|bis|à|al|a|tot|do)\b", parts["list"])
    for index, piece in enumerate(pieces):
        if re.fullmatch(r"[–-]|to|through|bis|à|al|a|tot|do", piece):
            continue
        bare = piece.strip(".()°")
        through = (
            index >= 2
            and re.fullmatch(r"[–-]|to|through|bis|à|al|a|tot|do", pieces[index - 1])
            and numbers
            and numbers[-1].isdigit()
            and bare.isdigit()
        )
        numbers += (
            [str(value) for value in range(int(numbers[-1]) + 1, min(int(bare), int(numbers[-1]) + 200) + 1)]
            if through
            else [bare]
        )
    return numbers
