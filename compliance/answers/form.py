"""The form a question asks for, and how the answer meets it: said of each demand, and a gap declared where it is not met."""

from __future__ import annotations

from dataclasses import replace

from compliance.answers.desk import Desk
from compliance.answers.figure_table import STATES
from compliance.answers.model import Answer, Gap

_TABULAR = {"csv", "xlsx", "per_member_state", "utc_timestamps"}
"""Demands that only a table can meet."""
_ALWAYS = {"json": "json", "sha256": "sha256", "pdf": "pdf", "pdf_searchable": "pdf"}
"""Demands that every bundle meets, and the phrase `form.*` that says how."""


def with_form(desk: Desk, answer: Answer) -> Answer:
    """The answer with a line per demand on its form; what is not met is declared as a gap."""
    said: list[str] = []
    gaps: list[Gap] = []
    for demand in answer.question.format_demands:
        how = met(desk, answer, demand)
        said.append(desk.say("form.line", demand=_demand_words(desk, demand), how=desk.say(f"form.{how}")))
        if how == "open":
            gaps.append(_missing(desk, answer, demand))
    return replace(answer, form=tuple(said), gaps=(*answer.gaps, *gaps)) if said else answer


def met(desk: Desk, answer: Answer, demand: str) -> str:
    """Phrase `form.*` that says how a demand is met; `nothing` where the answer has no table, `open` where it is not met."""
    tables = [draft for draft in answer.exhibits if draft.columns]
    if demand in _ALWAYS:
        return _ALWAYS[demand]
    if demand == "jsonl":
        return "jsonl" if desk.event_level and any(draft.events for draft in answer.exhibits) else "open"
    if demand not in _TABULAR:
        return "open"
    if not tables:
        return "nothing"
    if demand == "per_member_state":
        return demand if any(draft.columns[0] in STATES for draft in tables) else "open"
    return demand


def _missing(desk: Desk, answer: Answer, demand: str) -> Gap:
    return Gap(
        desk.say("form.missing.what", number=answer.question.number, demand=_demand_words(desk, demand)),
        desk.say("form.missing.why"),
        desk.asked.received_at or desk.asked.letter_date,
        desk.say("form.missing.remedy"),
        desk.supply_by,
    )


def _demand_words(desk: Desk, demand: str) -> str:
    """A demand as a reader says it: `per_member_state` is *per Member State*; formats keep their name."""
    return desk.phrases.named("demand", demand)
