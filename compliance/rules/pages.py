"""One page per rule, always in the same shape, and an index: for officers and auditors who do not read YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from compliance.clock import in_words
from compliance.rules.condition import parse_condition
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Link, Parameter, Rule, Selector
from compliance.rules.parameters import spoken
from compliance.rules.words import condition_words

MADE = "<!-- Written by `compliance rules docs`; do not edit. -->\n"
"""First line of every page."""

_CLASS = {
    "hard": "hard: the law fixes what is judged, so an instance is `compliant` or `non_compliant`",
    "soft": (
        "soft: the law sets an open standard, so an instance is `within_target` or `over_target` against the service's own "
        "limit, and `non_compliant` only where the act never happened and the case is closed or an outer limit passed"
    ),
    "indicator": "indicator: a number against the service's own mark; it raises a question and is no verdict",
    "metric": "metric: a number for people to weigh; it is no verdict",
    "attestation": "attestation: no log can show it; a person answers for it, and the statement must be in force",
}
_BOUNDS = {"lt": "is below", "le": "is at most", "gt": "is above", "ge": "is at least"}
_ORIGIN = {"statutory": "law", "guidance": "guidance", "policy": "the service's own"}


def pages(loaded: Sequence[LoadedRule]) -> dict[str, str]:
    """File name to text: `README.md` (the index) and one page per rule."""
    rules = [one.rule for one in sorted(loaded, key=lambda one: one.rule.id)]
    return {"README.md": MADE + _index(rules), **{f"{rule.id}.md": MADE + page(rule) for rule in rules}}


def write_pages(loaded: Sequence[LoadedRule], folder: Path) -> Path:
    """Writes the pages into `folder`, removes pages of rules that are gone, and returns the index."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages(loaded)
    for old in folder.glob("*.md"):
        if old.name not in written and old.read_text("utf-8").startswith(MADE):
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    return folder / "README.md"


