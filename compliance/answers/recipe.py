"""`method/replay.json`: what it takes to count each figure again, and whether the events inside the bundle give it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from compliance.answers.desk import Desk
from compliance.answers.inside import Setting, counted_inside, holding_of, inside_desk, table_inside, value_inside
from compliance.answers.model import Recount, StatedFigure
from compliance.answers.package import Packed, json_bytes
from compliance.assess.figures import Measure, definition_of
from compliance.evidence.crate import DataFile
from compliance.evidence.disclosure import EVENTS, Disclosure
from compliance.evidence.exhibit import MEDIA, cell_text

REPLAY = "method/replay.json"


def counted_types(packed: Packed) -> tuple[str, ...]:
    """Types of the events behind the figures stated."""
    stated = (each.recount for answer in packed.answers for each in answer.figures if each.recount)
    return tuple(sorted({name for each in stated for name in definition_of(each.figure).events}))


def replay_file(desk: Desk, packed: Packed, disclosure: Disclosure | None) -> DataFile:
    """The recipe of every figure and every table of figures. `inside`: the disclosed events alone give the same.

    That is tried here, with what the recipient will do: most figures count a population that is not disclosed.
    """
    stated = [
        (answer.question.number, position, each)
        for answer in packed.answers
        for position, each in enumerate(answer.figures)
        if each.recount is not None
    ]
    tables = [
        (exhibit.id, draft.recount, draft.rows)
        for exhibit, draft in zip(packed.exhibits, _drafts(packed), strict=True)
        if draft.recount is not None
    ]
    recounts = [each.recount for _, _, each in stated if each.recount] + [each for _, each, _ in tables]
    setting = Setting(desk.project.service.id, desk.zone, desk.asked.language, desk.dataset.watermark)
    inside = inside_desk(setting, _disclosed(disclosure), recounts)
    document = {
        "format": "replay/1",
        "service": setting.service,
        "zone": setting.zone,
        "known_to_us": setting.known_to,
        "figures": [
            {"question": number, "position": position, **_entry(each.recount), "inside": _gives_value(inside, each)}
            for number, position, each in stated
            if each.recount
        ],
        "tables": [
            {"exhibit": name, **_entry(each), "inside": _gives_table(inside, each, rows)} for name, each, rows in tables
        ],
    }
    title, custodian = desk.say("file.recount"), desk.say("custodian.compliance")
    return DataFile(REPLAY, json_bytes(document), title, MEDIA["json"], custodian, desk.say("made.software"))


def _drafts(packed: Packed) -> list[Any]:
    return [draft for answer in packed.answers for draft in answer.exhibits]


def _disclosed(disclosure: Disclosure | None) -> dict[int, dict[str, Any]]:
    """Disclosed events by row, as they leave."""
    if disclosure is None:
        return {}
    raw = next(file.read() for file in disclosure.files if file.path == EVENTS)
    rows = {name: row for row, name in disclosure.ids.items()}
    return {rows[event["id"]]: event for event in map(json.loads, raw.splitlines())}


def _entry(recount: Recount) -> dict[str, Any]:
    return {
        "figure": recount.figure,
        "period": [day.isoformat() for day in recount.period],
        "where": recount.where,
        "by": recount.by,
    }


def _gives_value(inside: Desk, stated: StatedFigure) -> bool:
    if not stated.value or stated.recount is None:
        return False
    _, found = counted_inside(inside, stated.recount)
    return anything(found.measure) and value_inside(inside, found, stated.holding) == stated.value


def _gives_table(inside: Desk, recount: Recount, rows: Sequence[Sequence[Any]]) -> bool:
    definition, found = counted_inside(inside, recount)
    shown = tuple(tuple(map(cell_text, row[:-1])) for row in rows)
    return anything(found.measure) and table_inside(inside, definition, found, recount, holding_of(rows)) == shown


def anything(measure: Measure) -> bool:
    """True where something was counted: that nothing is inside does not show that nothing was there."""
    if measure.times is not None:
        return measure.times.n + measure.times.open > 0
    return bool(measure.value or measure.of)


__all__ = ["REPLAY", "anything", "counted_types", "replay_file"]
