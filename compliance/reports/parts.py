"""Blocks of the quarterly report that are made in code: scope, results, findings, what happened, quality, method."""

from __future__ import annotations

from collections.abc import Callable

from compliance.assess.figures import definitions
from compliance.assess.model import FINDING_VERDICTS, Finding, RuleResult, Verdict
from compliance.clock import HOUR_US, in_words, parse_instant
from compliance.reports.compare import Change, changes, missed, restated
from compliance.reports.content import Block, Cell, Chart, Column, Facts, Table, Tone, Words
from compliance.reports.front import NO_ACT, SEVERITIES, ranked, reason_words, tier_words, trend_words
from compliance.reports.material import Material
from compliance.reports.numbers import figures_table
from compliance.reports.wording import code_words, count_words, day_words, instant_words

CLASSES = {
    "hard": "law: the rule itself decides",
    "soft": "law without a number of its own: judged by the service's target",
    "indicator": "indicator: a sign, not a duty",
    "metric": "measured, without a bound",
    "attestation": "a person's signed statement",
}
VERDICTS = {
    Verdict.ERROR: "could not be run",
    Verdict.NON_COMPLIANT: "not met",
    Verdict.ATTESTATION_EXPIRED: "attestation expired",
    Verdict.NOT_ATTESTED: "not attested",
    Verdict.OVER_TARGET: "over the target",
    Verdict.UNDETERMINED: "cannot be judged",
    Verdict.PENDING: "still running",
    Verdict.COMPLIANT: "met in all records seen",
    Verdict.WITHIN_TARGET: "within the target",
    Verdict.ATTESTED: "attested",
    Verdict.EXCEPTED: "all excepted",
    Verdict.NO_INSTANCES: "nothing to judge",
    Verdict.NOT_APPLICABLE: "does not apply",
}
"""A verdict in words for people; a mark of its own goes with each."""
MARKS = {
    Verdict.ERROR: "!",
    Verdict.NON_COMPLIANT: "✕",
    Verdict.ATTESTATION_EXPIRED: "✕",
    Verdict.NOT_ATTESTED: "✕",
    Verdict.OVER_TARGET: "▲",
    Verdict.UNDETERMINED: "?",
    Verdict.PENDING: "…",
    Verdict.COMPLIANT: "✓",
    Verdict.WITHIN_TARGET: "✓",
    Verdict.ATTESTED: "✓",
    Verdict.EXCEPTED: "○",
    Verdict.NO_INSTANCES: "○",
    Verdict.NOT_APPLICABLE: "–",
}
_TONES: dict[Verdict, Tone] = {
    Verdict.ERROR: "missed",
    Verdict.NON_COMPLIANT: "missed",
    Verdict.ATTESTATION_EXPIRED: "missed",
    Verdict.NOT_ATTESTED: "missed",
    Verdict.OVER_TARGET: "over",
    Verdict.UNDETERMINED: "unknown",
    Verdict.COMPLIANT: "fine",
    Verdict.WITHIN_TARGET: "fine",
    Verdict.ATTESTED: "fine",
}
EXAMPLES = 3


def verdict_cell(verdict: Verdict) -> Cell:
    """A verdict as mark and words."""
    return Cell(f"{MARKS[verdict]} {VERDICTS[verdict]}", tone=_TONES.get(verdict, ""))


def identification(material: Material) -> tuple[Block, ...]:
    """Who and what is reported on, from what."""
    service, now = material.project.service, material.now
    first, last = material.period.first, material.period.last
    earlier = material.period.before()
    return (
        Facts(
            "identification",
            (
                ("Service", f"{service.name or service.id} ({service.id})"),
                ("Provider", service.provider or "not stated"),
                ("Tier", tier_words(material.project.profile)),
                ("Period", f"{day_words(first)} to {day_words(last)}, in days of {service.zone}"),
                ("Compared with", f"{day_words(earlier.first)} to {day_words(earlier.last)}, on the same store"),
                ("Log known up to", f"{instant_words(material.as_of, service.zone)} = {now.as_of}"),
                (
                    "Records read",
                    f"{count_words(int(now.ingest['lines']))} lines = {count_words(int(now.ingest['accepted']))} accepted + "
                    f"{count_words(int(now.ingest['duplicates']))} duplicates + {count_words(int(now.ingest['rejected']))} refused",
                ),
                ("Rules", f"{len(now.rules)}, lock {now.rules_lock[:16]}…"),
                ("Profile attested by", material.project.profile.owner or "nobody"),
            ),
        ),
    )


