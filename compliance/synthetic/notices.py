"""Notices of alleged illegal content from arrival to closing, with every way in which one can go wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.statements import Decision, restrict, safe
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, MAIL_GAP, MINUTE, at, in_gap, iso
from compliance.synthetic.traffic import LANGUAGES, NOTICE_CATEGORY, STATE, arrivals, lag, pick_faults

PER_LOG = 21_500
"""Notices at scale 1."""
RECEIPT, DECIDE, NOTIFY = 24 * HOUR, 7 * DAY, 48 * HOUR
"""The service's own targets."""
FAULTS = {
    "receipt_late": 9,
    "receipt_never": 4,
    "receipt_closed": 3,
    "receipt_on_limit": 1,
    "receipt_naive": 3,
    "receipt_conflict": 2,
    "receipt_withdrawn": 4,
    "received_conflict": 2,
    "decide_late": 14,
    "decide_never": 4,
    "decide_closed": 3,
    "decide_on_limit": 1,
    "decide_naive": 2,
    "notify_late": 9,
    "notify_never": 5,
    "notify_closed": 3,
    "twice": 3,
    "decided_again": 2,
    "corrected": 2,
}
"""Planted cases, whatever the scale."""
_KINDS = (("individual", 76), ("entity", 14), ("trusted_flagger", 6), ("anonymous", 4))
_SURGE = (at("2026-08-13T00:00Z"), at("2026-08-19T00:00Z"))


@dataclass(slots=True)
class Notice:
    """One notice on its way."""

    t: int
    notice_id: str
    fault: str | None
    category: str
    keyword: str
    member_state: str
    language: str
    notifier: str
    contact: bool
    stream_id: str | None = None
    content_id: str | None = None

    @property
    def reach(self) -> dict[str, Any]:
        """Contact data, where the notifier gave any."""
        return {
            "has_contact": self.contact,
            "contact": f"notifier-{self.notice_id.lower()}@mail.example" if self.contact else None,
        }


def notices(world: World) -> None:
    """A whole log of notices."""
    rng = world.rng("notices")
    times = arrivals(rng, world.size(PER_LOG, 400), surge=1.5)
    faults = pick_faults(rng, [n for n, t in enumerate(times) if safe(t) and not in_gap(t, _SURGE)], FAULTS)
    for n, t in enumerate(times):
        fault = faults.get(n)
        if fault is None and safe(t) and rng.random() < (0.03 if in_gap(t, _SURGE) else 0.002):
            fault = "decide_late"
        category, keyword = NOTICE_CATEGORY.draw(rng)
        state = STATE.draw(rng)
        notice(
            world,
            rng,
            Notice(
                t,
                f"N-{n + 1:06d}",
                fault,
                category,
                keyword,
                state,
                LANGUAGES[state],
                rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0],
                contact=fault is not None or rng.random() < 0.93,
            ),
        )


def notice(world: World, rng: random.Random, case: Notice) -> None:
    """One notice: its arrival, receipt, decision, notification, action and closing."""
    if case.notifier == "anonymous":
        case.contact = case.fault is not None
    case.notifier = "individual" if case.notifier == "anonymous" and case.contact else case.notifier
    case.content_id = case.content_id or f"C-{world.number('content'):07d}"
    received = world.journal.add(
        "notice",
        "notice.received",
        case.t,
        "notice-desk",
        notice_id=case.notice_id,
        notifier_type=case.notifier,
        notifier_id=f"p{rng.randrange(16**8):08x}" if case.contact else None,
        content_id=case.content_id,
        content_url=f"https://live.example/c/{case.content_id}",
        flagger_id=f"TF-{rng.randrange(1, 15):02d}" if case.notifier == "trusted_flagger" else None,
        item_count=1,
        category=case.category,
        keyword=case.keyword,
        member_state=case.member_state,
        language=case.language,
        stream_id=case.stream_id,
        queue="live" if case.stream_id else "general",
        **case.reach,
    )
    conflict = case.fault == "received_conflict"
    if conflict:
        world.journal.again(
            "notice",
            case.t,
            world.journal.last("notice") | {"category": "STATEMENT_CATEGORY_ANIMAL_WELFARE", "queue": "manual"},
            "rejected",
        )
    withdrawn = _withdrawal(world, rng, case)
    if case.contact:
        _receipt(world, rng, case, received, withdrawn)
    decided = _decide(world, rng, case, received, withdrawn)
    end = decided or case.t + 6 * DAY
    if case.fault in ("receipt_closed", "decide_closed", "notify_closed") or (
        case.fault is None and decided and rng.random() < 0.2
    ):
        world.journal.add(
            "notice", "notice.closed", end + 3 * DAY, "notice-desk", notice_id=case.notice_id, reason="retention"
        )


