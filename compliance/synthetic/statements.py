"""From a moderation decision to its effect: restriction, statement of reasons, Transparency Database."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.submissions import Submission, submit
from compliance.synthetic.timeline import (
    AS_OF,
    DAY,
    HOUR,
    MAIL_GAP,
    MINUTE,
    START,
    at,
    day_of,
    in_gap,
    iso,
    local_day_end,
)
from compliance.synthetic.traffic import lag
from compliance.synthetic.truth import Truth

WINDOW_CLOSED_BEFORE = at("2026-03-31T23:00Z")
"""Statements sent before 1 April, Irish time, have run through their six months when the log ends."""
FAULTS = {
    "late_statement": 4,
    "no_statement": 3,
    "no_facts": 3,
    "no_redress": 2,
    "no_ground": 3,
    "database_late": 5,
    "database_never": 4,
    "database_differs": 4,
    "database_twice": 3,
    "database_extra": 3,
    "database_unreadable": 2,
    "corrected": 2,
    "exempt": 0,
}
_LAW = {
    "ILLEGAL_OR_HARMFUL_SPEECH": "National criminal code, incitement to hatred",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS": "Directive 2001/29/EC, Article 3",
    "SCAMS_AND_FRAUD": "National criminal code, fraud",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": "Regulation (EU) 2016/679, Article 6",
}
_RESTRICTIONS = (
    ("removal", 46),
    ("disabling", 12),
    ("demotion", 12),
    ("age_restriction", 8),
    ("labelling", 6),
    ("account_suspension", 7),
    ("service_partial_suspension", 3),
    ("monetary_suspension", 4),
    ("account_termination", 2),
)


STRAY = 401
"""One decision in so many cites a clause that the terms do not hold."""


@dataclass(slots=True)
class Decision:
    """One decision that restricts content or an account."""

    t: int
    decision_id: str
    ground: str
    category: str
    keyword: str
    member_state: str
    language: str
    source_type: str
    source_ref: str | None = None
    detected_by_machine: bool = False
    decided_by_machine: str = "not_automated"
    stream_id: str | None = None
    order_id: str | None = None
    exemption: str | None = None
    content_id: str | None = None


def restrict(world: World, rng: random.Random, case: Decision, fault: str | None = None) -> tuple[str, int]:
    """Write the decision and all that follows from it; returns the restriction's id and the instant it took effect."""
    number = world.number("restriction")
    restriction_id, effect = f"R-{number:06d}", case.t + lag(rng, 40, 20 * MINUTE)
    content = case.content_id or f"C-{number:07d}"
    recipient = f"u{rng.randrange(16**10):010x}"
    kind = rng.choices([name for name, _ in _RESTRICTIONS], [weight for _, weight in _RESTRICTIONS])[0]
    reachable = fault is not None or case.exemption is not None or rng.random() > 0.03
    shared: dict[str, Any] = {
        "decision_id": case.decision_id,
        "ground": case.ground,
        "category": case.category,
        "keyword": case.keyword,
        "source_type": case.source_type,
        "source_ref": case.source_ref,
        "automated_detection": case.detected_by_machine,
        "automated_decision": case.decided_by_machine,
    }
    own_terms = case.ground == "incompatible_content"
    clause = ("7.7" if number % STRAY == 5 else "4.2") if own_terms else None
    decided = world.journal.add(
        "mod",
        "moderation.decided",
        case.t,
        "moderation",
        content_id=content,
        recipient_id=recipient,
        actor_type="automated" if case.decided_by_machine == "fully" else "human",
        detector_id="clf-text-7" if case.detected_by_machine else None,
        clause_id=clause,
        tc_version="2026-01",
        member_state=case.member_state,
        language=case.language,
        **shared,
    )
    if own_terms:
        stray = ("over_target", "not_preceded") if clause == "7.7" else ("within_target", "")
        world.truth.say("DSA-14.4-CLAUSE", decided, *stray)
    applied = world.journal.add(
        "mod",
        "restriction.applied",
        effect,
        "moderation",
        restriction_id=restriction_id,
        restriction=kind,
        content_id=content,
        recipient_id=recipient,
        has_contact=reachable,
        effective_at=iso(effect),
        end_at=iso(effect + 30 * DAY) if "suspension" in kind else None,
        territorial_scope=_scope(case),
        tc_version="2026-01",
        stream_id=case.stream_id,
        order_id=case.order_id,
        **shared,
    )
    if effect > AS_OF:
        return restriction_id, effect
    if case.exemption:
        world.journal.add(
            "legal",
            "exemption.recorded",
            case.t,
            "legal-desk",
            decision_id=case.decision_id,
            exemption=case.exemption,
            actor_id=f"staff-{rng.randrange(40):02d}",
            evidence_attached=True,
        )
        world.truth.say("DSA-17.2-TIMING", applied, "excepted")
        world.truth.say("DSA-17.1-SENT", applied, "excepted")
    elif reachable:
        sent = None if fault == "no_statement" else _sent_at(rng, effect, late=fault == "late_statement")
        world.truth.response("DSA-17.2-TIMING", applied, local_day_end(effect) - 1, sent)
        _sent_at_all(world.truth, applied, effect, sent)
        if sent is not None:
            _state(
                world,
                rng,
                case,
                sent,
                fault,
                {**shared, "restriction_id": restriction_id, "restriction": kind, "recipient_id": recipient},
            )
    return restriction_id, effect


