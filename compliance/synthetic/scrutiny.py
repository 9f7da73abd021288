"""What a designated service does about itself and lets others do: risk assessments, the yearly audit, flaggers' misuse."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DAY, HOUR, at, day_of, iso, month_starts

AUDIT = "AUD-2026"
_INPUT = ["controls", "indicators", "benchmarks", "risk_analysis", "systems"]


def scrutiny(world: World) -> None:
    """One year of risk assessment and audit, the priority of trusted flaggers, letters of users, figures asked for."""
    _features(world)
    _audit(world)
    _flaggers(world)
    _threads(world)
    _figures(world)


def _add(world: World, kind: str, t: int, /, **fields: object) -> str:
    return world.journal.add("scrutiny", kind, t, "compliance", **fields)


def _features(world: World) -> None:
    """Critical features are assessed before they are deployed, but for one; of another nobody judged whether it is."""
    truth = world.truth
    for feature, t, assessed in (
        ("co-host-rooms", at("2026-02-10T09:00Z"), True),
        ("live-gifts", at("2026-05-06T09:00Z"), True),
        ("instant-clips", at("2026-07-15T09:00Z"), False),
    ):
        if assessed:
            risk = _add(
                world,
                "risk.assessment_completed",
                t - 20 * DAY,
                assessment_id=f"RA-{feature}",
                feature_id=feature,
                scope=f"feature {feature}",
            )
            truth.say("DAA-6.5-RISKS", risk, "within_target")
        event = _add(world, "feature.deployed", t, feature_id=feature, critical_impact=True, role="head of product")
        truth.say("DSA-34.1-BEFORE", event, *(("compliant", "") if assessed else ("non_compliant", "not_preceded")))
        truth.say("DSA-34.1-JUDGED", event, "within_target")
    event = _add(world, "feature.deployed", at("2026-08-03T09:00Z"), feature_id="emoji-rain", role="head of product")
    truth.say("DSA-34.1-JUDGED", event, "over_target", "condition_failed")
    for number in range(3):
        kept = _add(
            world,
            "document.inventoried",
            at("2026-04-01T12:00Z") + number * HOUR,
            document_id=f"RA-2026-{number + 1}",
            document_kind="risk_supporting",
            assessment_id="RA-2026",
            performed_at=iso(at("2026-03-31T15:00Z")),
        )
        truth.say("DSA-34.3-KEPT", kept, "pending", "open")


def _audit(world: World) -> None:
    """The audit: its report answered ten days too late, sent to the Coordinator late, published without consultations."""
    truth, received = world.truth, at("2026-06-10T09:00Z")
    _add(world, "audit.input_delivered", at("2026-02-02T09:00Z"), audit_id=AUDIT, fields_shown=_INPUT)
    begun = _add(world, "audit.procedure_started", at("2026-02-09T09:00Z"), audit_id=AUDIT, scope="whole service")
    truth.say("AUD-5.1-INPUT", begun, "compliant")
    for number, days in enumerate((2, 3, 12, 5)):
        request, t = f"{AUDIT}-R{number + 1}", at("2026-02-16T10:00Z") + number * 9 * DAY
        asked = _add(world, "audit.access_requested", t, request_id=request, audit_id=AUDIT, scope="moderation logs")
        _add(world, "audit.access_given", t + days * DAY, request_id=request, audit_id=AUDIT, scope="moderation logs")
        truth.say("AUD-5.2-ACCESS", asked, *(("over_target", "late") if days > 7 else ("within_target", "")))
    report = _add(
        world, "audit.report_received", received, audit_id=AUDIT, opinion="positive_with_comments", scope_limited=False
    )
    for addressee, days in (("commission", 5), ("coordinator", 21)):
        _add(world, "audit.transmitted", received + days * DAY, audit_id=AUDIT, addressee=addressee, full_text=True)
    _add(world, "audit.implementation_report_adopted", at("2026-07-20T14:00Z"), audit_id=AUDIT)
    published = _add(
        world,
        "audit.published",
        at("2026-09-08T10:00Z"),
        audit_id=AUDIT,
        fields_shown=["risk_assessment", "mitigation", "audit_report", "implementation_report"],
        consultations_held=True,
        redacted=False,
        url="https://live.example/transparency/audit-2026",
    )
    for rule, event, said in (
        ("DSA-37.1-YEARLY", report, ("pending", "open")),
        ("DSA-37.2-OBSTACLES", report, ("within_target", "")),
        ("DSA-37.6-IMPLEMENT", report, ("non_compliant", "late")),
        ("DSA-42.4-COMMISSION", report, ("within_target", "")),
        ("DSA-42.4-COORDINATOR", report, ("over_target", "late")),
        ("DSA-42.4-PUBLISH", report, ("compliant", "")),
        ("DSA-42.4-IMPLEMENTATION", report, ("compliant", "")),
        ("DSA-42.4-ITEMS", published, ("compliant", "")),
        ("DSA-42.4-CONSULTED", published, ("non_compliant", "condition_failed")),
        ("DAA-6.5-AUDIT", report, ("within_target", "")),
    ):
        truth.say(rule, event, *said)
    for version, text in enumerate(("2026-02-20T10:00Z", "2026-05-10T10:00Z", "2026-07-25T10:00Z")):
        _add(world, "data_catalogue.updated", at(text), document_id="data-catalogue", version=f"2026.{version + 1}")


def _flaggers(world: World) -> None:
    """Two flaggers whose notices are poor, one reported late and without papers; their priority, month by month."""
    truth = world.truth
    for flagger, t, days, papers in (
        ("tf-03", at("2026-03-10T09:00Z"), 5, "9f" * 32),
        ("tf-07", at("2026-06-15T09:00Z"), 30, None),
    ):
        found = _add(world, "tf.misuse_pattern_found", t, flagger_id=flagger, total_count=14, reason="unsubstantiated")
        told = _add(world, "tf.coordinator_informed", t + days * DAY, flagger_id=flagger, document_digest=papers)
        truth.say("DSA-22.6-REPORT", found, *(("over_target", "late") if days > 14 else ("within_target", "")))
        truth.say("DSA-22.6-DOCUMENTS", told, *(("compliant", "") if papers else ("non_compliant", "condition_failed")))
    months = month_starts()
    for number, (month, following) in enumerate(zip(months, [*months[1:], AS_OF], strict=True)):
        slow, few, overtaken = number == 7, number == 0, 3 if number == 5 else 0
        event = _add(
            world,
            "priority.measured",
            following - 2 * HOUR,
            measurement_id=f"PR-{day_of(month)[:7]}",
            priority_group="trusted_flagger",
            period_start=day_of(month),
            period_end=day_of(following - DAY),
            priority_count=12 if few else 60 + number,
            other_count=900 + number,
            priority_median_hours=31.5 if slow or few else 9.5,
            other_median_hours=26.25,
            overtaken_count=overtaken,
        )
        said = ("excepted", "") if few else ("over_target", "condition_failed") if slow else ("within_target", "")
        truth.say("DSA-22.1-MEDIAN", event, *said)
        truth.say(
            "DSA-22.1-OVERTAKEN", event, *(("over_target", "condition_failed") if overtaken else ("within_target", ""))
        )


def _threads(world: World) -> None:
    """Letters of users to the contact point: answered by people, but for one late and one never."""
    for number in range(world.size(40, 8)):
        thread, t = f"CT-{number + 1:04d}", at("2026-01-08T10:00Z") + number * 5 * DAY
        opened = _add(world, "contact.thread_opened", t, thread_id=thread, channel="form")
        _add(world, "contact.replied", t + 60, thread_id=thread, actor_type="automated", human_offered=False)
        days = {3: 11, 5: None}.get(number, 2)
        done = None if days is None else t + days * DAY
        if done is not None:
            _add(world, "contact.replied", done, thread_id=thread, actor_type="human")
        if t <= AS_OF:
            world.truth.response("DSA-12.1-HUMAN", opened, t + 7 * DAY, done, soft=True)


def _figures(world: World) -> None:
    """Active recipients asked for by the Coordinator: once answered with a fresh figure, once with an old one."""
    for request, t, measured in (
        ("AR-2026-1", at("2026-04-07T09:00Z"), at("2026-04-10T09:00Z")),
        ("AR-2026-2", at("2026-07-07T09:00Z"), at("2026-06-30T22:00Z")),
    ):
        asked = _add(
            world, "amar.requested", t, request_id=request, authority="Digital Services Coordinator (fictional)"
        )
        sent = _add(
            world,
            "amar.sent",
            t + 6 * DAY,
            request_id=request,
            average_recipients=61_000_000,
            requested_at=iso(t),
            measured_at=iso(measured),
        )
        world.truth.say("DSA-24.3-REQUEST", asked, "within_target")
        old = ("over_target", "condition_failed")
        world.truth.say("DSA-24.3-CURRENT", sent, *(("within_target", "") if measured >= t else old))
