"""What a rule asks, in plain sentences: whom it binds, what it expects, which exceptions it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compliance.rules.condition import parse_condition
from compliance.rules.model import ExceptionCase, Link, Parameter, Rule, Selector
from compliance.rules.parameters import spoken
from compliance.rules.words import condition_words

_BOUNDS = {"lt": "is below", "le": "is at most", "gt": "is above", "ge": "is at least"}
_ORIGIN = {"statutory": "law", "guidance": "guidance", "policy": "the service's own"}


def bound_words(rule: Rule) -> str:
    """Which services a rule binds, and from when to when."""
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


def judged_sentences(rule: Rule) -> Iterator[str]:
    """How a rule is judged: its trigger and expectation, then its clock, closing and outer limit."""
    if rule.for_each is not None:
        yield f"For each {selected_words(rule.for_each)}: {expected_words(rule)}"
    else:
        yield expected_words(rule)
    if rule.clock_from:
        yield f"The clock starts with `{rule.clock_from}` where it is recorded, else with the event itself."
    if rule.closed_when is not None:
        yield f"The case is closed by {selected_words(rule.closed_when)}."
    if rule.outer_field:
        yield f"`{rule.outer_field}`, where it is recorded, is an outer limit."


def expected_words(rule: Rule) -> str:
    """What a rule expects of its trigger, with its latest limit."""
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
    return f"{text}, and no {selected_words(against)} contradicts it." if against else f"{text}."


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


def selected_words(selector: Selector) -> str:
    """Which events a selector takes."""
    where = f" where {condition_words(parse_condition(selector.where))}" if selector.where else ""
    return f"`{selector.event}`{where}"


def _linked(link: Link) -> str:
    return f"{selected_words(link)} with the same {_names(link.match.values())}"


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


def exception_words(rule: Rule, case: ExceptionCase) -> str:
    """When an exception holds."""
    when = case.when
    if when.event is None:
        return condition_words(parse_condition(when.trigger or {}))
    within = f" within {_value_words(rule, when.within)}" if when.within else ""
    order = {"before": ", at or before it", "after": "" if when.within else ", at or after it"}.get(
        when.order or "", ""
    )
    linked = selected_words(Selector(event=when.event, where=when.where))
    return f"{linked} with the same {_names((when.match or {}).values())}{within}{order}"


def origin_words(parameter: Parameter) -> str:
    """Where a number comes from: the law with its provision, guidance with its document, or who approved it."""
    detail = parameter.source or (f"approved by: {parameter.approved_by}" if parameter.approved_by else "")
    return f"{_ORIGIN[parameter.origin.value]} ({detail})" if detail else _ORIGIN[parameter.origin.value]


def short_limit(parameter: Parameter) -> str:
    """The latest value of a parameter and whether it is law."""
    return f"{spoken(parameter, parameter.values[-1].value)} ({_ORIGIN[parameter.origin.value]})"
