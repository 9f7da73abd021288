"""Orders of national authorities under Articles 9 and 10, and removal orders under Regulation (EU) 2021/784."""

from __future__ import annotations

import random
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.statements import Decision, restrict, safe
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, MINUTE, START, iso, six_months_after
from compliance.synthetic.traffic import LANGUAGES, NOTICE_CATEGORY, STATE, arrivals, lag, pick_faults

ACT_FAULTS = {
    "reported_late": 5,
    "reported_never": 2,
    "closed_unreported": 2,
    "past_order_date": 1,
    "informed_late": 3,
    "informed_never": 2,
    "legal_hold": 3,
    "no_effect_time": 2,
}
INFORM_FAULTS = {
    "acknowledged_late": 4,
    "acknowledged_never": 2,
    "closed_unacknowledged": 1,
    "told_after": 2,
    "too_much": 1,
}
REMOVAL_FAULTS = {
    "late": 2,
    "between_readings": 1,
    "never": 1,
    "impossible": 2,
    "free_form": 2,
    "untold": 1,
    "unkept": 1,
}
REPORT, ACKNOWLEDGE = 72 * HOUR, 24 * HOUR


def orders(world: World) -> None:
    """A whole log of orders to act, orders to inform and removal orders."""
    for kind, count, faults in (
        ("act", 330, ACT_FAULTS),
        ("inform", 190, INFORM_FAULTS),
        ("removal", 44, REMOVAL_FAULTS),
    ):
        rng = world.rng(f"orders/{kind}")
        times = [t for t in arrivals(rng, world.size(count, 36)) if t > START + DAY]
        chosen = pick_faults(rng, [n for n, t in enumerate(times) if safe(t)], faults)
        write = {"act": _act, "inform": _inform, "removal": _removal}[kind]
        for n, t in enumerate(times):
            write(world, rng, f"{kind[0].upper()}-2026-{n + 1:04d}", t, chosen.get(n))


def _order(
    world: World, rng: random.Random, order: str, t: int, kind: str, delivered: int, due: int | None
) -> tuple[str, str, str, str]:
    """Write the order's arrival; returns its event id, Member State, category and keyword."""
    state = STATE.draw(rng)
    category, keyword = NOTICE_CATEGORY.draw(rng)
    identity = world.journal.add(
        "legal",
        "order.received",
        t,
        "legal-desk",
        order_id=order,
        order_kind=kind,
        authority=f"Regional court {rng.randrange(1, 30)} (fictional), {state}",
        authority_id=f"{state}-{rng.randrange(1, 30):02d}",
        issuing_member_state=state,
        reference=f"{rng.randrange(100, 999)}/{order}",
        legal_ground="National law, as cited in the order",
        category=category,
        keyword=keyword,
        item_count=rng.randrange(1, 4),
        territorial_scope=[state],
        delivered_at=iso(delivered),
        due_at=iso(due) if due else None,
        language=LANGUAGES[state],
        recipient_id=f"u{rng.randrange(16**10):010x}",
        requested_fields=["name", "login_ip"] if kind == "inform" else None,
    )
    return identity, state, category, keyword


def _act(world: World, rng: random.Random, order: str, t: int, fault: str | None) -> None:
    journal, truth = world.journal, world.truth
    delivered = t - rng.randrange(30 * MINUTE)
    due = (
        delivered + (96 * HOUR if fault == "past_order_date" else 120 * HOUR)
        if fault == "past_order_date" or (fault is None and rng.random() < 0.2)
        else None
    )
    received, state, category, keyword = _order(world, rng, order, t, "act", delivered, due)
    journal.add(
        "legal",
        "order.acknowledged",
        t + lag(rng, 20 * MINUTE, 5 * HOUR),
        "legal-desk",
        order_id=order,
        source_authority=state,
        channel="email",
    )
    given, decided = rng.random() < 0.92 or fault is not None, t + lag(rng, 5 * HOUR, 30 * HOUR)
    _effect(world, rng, order, decided, given, fault)
    if given and decided <= AS_OF:
        restrict(
            world,
            rng,
            Decision(
                decided,
                f"D-{order}",
                "illegal_content",
                category,
                keyword,
                state,
                LANGUAGES[state],
                "order",
                order,
                order_id=order,
                exemption="order_art_9",
            ),
        )
    reported: int | None = max(decided + lag(rng, 2 * HOUR, 20 * HOUR), t + HOUR)
    if fault == "reported_late":
        reported = delivered + REPORT + rng.randrange(MINUTE, 3 * DAY)
    elif fault == "past_order_date":
        reported = delivered + 130 * HOUR
    elif fault in ("reported_never", "closed_unreported"):
        reported = None
    if reported is not None:
        journal.add(
            "legal",
            "order.effect_reported",
            reported,
            "legal-desk",
            order_id=order,
            effect_given=given,
            effective_at=iso(decided) if given else None,
            source_authority=state,
            channel="email",
        )
    if fault == "closed_unreported" or (fault is None and rng.random() < 0.6):
        journal.add(
            "legal",
            "order.closed",
            max(reported or 0, delivered + REPORT) + 2 * DAY,
            "legal-desk",
            order_id=order,
            reason="done",
        )
    if fault in ("closed_unreported", "past_order_date"):
        truth.say("DSA-9.1-EFFECT", received, "non_compliant", "never_done")
    else:
        truth.response("DSA-9.1-EFFECT", received, delivered + REPORT, reported, soft=True)


