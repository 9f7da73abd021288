"""Page one: what the management body must know in thirty seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from compliance.assess.model import Reason, RuleResult, Verdict
from compliance.clock import local_date, parse_instant
from compliance.events.catalogue import catalogue
from compliance.patterns.verdict import reason_words
from compliance.project import Profile
from compliance.reports.compare import Change, missed
from compliance.reports.content import Cell, Column, Front, Table, Tone
from compliance.reports.material import HORIZON_DAYS, Material
from compliance.reports.wording import code_words, count_words, day_words, instant_words, of_words

SEVERITIES = ("critical", "high", "medium", "low", "info")
MOST = 5
_CLASSES = ("hard", "attestation", "soft", "indicator", "metric")
_TONES: dict[int, Tone] = {1: "missed", -1: "fine", 0: ""}
NO_ACT = frozenset({"never", "throughout"})
"""Patterns in which time runs out by itself: nobody has to do anything by the end."""


def front(material: Material, changed: Mapping[str, Change]) -> Front:
    """Page one of a report."""
    return Front(
        facts=_facts(material),
        opening=_opening(material),
        matters=_matters(material, changed),
        deadlines=_deadlines(material),
        unjudged=_unjudged(material),
        signatures=_signatures(material),
        remarks=_remarks(material, changed),
    )


def tier_words(profile: Profile) -> str:
    """The service's tier in words, with what decides it."""
    if profile.designated in {"vlop", "vlose"}:
        name = "Very large online platform" if profile.designated == "vlop" else "Very large online search engine"
        notified = (
            f" (designation notified {day_words(profile.designation_notified)})" if profile.designation_notified else ""
        )
        return name + notified
    for name, held in (
        ("Online marketplace", profile.marketplace),
        ("Online platform", profile.online_platform),
        ("Hosting service", profile.hosting),
        ("Intermediary service", profile.intermediary),
    ):
        if held:
            return name + (f", {profile.enterprise_size} enterprise" if profile.enterprise_size else "")
    return "not stated in the profile"


def covered_types(material: Material) -> tuple[int, int, tuple[str, ...]]:
    """Event types complete over the period (to `as_of`), all that the rules need, and those that are not complete."""
    start = parse_instant(material.now.period[0])
    last = min(parse_instant(material.now.period[1]), material.as_of)
    short = tuple(
        entry.event_type
        for entry in material.now.coverage
        if not any(parse_instant(a) <= start and parse_instant(b) >= last for a, b in entry.windows)
    )
    return len(material.now.coverage) - len(short), len(material.now.coverage), short


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    service, ingest = material.project.service, material.now.ingest
    whole, types, _ = covered_types(material)
    return (
        ("Service", f"{service.name or service.id}, {service.provider or 'provider not stated'}"),
        ("Tier", tier_words(material.project.profile)),
        ("Known up to", instant_words(material.as_of, service.zone)),
        (
            "Logs",
            f"{count_words(int(ingest['accepted']))} events; {whole} of the {types} kinds of record that the rules need "
            "are complete for the whole period",
        ),
    )


def _opening(material: Material) -> str:
    rules = material.now.rules
    apply = [rule for rule in rules if rule.verdict is not Verdict.NOT_APPLICABLE]
    with_missed = [rule for rule in apply if missed(rule)]
    open_ = unjudged_rules(material)
    return (
        f"{len(apply)} of {len(rules)} rules apply. For {len(with_missed)} of them the logs hold records that did not meet the "
        f"rule; {len(open_)} cannot be judged, or not fully. These are facts from logs: people judge what they mean, and no "
        "number here says that the service is lawful."
    )


def ranked(material: Material) -> list[RuleResult]:
    """Rules with records that did not meet them: most severe first, law before target, then by number."""

    def order(rule: RuleResult) -> tuple[int, int, int, str]:
        return (
            SEVERITIES.index(rule.severity) if rule.severity in SEVERITIES else len(SEVERITIES),
            _CLASSES.index(rule.rule_class) if rule.rule_class in _CLASSES else len(_CLASSES),
            -missed(rule),
            rule.id,
        )

    return sorted((rule for rule in material.now.rules if missed(rule)), key=order)


