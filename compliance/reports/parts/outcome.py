"""What the report covers, the results by chapter, and the findings."""

from __future__ import annotations

from itertools import takewhile

from compliance.assess.model import FINDING_VERDICTS, Finding, RuleResult, Verdict
from compliance.clock import parse_instant
from compliance.patterns.verdict import reason_words
from compliance.reports.compare import Change, changes, missed, restated
from compliance.reports.content import Block, Cell, Chart, Column, Facts, Table, Words
from compliance.reports.front import NO_ACT, SEVERITIES, ranked, tier_words, trend_words
from compliance.reports.material import Material
from compliance.reports.parts.verdict import EXAMPLES, verdict_cell
from compliance.reports.wording import count_words, day_words, instant_words


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
        (Cell(rule.id), Cell(rule.title), Cell(rule.reason.replace("`", "")))
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
    within = f" (below {folder})" if (folder := log_folder(material)) else ""
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
            + f"Each finding names the log line it rests on{within}; `compliance explain` with its id prints why.",
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
        Column("Result", weight=1.95),
        Column("What the log shows", weight=4.9),
        Column("Case", "id", 1.3, paper=False),
        Column("Time (UTC)", "instant", 1.5, paper=False),
        Column("Due (UTC)", "instant", 1.35, paper=False),
        Column("Late by", "time", 1.0),
        Column("Rule", "id", 1.85),
        Column("Finding", "id", 1.9),
        Column("Log line", "id", 2.45),
        Column("Marked", weight=1.65, paper=any(finding.disposition for finding in found)),
    )
    title = f"{severity.capitalize()}: {_plural(len(found), 'finding')}"
    if running:
        title += f", {count_words(len(running))} still running"
    note = (
        f"{count_words(waiting)} of those still running only wait for time to pass and are not listed."
        if waiting
        else ""
    )
    folder = log_folder(material)
    rows = tuple(_finding_row(finding, folder) for finding in (*found, *acting))
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


def log_folder(material: Material) -> str:
    """The folder that all files read lie in, with a slash; empty where they share none, or there is one file only."""
    folders = [str(each["file"]).split("/")[:-1] for each in material.now.ingest.get("files", ())]
    shared = [names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))]
    return "/".join([*shared, ""]) if len(folders) > 1 else ""


def _finding_row(finding: Finding, folder: str) -> tuple[Cell, ...]:
    place = finding.events[0] if finding.events else None
    where = (
        f"{place.file.removeprefix(folder)}:{place.line}"
        if place and place.file and place.line
        else place.id
        if place
        else ""
    )
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