def _effect(world: World, rng: random.Random, order: str, decided: int, given: bool, fault: str | None) -> None:
    """Effect given to the order, and the recipient told by then (Article 9(5))."""
    journal, truth = world.journal, world.truth
    effective = decided + rng.randrange(10 * MINUTE, 3 * HOUR)
    event = journal.add(
        "legal",
        "order.effect_given",
        decided,
        "legal-desk",
        order_id=order,
        effect_given=given,
        effective_at=iso(effective) if given and fault != "no_effect_time" else None,
    )
    if not given:
        return
    informed: int | None = effective - rng.randrange(5, 10 * MINUTE)
    if fault == "informed_late":
        informed = effective + rng.randrange(MINUTE, 2 * DAY)
    elif fault in ("informed_never", "legal_hold"):
        informed = None
    if informed is not None:
        journal.add(
            "legal",
            "recipient.informed",
            informed,
            "legal-desk",
            order_id=order,
            recipient_id=f"u{rng.randrange(16**10):010x}",
            reasons_given=True,
            redress_given=True,
            message_id=f"i-{order}",
            delivery_status="delivered",
        )
    if fault == "legal_hold":
        journal.add(
            "legal",
            "exemption.recorded",
            decided,
            "legal-desk",
            decision_id=f"D-{order}-H",
            order_id=order,
            exemption="legal_hold",
            actor_id="staff-03",
            evidence_attached=True,
            reason="criminal investigation",
        )
    if decided > AS_OF:
        return
    if fault == "legal_hold":
        truth.say("DSA-9.5-RECIPIENT", event, "excepted")
    elif fault == "no_effect_time":
        truth.say("DSA-9.5-RECIPIENT", event, "undetermined", "field_missing")
    else:
        truth.response("DSA-9.5-RECIPIENT", event, effective, informed)


def _inform(world: World, rng: random.Random, order: str, t: int, fault: str | None) -> None:
    journal, truth = world.journal, world.truth
    delivered = t - rng.randrange(30 * MINUTE)
    received, state, *_ = _order(world, rng, order, t, "inform", delivered, None)
    told: int | None = t + lag(rng, 30 * MINUTE, 10 * HOUR)
    if fault == "acknowledged_late":
        told = delivered + ACKNOWLEDGE + rng.randrange(MINUTE, 30 * HOUR)
    elif fault in ("acknowledged_never", "closed_unacknowledged"):
        told = None
    if told is not None:
        journal.add(
            "legal", "order.acknowledged", told, "legal-desk", order_id=order, source_authority=state, channel="email"
        )
    answered = t + lag(rng, 2 * DAY, 6 * DAY)
    fields: dict[str, Any] = {
        "disclosed_fields": ["name", "login_ip", "birth_date"] if fault == "too_much" else ["name", "login_ip"],
        "effective_at": iso(answered + 6 * HOUR),
        "channel": "email",
        "document_digest": f"{rng.getrandbits(256):064x}",
    }
    sent = journal.add("legal", "order.response_sent", answered, "legal-desk", order_id=order, **fields)
    told_at = answered + (2 * DAY if fault == "told_after" else 2 * HOUR)
    message = journal.add(
        "legal",
        "recipient.informed",
        told_at,
        "legal-desk",
        order_id=order,
        order_kind="inform",
        reasons_given=True,
        redress_given=True,
        delivery_status="delivered",
    )
    if answered <= AS_OF:
        truth.response("DSA-10.5-RECIPIENT", sent, answered + 6 * HOUR, told_at)
        differs = ("over_target", "differs") if fault == "too_much" else ("within_target", "")
        truth.say("DSA-10.2-MINIMAL", sent, *differs)
    if told_at <= AS_OF:
        truth.say("DSA-10.5-CONTENT", message, "compliant")
    reported = answered + 10 * MINUTE
    journal.add("legal", "order.effect_reported", reported, "legal-desk", order_id=order, effect_given=True)
    if fault == "closed_unacknowledged" or (fault is None and rng.random() < 0.6):
        journal.add(
            "legal", "order.closed", max(answered, t + 2 * DAY) + DAY, "legal-desk", order_id=order, reason="done"
        )
    truth.response("DSA-10.1-EFFECT", received, delivered + REPORT, reported, soft=True)
    if fault == "closed_unacknowledged":
        truth.say("DSA-10.1-ACK", received, "non_compliant", "never_done")
    else:
        truth.response("DSA-10.1-ACK", received, delivered + ACKNOWLEDGE, told, soft=True)