def trend_words(change: Change) -> str:
    """How the rate stands to the period before: a sign, a word, and the earlier numbers."""
    if change.before is None or not change.before[1]:
        return "no earlier figure"
    if change.direction == 0:
        return f"= same rate: {of_words(*change.before)}"
    return f"{'▲ up' if change.direction > 0 else '▼ down'} from {of_words(*change.before)}"


def _matters(material: Material, changed: Mapping[str, Change]) -> Table:
    rows = []
    for rule in ranked(material)[:MOST]:
        change = changed[rule.id]
        due = min(
            (
                str(f.disposition["until"])
                for f in material.findings_of(rule.id)
                if f.disposition and f.disposition.get("until")
            ),
            default="",
        )
        rows.append(
            (
                Cell(rule.title, link=f"rule-{rule.id}"),
                Cell(rule.severity),
                Cell(missed(rule), of=rule.population, tone="missed"),
                Cell(trend_words(change), tone=_TONES[change.direction]),
                Cell(material.owner(rule)),
                Cell(due or "no date set", tone="" if due else "muted"),
            )
        )
    columns = (
        Column("The rule", weight=3.3),
        Column("Severity", weight=1.0),
        Column("Did not meet it", "share", 1.9),
        Column("Since the period before", weight=2.2),
        Column("Owner", weight=1.5),
        Column("Due", weight=1.1),
    )
    rest = len(ranked(material)) - len(rows)
    return Table(
        "matters",
        "What matters most",
        columns,
        tuple(rows),
        short=MOST,
        note=f"{rest} more rules with such records follow in section 2." if rest > 0 else "",
        empty="No record in the logs failed to meet a rule. That is not the same as lawful: see what cannot be judged.",
    )


def _deadlines(material: Material) -> Table:
    zone = material.project.service.zone
    found: list[tuple[int, str, str, str]] = []
    for rule in material.now.rules:
        if material.pattern(rule.id) in NO_ACT:
            continue
        due = [
            parse_instant(f.due)
            for f in material.findings_of(rule.id)
            if f.verdict is Verdict.PENDING and f.due and material.as_of <= parse_instant(f.due) <= material.horizon
        ]
        if due:
            number = f"{'at least ' if rule.omitted else ''}{count_words(len(due))}"
            found.append((min(due), f"{number} open: {rule.title}", material.owner(rule), f"rule-{rule.id}"))
    answered = {
        rule.id for rule in material.now.rules if rule.key == "AUTH-REPLY" and rule.counts.get(Verdict.PENDING, 0)
    }
    for letter in material.letters:
        if letter.answered is None and letter.due is not None and not (answered and letter.due >= material.as_of):
            late = "overdue: " if letter.due < material.as_of else ""
            found.append(
                (
                    letter.due,
                    f"{late}answer to {letter.authority} ({letter.request_id})",
                    material.project.owners.get("authority", material.project.profile.owner or "not assigned"),
                    "",
                )
            )
    for statement, ends in material.expiring:
        found.append(
            (
                ends,
                f"attestation expires: {code_words(statement)}",
                material.project.owners.get("attestation", material.project.profile.owner or "not assigned"),
                "",
            )
        )
    found.sort()
    rows = tuple(
        (Cell(local_date(due, zone).isoformat()), Cell(text, link=link), Cell(owner))
        for due, text, owner, link in found
    )
    columns = (Column("First due", "day", 1.0), Column("Matter", weight=5.2), Column("Owner", weight=1.8))
    return Table(
        "deadlines",
        f"Open matters and next deadlines ({HORIZON_DAYS} days)",
        columns,
        rows,
        short=6,
        empty=f"Nothing falls due in the {HORIZON_DAYS} days after the end of the log.",
    )