def _sent_at_all(truth: Truth, applied: str, effect: int, sent: int | None) -> None:
    """Whether a statement was sent, whenever: a missing one counts three days after the restriction."""
    if sent is not None and sent <= AS_OF:
        truth.say("DSA-17.1-SENT", applied, "compliant")
    elif effect + 3 * DAY >= AS_OF:
        truth.say("DSA-17.1-SENT", applied, "pending", "open")
    else:
        truth.say("DSA-17.1-SENT", applied, "non_compliant", "missing_counterpart")


def _scope(case: Decision) -> list[str] | None:
    return [case.member_state] if case.ground == "illegal_content" else None


def _sent_at(rng: random.Random, effect: int, *, late: bool) -> int:
    """Minutes after the effect, or just before it where midnight is near; late: on a later day."""
    sent = effect + lag(rng, 90, 15 * MINUTE)
    if late:
        return local_day_end(effect) + rng.randrange(2 * HOUR, 30 * HOUR)
    return sent if sent < local_day_end(effect) - MINUTE else effect - rng.randrange(2, 30)


def _state(
    world: World, rng: random.Random, case: Decision, sent: int, fault: str | None, shared: dict[str, Any]
) -> None:
    number = world.number("statement")
    puid = f"HL-{number:07d}"
    fields = (
        shared
        | {
            "sor_id": f"S-{number:07d}",
            "puid": puid,
            "language": case.language,
            "territorial_scope": _scope(case),
            "facts": "Reviewed against the clause cited; the item as published shows what the clause describes.",
            "redress": ["complaint", "dispute", "court"],
            "content_type": [rng.choice(("TEXT", "VIDEO", "AUDIO", "IMAGE"))],
            "content_date": day_of(sent - rng.randrange(6) * DAY),
            "application_date": day_of(sent),
            "message_id": f"m-{number:08d}",
            "delivery_status": "delivered",
        }
        | _ground(case)
    )
    complete = dict(fields)
    if fault in ("no_facts", "corrected"):
        del fields["facts"]
    elif fault == "no_redress":
        fields["redress"] = ["court"]
    elif fault == "no_ground":
        del fields["legal_explanation" if case.ground == "illegal_content" else "contract_explanation"]
    identity = world.journal.add("sor", "sor.sent", sent, "statements", **fields)
    if fault == "corrected":
        identity = world.journal.add("sor", "sor.sent", sent, "statements", corrects=identity, **complete)
    _judge_statement(world, identity, sent, fault)
    world.statements.append(
        {
            "t": sent,
            "event": identity,
            "decision_id": case.decision_id,
            "restriction_id": shared["restriction_id"],
            "member_state": case.member_state,
            "language": case.language,
            "category": case.category,
            "recipient_id": shared["recipient_id"],
            "clean": fault is None,
        }
    )
    submit(world, rng, Submission(identity, sent, fault, puid, complete))


def _ground(case: Decision) -> dict[str, str]:
    topic = case.category.removeprefix("STATEMENT_CATEGORY_")
    if case.ground == "illegal_content":
        return {
            "legal_ground": _LAW.get(topic, "National criminal code"),
            "legal_explanation": "The item meets the elements of the provision cited.",
        }
    return {
        "contract_ground": "Community rules, clause 4.2",
        "contract_explanation": "The clause forbids this kind of item.",
        "clause_id": "4.2",
    }


def _judge_statement(world: World, identity: str, sent: int, fault: str | None) -> None:
    if sent > AS_OF:
        return
    truth = world.truth
    for key, broken in (
        ("DSA-17.3-CONTENT", fault in ("no_facts", "no_redress")),
        ("DSA-17.3-GROUND", fault == "no_ground"),
    ):
        truth.say(key, identity, "non_compliant" if broken else "compliant", "condition_failed" if broken else "")


def safe(t: int) -> bool:
    """True where a fault can be planted without the end of the log or the mail relay's gap touching it."""
    return START + 3 * DAY <= t < AS_OF - 21 * DAY and not in_gap(t, (MAIL_GAP[0] - 21 * DAY, MAIL_GAP[1] + HOUR))
