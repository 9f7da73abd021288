"""Availability samples of the service's functions, taken from outside in several countries."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import DAY, DAYS, HOUR, MINUTE, PROBE_GAP, START, at, in_gap, local_day
from compliance.synthetic.traffic import MEMBER_STATES

SAMPLE_HOURS = (3, 9, 15, 21)
CONTROL = ("feed", "login", "upload", "notice_form")
CONTROL_STATES = ("DE", "FR", "IE", "PL")
NIGHT = (at("2026-08-12T23:40Z"), at("2026-08-13T01:20Z"))
BAD_DAYS = {
    ("IT", "2026-02-17"),
    ("ES", "2026-05-06"),
    ("PT", "2026-05-06"),
    ("RO", "2026-07-08"),
    ("GR", "2026-09-09"),
}
"""Country and Irish day on which the notice form failed more often than the service allows itself."""


def probes(world: World) -> None:
    """A whole log: the notice form four times a day and country, other functions daily, and the night by minute."""
    rng = world.rng("probes")
    largest = list(MEMBER_STATES)[: max(6, round(len(MEMBER_STATES) * min(1.0, world.scale * 2)))]
    states = list(dict.fromkeys([*largest, *sorted({state for state, _ in BAD_DAYS} | set(CONTROL_STATES))]))
    hours = SAMPLE_HOURS if world.scale >= 0.5 else (9, 15)
    for day in range(DAYS):
        for hour in hours:
            t = START + day * DAY + hour * HOUR
            if in_gap(t, PROBE_GAP):
                continue
            for n, state in enumerate(states):
                bad = (state, local_day(t)) in BAD_DAYS and hour == 9
                _sample(
                    world, t + n, "notice_form", state, 60, 60 - round(60 * 0.9) if bad else int(rng.random() < 0.15)
                )
        for n, function in enumerate(CONTROL[:3]):
            for state in CONTROL_STATES:
                t = START + day * DAY + 12 * HOUR + n * MINUTE
                if not in_gap(t, PROBE_GAP):
                    _sample(world, t, function, state, 120, int(rng.random() < 0.2))
    _night(world)
    _judge(world, states)


def _night(world: World) -> None:
    """Every minute of the night: the live room fails, everything else is well."""
    rng = world.rng("probes/night")
    for t in range(*NIGHT, MINUTE):
        for state in CONTROL_STATES:
            for function in CONTROL:
                _sample(world, t + 7, function, state, 40, int(rng.random() < 0.08))
            down = at("2026-08-13T00:00Z") <= t < at("2026-08-13T00:33Z")
            _sample(world, t + 7, "live_audio", state, 40, rng.randrange(26, 35) if down else rng.randrange(0, 2))


def _sample(world: World, t: int, function: str, state: str, attempts: int, failures: int) -> None:
    world.journal.add(
        "availability",
        "availability.sampled",
        t,
        "probes",
        functionality=function,
        country=state,
        attempts=attempts,
        failures=failures,
        share=round(1 - failures / attempts, 4),
    )


def _judge(world: World, states: list[str]) -> None:
    """Per Irish day and country: over target on bad days, unknown on the day of the gap, within target otherwise."""
    hidden = local_day(PROBE_GAP[0])
    for day in range(DAYS):
        date = local_day(START + day * DAY + 12 * HOUR)
        for state in states:
            if date == hidden:
                world.truth.say("DSA-16.1-AVAILABLE", f"{state}@{date}", "undetermined", "no_coverage")
            elif (state, date) in BAD_DAYS:
                world.truth.say("DSA-16.1-AVAILABLE", f"{state}@{date}", "over_target", "limit_exceeded")
            else:
                world.truth.say("DSA-16.1-AVAILABLE", f"{state}@{date}", "within_target")
