"""The plan of a check for people: what was read of the log, which rules were asked nothing, and the SQL of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from compliance.assess.model import Assessment, RuleResult, Verdict
from compliance.assess.render.table import headline
from compliance.engine.readable import readable
from compliance.patterns.needs import selectors
from compliance.rules.condition import fields_of, parse_condition
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule


def plan_text(assessment: Assessment, rules: Sequence[LoadedRule], columns: Sequence[str]) -> str:
    """Text for a terminal. `columns`: those that were read; the rules are those of the assessment."""
    by_id = {one.rule.id: one.rule for one in rules}
    asked = [result for result in assessment.rules if result.sql]
    lines = [
        f"Read {assessment.ingest['lines']:,} lines of {len(assessment.ingest['files']):,} file(s), once; "
        f"{len(columns)} columns kept of each event:",
        *_listed(columns),
        f"{len(asked)} of {len(assessment.rules)} rules were put to the engine; the SQL below is what it was asked, in order.",
    ]
    for title, chosen in _unasked(assessment):
        lines += [f"{len(chosen)} {title}:", *_listed([result.id for result in chosen])]
    for result in asked:
        lines += ["", *_rule(result, by_id[result.id])]
    return "\n".join(lines) + "\n"


def _unasked(assessment: Assessment) -> Iterator[tuple[str, list[RuleResult]]]:
    silent = [result for result in assessment.rules if not result.sql]
    outside = [result for result in silent if result.verdict is Verdict.NOT_APPLICABLE]
    within = [result for result in silent if result.verdict is not Verdict.NOT_APPLICABLE]
    for title, chosen in (("do not apply", outside), ("have no event here, or nobody can say that they bind", within)):
        if chosen:
            yield title, chosen


def _rule(result: RuleResult, rule: Rule) -> Iterator[str]:
    yield f"== {result.id} · {rule.expect.pattern} · {result.title}"
    yield f"   {headline(result)}"
    read: dict[str, set[str]] = {}
    for selector, extra in selectors(rule):
        where = fields_of(parse_condition(selector.where)) if selector.where is not None else ()
        read.setdefault(selector.event, set()).update((*extra, *where))
    for event, fields in sorted(read.items()):
        yield f"   reads {event}: {', '.join(sorted(fields)) or 'only its time'}"
    for number, statement in enumerate(map(readable, result.sql), start=1):
        yield f"   -- {number}"
        yield from (f"   {line}" for line in statement.splitlines())


def _listed(names: Sequence[str]) -> list[str]:
    return wrap(", ".join(names), 110, initial_indent="   ", subsequent_indent="   ", break_on_hyphens=False)