def _withdrawal(world: World, rng: random.Random, case: Notice) -> int | None:
    if case.fault == "receipt_withdrawn":
        withdrawn = case.t + rng.randrange(HOUR, 20 * HOUR)
    elif case.fault is None and rng.random() < 0.008:
        withdrawn = case.t + rng.randrange(HOUR, 2 * DAY)
    else:
        return None
    world.journal.add(
        "notice",
        "notice.withdrawn",
        withdrawn,
        "notice-desk",
        notice_id=case.notice_id,
        reason="withdrawn by the notifier",
    )
    return withdrawn


def _receipt(world: World, rng: random.Random, case: Notice, received: str, withdrawn: int | None) -> None:
    fault, truth = case.fault, world.truth
    sent: int | None = case.t + lag(rng, 45, 5 * HOUR, 1.3)
    if fault == "receipt_late":
        sent = case.t + RECEIPT + rng.randrange(60, 40 * HOUR)
    elif fault == "receipt_on_limit":
        sent = case.t + RECEIPT
    elif fault in ("receipt_never", "receipt_closed", "receipt_withdrawn") or in_gap(sent or 0, MAIL_GAP):
        sent = None
    if sent is not None:
        world.journal.add(
            "notice",
            "notice.receipt_confirmed",
            sent,
            "mail-relay",
            notice_id=case.notice_id,
            message_id=f"r-{case.notice_id}",
            delivery_status="delivered",
        )
    if fault == "received_conflict":
        truth.say("DSA-16.4-RECEIPT", received, "undetermined", "conflicting_records")
    elif fault == "receipt_conflict" and sent is not None:
        world.journal.again("notice", sent, world.journal.last("notice") | {"delivery_status": "bounced"}, "rejected")
        truth.say("DSA-16.4-RECEIPT", received, "undetermined", "conflicting_records")
    elif fault == "receipt_naive" and sent is not None:
        world.journal.spoil_last("notice")
        truth.say("DSA-16.4-RECEIPT", received, "undetermined", "rejected_line")
    elif fault == "receipt_closed":
        truth.say("DSA-16.4-RECEIPT", received, "non_compliant", "never_done")
    elif sent is None and withdrawn is not None and withdrawn <= min(case.t + RECEIPT, AS_OF):
        truth.say("DSA-16.4-RECEIPT", received, "excepted")
    elif sent is None and fault not in ("receipt_never", "receipt_withdrawn"):
        truth.say("DSA-16.4-RECEIPT", received, "undetermined", "no_coverage")
    else:
        truth.response("DSA-16.4-RECEIPT", received, case.t + RECEIPT, sent, soft=True)


def _decide(world: World, rng: random.Random, case: Notice, received: str, withdrawn: int | None) -> int | None:
    """Instant of the decision, None where there was none; says what DSA-16.6-DECIDE must find."""
    fault, truth = case.fault, world.truth
    flagged = case.notifier == "trusted_flagger"
    decided: int | None = case.t + lag(rng, 3 * HOUR if flagged else 11 * HOUR, 6 * DAY, 1.0)
    if fault == "decide_late":
        decided = case.t + DECIDE + rng.randrange(HOUR, 9 * DAY)
    elif fault == "decide_on_limit":
        decided = case.t + DECIDE
    elif withdrawn is not None or fault in ("decide_never", "decide_closed"):
        decided = None
    if decided is not None:
        _outcome(world, rng, case, decided)
    if fault == "received_conflict":
        truth.say("DSA-16.6-DECIDE", received, "undetermined", "conflicting_records")
    elif fault == "decide_naive":
        truth.say("DSA-16.6-DECIDE", received, "undetermined", "rejected_line")
    elif fault == "decide_closed":
        truth.say("DSA-16.6-DECIDE", received, "non_compliant", "never_done")
    elif withdrawn is not None and withdrawn <= AS_OF:
        truth.say("DSA-16.6-DECIDE", received, "excepted")
    else:
        truth.response("DSA-16.6-DECIDE", received, case.t + DECIDE, decided, soft=True)
    return decided


