"""How far the logs can be relied on, what people decided, and how it was judged."""

from __future__ import annotations

from compliance.assess.figures import definitions
from compliance.clock import HOUR_US, in_words, parse_instant
from compliance.reports.content import Block, Cell, Column, Table, Tone, Words
from compliance.reports.material import Material
from compliance.reports.numbers import figures_table
from compliance.reports.parts.verdict import CLASSES, verdict_cell
from compliance.reports.wording import count_words

MOST_LISTED = 4


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
        Column("Until", "day", 1.3),
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
    """A limit in words. A list of more than a few values stands in the rule, not on paper."""
    if value.startswith("["):
        listed = [each.strip(" '\"") for each in value[1:-1].split(",")]
        return ", ".join(listed) if len(listed) <= MOST_LISTED else f"a list of {len(listed)} values"
    if value.isdigit():
        return count_words(int(value))
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