def not_applicable(material: Material) -> tuple[Block, ...]:
    """Rules that do not bind the service, each with the fact that decides."""
    rows = tuple(
        (Cell(rule.id), Cell(rule.title), Cell(rule.reason))
        for rule in material.now.rules
        if rule.verdict is Verdict.NOT_APPLICABLE
    )
    columns = (Column("Rule", "id", 1.5), Column("Title", weight=2.5), Column("The fact that decides", weight=3))
    return (
        Table(
            "not-applicable",
            "Rules that do not apply",
            columns,
            rows,
            empty="Every rule at hand applies to the service.",
        ),
    )


def reading(_material: Material) -> tuple[Block, ...]:
    """How to read the results."""
    return (
        Words(
            "N of M: of the M records that a rule looks at, N did not meet it. Records still running, excepted, or not open to "
            "judgement are among the M and shown beside. A rule with nothing to judge has not been met; it says nothing. "
            "Where the law gives no number (“without undue delay”), the service's own target is the measure and the result "
            "reads “over the target”, never “unlawful”.",
            "note",
        ),
    )


def missed_chart(material: Material) -> tuple[Block, ...]:
    """The rules with most records that did not meet them, beside the period before."""
    changed = changes(material.now, material.before, material.earlier)
    rules = sorted(ranked(material), key=lambda rule: (-missed(rule), rule.id))[:10]
    if not rules:
        return ()
    two = material.before is not None
    bars = tuple(
        (rule.title, (Cell(missed(rule)), *((Cell((changed[rule.id].before or (0, 0))[0]),) if two else ())))
        for rule in rules
    )
    series = (material.period.label, material.period.before().label) if two else (material.period.label,)
    words = "; ".join(f"{label}: {', '.join(str(cell.value) for cell in cells)}" for label, cells in bars)
    return (
        Chart(
            "missed-chart",
            "Records that did not meet a rule, by number",
            f"Bar chart, {' and '.join(series)}. {words}.",
            "count",
            series,
            bars,
        ),
    )


def results(material: Material) -> tuple[Block, ...]:
    """One table for each chapter of the law."""
    blocks: list[Block] = []
    changed = changes(material.now, material.before, material.earlier)
    columns = (
        Column("Rule", weight=3.0),
        Column("Result", weight=1.5),
        Column("Did not meet it", "share", 1.9),
        Column("Running", "count", 0.9),
        Column("Cannot be judged", "count", 0.9),
        Column("Excepted", "count", 0.95),
        Column("Since the period before", weight=1.9),
    )
    chapters = sorted(
        {
            rule.chapter: min(r.id for r in material.now.rules if r.chapter == rule.chapter)
            for rule in material.now.rules
        }
    )
    order = {chapter: _place(chapter, material) for chapter in chapters}
    for number, chapter in enumerate(sorted(chapters, key=lambda name: order[name]), start=1):
        rules = [r for r in material.now.rules if r.chapter == chapter and r.verdict is not Verdict.NOT_APPLICABLE]
        if not rules:
            continue
        rules.sort(key=lambda rule: (SEVERITIES.index(rule.severity) if rule.severity in SEVERITIES else 9, rule.id))
        rows = tuple(_result_row(rule, changed[rule.id]) for rule in rules)
        blocks.append(Table(f"results-{number}", chapter, columns, rows, short=1000, anchored=True))
    return tuple(blocks)


def _place(chapter: str, material: Material) -> tuple[bool, int, str]:
    """DSA first in the order of its articles, then the neighbouring acts."""
    ids = [rule.id for rule in material.now.rules if rule.chapter == chapter]
    articles = [
        int(part)
        for rule in ids
        for part in [rule.split("-")[1].split(".")[0]]
        if rule.startswith("DSA-") and part.isdigit()
    ]
    return not articles, min(articles, default=0), chapter


def _result_row(rule: RuleResult, change: Change) -> tuple[Cell, ...]:
    counted = rule.population > 0
    return (
        Cell(rule.title, link=f"rule-{rule.id}"),
        verdict_cell(rule.verdict),
        Cell(missed(rule), of=rule.population, bound="" if counted else "none"),
        Cell(rule.counts.get(Verdict.PENDING, 0)),
        Cell(rule.counts.get(Verdict.UNDETERMINED, 0)),
        Cell(rule.counts.get(Verdict.EXCEPTED, 0)),
        Cell(trend_words(change)),
    )