def _removal(world: World, rng: random.Random, order: str, t: int, fault: str | None) -> None:
    """A removal order: executed within the hour, between the two readings of that hour, late, or never."""
    journal, truth, state = world.journal, world.truth, STATE.draw(rng)
    if fault == "between_readings":
        t -= t % HOUR - 10 * MINUTE
    delivered = t - 20
    received = journal.add(
        "legal",
        "removal_order.received",
        t,
        "legal-desk",
        order_id=order,
        authority=f"Police cyber unit (fictional), {state}",
        authority_id=f"{state}-P1",
        issuing_member_state=state,
        reference=f"TCO/{order}",
        item_count=1,
        delivered_at=iso(delivered),
        content_url=f"https://live.example/c/{order}",
    )
    executed: int | None = delivered + rng.randrange(4 * MINUTE, 52 * MINUTE)
    if fault == "late":
        executed = delivered + rng.randrange(130, 400) * MINUTE
    elif fault == "between_readings":
        executed = delivered + HOUR + 15 * MINUTE
    elif fault in ("never", "impossible"):
        executed = None
    if executed is not None:
        _executed(world, rng, order, executed, fault)
    if fault == "impossible":
        journal.add(
            "legal",
            "removal_order.impossibility_notified",
            delivered + 40 * MINUTE,
            "legal-desk",
            order_id=order,
            reason="the address is incomplete",
        )
    if fault == "impossible":
        truth.say("TCO-3.3-HOUR", received, "excepted")
    elif fault == "between_readings":
        truth.say("TCO-3.3-HOUR", received, "undetermined", "deadline_readings_differ")
    elif executed is not None and executed > AS_OF:
        truth.say("TCO-3.3-HOUR", received, "pending", "open")
    else:
        truth.response("TCO-3.3-HOUR", received, delivered + HOUR, executed)


def _executed(world: World, rng: random.Random, order: str, t: int, fault: str | None) -> None:
    """What follows the removal: the content is kept for six months, the authority and the provider of it are told."""
    add, truth = world.journal.add, world.truth
    if fault != "unkept":
        add("legal", "content.preserved", t - MINUTE, "legal-desk", order_id=order, content_id=f"C-{order}")
    done = add("legal", "removal_order.executed", t, "legal-desk", order_id=order, effective_at=iso(t))
    report = add(
        "legal",
        "removal_order.reported",
        t + 20 * MINUTE,
        "legal-desk",
        order_id=order,
        effective_at=iso(t),
        form_used=fault != "free_form",
        document_digest=f"{rng.getrandbits(256):064x}",
    )
    told = None if fault == "untold" else t + 2 * HOUR
    if told is not None:
        add("legal", "recipient.informed", told, "legal-desk", order_id=order, reasons_given=True, copy_given=True)
    if t > AS_OF:
        return
    truth.response("TCO-11.1-INFORM", done, t + DAY, told, soft=True)
    truth.response("TCO-3.6-INFORM", done, t + DAY, t + 20 * MINUTE, soft=True)
    kept = ("non_compliant", "never_done") if fault == "unkept" else ("compliant", "")
    truth.say("TCO-6.2-PRESERVED", done, *kept)
    if t + 20 * MINUTE <= AS_OF:
        form = ("over_target", "condition_failed") if fault == "free_form" else ("within_target", "")
        truth.say("TCO-3.6-FORM", report, *form)
    kept_until = six_months_after(t)
    truth.say("TCO-6.2-SIXMONTHS", done, *(("compliant", "") if kept_until < AS_OF else ("pending", "open")))
