"""The shop beside the stage: traders known and checked before they list, and products that turn out illegal (Arts. 30-32)."""

from __future__ import annotations

import random

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, MINUTE, START, at, iso
from compliance.synthetic.traffic import arrivals, pick_faults

TRADERS = 90
FAULTS = {
    "incomplete": 2,
    "unverified": 1,
    "hidden": 2,
    "unchecked": 1,
    "doubted": 2,
    "doubt_ignored": 1,
    "listed_while_suspended": 1,
}
SOURCE = "market-desk"
_HELD = ["trader_contact", "identity_document", "payment_account", "trade_register", "self_certification"]
_SHOWN = ["trader_contact", "trade_register", "self_certification"]
_TOLD = ["illegality", "trader_identity", "redress"]
_CHECKS = [at(f"2026-{month:02d}-20T10:00Z") for month in range(1, 10)]
"""Random checks of listed products, once a month."""


def traders(world: World) -> None:
    """Traders with their listings, those that left, and products that were found illegal."""
    rng = world.rng("traders")
    starts = [t for t in arrivals(rng, world.size(TRADERS, 24), until=AS_OF - 70 * DAY) if t > START + DAY]
    faults = pick_faults(rng, range(len(starts)), FAULTS)
    for n, t in enumerate(starts):
        _trader(world, rng, f"T-{n + 1:04d}", t, faults.get(n))
    for n, t in enumerate(_CHECKS):
        _add(world, "product.random_checked", t, product_id=f"P-R{n + 1:02d}", outcome="nothing found")
    for n, early in enumerate((False, False, True)):
        _leaving(world, f"T-L{n + 1:03d}", at("2026-01-12T09:00Z") + n * DAY, early=early)
    for n, fault in enumerate((None, None, "late", "partly", "public", "no_redress")):
        _illegal(world, f"P-I{n + 1:03d}", at("2026-03-03T09:00Z") + n * 27 * DAY, fault)


def _add(world: World, kind: str, t: int, /, **fields: object) -> str:
    return world.journal.add("trader", kind, t, SOURCE, **fields)


def _trader(world: World, rng: random.Random, trader: str, t: int, fault: str | None) -> None:
    held = [item for item in _HELD if fault != "incomplete" or item != "self_certification"]
    _add(world, "trader.information_completed", t, trader_id=trader, items_held=held, trade_registered=True)
    if fault != "unverified":
        _add(world, "trader.verification_attempted", t + HOUR, trader_id=trader, basis="official register")
    for number in range(rng.randrange(1, 4)):
        first = fault if number == 0 else {"incomplete": "incomplete", "unverified": "unverified"}.get(fault or "")
        _listing(world, trader, f"{trader}-{number + 1}", t + DAY + number * rng.randrange(2, 9) * DAY, first)
    if fault in {"doubted", "doubt_ignored", "listed_while_suspended"}:
        _doubt(world, trader, t + 30 * DAY, fault)


def _listing(world: World, trader: str, listing: str, t: int, fault: str | None) -> str:
    if fault != "unchecked":
        _add(
            world,
            "listing.information_checked",
            t - 30 * MINUTE,
            listing_id=listing,
            trader_id=trader,
            outcome="complete",
        )
    shown = [item for item in _SHOWN if fault != "hidden" or item != "self_certification"]
    event = _add(
        world, "listing.published", t, listing_id=listing, trader_id=trader, fields_shown=shown, trade_registered=True
    )
    if t > AS_OF:
        return event
    for rule, wrong, reason in (
        ("DSA-30.1-PRECOND", "incomplete", "not_preceded"),
        ("DSA-30.2-VERIFY", "unverified", "not_preceded"),
        ("DSA-30.7-SHOWN", "hidden", "condition_failed"),
        ("DSA-31.3-CHECKED", "unchecked", "not_preceded"),
    ):
        world.truth.say(rule, event, *(("non_compliant", reason) if fault == wrong else ("compliant", "")))
    if any(check >= t for check in _CHECKS):
        world.truth.say("DSA-31.3-RANDOM", event, "within_target")
    else:
        world.truth.say("DSA-31.3-RANDOM", event, "pending", "open")
    return event


