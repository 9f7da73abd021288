"""Disputes before a certified body in which something is worth a look: refused, engaged late, costs left unpaid (Art. 21)."""

from __future__ import annotations

from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import DAY, at

BODY = "Settlement Body North (fictional)"


def disputes(world: World) -> None:
    """Six disputes beside the ordinary ones that follow complaints."""
    _opened(world, "OD-1", at("2026-02-02T09:00Z"), ("within_target", ""))
    _add(world, "OD-1", "ods.engaged", at("2026-02-05T09:00Z"), dispute_body=BODY)
    _settled(world, "OD-1", at("2026-04-07T09:00Z"), fees=20, expenses=20)
    for reference, t, reason, prior in (
        ("OD-2", "2026-05-05T09:00Z", "same_information_and_grounds", "OD-1"),
        ("OD-3", "2026-05-19T09:00Z", "other", None),
        ("OD-4", "2026-06-02T09:00Z", "already_resolved", "OD-0"),
    ):
        _refused(world, reference, at(t), reason, prior)
    _opened(world, "OD-5", at("2026-06-16T09:00Z"), ("over_target", "late"))
    _add(world, "OD-5", "ods.engaged", at("2026-06-16T09:00Z") + 20 * DAY, dispute_body=BODY)
    _opened(world, "OD-6", at("2026-03-03T09:00Z"), ("non_compliant", "never_done"))
    _settled(world, "OD-6", at("2026-05-20T09:00Z"), fees=45, expenses=None)
    _add(world, "OD-6", "ods.case_closed", at("2026-08-20T09:00Z"), reason="file closed")


def _add(world: World, reference: str, kind: str, t: int, /, **fields: Any) -> str:
    return world.journal.add("dispute", kind, t, "complaint-desk", case_ref=reference, **fields)


def _opened(world: World, reference: str, t: int, said: tuple[str, str]) -> None:
    event = _add(world, reference, "ods.case_opened", t, dispute_body=BODY, opened_by="recipient")
    world.truth.say("DSA-21.2-ENGAGE", event, *said)


def _refused(world: World, reference: str, t: int, reason: str, prior: str | None) -> None:
    """The service refuses to engage: on a ground of the law and after an earlier case, or not (Article 21(2))."""
    _opened(world, reference, t, ("excepted", ""))
    event = _add(world, reference, "ods.refused", t + 2 * DAY, refusal_reason=reason, prior_case_ref=prior)
    truth = world.truth
    if reason == "other":
        truth.say("DSA-21.2-REFUSAL", event, "non_compliant", "condition_failed")
        return
    truth.say("DSA-21.2-REFUSAL", event, "compliant")
    truth.say("DSA-21.2-PRIOR", event, *(("within_target", "") if prior == "OD-1" else ("over_target", "not_preceded")))


def _settled(world: World, reference: str, t: int, *, fees: int, expenses: int | None) -> None:
    """The body finds for the recipient: fees and expenses are to be borne by the service (Article 21(5))."""
    event = _add(
        world,
        reference,
        "ods.decision_received",
        t,
        dispute_outcome="reversed",
        in_favour_of="recipient",
        fee_cents=9500,
        expenses_cents=4500,
    )
    _add(world, reference, "ods.fees_paid", t + fees * DAY, fee_cents=9500)
    if expenses is not None:
        _add(world, reference, "ods.expenses_reimbursed", t + expenses * DAY, expenses_cents=4500)
    truth, fine = world.truth, ("within_target", "")
    truth.say("DSA-21.5-FEES", event, *(fine if fees <= 30 else ("over_target", "late")))
    truth.say("DSA-21.5-EXPENSES", event, *(fine if expenses else ("non_compliant", "never_done")))