def page(rule: Rule) -> str:
    """The page of one rule, in Markdown."""
    parts = [
        f"# {rule.id}: {rule.title}",
        rule.summary.strip(),
        *_facts(rule),
        "## What the law says",
        *_law(rule),
        "## How it is judged",
        *_judged(rule),
    ]
    if rule.parameters:
        parts += ["## Limits", _limits(rule)]
    if rule.exceptions:
        parts += ["## Exceptions", "\n".join(_exceptions(rule))]
    if rule.doubt:
        parts += ["## What is not settled", rule.doubt.strip()]
    parts += [
        "## If it is not met",
        f"**{rule.severity.level.capitalize()}.** {rule.severity.because}",
        rule.remedy.strip(),
        "## Examples",
        *_examples(rule),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> Iterator[str]:
    yield "\n".join(
        [
            f"- Class: {_CLASS[rule.rule_class.value]}.",
            f"- Key `{rule.key}`, revision {rule.revision}, {rule.status}.",
            f"- Obligations: {', '.join(f'`{name}`' for name in rule.obligations)}.",
            f"- Applies to: {_applies(rule)}.",
        ]
    )


def _applies(rule: Rule) -> str:
    bound = rule.applies_to
    text = " or ".join(kind.replace("_", " ") for kind in bound.services)
    sizes = [name.replace("_", " ") for name in bound.unless if name != "designated"]
    if sizes:
        text += f", except {' and '.join(sizes)} that is not designated"
    if "designated" in bound.unless:
        text += ", except designated services"
    if bound.facts:
        text += f"; the profile must say {', '.join(f'`{fact}`' for fact in bound.facts)}"
    if bound.transposition:
        text += f"; from the national transposition of {bound.transposition} on"
    text += f"; from {rule.in_force.since}"
    if rule.in_force.or_designation:
        text += " (designated services: from four months after the notification, if that is earlier)"
    return text + (f" until {rule.in_force.until}" if rule.in_force.until else "")


def _law(rule: Rule) -> Iterator[str]:
    for legal in rule.legal:
        yield f"[{legal.act}, {legal.provision}]({legal.eli}): {legal.duty}. Its measure: *{legal.standard}*."


def _judged(rule: Rule) -> Iterator[str]:
    if rule.for_each is not None:
        yield f"For each {_selected(rule.for_each)}: {_expected(rule)}"
    else:
        yield _expected(rule)
    if rule.clock_from:
        yield f"The clock starts with `{rule.clock_from}` where it is recorded, else with the event itself."
    if rule.closed_when is not None:
        yield f"The case is closed by {_selected(rule.closed_when)}."
    if rule.outer_field:
        yield f"`{rule.outer_field}`, where it is recorded, is an outer limit."


def _expected(rule: Rule) -> str:
    expect = rule.expect
    if expect.each is not None:
        return f"{condition_words(parse_condition(expect.each))}."
    if expect.response is not None:
        return f"{_linked(expect.response)} follows{_order(expect.response)}{_within(expect.response, rule)}."
    if expect.precedence is not None:
        return f"{_linked(expect.precedence)} comes before it{_within(expect.precedence, rule)}."
    if expect.never is not None:
        end = f" until `{expect.never.until_field}`" if expect.never.until_field else _within(expect.never, rule)
        return f"no {_linked(expect.never)}{end}."
    return _expected_of_many(rule)


def _expected_of_many(rule: Rule) -> str:
    expect = rule.expect
    if expect.unique is not None:
        what = f"different `{expect.unique.distinct}`" if expect.unique.distinct else "events"
        return f"at most {expect.unique.at_most} {what} per {_names(expect.unique.by)}."
    if expect.recurring is not None:
        return f"the next one within {_value_words(rule, expect.recurring.every)}."
    if expect.reconcile is not None:
        compared = (
            f", both with the same {_names(expect.reconcile.compare.values())}" if expect.reconcile.compare else ""
        )
        within = f", after {_value_words(rule, expect.reconcile.within)} to settle" if expect.reconcile.within else ""
        both = " and the other way round" if expect.reconcile.both_sides else ""
        return f"one `{expect.reconcile.event}` with the same {_names(expect.reconcile.match.values())}{compared}{within}{both}."
    if expect.throughout is not None:
        end = (
            f"until `{expect.throughout.until_field}`"
            if expect.throughout.until_field
            else (f"for {_value_words(rule, expect.throughout.within)}")
        )
        return f"from then on, {end}, the last word is `{expect.throughout.on.event}`, not `{expect.throughout.off.event}`."
    if expect.threshold is not None:
        return _threshold(rule)
    assert expect.attested is not None
    against = expect.attested.contradicted_by
    text = f"A statement `{expect.attested.statement}` (`attestation.made`) is in force"
    return f"{text}, and no {_selected(against)} contradicts it." if against else f"{text}."


def _threshold(rule: Rule) -> str:
    found = rule.expect.threshold
    assert found is not None
    what = f"the {found.metric} of `{found.field}`" if found.field else f"the {found.metric}"
    groups = f" per {_names(found.by)}" if found.by else ""
    over = f" per {found.per}" if found.per else f" over {_value_words(rule, found.window)}"
    if found.bound is None:
        return f"{what}{groups}{over} is shown, without a bound."
    operator, name = next(iter(found.bound.items()))
    return f"{what}{groups}{over} {_BOUNDS[operator]} {_value_words(rule, name)}."


def _selected(selector: Selector) -> str:
    where = f" where {condition_words(parse_condition(selector.where))}" if selector.where else ""
    return f"`{selector.event}`{where}"


def _linked(link: Link) -> str:
    return f"{_selected(link)} with the same {_names(link.match.values())}"


def _order(link: Link) -> str:
    return ", or came before" if link.order == "any" else ""


def _within(link: Link, rule: Rule) -> str:
    if link.due_field:
        return f", at the latest at `{link.due_field}`"
    return f", within {_value_words(rule, link.within)}" if link.within else ""


def _value_words(rule: Rule, reference: str | None) -> str:
    parameter = rule.parameters[(reference or "").removeprefix("$")]
    return spoken(parameter, parameter.values[-1].value)


def _names(fields: Any) -> str:
    return " and ".join(f"`{name}`" for name in fields)


def _limits(rule: Rule) -> str:
    rows = ["| name | from | value | origin | why |", "|---|---|---|---|---|"]
    for name, parameter in rule.parameters.items():
        rows += [
            f"| {name} | {entry.since} | {spoken(parameter, entry.value)} | {_origin(parameter)} | {parameter.because} |"
            for entry in parameter.values
        ]
    return "\n".join(rows)


def _origin(parameter: Parameter) -> str:
    detail = parameter.source or (f"approved by: {parameter.approved_by}" if parameter.approved_by else "")
    return f"{_ORIGIN[parameter.origin.value]} ({detail})" if detail else _ORIGIN[parameter.origin.value]


def _exceptions(rule: Rule) -> Iterator[str]:
    for case in rule.exceptions:
        when = case.when
        if when.event is not None:
            within = f" within {_value_words(rule, when.within)}" if when.within else ""
            text = f"{_selected(Selector(event=when.event, where=when.where))} with the same {_names((when.match or {}).values())}{within}"
        else:
            text = condition_words(parse_condition(when.trigger or {}))
        yield f"- **{case.id}**: {text}. {case.because}{f' ({case.provision})' if case.provision else ''}"


def _examples(rule: Rule) -> Iterator[str]:
    rows = ["| what happens | verdict |", "|---|---|"]
    for test in rule.tests:
        words = (
            ", ".join(dict.fromkeys(test.expect.values()))
            or f"no instance{f' (rule: {test.rule})' if test.rule else ''}"
        )
        rows.append(f"| {test.name} | {words.replace('_', ' ')} |")
    yield "\n".join(rows)
    missed = next(
        (t for t in rule.tests if {"non_compliant", "over_target", "not_attested"} & set(t.expect.values())),
        rule.tests[0],
    )
    yield f"For example, *{missed.name}*, with the log known up to {missed.as_of:%Y-%m-%d %H:%M} UTC:"
    yield f"```text\n{missed.events.rstrip()}\n```"


def _index(rules: Sequence[Rule]) -> str:
    rows = ["| rule | what | class | provision | limit |", "|---|---|---|---|---|"]
    for rule in rules:
        limits = ", ".join(f"{_short(parameter)}" for parameter in rule.parameters.values())
        rows.append(
            f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.rule_class} | {rule.legal[0].provision} | {limits} |"
        )
    head = (
        "# Rules\n\nOne page per rule, written from the rule files. How to write one: [write-a-rule](../write-a-rule.md). "
        "What each pattern means, exactly: [semantics](../semantics.md).\n\n"
    )
    return head + "\n".join(rows) + "\n"


def _short(parameter: Parameter) -> str:
    value = parameter.values[-1].value
    words = in_words(value) if parameter.type == "duration" and value != "P0D" else spoken(parameter, value)
    return f"{words} ({_ORIGIN[parameter.origin.value]})"