def _doubt(world: World, trader: str, t: int, fault: str) -> None:
    """Doubt about a trader's information: asked to mend it, suspended after the time set, back once it is mended."""
    doubt, truth, due = f"{trader}-D", world.truth, t + 8 * DAY
    recorded = _add(world, "trader.doubt_recorded", t, trader_id=trader, doubt_id=doubt, reason="bank account bounced")
    asked = _add(world, "trader.remedy_requested", t + DAY, trader_id=trader, doubt_id=doubt, due_at=iso(due))
    truth.say("DSA-30.3-REQUEST", recorded, "within_target")
    if fault == "doubt_ignored":
        _add(world, "trader.doubt_closed", due + 9 * DAY, trader_id=trader, doubt_id=doubt, reason="filed away")
        truth.say("DSA-30.3-SUSPEND", asked, "non_compliant", "never_done")
        return
    suspended = _add(
        world, "trader.suspended", due + DAY, trader_id=trader, doubt_id=doubt, reason="information not corrected"
    )
    truth.say("DSA-30.3-SUSPEND", asked, "within_target")
    if fault == "listed_while_suspended":
        _listing(world, trader, f"{trader}-S", due + 3 * DAY, None)
        truth.say("DSA-30.3-UNTIL", suspended, "non_compliant", "forbidden_event")
    else:
        truth.say("DSA-30.3-UNTIL", suspended, "compliant")
    _add(world, "trader.information_corrected", due + 6 * DAY, trader_id=trader, doubt_id=doubt)


def _leaving(world: World, trader: str, t: int, *, early: bool) -> None:
    """A trader's data are kept for six months after the contract, then deleted (Article 30(5))."""
    ended = _add(world, "trader.contract_ended", t, trader_id=trader, legal_hold=False)
    _add(world, "trader.data_deleted", t + (60 if early else 200) * DAY, trader_id=trader)
    world.truth.say("DSA-30.5-KEEP", ended, *(("non_compliant", "forbidden_event") if early else ("compliant", "")))
    world.truth.say("DSA-30.5-DELETE", ended, "within_target")


def _illegal(world: World, product: str, aware: int, fault: str | None) -> None:
    """An illegal product: its buyers are told, and the public where not all of them can be reached (Article 32)."""
    public = fault == "public"
    known = _add(
        world,
        "product.illegality_known",
        aware + 10 * MINUTE,
        product_id=product,
        aware_at=iso(aware),
        purchases=41,
        buyers_reachable=30 if public else 41,
        contacts_all_known=not public,
    )
    told = aware + (6 * DAY if fault == "late" else DAY)
    reached = 22 if fault == "partly" else 30 if public else 41
    shown = _TOLD[:2] if fault == "no_redress" else _TOLD
    message = _add(
        world,
        "consumer.informed",
        told,
        product_id=product,
        buyers_informed=reached,
        channel="email",
        fields_shown=shown,
    )
    truth = world.truth
    truth.say("DSA-32.1-INFORM", known, *(("over_target", "late") if fault == "late" else ("within_target", "")))
    truth.say("DSA-32.1-REACH", known, *(("over_target", "differs") if fault == "partly" else ("within_target", "")))
    truth.say(
        "DSA-32.1-CONTENT",
        message,
        *(("non_compliant", "condition_failed") if fault == "no_redress" else ("compliant", "")),
    )
    if public:
        notice = _add(
            world,
            "product.public_notice_published",
            aware + 2 * DAY,
            product_id=product,
            url=f"https://live.example/recalls/{product.lower()}",
            fields_shown=_TOLD,
        )
        truth.say("DSA-32.2-PUBLIC", known, "within_target")
        truth.say("DSA-32.2-CONTENT", notice, "compliant")
