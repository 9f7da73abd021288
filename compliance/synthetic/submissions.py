"""Statements of reasons on their way to the Transparency Database: submitted, refused, accepted, or lost."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, MINUTE

SETTLE = 72 * HOUR
"""The service's own target for a submission."""

_ALWAYS = (
    "category",
    "content_type",
    "content_date",
    "application_date",
    "decision_facts",
    "decision_ground",
    "source_type",
    "automated_detection",
    "automated_decision",
    "puid",
)
"""Fields that the database wants of every statement."""

_PARTS = {"account": "account", "monetary": "monetary", "service": "provision"}
"""Which of its fields for decisions holds a restriction, by the restriction's first word; else visibility."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One statement to be submitted: its event, the instant it was sent, what goes wrong, its identifier and its fields."""

    statement: str
    sent: int
    fault: str | None
    puid: str
    fields: dict[str, Any]


def submit(world: World, rng: random.Random, case: Submission) -> None:
    """Write a submission, and say what the rules about it must find."""
    accepted: int | None = case.sent + rng.randrange(5 * MINUTE, 30 * HOUR)
    if case.fault == "database_late":
        accepted = case.sent + SETTLE + rng.randrange(HOUR, 4 * DAY)
    elif case.fault == "database_never":
        accepted = None
    if case.sent > AS_OF:
        return
    _attempts(world, rng, case, accepted)
    first = _accept(world, rng, case, accepted) if accepted is not None else ""
    _judge(world, case, accepted)
    if accepted is None or accepted > AS_OF or case.fault == "database_unreadable":
        return
    twice = case.fault == "database_twice"
    world.truth.say("DSA-24.5-UNIQUE", first, *(("non_compliant", "not_unique") if twice else ("compliant", "")))
    if twice:
        _accept(world, rng, case, accepted + 3 * HOUR)
    if case.fault == "database_extra":
        extra = _accept(world, rng, case, accepted + HOUR, puid=f"HL-X{world.number('extra'):05d}")
        world.truth.say("DSA-24.5-RECON", extra, "non_compliant", "extra_counterpart")
        world.truth.say("DSA-24.5-UNIQUE", extra, "compliant")


def _judge(world: World, case: Submission, accepted: int | None) -> None:
    truth = world.truth
    if case.fault == "database_unreadable":
        truth.say("DSA-24.5-SUBMIT", case.statement, "undetermined", "rejected_line")
        truth.say("DSA-24.5-RECON", case.statement, "undetermined", "rejected_line")
        return
    truth.response("DSA-24.5-SUBMIT", case.statement, case.sent + SETTLE, accepted, soft=True)
    if case.fault == "database_differs":
        truth.say("DSA-24.5-RECON", case.statement, "non_compliant", "differs")
    elif case.fault == "database_never":
        truth.say("DSA-24.5-RECON", case.statement, "non_compliant", "missing_counterpart")
    elif accepted is not None and accepted <= AS_OF:
        truth.say("DSA-24.5-RECON", case.statement, "compliant")
    else:
        truth.response("DSA-24.5-RECON", case.statement, case.sent + SETTLE, None)


def _attempts(world: World, rng: random.Random, case: Submission, accepted: int | None) -> None:
    """The submission itself, and now and then a refusal before it is accepted."""
    fields, tried = case.fields, accepted or case.sent + HOUR
    submitted = world.journal.add(
        "tdb",
        "sor.tdb_submitted",
        tried - 2,
        "tdb-client",
        puid=case.puid,
        sor_id=fields["sor_id"],
        decision_id=fields["decision_id"],
        tdb_category=fields["category"],
        tdb_ground=f"DECISION_GROUND_{fields['ground'].upper()}",
        restriction=fields["restriction"],
        source_type=fields["source_type"],
        content_type=[f"CONTENT_TYPE_{kind}" for kind in fields["content_type"]],
        application_date=fields["application_date"],
        content_date=fields["content_date"],
        automated_detection=fields["automated_detection"],
        automated_decision=fields["automated_decision"],
        fields_submitted=_filled(fields),
        personal_data_found=False,
    )
    if tried - 2 <= AS_OF:
        for rule in ("DSA-24.5-FIELDS", "DSA-24.5-CODES", "DSA-24.5-AGREES"):
            world.truth.say(rule, submitted, "compliant")
        world.truth.say("DSA-24.5-PERSONAL", submitted, "within_target")
    if accepted is None or rng.random() < 0.01:
        world.journal.add(
            "tdb",
            "sor.tdb_rejected",
            tried - 1,
            "tdb-client",
            puid=case.puid,
            sor_id=fields["sor_id"],
            status_code=422,
            error_code="content_date",
            reason="The content date field must match the format Y-m-d.",
        )


def _filled(fields: dict[str, Any]) -> list[str]:
    """Fields of the database's interface that the statement fills."""
    kind = str(fields["restriction"])
    part = next((name for start, name in _PARTS.items() if kind.startswith(start)), "visibility")
    ground = "illegal_content" if fields["ground"] == "illegal_content" else "incompatible_content"
    reason = "legal_ground" if ground == "illegal_content" else "ground"
    return [*_ALWAYS, f"decision_{part}", f"{ground}_{reason}", f"{ground}_explanation"]


def _accept(world: World, rng: random.Random, case: Submission, t: int, puid: str | None = None) -> str:
    """Acceptance under the statement's identifier, or under one that no statement has; returns the event's id."""
    fields, category = case.fields, case.fields["category"]
    if case.fault == "database_differs":
        other = "SCAMS_AND_FRAUD" if category.endswith("VIOLENCE") else "VIOLENCE"
        category = f"STATEMENT_CATEGORY_{other}"
    identity = world.journal.add(
        "tdb",
        "sor.tdb_accepted",
        t,
        "tdb-client",
        puid=puid or case.puid,
        tdb_uuid=f"{rng.getrandbits(128):032x}",
        sor_id=fields["sor_id"],
        decision_id=fields["decision_id"],
        status_code=201,
        platform_name="Halcyon Live (synthetic)",
        ground=fields["ground"],
        restriction=fields["restriction"],
        category=category,
        application_date=fields["application_date"],
    )
    if case.fault == "database_unreadable":
        world.journal.spoil_last("tdb")
    return identity