def compared(material: Material) -> tuple[Block, ...]:
    """What the changes since the period before are made of."""
    if material.before is None:
        return (Words("There is no earlier period to compare with.", "note"),)
    changed = changes(material.now, material.before, material.earlier)
    titles = {rule.id: rule.title for rule in material.now.rules}
    rows = []
    for rule, change in sorted(changed.items()):
        parts = (change.volume, change.coverage, change.revision, change.conduct, change.late or 0)
        if change.before is None or not any(parts):
            continue
        rows.append(
            (
                Cell(titles[rule], link=f"rule-{rule}"),
                Cell(change.before[0]),
                Cell(change.now[0]),
                Cell(change.volume),
                Cell(change.coverage),
                Cell(change.revision),
                Cell(change.conduct),
                Cell(change.late, bound="" if change.late is not None else "none"),
            )
        )
    columns = (
        Column("Rule", weight=3),
        Column(f"N {material.period.before().label}", "count"),
        Column(f"N {material.period.label}", "count"),
        Column("By volume", "count"),
        Column("By coverage", "count"),
        Column("By rule or limit", "count", 1.1),
        Column("By conduct", "count"),
        Column("Late events", "count", paper=bool(material.earlier)),
    )
    moved = restated(changed)
    note = (
        "Volume: what the old rate gives for the new number of records. Coverage: records that can, or can no longer, be judged. "
        "Rule or limit: the rest, where the rule or its limit changed in between and conduct cannot be told apart. Conduct: the "
        "rest otherwise. The four add up to the change of N. "
    )
    note += (
        f"Late events: the number of {material.period.before().label} has moved since it was reported, by this much (restated)."
        if moved
        else "Late events: no number moved since it was reported."
        if material.earlier
        else "Late events need the earlier report (--earlier report.json); without it they are among the other parts."
    )
    return (
        Table("changes", "What the changes are made of", columns, tuple(rows), note=note, empty="Nothing changed."),
    )


def findings(material: Material) -> tuple[Block, ...]:
    """Findings by severity: on paper the first examples of each rule, in workbook and page all that are listed."""
    by_rule = {rule.id: rule for rule in material.now.rules}
    blocks: list[Block] = []
    omitted = sum(rule.omitted for rule in material.now.rules)
    for severity in SEVERITIES:
        found = sorted(
            (f for f in material.now.findings if f.rule in by_rule and by_rule[f.rule].severity == severity),
            key=lambda f: (FINDING_VERDICTS.index(f.verdict), f.rule, f.at, f.id),
        )
        if not found:
            continue
        blocks.append(_finding_table(material, severity, found))
    blocks.append(
        Words(
            "On paper: the first examples of each rule; all that are listed stand in the workbook and the page. "
            + (f"{count_words(omitted)} more were counted but not listed. " if omitted else "")
            + "Each finding names the log line it rests on; `compliance explain` with its id prints why.",
            "small",
        )
    )
    return tuple(blocks)


def _finding_table(material: Material, severity: str, every: list[Finding]) -> Table:
    running = [finding for finding in every if finding.verdict is Verdict.PENDING]
    found = [finding for finding in every if finding.verdict is not Verdict.PENDING]
    examples: list[int] = []
    seen: dict[str, int] = {}
    for index, finding in enumerate(found):
        seen[finding.rule] = seen.get(finding.rule, 0) + 1
        if seen[finding.rule] <= EXAMPLES:
            examples.append(index)
    acting = [finding for finding in running if material.pattern(finding.rule) not in NO_ACT]
    waiting = len(running) - len(acting)
    columns = (
        Column("Result", weight=1.75),
        Column("What the log shows", weight=5.2),
        Column("Case", "id", 1.3, paper=False),
        Column("Time (UTC)", "instant", 1.5, paper=False),
        Column("Due (UTC)", "instant", 1.35, paper=False),
        Column("Late by", "time", 1.0),
        Column("Rule", "id", 1.5),
        Column("Finding", "id", 1.9),
        Column("Log line", "id", 2.5),
        Column("Marked", weight=1.1, paper=any(finding.disposition for finding in found)),
    )
    title = f"{severity.capitalize()}: {_plural(len(found), 'finding')}"
    if running:
        title += f", {count_words(len(running))} still running"
    note = (
        f"{count_words(waiting)} of those still running only wait for time to pass and are not listed."
        if waiting
        else ""
    )
    rows = tuple(_finding_row(finding) for finding in (*found, *acting))
    return Table(
        f"findings-{severity}",
        title,
        columns,
        rows,
        note=note,
        picked=tuple(examples),
        empty="Nothing that people must act on.",
    )


