"""The night of 12 to 13 August 2026: a livestreamed interview that began 42 minutes late, minute by minute.

Global listeners pass one million after the start; distinct accounts in the Union that could not join stay well below
one million, and are known for a part of the Union only, because one of two edges has a declared gap.
"""

from __future__ import annotations

import random

from compliance.synthetic.journal import World
from compliance.synthetic.notices import Notice, notice
from compliance.synthetic.statements import Decision, restrict
from compliance.synthetic.timeline import DAY, EDGE_GAP, HOUR, MINUTE, at, in_gap, iso
from compliance.synthetic.traffic import LANGUAGES, MEMBER_STATES

STREAM, INCIDENT = "LS-2026-08-13-001", "INC-2026-0813"
SCHEDULED, CLAIM, CAPPED, RESTART = (
    at("2026-08-13T00:00Z"),
    at("2026-08-13T00:18Z"),
    at("2026-08-13T00:25Z"),
    at("2026-08-13T00:30Z"),
)
MIC, SPEECH, ENDED = at("2026-08-13T00:35Z"), at("2026-08-13T00:42Z"), at("2026-08-13T03:01Z")
EU_USER_BASE = 61_400_000
_ELSEWHERE = {"US": 620, "GB": 90, "CA": 46, "BR": 60, "IN": 34, "AU": 28, "JP": 16, "MX": 26}
_SECOND_EDGE = ("ES", "IT", "PT", "GR", "MT", "CY", "FR", "BR", "MX")
"""Countries served by the edge whose log has the gap."""
_HOST = "u00c0ffee00"


def night(world: World) -> None:
    """Everything the service logged about the session."""
    rng = world.rng("night")
    _milestones(world)
    affected = _joins(world, rng)
    _listeners(world, rng)
    _incident(world, affected)
    _moderation(world, rng)
    _reach(world, rng)


def _milestones(world: World) -> None:
    add = world.journal.add
    add(
        "live",
        "livestream.scheduled",
        at("2026-08-11T15:00Z"),
        "live-control",
        stream_id=STREAM,
        scheduled_at=iso(SCHEDULED),
        host_id=_HOST,
        title="Live interview with a candidate (synthetic)",
        capacity=3_000_000,
        language="EN",
    )
    add(
        "incident",
        "statement.published",
        CLAIM,
        "press-office",
        document_id="ST-2026-0813-1",
        stream_id=STREAM,
        incident_id=INCIDENT,
        url="https://live.example/status/2026-08-13-1",
        asserted_by="chief executive, public account",
        cause_asserted="denial_of_service_attack",
    )
    add(
        "live",
        "livestream.capacity_limit_set",
        CAPPED,
        "live-control",
        stream_id=STREAM,
        capacity=1_150_000,
        restriction_reason="capacity",
        actor_id="staff-11",
        role="duty engineer, live",
    )
    add(
        "incident",
        "statement.published",
        at("2026-08-13T00:26Z"),
        "press-office",
        document_id="ST-2026-0813-2",
        stream_id=STREAM,
        incident_id=INCIDENT,
        url="https://live.example/status/2026-08-13-2",
        asserted_by="chief executive, public account",
    )
    add(
        "live",
        "livestream.scheduled",
        at("2026-08-13T00:26:10Z"),
        "live-control",
        stream_id=STREAM,
        scheduled_at=iso(RESTART),
        host_id=_HOST,
        title="Live interview with a candidate (synthetic)",
        capacity=1_150_000,
        language="EN",
    )
    add("live", "livestream.audio_started", MIC, "live-control", stream_id=STREAM, host_id=_HOST)
    add("live", "livestream.speech_started", SPEECH, "live-control", stream_id=STREAM, host_id=_HOST)
    add("live", "livestream.ended", ENDED, "live-control", stream_id=STREAM, duration_seconds=ENDED - MIC)


def _weight(country: str) -> float:
    """Share of the audience; at two in the morning the Union takes part modestly."""
    return MEMBER_STATES[country] / 21 if country in MEMBER_STATES else float(_ELSEWHERE[country])


def _joins(world: World, rng: random.Random) -> dict[str, int]:
    """Join attempts by minute and country; returns the distinct accounts that failed, per country, as logged."""
    affected: dict[str, int] = {}
    for minute in range(SCHEDULED - 5 * MINUTE, ENDED, MINUTE):
        down = SCHEDULED <= minute < RESTART + 3 * MINUTE
        pressure = 90 if down else 30 if minute < SPEECH + 15 * MINUTE else 4
        for country in (*_ELSEWHERE, *MEMBER_STATES):
            second = country in _SECOND_EDGE
            if second and in_gap(minute, EDGE_GAP):
                continue
            attempts = round(_weight(country) * pressure * rng.uniform(0.9, 1.1))
            failed = round(attempts * (0.93 if down else 0.01))
            edge = "live-edge-2" if second else "live-edge-1"
            for result, number in (("failed", failed), ("joined", attempts - failed)):
                if number:
                    world.journal.add(
                        "live",
                        "livestream.join_attempted",
                        minute,
                        edge,
                        stream_id=STREAM,
                        country=country,
                        attempts=number,
                        failures=number if result == "failed" else 0,
                        join_result=result,
                        error_code="room_unavailable" if result == "failed" else None,
                    )
            if down:
                affected[country] = affected.get(country, 0) + failed // 3
    return affected


