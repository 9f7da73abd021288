"""Researchers' access to data: requests through the Coordinator, and applications for public data (Article 40)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, at, iso, local_day

SOURCE = "research-desk"
_PORTAL = "secure remote environment"


def research(world: World) -> None:
    """One request granted as it should be, one amended, one in which much goes wrong, one open; and public data."""
    _granted(world)
    _amended(world)
    _mishandled(world)
    asked = _request(world, "DR-4", at("2026-09-21T09:00Z"), at("2026-10-19T09:00Z"))
    world.truth.say("DSA-40.4-ACCESS", asked, "pending", "open")
    _public(world)


def _add(world: World, kind: str, t: int, /, **fields: Any) -> str:
    return world.journal.add("research", kind, t, SOURCE, **fields)


def _request(world: World, request: str, t: int, due: int) -> str:
    return _add(
        world,
        "data_access.request_received",
        t,
        request_id=request,
        authority="Digital Services Coordinator (fictional)",
        due_at=iso(due),
        access_interface=_PORTAL,
    )


def _grant(world: World, request: str, t: int, *, told: int, interface: str = _PORTAL, papers: bool = True) -> None:
    """Access given on a Wednesday, the Coordinator told `told` days later (three working days at most), papers with it."""
    granted = _add(world, "data_access.granted", t, request_id=request, channel="portal", access_interface=interface)
    _add(world, "data_access.coordinator_informed", t + told * DAY, request_id=request, informed_of="granted")
    if papers:
        _add(world, "data_access.documentation_delivered", t + 2 * DAY, request_id=request)
    truth, fine = world.truth, ("compliant", "")
    truth.say("DAA-15.1-GRANTED", granted, *(fine if told < 3 else ("non_compliant", "late")))
    truth.say("DAA-15.2-DOCUMENTED", granted, *(fine if papers else ("non_compliant", "missing_counterpart")))
    truth.say("DSA-40.7-INTERFACE", granted, *(fine if interface == _PORTAL else ("non_compliant", "not_preceded")))


def _end(world: World, request: str, t: int, *, told: int) -> None:
    ended = _add(world, "data_access.ended", t, request_id=request, reason="the project is over")
    _add(world, "data_access.coordinator_informed", t + told * DAY, request_id=request, informed_of="ended")
    world.truth.say("DAA-15.1-ENDED", ended, *(("compliant", "") if told < 3 else ("non_compliant", "late")))


def _granted(world: World) -> None:
    asked = _request(world, "DR-1", at("2026-02-02T09:00Z"), at("2026-03-02T09:00Z"))
    world.truth.say("DSA-40.4-ACCESS", asked, "compliant")
    _grant(world, "DR-1", at("2026-02-18T10:00Z"), told=1)
    _end(world, "DR-1", at("2026-07-15T10:00Z"), told=1)


def _amended(world: World) -> None:
    t = at("2026-03-03T09:00Z")
    asked = _request(world, "DR-2", t, at("2026-04-01T09:00Z"))
    world.truth.say("DSA-40.4-ACCESS", asked, "excepted")
    _amendment(world, "DR-2", t, t + 9 * DAY, "no_access", alternatives=True)
    decided = _add(
        world,
        "data_access.amendment_decided",
        at("2026-04-08T09:00Z"),
        request_id="DR-2",
        outcome="amended",
        due_at=iso(at("2026-05-29T09:00Z")),
    )
    world.truth.say("DSA-40.4-AMENDED", decided, "compliant")
    _grant(world, "DR-2", at("2026-05-13T10:00Z"), told=2)
    _end(world, "DR-2", at("2026-09-02T10:00Z"), told=10)


def _mishandled(world: World) -> None:
    """Amendment asked for too late, on no ground of the law, without alternatives; access late, elsewhere, undocumented."""
    t = at("2026-04-13T09:00Z")
    asked = _request(world, "DR-3", t, at("2026-05-11T09:00Z"))
    world.truth.say("DSA-40.4-ACCESS", asked, "non_compliant", "late")
    _amendment(world, "DR-3", t, t + 22 * DAY, "other", alternatives=False)
    _grant(world, "DR-3", at("2026-06-10T10:00Z"), told=12, interface="mailed disk", papers=False)


def _amendment(world: World, request: str, requested: int, t: int, ground: str, *, alternatives: bool) -> None:
    event = _add(
        world,
        "data_access.amendment_requested",
        t,
        request_id=request,
        requested_at=iso(requested),
        amendment_ground=ground,
        alternatives_proposed=alternatives,
        reason="asked again by the data owner",
    )
    truth, failed = world.truth, ("non_compliant", "condition_failed")
    late = t > requested + 17 * DAY
    truth.say("DSA-40.5-WINDOW", event, *(("non_compliant", "late") if late else ("compliant", "")))
    truth.say("DSA-40.5-GROUND", event, *(failed if ground == "other" else ("compliant", "")))
    truth.say("DSA-40.6-ALTERNATIVES", event, *(("compliant", "") if alternatives else failed))


def _public(world: World) -> None:
    """Applications for public data: one decided late, one never, one refused without a reason; a quarter of refusals."""
    truth, decided, refused = world.truth, Counter[str](), Counter[str]()
    for number in range(max(18, world.size(24))):
        request, t = f"PD-{number + 1:03d}", at("2026-01-07T09:00Z") + number * 14 * DAY
        if t > AS_OF:
            break
        asked = _add(world, "public_data_access.requested", t, request_id=request, area="civic discourse")
        if t > at("2026-08-31"):
            truth.response("DSA-40.12-DECIDE", asked, t + 21 * DAY, None, soft=True)
            continue
        if number == 4:
            _add(world, "public_data_access.case_closed", t + 40 * DAY, request_id=request, reason="lost")
            truth.say("DSA-40.12-DECIDE", asked, "non_compliant", "never_done")
            continue
        done = t + (26 if number == 2 else 9) * DAY + HOUR
        quarter = (int(local_day(done)[5:7]) + 2) // 3
        no = quarter == 2 or number == 0
        reason = None if number == 0 else "not eligible" if no else None
        event = _add(
            world,
            "public_data_access.decided",
            done,
            request_id=request,
            outcome="refused" if no else "granted",
            reason=reason,
        )
        truth.response("DSA-40.12-DECIDE", asked, t + 21 * DAY, done, soft=True)
        decided[f"2026-{3 * quarter - 2:02d}-01"] += 1
        if no:
            refused[f"2026-{3 * quarter - 2:02d}-01"] += 1
            truth.say(
                "DSA-40.12-REASONS", event, *(("within_target", "") if reason else ("over_target", "condition_failed"))
            )
    for first, n in sorted(decided.items()):
        if n < 4:
            truth.say("DSA-40.12-REFUSALS", f"@{first}", "undetermined", "small_sample")
        elif refused[first] > n / 2:
            truth.say("DSA-40.12-REFUSALS", f"@{first}", "over_target", "limit_exceeded")
        else:
            truth.say("DSA-40.12-REFUSALS", f"@{first}", "within_target")