def _plural(number: int, word: str) -> str:
    return f"{count_words(number)} {word}{'' if number == 1 else 's'}"


def _finding_row(finding: Finding) -> tuple[Cell, ...]:
    place = finding.events[0] if finding.events else None
    where = f"{place.file}:{place.line}" if place and place.file and place.line else place.id if place else ""
    why = finding.verdict not in {Verdict.NON_COMPLIANT, Verdict.OVER_TARGET, Verdict.PENDING}
    words = reason_words(finding.reason)
    mark = finding.disposition["disposition"].replace("_", " ") if finding.disposition else ""
    return (
        verdict_cell(finding.verdict),
        Cell(finding.message + (f" ({words})" if why and words not in finding.message else "")),
        Cell(finding.case or ""),
        Cell(parse_instant(finding.at)),
        Cell(parse_instant(finding.due) if finding.due else None),
        Cell(None if finding.delay_seconds is None else finding.delay_seconds * 1_000_000),
        Cell(finding.rule, link=f"rule-{finding.rule}"),
        Cell(finding.id),
        Cell(where),
        Cell(mark),
    )


def outages(material: Material) -> tuple[Block, ...]:
    """Incidents as logged. A cause is somebody's assertion, beside the evidence for it."""
    rows = tuple(
        (
            Cell(o.incident_id),
            Cell(code_words(o.functionality)),
            Cell(o.detected),
            Cell(o.resolved),
            Cell(None if o.resolved is None else o.resolved - o.detected),
            Cell(o.users, bound="" if o.users is not None else "not held"),
            Cell(
                f"asserted: {code_words(o.cause)}; evidence: {code_words(o.evidence)}" if o.cause else "none asserted"
            ),
        )
        for o in material.outages
    )
    columns = (
        Column("Incident", "id", 1.6),
        Column("Function", weight=1.2),
        Column("Detected (UTC)", "instant", 1.5),
        Column("Resolved (UTC)", "instant", 1.5),
        Column("Lasted", "time", 1.1),
        Column("Users in the Union", "count", 1.2),
        Column("Cause", weight=2.6),
    )
    return (
        Table(
            "outages",
            "Incidents",
            columns,
            rows,
            empty="No incident is in the log of this period.",
            note="An outage as such engages no DSA rule. What somebody asserted as the cause is not a finding of cause.",
        ),
    )


def livestreams(material: Material) -> tuple[Block, ...]:
    """The livestreams that an incident touched, and those with the largest audiences."""
    rows = tuple(
        (
            Cell(s.stream_id),
            Cell(s.title or ""),
            Cell(s.scheduled),
            Cell(_gap(s.scheduled, s.speech)),
            Cell(s.ended),
            Cell(s.listeners, bound="" if s.listeners is not None else "not held"),
            Cell(s.failures, of=s.attempts, bound="" if s.attempts else "not held"),
            Cell(", ".join(s.incidents) or "none"),
        )
        for s in material.livestreams
    )
    columns = (
        Column("Livestream", "id", 1.9),
        Column("Title", weight=1.7),
        Column("Announced for (UTC)", "instant", 1.5),
        Column("To first speech", "time", 1.0),
        Column("Ended (UTC)", "instant", 1.5),
        Column("Most listeners", "count", 1.1),
        Column("Failed attempts to join", "share", 2.0),
        Column("Incident at the time", "id", 1.5),
    )
    return (
        Table(
            "livestreams",
            "Livestreams that ran during an incident, then the largest",
            columns,
            rows,
            empty="No livestream is in the log of this period.",
            note="Listeners are worldwide. Attempts are not people. Overlap is not cause.",
        ),
    )