def _listeners(world: World, rng: random.Random) -> None:
    for minute in range(RESTART, ENDED, MINUTE):
        grown = min(1.0, max(0.0, (minute - MIC) / (9 * MINUTE)))
        fading = 1 - max(0, minute - at("2026-08-13T02:00Z")) / (4 * HOUR)
        listeners = (
            round((180_000 + 900_000 * grown) * fading * rng.uniform(0.985, 1.015))
            if minute < SPEECH + 2 * MINUTE
            else round(1_085_000 * fading * rng.uniform(0.99, 1.01))
        )
        world.journal.add(
            "live",
            "livestream.listeners_sampled",
            minute + 5,
            "live-edge-1",
            stream_id=STREAM,
            listeners=listeners,
            eu_listeners=round(listeners * rng.uniform(0.051, 0.056)),
        )


def _incident(world: World, affected: dict[str, int]) -> None:
    """The incident file: a cause asserted without evidence, and a lower bound of users affected in the Union."""
    add = world.journal.add
    add(
        "incident",
        "incident.detected",
        at("2026-08-13T00:03Z"),
        "incident-desk",
        incident_id=INCIDENT,
        functionality="live_audio",
        detected_at=iso(at("2026-08-13T00:01Z")),
        severity="high",
        planned=False,
        stream_id=STREAM,
    )
    add(
        "incident",
        "incident.cause_asserted",
        at("2026-08-13T00:19Z"),
        "incident-desk",
        incident_id=INCIDENT,
        cause_asserted="denial_of_service_attack",
        cause_evidence="none",
        asserted_by="chief executive, public account",
        url="https://live.example/status/2026-08-13-1",
    )
    add(
        "incident",
        "incident.recipients_informed",
        at("2026-08-13T00:31Z"),
        "incident-desk",
        incident_id=INCIDENT,
        channel="status page",
        url="https://live.example/status/2026-08-13-2",
    )
    known = sum(number for country, number in affected.items() if country in MEMBER_STATES)
    for minute in range(5, 40, 5):
        add(
            "incident",
            "impact.sampled",
            SCHEDULED + minute * MINUTE,
            "incident-desk",
            incident_id=INCIDENT,
            functionality="live_audio",
            planned=False,
            users_affected=round(sum(affected.values()) * minute / 35),
            eu_users_affected=round(known * minute / 35),
            eu_user_base=EU_USER_BASE,
        )
    for country, number in sorted(affected.items()):
        add(
            "incident",
            "impact.sampled",
            at("2026-08-13T00:40Z"),
            "incident-desk",
            incident_id=INCIDENT,
            functionality="live_audio",
            country=country,
            users_affected=number,
            planned=False,
        )
    add(
        "incident",
        "incident.resolved",
        at("2026-08-13T00:50Z"),
        "incident-desk",
        incident_id=INCIDENT,
        duration_seconds=47 * MINUTE,
        cause_asserted="denial_of_service_attack",
        cause_evidence="none",
    )
    world.truth.say("NISX-13-AFFECTED", f"{INCIDENT}@period", "within_target")


def _moderation(world: World, rng: random.Random) -> None:
    """Notices about the session and its clips, and clips restricted without a notice."""
    for n in range(64):
        t = SPEECH + rng.randrange(0, 8 * HOUR) if n < 40 else SPEECH + rng.randrange(8 * HOUR, 3 * DAY)
        state = rng.choice(("DE", "FR", "IE", "NL", "PL", "SE"))
        category, keyword = rng.choice(
            (
                ("ILLEGAL_OR_HARMFUL_SPEECH", "HATE_SPEECH"),
                ("VIOLENCE", "INCITEMENT_VIOLENCE_HATRED"),
                ("NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "MISINFORMATION_DISINFORMATION"),
            )
        )
        notice(
            world,
            rng,
            Notice(
                t,
                f"N-LS{n + 1:04d}",
                None,
                f"STATEMENT_CATEGORY_{category}",
                f"KEYWORD_{keyword}",
                state,
                LANGUAGES[state],
                "trusted_flagger" if n % 9 == 0 else "individual",
                contact=True,
                stream_id=STREAM,
            ),
        )
    for n in range(38):
        state = rng.choice(("DE", "FR", "IE", "NL", "PL"))
        restrict(
            world,
            rng,
            Decision(
                SPEECH + rng.randrange(0, 2 * DAY),
                f"D-LS{n + 1:04d}",
                "incompatible_content",
                "STATEMENT_CATEGORY_VIOLENCE",
                "KEYWORD_COORDINATED_HARM",
                state,
                LANGUAGES[state],
                "own_initiative",
                "clf-audio-2",
                detected_by_machine=True,
                decided_by_machine="partially",
                stream_id=STREAM,
            ),
        )
    for language, tenths in (("EN", 60), ("DE", 20), ("FR", 20), ("PL", 5)):
        world.journal.add(
            "people",
            "staffing.counted",
            at("2026-08-12T23:00Z"),
            "workforce",
            language=language,
            fte_tenths=tenths,
            role="moderator",
            queue="live",
        )


def _reach(world: World, rng: random.Random) -> None:
    """How often the session and its clips were recommended, per Member State, for four days."""
    for day in range(4):
        for country in MEMBER_STATES:
            world.journal.add(
                "live",
                "ranking.served",
                at("2026-08-12T23:55Z") + day * DAY,
                "ranking",
                system_id="for-you",
                option="default",
                profiling=True,
                surface="feed",
                country=country,
                stream_id=STREAM,
                impressions=round(MEMBER_STATES[country] * rng.uniform(900, 1500) / (1 + day * day)),
            )
