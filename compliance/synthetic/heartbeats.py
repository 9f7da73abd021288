"""What each source says about its own completeness: a heartbeat a day, declared gaps, and one silence."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, EDGE_GAP, HOUR, MAIL_GAP, PROBE_GAP, START, iso

SOURCES: dict[str, tuple[str, ...]] = {
    "notice-desk": (
        "notice.received",
        "notice.decided",
        "notice.withdrawn",
        "notice.closed",
        "notice.action_implemented",
        "notice.form_published",
    ),
    "mail-relay": ("notice.receipt_confirmed", "notice.decision_notified"),
    "moderation": ("moderation.*", "restriction.*"),
    "statements": ("sor.sent",),
    "tdb-client": ("sor.tdb_*",),
    "complaint-desk": ("complaint.*", "ods.*"),
    "legal-desk": ("order.*", "recipient.informed", "exemption.recorded", "removal_order.*", "content.*"),
    "market-desk": ("trader.*", "listing.*", "product.*", "consumer.informed"),
    "research-desk": ("data_access.*", "public_data_access.*"),
    "ads": ("ad.*",),
    "probes": ("availability.sampled",),
    "live-control": (
        "livestream.scheduled",
        "livestream.audio_started",
        "livestream.speech_started",
        "livestream.ended",
        "livestream.capacity_limit_set",
    ),
    "live-edge-1": ("livestream.join_attempted", "livestream.listeners_sampled"),
    "live-edge-2": ("livestream.join_attempted",),
    "incident-desk": ("incident.*", "impact.sampled", "maintenance.announced", "statement.published"),
    "authority-desk": ("authority.*", "document.deleted"),
}
"""Sources with heartbeats, and the event types they are about. The others are declared in the configuration."""


def heartbeats(world: World) -> None:
    """One heartbeat per source and day; the mail relay is silent during its gap, two others declare theirs."""
    for source, types in SOURCES.items():
        for day in range(START, AS_OF, DAY):
            if source == "mail-relay" and day <= MAIL_GAP[0] < day + DAY:
                _beat(world, source, types, day, MAIL_GAP[0])
                _beat(world, source, types, MAIL_GAP[1], day + DAY)
            else:
                _beat(world, source, types, day, day + DAY)
    for source, gap, reason in (
        ("probes", PROBE_GAP, "probe hosts moved"),
        ("live-edge-2", EDGE_GAP, "telemetry buffer overflow under load"),
    ):
        world.journal.add(
            "log",
            "log.gap_declared",
            gap[1] + HOUR,
            source,
            gap_from=iso(gap[0]),
            gap_until=iso(gap[1]),
            event_types=list(SOURCES[source]),
            reason=reason,
        )


def _beat(world: World, source: str, types: tuple[str, ...], since: int, until: int) -> None:
    world.journal.add(
        "log",
        "log.heartbeat",
        until,
        source,
        complete_from=iso(since),
        complete_until=iso(until),
        event_types=list(types),
    )
