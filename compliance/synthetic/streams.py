"""Ordinary livestreams: scheduled, begun, watched, ended; and how they are recommended."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import DAY, DAYS, HOUR, MINUTE, START, at, day_of, iso
from compliance.synthetic.traffic import LANGUAGES, STATE, arrivals, lag

PER_LOG = 1_250
_NIGHT = (at("2026-08-12T20:00Z"), at("2026-08-13T05:00Z"))


def streams(world: World) -> None:
    """A whole log of livestreams, apart from the one of the night, and daily sums of recommendations."""
    rng = world.rng("streams")
    for n, t in enumerate(arrivals(rng, world.size(PER_LOG, 30))):
        if _NIGHT[0] <= t < _NIGHT[1]:
            continue
        stream, host = f"LS-{day_of(t)}-{n + 1:04d}", f"u{rng.randrange(16**10):010x}"
        announced, begun = t - rng.randrange(1, 48) * HOUR, t + lag(rng, 50, 20 * MINUTE)
        length = lag(rng, 40 * MINUTE, 5 * HOUR, 0.7)
        world.journal.add(
            "live",
            "livestream.scheduled",
            max(announced, START),
            "live-control",
            stream_id=stream,
            scheduled_at=iso(t),
            host_id=host,
            capacity=200_000,
            language=LANGUAGES[STATE.draw(rng)],
        )
        world.journal.add("live", "livestream.audio_started", begun, "live-control", stream_id=stream, host_id=host)
        world.journal.add(
            "live",
            "livestream.speech_started",
            begun + lag(rng, 40, 9 * MINUTE),
            "live-control",
            stream_id=stream,
            host_id=host,
        )
        size = lag(rng, 900, 180_000, 1.6)
        for step in range(1, 4):
            listeners = round(size * (0.6, 1.0, 0.7)[step - 1])
            world.journal.add(
                "live",
                "livestream.listeners_sampled",
                begun + step * length // 4,
                "live-edge-1",
                stream_id=stream,
                listeners=listeners,
                eu_listeners=round(listeners * rng.uniform(0.2, 0.9)),
            )
        for edge in ("live-edge-1", "live-edge-2"):
            attempts = size * 2 // 3 + 1
            world.journal.add(
                "live",
                "livestream.join_attempted",
                begun + length // 5,
                edge,
                stream_id=stream,
                country=STATE.draw(rng),
                attempts=attempts,
                failures=attempts // 300,
                join_result="joined",
            )
        world.journal.add(
            "live", "livestream.ended", begun + length, "live-control", stream_id=stream, duration_seconds=length
        )
    for day in range(DAYS):
        for system, profiling in (("for-you", True), ("following", False)):
            world.journal.add(
                "live",
                "ranking.served",
                START + day * DAY + 23 * HOUR,
                "ranking",
                system_id=system,
                option="default" if profiling else "chronological",
                profiling=profiling,
                surface="feed",
                impressions=rng.randrange(90_000_000, 120_000_000) // (1 if profiling else 9),
            )