def unjudged_rules(material: Material) -> list[tuple[RuleResult, Reason | str, int]]:
    """Rules that cannot be judged at all or in part, with the commonest reason and how many records: worst first."""
    found = []
    for rule in material.now.rules:
        number = rule.counts.get(Verdict.UNDETERMINED, 0)
        if rule.verdict not in {Verdict.UNDETERMINED, Verdict.ERROR} and not number:
            continue
        reasons = Counter(f.reason for f in material.findings_of(rule.id) if f.verdict is Verdict.UNDETERMINED)
        common = min(reasons, key=lambda reason: (-reasons[reason], reason)) if reasons else rule.reason
        found.append((rule, common, number))
    return sorted(
        found,
        key=lambda item: (
            item[0].verdict is not Verdict.ERROR,
            SEVERITIES.index(item[0].severity) if item[0].severity in SEVERITIES else 9,
            item[0].id,
        ),
    )


def remedy_words(material: Material, rule: RuleResult, reason: Reason | str) -> str:
    """Which log or fact would settle a rule that cannot be judged."""
    known = catalogue().types
    short = [event for event in rule.needs if event in set(covered_types(material)[2])]
    if reason == Reason.NO_COVERAGE:
        if short:
            named = "; ".join(
                f"{known[event].title.lower()} ({event})" if event in known else event for event in short[:2]
            )
            return f"a log known to be complete of: {named}" + (f" and {len(short) - 2} more" if len(short) > 2 else "")
        since = material.project.service.started
        return f"the same logs from before {day_words(since)}" if since else "the same logs, reaching further back"
    return (
        {
            Reason.FIELD_NOT_CAPTURED: "the field that decides, recorded by the source",
            Reason.FIELD_MISSING: "the empty field, supplied by a correction",
            Reason.REJECTED_LINE: "the refused lines, mended and ingested again",
            Reason.PROFILE_FACT: "the missing fact in the service's profile",
            Reason.ATTESTATION_MISSING: "a signed statement by the owner",
            Reason.CLOCK_SKEW: "clocks that agree more closely",
            Reason.ORDERING_UNKNOWN: "sequence numbers from the sources",
            Reason.DEADLINE_READINGS: "a person's reading of the time limit",
            Reason.CONFLICT: "which of the two records is right",
            Reason.SMALL_SAMPLE: "more values, or a longer period",
        }.get(Reason(reason), "see the finding")
        if reason in set(Reason)
        else "see the rule's page"
    )


def _unjudged(material: Material) -> Table:
    rows = tuple(
        (
            Cell(rule.title, link=f"rule-{rule.id}"),
            Cell(number, of=rule.population) if number else Cell("the rule as a whole"),
            Cell(reason_words(reason)),
            Cell(remedy_words(material, rule, reason)),
        )
        for rule, reason, number in unjudged_rules(material)
    )
    columns = (
        Column("The rule", weight=2.6),
        Column("Records", "share", 1.5),
        Column("Why", weight=2.5),
        Column("What would settle it", weight=2.8),
    )
    return Table(
        "unjudged",
        "What cannot be judged, and which log would settle it",
        columns,
        rows,
        short=4,
        empty="Every rule that applies could be judged in full.",
    )


def _signatures(material: Material) -> Table:
    signed = set(material.signed_off)
    roles = (
        *material.layout.signatures,
        *(role for role in material.signed_off if role not in material.layout.signatures),
    )
    row = tuple(
        Cell("✓ signed off" if role in signed else "not yet", tone="fine" if role in signed else "muted")
        for role in roles
    )
    return Table("signatures", "Sign-off", tuple(Column(role.capitalize()) for role in roles), (row,))


def _remarks(material: Material, changed: Mapping[str, Change]) -> tuple[str, ...]:
    remarks = []
    moved = [rule for rule, change in sorted(changed.items()) if change.late]
    if moved:
        remarks.append(
            f"RESTATED: numbers of the period before have moved since they were reported, for {len(moved)} rule(s): "
            f"{', '.join(moved[:4])}{' and others' if len(moved) > 4 else ''}. Section 2 shows both."
        )
    if material.as_of < parse_instant(material.now.period[1]):
        remarks.append("The period has not ended in the log: all numbers are up to the instant named above.")
    if material.project.service.synthetic:
        remarks.append("All of this is synthetic: the service and its logs are made up.")
    return tuple(remarks)
