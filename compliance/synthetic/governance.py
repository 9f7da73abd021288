"""What the service publishes and signs: active recipients, reports, attestations, contact points, staff."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import DAY, HOUR, START, at, day_of, iso, month_starts
from compliance.synthetic.traffic import LANGUAGES, MEMBER_STATES


def governance(world: World) -> None:
    """The small registers of a compliance function."""
    _profile(world)
    _recipients(world)
    _attestations(world)
    _publications(world)
    _staff(world)


def _profile(world: World) -> None:
    add = world.journal.add
    add(
        "governance",
        "service.profiled",
        at("2026-01-05T09:00Z"),
        "compliance",
        tier="vlop",
        enterprise_size="large",
        eu_establishment="IE",
        active_recipients=60_900_000,
        role="compliance officer",
        reference="profile 2026-1",
    )
    for kind in ("authorities", "recipients"):
        add(
            "governance",
            "contact_point.designated",
            at("2026-01-05T09:10Z"),
            "compliance",
            contact_kind=kind,
            language="EN",
            url=f"https://live.example/contact/{kind}",
            role="compliance officer",
        )
    add(
        "governance",
        "tc.version_published",
        at("2026-01-01T00:10Z"),
        "compliance",
        tc_version="2026-01",
        significant=False,
        date_in_force="2026-01-01",
        url="https://live.example/terms/2026-01",
        role="legal",
    )
    for clause in ("3.1", "4.1", "4.2", "5.3"):
        add(
            "governance",
            "tc.clause_published",
            START,
            "compliance",
            tc_version="2026-01",
            clause_id=clause,
            date_in_force="2026-01-01",
        )
    _recommenders(world)
    risks = add(
        "governance",
        "risk.assessment_completed",
        at("2026-03-31T15:00Z"),
        "compliance",
        assessment_id="RA-2026",
        scope="systemic risks, live audio included",
        period_start="2025-04-01",
        period_end="2026-03-31",
    )
    world.truth.say("DSA-34.1-YEARLY", risks, "pending", "open")
    world.truth.say("DAA-6.5-RISKS", risks, "within_target")
    add(
        "governance",
        "risk.mitigation_adopted",
        at("2026-04-20T15:00Z"),
        "compliance",
        assessment_id="RA-2026",
        scope="live audio: duty moderators in four languages",
        reason="assessment RA-2026",
    )


def _recommenders(world: World) -> None:
    """Two recommender systems; the one that profiles has an option that does not (Article 38)."""
    for system, option, profiling in (
        ("for-you", "default", True),
        ("for-you", "chronological", False),
        ("following", "chronological", False),
    ):
        event = world.journal.add(
            "governance",
            "recommender.registered",
            at("2026-01-05T10:00Z"),
            "compliance",
            system_id=system,
            option=option,
            profiling=profiling,
            surface="feed",
        )
        if profiling:
            world.truth.say("DSA-38-OPTION", event, "compliant")


def _recipients(world: World) -> None:
    """Active recipients every six months: the limit rolls to Monday 17 August 2026, the figure comes later."""
    rng, add, truth = world.rng("recipients"), world.journal.add, world.truth
    first = add(
        "governance",
        "amar.published",
        at("2026-02-16T10:00Z"),
        "compliance",
        average_recipients=60_900_000,
        url="https://live.example/amar/2026-02",
        method_version="3",
        period_start="2025-08-01",
        period_end="2026-01-31",
    )
    second = add(
        "governance",
        "amar.published",
        at("2026-08-20T10:00Z"),
        "compliance",
        average_recipients=61_400_000,
        url="https://live.example/amar/2026-08",
        method_version="3",
        period_start="2026-02-01",
        period_end="2026-07-31",
    )
    truth.say("DSA-24.2-AMAR", first, "non_compliant", "late")
    truth.say("DSA-24.2-AMAR", second, "pending", "open")
    for computed, figure, start, end in (
        ("2026-02-12T15:00Z", 60_900_000, "2025-08-01", "2026-01-31"),
        ("2026-08-14T15:00Z", 61_400_000, "2026-02-01", "2026-07-31"),
    ):
        event = add(
            "governance",
            "amar.computed",
            at(computed),
            "analytics",
            average_recipients=figure,
            period_start=start,
            period_end=end,
            months_counted=6,
            bots_excluded=True,
            signed_out_counted=True,
            interfaces_deduplicated=True,
            method_version="3",
        )
        truth.say("DSA-24.2-METHOD", event, "within_target")
    for published in (first, second):
        truth.say("DSA-24.2-COMPUTED", published, "within_target")
    whole = sum(MEMBER_STATES.values())
    for month in month_starts()[1:]:
        for state, weight in MEMBER_STATES.items():
            add(
                "governance",
                "activity.monthly_counted",
                month + 6 * HOUR,
                "analytics",
                member_state=state,
                event_count=round(61_000_000 * weight / whole * rng.uniform(0.98, 1.02)),
                period_start=day_of(month - 28 * DAY)[:8] + "01",
                period_end=day_of(month - DAY),
                method_version="3",
            )


def _attestations(world: World) -> None:
    """One statement in force and contradicted, one expired a fortnight before the night, one never made."""
    add, truth = world.journal.add, world.truth
    add(
        "governance",
        "attestation.made",
        at("2026-01-02T09:00Z"),
        "compliance",
        statement="complaints-human-review",
        role="head of complaints",
        statement_text="Every complaint is decided under the supervision of qualified staff.",
        valid_from=iso(at("2026-01-02T09:00Z")),
        expires_at=iso(at("2027-01-02")),
    )
    add(
        "governance",
        "attestation.made",
        at("2026-01-30T09:00Z"),
        "compliance",
        statement="live-mitigation",
        role="head of trust and safety",
        statement_text="The mitigation measures for live audio are in place and staffed.",
        valid_from=iso(at("2026-01-30T09:00Z")),
        expires_at=iso(at("2026-07-31T22:00Z")),
    )
    truth.say("DSA-20.6-ATTEST", "attestation:complaints-human-review", "attested")
    truth.say("DSA-35.1-MITIGATION", "attestation:live-mitigation", "attestation_expired")
    truth.say("DSA-11.1-CONTACT", "attestation:contact-points", "not_attested", "attestation_missing")


def _publications(world: World) -> None:
    add = world.journal.add
    for document, kind, t, start, end in (
        ("TR-2025-H2", "transparency", "2026-02-25T10:00Z", "2025-07-01", "2025-12-31"),
        ("TR-2026-H1", "transparency", "2026-08-27T10:00Z", "2026-01-01", "2026-06-30"),
        ("TCO-2025", "tco", "2026-02-20T10:00Z", "2025-01-01", "2025-12-31"),
    ):
        add(
            "governance",
            "publication.published",
            at(t),
            "compliance",
            document_id=document,
            report_kind=kind,
            period_start=start,
            period_end=end,
            url=f"https://live.example/transparency/{document.lower()}",
            version="1",
        )
        for probe in range(1, 4):
            add(
                "governance",
                "publication.probed",
                at(t) + probe * 7 * DAY,
                "probes",
                document_id=document,
                url=f"https://live.example/transparency/{document.lower()}",
                status_code=200,
            )


def _staff(world: World) -> None:
    rng, spoken = world.rng("staff"), sorted(set(LANGUAGES.values()))
    for month in month_starts():
        for language in spoken:
            weight = sum(MEMBER_STATES[state] for state, tongue in LANGUAGES.items() if tongue == language)
            world.journal.add(
                "people",
                "staffing.counted",
                month + 8 * HOUR,
                "workforce",
                language=language,
                fte_tenths=max(5, round(weight * rng.uniform(5.5, 6.2))),
                role="moderator",
                queue="general",
            )