def _outcome(world: World, rng: random.Random, case: Notice, decided: int) -> None:
    fault = case.fault
    outcome = rng.choices(("action_law", "action_terms", "no_action", "duplicate"), (16, 21, 60, 3))[0]
    if fault is not None:
        outcome = "no_action"
    machine = rng.random() < 0.25
    fields: dict[str, Any] = {
        "notice_id": case.notice_id,
        "case_id": f"K-{case.notice_id}",
        "notice_outcome": outcome,
        "category": case.category,
        "member_state": case.member_state,
        "ground": {"action_law": "illegal_content", "action_terms": "incompatible_content"}.get(outcome),
        "automated_processing": machine,
        "automated_decision": "partially" if machine else "not_automated",
        "actor_type": "human",
        "actor_id": f"staff-{rng.randrange(60):02d}",
        "decision_id": f"D-{case.notice_id}",
        "queue": "live" if case.stream_id else "general",
    }
    identity = world.journal.add("notice", "notice.decided", decided, "notice-desk", **fields)
    if decided > AS_OF:
        return
    if fault == "decide_naive":
        world.journal.spoil_last("notice")
        return
    if fault == "corrected":
        identity = world.journal.add(
            "notice", "notice.decided", decided, "notice-desk", corrects=identity, **(fields | {"actor_id": "staff-99"})
        )
    world.truth.say(
        "DSA-16.6-UNIQUE", identity, *(("non_compliant", "not_unique") if fault == "twice" else ("compliant", ""))
    )
    last = decided
    if fault in ("twice", "decided_again"):
        last = decided + 5 * HOUR
        again = world.journal.add(
            "notice",
            "notice.decided",
            last,
            "notice-desk",
            **(fields | {"case_id": f"K-{case.notice_id}-B" if fault == "twice" else fields["case_id"]}),
        )
        _notify(world, rng, case, again, last)
        world.truth.say("DSA-16.5-NOTIFY", identity, "within_target")
    else:
        _notify(world, rng, case, identity, decided)
    if outcome == "no_action":
        world.refusals.append(
            {
                "t": decided,
                "notice_id": case.notice_id,
                "member_state": case.member_state,
                "language": case.language,
                "category": case.category,
            }
        )
    elif outcome.startswith("action"):
        _act(world, rng, case, decided, fields)


def _notify(world: World, rng: random.Random, case: Notice, decision: str, decided: int) -> None:
    fault, truth = case.fault, world.truth
    if not case.contact:
        truth.say("DSA-16.5-NOTIFY", decision, "excepted")
        return
    told: int | None = decided + lag(rng, 12 * MINUTE, 30 * HOUR, 1.4)
    if fault == "notify_late":
        told = decided + NOTIFY + rng.randrange(MINUTE, 3 * DAY)
    elif fault in ("notify_never", "notify_closed"):
        told = None
    elif in_gap(told or 0, MAIL_GAP):
        truth.say("DSA-16.5-NOTIFY", decision, "undetermined", "no_coverage")
        return
    if told is not None:
        world.journal.add(
            "notice",
            "notice.decision_notified",
            told,
            "mail-relay",
            notice_id=case.notice_id,
            redress_given=True,
            automation_disclosed=True,
            message_id=f"d-{case.notice_id}",
            delivery_status="delivered",
        )
    if fault == "notify_closed":
        truth.say("DSA-16.5-NOTIFY", decision, "non_compliant", "never_done")
    else:
        truth.response("DSA-16.5-NOTIFY", decision, decided + NOTIFY, told, soft=True)


def _act(world: World, rng: random.Random, case: Notice, decided: int, fields: dict[str, Any]) -> None:
    restriction_id, effect = restrict(
        world,
        rng,
        Decision(
            decided,
            fields["decision_id"],
            fields["ground"],
            case.category,
            case.keyword,
            case.member_state,
            case.language,
            "trusted_flagger" if case.notifier == "trusted_flagger" else "art_16_notice",
            case.notice_id,
            stream_id=case.stream_id,
            detected_by_machine=False,
            decided_by_machine=fields["automated_decision"],
            content_id=case.content_id,
        ),
    )
    world.journal.add(
        "notice",
        "notice.action_implemented",
        effect,
        "notice-desk",
        notice_id=case.notice_id,
        restriction_id=restriction_id,
        effective_at=iso(effect),
    )


def form(world: World) -> None:
    """The notice form in use."""
    world.journal.add(
        "notice",
        "notice.form_published",
        at("2026-01-01T00:05Z"),
        "notice-desk",
        version="form-9",
        has_explanation=True,
        has_location=True,
        has_name=True,
        has_email=True,
        good_faith=True,
        surface="web",
        url="https://live.example/report",
    )