def _gap(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def letters(material: Material) -> tuple[Block, ...]:
    """Letters of authorities in the period, and earlier ones still open."""
    rows = tuple(
        (
            Cell(letter.request_id),
            Cell(code_words(letter.kind)),
            Cell(letter.authority),
            Cell(letter.delivered),
            Cell(letter.due),
            Cell(letter.answered),
            Cell(_answer(letter.due, letter.answered, material.as_of)),
        )
        for letter in material.letters
    )
    columns = (
        Column("Matter", "id", 1.2),
        Column("Kind", weight=1.8),
        Column("Authority", weight=1.8),
        Column("Delivered (UTC)", "instant", 1.4),
        Column("Due (UTC)", "instant", 1.4),
        Column("Answered (UTC)", "instant", 1.4),
        Column("State", weight=1.3),
    )
    return (
        Table(
            "letters",
            "Letters of authorities",
            columns,
            rows,
            empty="No letter of an authority is in the log of this period.",
        ),
    )


def _answer(due: int | None, answered: int | None, as_of: int) -> str:
    if answered is not None:
        return "answered" if due is None or answered <= due else "answered late"
    if due is None:
        return "asks for no answer"
    return "open" if as_of <= due else "overdue"


def intake(material: Material) -> tuple[Block, ...]:
    """What was read, file by file; lines read are accepted, duplicate or refused, and nothing else."""
    files = material.now.ingest.get("files", ())
    rows = tuple(
        (
            Cell(str(f["file"])),
            *(Cell(int(f[name])) for name in ("lines", "accepted", "duplicates", "rejected")),
            Cell(str(f.get("sha256", ""))[:16]),
        )
        for f in files
    )
    columns = (
        Column("File", "id", 4),
        Column("Lines", "count"),
        Column("Accepted", "count"),
        Column("Duplicates", "count"),
        Column("Refused", "count"),
        Column("SHA-256 begins", "id", 1.8),
    )
    return (
        Table(
            "intake",
            "What was read",
            columns,
            rows,
            note="Lines = accepted + duplicates + refused, in every file.",
            empty="No file was read.",
        ),
    )


def gates(material: Material) -> tuple[Block, ...]:
    """What must hold of a log before the absence of an event says anything."""
    words = {"passed": "✓ holds", "failed": "✕ does not hold", "unknown": "? not known"}
    tones: dict[str, Tone] = {"passed": "fine", "failed": "missed", "unknown": "unknown"}
    rows = tuple(
        (
            Cell(str(g["title"])),
            Cell(words.get(str(g["state"]), str(g["state"])), tone=tones.get(str(g["state"]), "")),
            Cell(str(g["seen"])),
        )
        for g in material.now.gates
    )
    columns = (Column("Condition", weight=1.3), Column("State", weight=1.2), Column("What was seen", weight=4))
    return (Table("gates", "Can the logs be relied on?", columns, rows, empty="Not examined."),)


def coverage(material: Material) -> tuple[Block, ...]:
    """For each kind of record that the rules need: from when to when its log is complete."""
    start, end = parse_instant(material.now.period[0]), min(parse_instant(material.now.period[1]), material.as_of)
    rows = []
    for entry in material.now.coverage:
        windows = [(max(parse_instant(a), start), min(parse_instant(b), end)) for a, b in entry.windows]
        held = sum(b - a for a, b in windows if b > a)
        gaps = sum(1 for a, b in windows if b > a) - 1
        state = "complete" if held >= end - start else "not covered" if not held else "in part"
        tone: Tone = "fine" if state == "complete" else "unknown"
        rows.append(
            (
                Cell(entry.event_type),
                Cell(held // HOUR_US, of=max(end - start, 0) // HOUR_US),
                Cell(state, tone=tone),
                Cell(max(gaps, 0)),
                Cell(", ".join(entry.sources) or "no source"),
                Cell("declared" if entry.declared else "from the log" if entry.windows else ""),
            )
        )
    columns = (
        Column("Kind of record", "id", 2.6),
        Column("Hours covered", "share", 2.4),
        Column("State", weight=1.1),
        Column("Gaps", "count", 0.7),
        Column("Sources", weight=2.2),
        Column("Whose word", weight=1.1),
    )
    return (Table("coverage", "Which logs are complete", columns, tuple(rows), short=80),)


def dispositions(material: Material) -> tuple[Block, ...]:
    """Marks that people have set on findings of this period. A mark hides nothing."""
    rows = tuple(
        (
            Cell(f.id),
            Cell(f.rule, link=f"rule-{f.rule}"),
            verdict_cell(f.verdict),
            Cell(str(f.disposition["disposition"]).replace("_", " ")),
            Cell(str(f.disposition.get("owner", ""))),
            Cell(str(f.disposition.get("approver") or "")),
            Cell(str(f.disposition.get("until") or "")),
            Cell(str(f.disposition.get("reason", ""))),
        )
        for f in material.now.findings
        if f.disposition
    )
    columns = (
        Column("Finding", "id", 1.9),
        Column("Rule", "id", 1.6),
        Column("Result", weight=1.2),
        Column("Marked as", weight=1.2),
        Column("Owner", weight=1.2),
        Column("Approved by", weight=1.2),
        Column("Until", "day", 1.0),
        Column("Reason", weight=2.4),
    )
    return (
        Table(
            "dispositions",
            "Marks on findings",
            columns,
            rows,
            note="A mark stands beside a finding; it removes nothing from the counts.",
            empty="Nobody has marked a finding of this period: none is confirmed, and none is set aside.",
        ),
    )


def method(material: Material) -> tuple[Block, ...]:
    """How the numbers are made, in plain words."""
    return (
        Words(
            "Events are read from the store once. Each rule is a file that names the law it rests on, its limit, where the limit comes "
            "from, and its tests. The limit in force on the day of each record is used. Events after the instant up to which the log "
            "is known do not exist for this report; a limit that runs past it is still running."
        ),
        Words(
            "That an act is missing is said only where the log is known to be complete for the time that matters; otherwise the record "
            "cannot be judged. Counts are exact integers. Times are in microseconds: the median of an even number is the mean of the "
            "middle two, “9 in 10 within” is the nearest-rank 90th percentile. 0 means that a complete log holds none; “not held” means "
            "that no log speaks of it; “at least” and * mark figures over logs that are complete in part."
        ),
        Words(
            f"Made by compliance {material.now.tool_version}. Rules lock {material.now.rules_lock}. The same store, rules and "
            "configuration give the same bytes.",
            "small",
        ),
    )


def rules_applied(material: Material) -> tuple[Block, ...]:
    """Every rule with revision, limits and their origin."""
    rows = tuple(
        (
            Cell(rule.id, link=f"rule-{rule.id}"),
            Cell(rule.revision),
            Cell(rule.title),
            Cell(CLASSES.get(rule.rule_class, rule.rule_class)),
            Cell("; ".join(f"{_limit(limit.value)} ({limit.origin})" for limit in rule.limits) or "none"),
            Cell(", ".join(rule.provisions)),
            Cell(material.now.rules_digests.get(rule.id, "")[:12]),
        )
        for rule in material.now.rules
    )
    columns = (
        Column("Rule", "id", 1.9),
        Column("Rev.", "count", 0.5),
        Column("Title", weight=2.6),
        Column("Kind", weight=2.0),
        Column("Limits and their origin", weight=1.7),
        Column("Provision", weight=1.4),
        Column("Digest", "id", 1.4, paper=False),
    )
    return (Table("rules", "Rules, limits and their origin", columns, rows, short=200),)


def _limit(value: str) -> str:
    try:
        return "the same day" if value == "P0D" else in_words(value)
    except ValueError:
        return value


def figure_definitions(material: Material) -> tuple[Block, ...]:
    """Every figure's definition, population and limits."""
    rows = tuple(
        (Cell(d.id), Cell(d.title), Cell(d.definition), Cell(d.population), Cell(d.limits), Cell(d.provision))
        for d in definitions()
    )
    columns = (
        Column("Figure", "id", 1.8, paper=False),
        Column("Title", weight=1.6),
        Column("Definition", weight=3),
        Column("Population", weight=2),
        Column("Limits", weight=2),
        Column("Provision", weight=1.5),
    )
    return (
        Table("definitions", "What each figure means", columns, rows, short=200),
        figures_table(material.figures, material.figures_before),
    )


PARTS: dict[str, Callable[[Material], tuple[Block, ...]]] = {
    "identification": identification,
    "not_applicable": not_applicable,
    "reading": reading,
    "missed_chart": missed_chart,
    "results": results,
    "changes": compared,
    "findings": findings,
    "outages": outages,
    "livestreams": livestreams,
    "letters": letters,
    "intake": intake,
    "gates": gates,
    "coverage": coverage,
    "dispositions": dispositions,
    "method": method,
    "rules": rules_applied,
    "definitions": figure_definitions,
}
"""Blocks made in code, by the name a layout calls them."""
