"""Internal complaints, disputes before certified bodies, and complaints refused as late."""

from __future__ import annotations

import random
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.statements import WINDOW_CLOSED_BEFORE, safe
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, START, iso
from compliance.synthetic.traffic import lag, pick_faults

PER_LOG = 2_700
DECIDE = 14 * DAY
FAULTS = {"late": 9, "never": 4, "closed": 3, "on_limit": 1, "machine": 4, "nobody": 2, "conflict": 2, "unreadable": 2}
WRONGLY_LATE, RIGHTLY_LATE = 4, 5


def complaints(world: World) -> None:
    """A whole log of complaints about statements of reasons and about notices without action."""
    rng = world.rng("complaints")
    cases = _cases(world, rng)
    faults = pick_faults(rng, [n for n, case in enumerate(cases) if safe(case["t"])], FAULTS)
    for n, case in enumerate(cases):
        fault = faults.get(n)
        if fault is None and safe(case["t"]) and rng.random() < 0.004:
            fault = "late"
        _complaint(world, rng, f"Q-{n + 1:05d}", case, fault)
    _refused_as_late(world, rng)


def _cases(world: World, rng: random.Random) -> list[dict[str, Any]]:
    """Complaints in order of time: two thirds about restrictions, one third about refusals to act."""
    wanted = world.size(PER_LOG, 120)
    clean = [case for case in world.statements if case["clean"]]
    pool = rng.sample(clean, min(len(clean), wanted * 2 // 3)) + rng.sample(
        world.refusals, min(len(world.refusals), wanted // 3)
    )
    return sorted(
        (
            case | {"t": case["t"] + lag(rng, 2 * DAY, 120 * DAY, 1.2), "about": case["t"]}
            for case in pool
            if case["t"] < AS_OF - DAY
        ),
        key=lambda case: (case["t"], case.get("decision_id", ""), case.get("notice_id", "")),
    )


def _complaint(world: World, rng: random.Random, complaint: str, case: dict[str, Any], fault: str | None) -> None:
    t = case["t"]
    if t > AS_OF:
        return
    journal, truth = world.journal, world.truth
    received = journal.add(
        "complaint",
        "complaint.received",
        t,
        "complaint-desk",
        complaint_id=complaint,
        decision_id=case.get("decision_id"),
        notice_id=case.get("notice_id"),
        complainant_id=case.get("recipient_id", f"p{rng.randrange(16**8):08x}"),
        complainant_type="recipient" if "decision_id" in case else "notifier",
        fee_cents=0,
        channel="form",
        language=case["language"],
        member_state=case["member_state"],
        category=case["category"],
    )
    if fault is None and rng.random() < 0.015:
        withdrawn = t + rng.randrange(HOUR, 4 * DAY)
        journal.add(
            "complaint",
            "complaint.withdrawn",
            withdrawn,
            "complaint-desk",
            complaint_id=complaint,
            reason="withdrawn by the complainant",
        )
        if withdrawn <= AS_OF:
            truth.say("DSA-20.4-DECIDE", received, "excepted")
        else:
            truth.response("DSA-20.4-DECIDE", received, t + DECIDE, None, soft=True)
        return
    decided: int | None = t + lag(rng, 3 * DAY, 13 * DAY, 0.8)
    if fault == "late":
        decided = t + DECIDE + rng.randrange(HOUR, 6 * DAY)
    elif fault == "on_limit":
        decided = t + DECIDE
    elif fault in ("never", "closed"):
        decided = None
    if decided is not None:
        _decision(world, rng, complaint, case, decided, fault)
    if fault == "closed":
        journal.add(
            "complaint",
            "complaint.closed",
            t + 18 * DAY,
            "complaint-desk",
            complaint_id=complaint,
            reason="queue migrated",
        )
        truth.say("DSA-20.4-DECIDE", received, "non_compliant", "never_done")
    elif fault == "conflict":
        truth.say("DSA-20.4-DECIDE", received, "undetermined", "conflicting_records")
    elif fault == "unreadable":
        truth.say("DSA-20.4-DECIDE", received, "undetermined", "rejected_line")
    else:
        truth.response("DSA-20.4-DECIDE", received, t + DECIDE, decided, soft=True)


def _decision(
    world: World, rng: random.Random, complaint: str, case: dict[str, Any], decided: int, fault: str | None
) -> None:
    journal, truth = world.journal, world.truth
    outcome = rng.choices(("upheld", "partly_reversed", "reversed", "omitted"), (68, 6, 21, 5))[0]
    if outcome == "omitted" and decided <= AS_OF:
        journal.add(
            "complaint",
            "complaint.rejected",
            decided - 30,
            "complaint-desk",
            complaint_id=complaint,
            decision_id=case.get("decision_id"),
            reject_reason=rng.choice(("duplicate", "out_of_scope", "abusive")),
        )
    fields: dict[str, Any] = {
        "complaint_id": complaint,
        "complaint_outcome": outcome,
        "decision_id": case.get("decision_id"),
        "notice_id": case.get("notice_id"),
        "restriction_id": case.get("restriction_id"),
        "decision_mode": "human_supervised" if rng.random() < 0.4 else "human",
        "actor_id": f"staff-{rng.randrange(40):02d}",
        "actor_type": "human",
        "review_seconds": rng.randrange(40, 900),
    }
    if fault == "machine":
        fields |= {"decision_mode": "fully_automated", "actor_id": None, "actor_type": "automated", "review_seconds": 0}
    elif fault == "nobody":
        fields["actor_id"] = None
    event = journal.add("complaint", "complaint.decided", decided, "complaint-desk", **fields)
    if decided > AS_OF:
        return
    if fault == "unreadable":
        journal.spoil_last("complaint")
        return
    if fault == "conflict":
        journal.again("complaint", decided, journal.last("complaint") | {"complaint_outcome": "omitted"}, "rejected")
        truth.say("DSA-20.6-HUMAN", event, "undetermined", "conflicting_records")
    elif fault in ("machine", "nobody"):
        truth.say("DSA-20.6-HUMAN", event, "non_compliant", "condition_failed")
    else:
        truth.say("DSA-20.6-HUMAN", event, "compliant")
    if fault == "machine":
        truth.say("DSA-20.6-ATTEST", event, "non_compliant", "attestation_contradicted")
    journal.add(
        "complaint",
        "complaint.decision_notified",
        decided + lag(rng, HOUR, DAY),
        "complaint-desk",
        complaint_id=complaint,
        reasons_given=True,
        redress=["dispute", "court"],
        message_id=f"c-{complaint}",
        delivery_status="delivered",
    )
    if outcome in ("reversed", "partly_reversed") and "restriction_id" in case:
        journal.add(
            "mod",
            "restriction.lifted",
            decided + 600,
            "moderation",
            restriction_id=case["restriction_id"],
            decision_id=case["decision_id"],
            reason="complaint",
            complaint_id=complaint,
            effective_at=iso(decided + 600),
        )
    if outcome == "upheld" and rng.random() < 0.07:
        _dispute(world, rng, complaint, case, decided)


def _dispute(world: World, rng: random.Random, complaint: str, case: dict[str, Any], decided: int) -> None:
    journal, opened, reference = world.journal, decided + lag(rng, 6 * DAY, 40 * DAY), f"O-{complaint}"
    body = rng.choice(("Settlement Body North (fictional)", "Settlement Body South (fictional)"))
    case_opened = journal.add(
        "complaint",
        "ods.case_opened",
        opened,
        "complaint-desk",
        case_ref=reference,
        complaint_id=complaint,
        decision_id=case.get("decision_id"),
        dispute_body=body,
        opened_by="recipient",
        language=case["language"],
    )
    journal.add("complaint", "ods.engaged", opened + 2 * DAY, "complaint-desk", case_ref=reference, dispute_body=body)
    if opened <= AS_OF:
        world.truth.response("DSA-21.2-ENGAGE", case_opened, opened + 14 * DAY, opened + 2 * DAY, soft=True)
    outcome = rng.choices(("upheld", "partly_reversed", "reversed", "omitted"), (50, 10, 35, 5))[0]
    ended = opened + lag(rng, 45 * DAY, 88 * DAY, 0.4)
    settled = journal.add(
        "complaint",
        "ods.decision_received",
        ended,
        "complaint-desk",
        case_ref=reference,
        dispute_outcome=outcome,
        in_favour_of={"upheld": "provider", "reversed": "recipient", "partly_reversed": "mixed"}.get(outcome),
    )
    if outcome == "reversed" and ended <= AS_OF:
        world.truth.response("DSA-21.5-FEES", settled, ended + 30 * DAY, ended + 10 * DAY, soft=True)
    if outcome in ("reversed", "partly_reversed"):
        journal.add(
            "complaint",
            "ods.decision_implemented",
            ended + 3 * DAY,
            "complaint-desk",
            case_ref=reference,
            implemented=rng.random() < 0.9,
        )
    journal.add(
        "complaint",
        "ods.fees_paid",
        ended + 10 * DAY,
        "complaint-desk",
        case_ref=reference,
        fee_cents=rng.choice((9500, 12000)),
        refunded=False,
    )


def _refused_as_late(world: World, rng: random.Random) -> None:
    """Complaints refused as late, some rightly, some not; says what DSA-20.1-WINDOW must find of every statement."""
    clean = [case for case in world.statements if case["clean"] and safe(case["t"])]
    wrong = {case["decision_id"] for case in rng.sample([c for c in clean if c["t"] < AS_OF - 60 * DAY], WRONGLY_LATE)}
    early = [case for case in clean if case["t"] < START + 60 * DAY and case["decision_id"] not in wrong]
    right = {case["decision_id"] for case in rng.sample(early, RIGHTLY_LATE)}
    for case in world.statements:
        if case["t"] > AS_OF:
            continue
        if case["decision_id"] in wrong:
            _refuse(world, case, case["t"] + rng.randrange(10, 50) * DAY)
            world.truth.say("DSA-20.1-WINDOW", case["event"], "non_compliant", "forbidden_event")
            continue
        if case["decision_id"] in right:
            _refuse(world, case, case["t"] + rng.randrange(188, 205) * DAY)
        if case["t"] < WINDOW_CLOSED_BEFORE:
            world.truth.say("DSA-20.1-WINDOW", case["event"], "compliant")
        else:
            world.truth.say("DSA-20.1-WINDOW", case["event"], "pending", "open")


def _refuse(world: World, case: dict[str, Any], t: int) -> None:
    complaint = f"Q-L{world.number('late complaint'):04d}"
    received = world.journal.add(
        "complaint",
        "complaint.received",
        t,
        "complaint-desk",
        complaint_id=complaint,
        decision_id=case["decision_id"],
        complainant_id=case["recipient_id"],
        complainant_type="recipient",
        fee_cents=0,
        channel="form",
        language=case["language"],
        member_state=case["member_state"],
        category=case["category"],
    )
    world.journal.add(
        "complaint",
        "complaint.rejected",
        t + 2 * HOUR,
        "complaint-desk",
        complaint_id=complaint,
        decision_id=case["decision_id"],
        reject_reason="late",
    )
    decided = world.journal.add(
        "complaint",
        "complaint.decided",
        t + 2 * HOUR,
        "complaint-desk",
        complaint_id=complaint,
        complaint_outcome="omitted",
        decision_id=case["decision_id"],
        decision_mode="human",
        actor_id="staff-07",
        actor_type="human",
        review_seconds=60,
    )
    world.truth.say("DSA-20.6-HUMAN", decided, "compliant")
    world.truth.response("DSA-20.4-DECIDE", received, t + 14 * DAY, t + 2 * HOUR, soft=True)
