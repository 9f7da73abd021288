"""Repeat offenders: incidents recorded, warnings, assessments and suspensions under Article 23."""

from __future__ import annotations

import random
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.statements import safe
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, START, iso
from compliance.synthetic.traffic import arrivals, pick_faults

ACCOUNTS = 420
FAULTS = {"unwarned": 3, "warned_after": 1, "warned_at_once": 2, "warning_unreadable": 1, "unbounded": 3, "frequent": 2}
_OFTEN = 5


def enforcement(world: World) -> None:
    """A whole log of accounts that post illegal content repeatedly, or misuse notices and complaints."""
    rng = world.rng("enforcement")
    starts = arrivals(rng, world.size(ACCOUNTS, 60), until=AS_OF - 10 * DAY)
    faults = pick_faults(rng, [n for n, t in enumerate(starts) if safe(t) and t < AS_OF - 70 * DAY], FAULTS)
    for n, t in enumerate(starts):
        _account(world, rng, f"a{n + 1:05d}", t, faults.get(n))
    for n, t in enumerate(arrivals(rng, world.size(40, 4), since=START + 30 * DAY)):
        _silence(world, f"b{n + 1:05d}", t, rng.choice(("art_23_2_notices", "art_23_2_complaints")))
    for n, t in enumerate(arrivals(rng, world.size(60, 3))):
        _suspend(world, f"t{n + 1:05d}", t, "terms", bounded=False)


def _account(world: World, rng: random.Random, account: str, t: int, fault: str | None) -> None:
    number = 6 if fault == "frequent" else rng.randrange(1, 4)
    gap = 4 * DAY if fault == "frequent" else rng.randrange(9, 14) * DAY
    manifest = [t + step * gap for step in range(number)]
    for step, moment in enumerate(manifest):
        if moment <= AS_OF:
            event = world.journal.add(
                "misuse",
                "misuse.incident_recorded",
                moment,
                "enforcement",
                account_id=account,
                manifest=True,
                kind="illegal_content",
                content_id=f"C-M{world.number('misuse'):05d}",
            )
            often = step + 1 >= _OFTEN
            world.truth.say(
                "DSA-23.1-FREQUENT",
                event,
                "over_target" if often else "within_target",
                "limit_exceeded" if often else "",
            )
    if rng.random() < 0.4:
        world.journal.add(
            "misuse",
            "misuse.incident_recorded",
            t + DAY,
            "enforcement",
            account_id=account,
            manifest=False,
            kind="illegal_content",
        )
    if number >= 3 or fault is not None:
        _sanction(world, rng, account, manifest[-1] + 2 * HOUR, fault)


def _sanction(world: World, rng: random.Random, account: str, t: int, fault: str | None) -> None:
    """Warning, assessment and suspension of one account, in this order unless the fault says otherwise."""
    suspended = t + rng.randrange(2, 20) * DAY
    warned: int | None = t
    if fault == "unwarned":
        warned = None
    elif fault == "warned_after":
        warned = suspended + 3 * HOUR
    elif fault == "warned_at_once":
        warned = suspended
    if warned is not None:
        world.journal.add(
            "misuse",
            "misuse.warning_issued",
            warned,
            "enforcement",
            account_id=account,
            suspension_basis="art_23_1",
            reason="repeated illegal content",
            message_id=f"w-{account}",
            delivery_status="delivered",
        )
        if fault == "warning_unreadable":
            world.journal.spoil_last("misuse")
    assessment = f"MA-{account}"
    world.journal.add(
        "misuse",
        "misuse.assessed",
        suspended - HOUR,
        "enforcement",
        account_id=account,
        assessment_id=assessment,
        suspension_basis="art_23_1",
        manifest_count=3,
        total_count=4,
        share=0.75,
        severity="medium",
    )
    if suspended > AS_OF:
        return
    event = _suspend(world, account, suspended, "art_23_1", bounded=fault != "unbounded", assessment_id=assessment)
    verdict = {
        "unwarned": ("non_compliant", "not_preceded"),
        "warned_after": ("non_compliant", "not_preceded"),
        "warned_at_once": ("undetermined", "ordering_unknown"),
        "warning_unreadable": ("undetermined", "rejected_line"),
    }
    world.truth.say("DSA-23.1-WARNING", event, *verdict.get(fault or "", ("compliant", "")))


def _silence(world: World, account: str, t: int, basis: str) -> None:
    """A notifier or complainant whose submissions were manifestly unfounded: warned, assessed, then suspended at `t`."""
    journal, assessment = world.journal, f"MA-{account}"
    journal.add(
        "misuse",
        "misuse.warning_issued",
        t - 20 * DAY,
        "enforcement",
        account_id=account,
        suspension_basis=basis,
        reason="repeated unfounded submissions",
        message_id=f"w-{account}",
        delivery_status="delivered",
    )
    journal.add(
        "misuse",
        "misuse.assessed",
        t - 2 * HOUR,
        "enforcement",
        account_id=account,
        assessment_id=assessment,
        suspension_basis=basis,
        manifest_count=12,
        total_count=15,
        share=0.8,
        severity="medium",
    )
    event = _suspend(world, account, t, basis, bounded=True, assessment_id=assessment)
    world.truth.say("DSA-23.2-WARNING", event, "compliant")


def _suspend(world: World, account: str, t: int, basis: str, *, bounded: bool, **more: Any) -> str:
    end = t + 30 * DAY
    event = world.journal.add(
        "misuse",
        "misuse.suspension_imposed",
        t,
        "enforcement",
        account_id=account,
        suspension_basis=basis,
        end_at=iso(end) if bounded else None,
        **more,
    )
    if basis.startswith("art_23"):
        world.truth.say("DSA-23.3-ASSESSED", event, "compliant")
        world.truth.say(
            "DSA-23.1-PERIOD", event, *(("compliant", "") if bounded else ("non_compliant", "condition_failed"))
        )
    if bounded:
        world.journal.add(
            "misuse", "misuse.suspension_ended", end, "enforcement", account_id=account, reason="term over"
        )
    return event
