"""What a rule is: one YAML file, checked against this model. `schemas/rule.schema.json` is generated from it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from compliance.clock import parse_duration
from compliance.rules.proof_model import Binding, RuleTest
from compliance.rules.strict import FieldName, Strict, Text

RuleId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,7}(-[A-Z0-9]+)*-[0-9]+[a-z]?(\.[0-9a-z]+)*-[A-Z0-9]{2,16}$")
]
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z_0-9]+\.[a-z_0-9]+$")]
Reference = Annotated[str, StringConstraints(pattern=r"^\$[a-z][a-z0-9_]*$")]
MOST = 1_000_000_000
"""Largest count a rule may ask for."""
Condition = dict[str, Any]
"""Checked by `rules.condition.parse_condition`: `{field: {op: value}}`, `all`, `any`, `not`."""


ServiceKind = Literal[
    "intermediary", "hosting", "online_platform", "marketplace", "search_engine", "vlop", "vlose", "any"
]
"""Kinds of service in the order in which the duties grow."""


Fact = Literal[
    "disseminates_to_public",
    "nis2_important_entity",
    "offered_in_union",
    "publishes_political_ads",
    "european_ad_repository_open",
    "data_controller",
    "hate_speech_code_signatory",
]
"""Answers of the service profile that a rule may ask for."""


class RuleClass(StrEnum):
    """How hard a rule may speak."""

    HARD = "hard"
    SOFT = "soft"
    INDICATOR = "indicator"
    METRIC = "metric"
    ATTESTATION = "attestation"


class Origin(StrEnum):
    """Where a number comes from. Only `statutory` is law."""

    STATUTORY = "statutory"
    GUIDANCE = "guidance"
    POLICY = "policy"


class Legal(Strict):
    """One provision a rule rests on. `standard` gives the law's own measure of time or completeness."""

    act: Text
    provision: Text
    eli: Annotated[str, StringConstraints(pattern=r"^http://data\.europa\.eu/eli/")]
    duty: Text
    standard: Text


class InForce(Strict):
    """Dates between which the duty applies; `until` is the last day."""

    since: dt.date = Field(alias="from")
    until: dt.date | None = None
    or_designation: bool = False
    """Designated services are bound from four months after the notification, where that is earlier (DSA Art. 92)."""


class AppliesTo(Strict):
    """Which services a rule is about. Any of `services`; none of `unless`; all of `facts`; the transposition of a directive."""

    services: tuple[ServiceKind, ...] = Field(min_length=1)
    unless: tuple[Literal["micro_enterprise", "small_enterprise", "medium_enterprise", "designated"], ...] = ()
    facts: tuple[Fact, ...] = ()
    transposition: str | None = None


class Severity(Strict):
    """How bad a miss is, and why."""

    level: Literal["info", "low", "medium", "high", "critical"]
    because: Text


class DatedValue(Strict):
    """A parameter's value from a date on (first day, in the service's zone)."""

    since: dt.date = Field(alias="from")
    value: Any


class Parameter(Strict):
    """A number or list the rule uses, with where it comes from and from when each value counts."""

    type: Literal["duration", "integer", "ratio", "list", "date"]
    origin: Origin
    because: Text
    approved_by: str | None = None
    source: str | None = None
    """For `guidance`: the document; for `statutory`: the provision, where it is not the rule's first one."""
    values: tuple[DatedValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_fit(self) -> Parameter:
        for entry in self.values:
            _check_value(self.type, entry.value)
        return self


def _check_value(kind: str, value: Any) -> None:
    wanted: dict[str, tuple[type, ...]] = {"integer": (int,), "ratio": (int, float), "list": (list, tuple)}
    if kind == "duration":
        if not isinstance(value, str):
            raise ValueError("a duration is text such as PT24H, P6M or 3WD")
        parse_duration(value)
    elif kind == "date":
        if not isinstance(value, dt.date):
            dt.date.fromisoformat(str(value))
    elif isinstance(value, bool) or not isinstance(value, wanted[kind]):
        raise ValueError(f"not a value of type {kind}: {value!r}")


class Selector(Strict):
    """Which events: a type and a condition on their own fields."""

    event: EventName
    where: Condition | None = None


class Link(Selector):
    """Which other events, and by which keys: `match` maps the linked event's field to the trigger's field."""

    match: dict[FieldName, FieldName] = Field(min_length=1)
    within: Reference | None = None
    due_field: FieldName | None = None
    order: Literal["after", "before", "any"] | None = None


class Never(Link):
    """A forbidden event: within a limit, up to an instant of the trigger, or until another event."""

    until_field: FieldName | None = None
    until: Link | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Never:
        if sum(end is not None for end in (self.within, self.until_field, self.until)) != 1:
            raise ValueError("`never` needs exactly one of within, until_field, until")
        return self


class Unique(Strict):
    """At most `at_most` events (or distinct values) per combination of `by`."""

    by: tuple[FieldName, ...] = Field(min_length=1)
    distinct: FieldName | None = None
    at_most: int = Field(default=1, ge=1, le=MOST)


class Recurring(Strict):
    """The trigger must come again within `every`; the first at the latest on `first_by`."""

    every: Reference
    first_by: Reference | None = None


class Reconcile(Strict):
    """Two sets agree, key by key, and in the fields compared (linked field: trigger field)."""

    event: EventName
    match: dict[FieldName, FieldName] = Field(min_length=1)
    where: Condition | None = None
    compare: dict[FieldName, FieldName] = Field(default_factory=dict)
    within: Reference | None = None
    both_sides: bool = True


class Throughout(Strict):
    """A state, switched by `on` and `off` events, holds from the trigger to the end of the window."""

    on: Selector
    off: Selector
    match: dict[FieldName, FieldName] = Field(min_length=1)
    within: Reference | None = None
    until_field: FieldName | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Throughout:
        if (self.within is None) == (self.until_field is None):
            raise ValueError("`throughout` needs exactly one of within, until_field")
        return self


class Threshold(Strict):
    """A number over many events against a bound, per bucket or over a sliding window."""

    metric: Literal["count", "share", "sum", "max", "min", "median", "p90", "p95"]
    field: FieldName | None = None
    where: Condition | None = None
    by: tuple[FieldName, ...] = ()
    per: Literal["day", "week", "month", "quarter", "period"] | None = None
    window: Reference | None = None
    bound: dict[Literal["le", "lt", "ge", "gt"], Reference] | None = Field(default=None, min_length=1, max_length=1)
    min_n: int = Field(default=1, ge=1, le=MOST)

    @model_validator(mode="after")
    def _fits(self) -> Threshold:
        if (self.per is None) == (self.window is None):
            raise ValueError("`threshold` needs exactly one of per, window")
        if (self.metric in {"count", "share"}) == (self.field is not None):
            raise ValueError("`field` goes with sum, max, min, median, p90 and p95, and with those only")
        if (self.metric == "share") != (self.where is not None):
            raise ValueError("`where` goes with share, and with share only")
        return self


class Attested(Strict):
    """A person attested the statement, and nothing in the log contradicts it."""

    statement: Text
    contradicted_by: Selector | None = None


class Expect(Strict):
    """Exactly one pattern."""

    each: Condition | None = None
    response: Link | None = None
    precedence: Link | None = None
    never: Never | None = None
    unique: Unique | None = None
    recurring: Recurring | None = None
    reconcile: Reconcile | None = None
    throughout: Throughout | None = None
    threshold: Threshold | None = None
    attested: Attested | None = None

    @model_validator(mode="after")
    def _one_pattern(self) -> Expect:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError("`expect` holds exactly one pattern")
        return self

    @property
    def pattern(self) -> str:
        """Name of the pattern used."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


class When(Strict):
    """When an exception holds: a condition on the trigger, or an event linked to it."""

    trigger: Condition | None = None
    event: EventName | None = None
    match: dict[FieldName, FieldName] | None = None
    where: Condition | None = None
    within: Reference | None = None
    order: Literal["after", "before", "any"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> When:
        if (self.trigger is None) == (self.event is None):
            raise ValueError("an exception names either `trigger` or `event`")
        if self.event is not None and not self.match:
            raise ValueError("an exception by event needs `match`")
        return self


class ExceptionCase(Strict):
    """A recorded ground on which the duty does not bind in the instance."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    when: When
    because: Text
    provision: str | None = None


class EvidenceNeeds(Strict):
    """Which events a finding's exhibit holds, and which fields are pseudonymised in it."""

    include: tuple[Literal["trigger", "response", "candidate", "exception", "closing"], ...] = ("trigger",)
    pseudonymise: tuple[FieldName, ...] = ()


class Edition(Strict):
    """What a later revision changed, for readers of the rule's page."""

    revision: int = Field(ge=2)
    day: dt.date
    change: Text


class Rule(Strict):
    """One rule: the duty, its provisions, the pattern that decides it, and the tests that prove it."""

    format: Literal["rule/1"]
    id: RuleId
    key: Text
    rule_class: RuleClass = Field(alias="class")
    obligations: tuple[Text, ...] = Field(min_length=1)
    revision: int = Field(ge=1)
    status: Literal["draft", "experimental", "stable", "deprecated", "withdrawn"]
    superseded_by: RuleId | None = None
    title: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    summary: Text
    legal: tuple[Legal, ...] = Field(min_length=1)
    in_force: InForce
    applies_to: AppliesTo
    severity: Severity
    parameters: dict[FieldName, Parameter] = Field(default_factory=dict)
    for_each: Selector | None = None
    """None only with the pattern `attested`."""
    clock_from: FieldName | None = None
    """Instant field of the trigger that starts the clock (delivery, awareness); null there: the event's own time."""
    expect: Expect
    closed_when: Link | None = None
    outer_field: FieldName | None = None
    """Field of the trigger with an outer limit set by law or order."""
    exceptions: tuple[ExceptionCase, ...] = ()
    doubt: str | None = None
    """What is unsettled in law about this rule, or in how it reads the law; said wherever the rule is explained."""
    message: Text
    remedy: Text
    evidence: EvidenceNeeds = EvidenceNeeds()
    history: tuple[Edition, ...] = ()
    """What each revision after the first one changed, in order."""
    binds: tuple[Binding, ...] = ()
    """Which services the rule binds, and from when: rows that are proved beside the tests."""
    tests: tuple[RuleTest, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _coherent(self) -> Rule:
        if (self.for_each is None) != (self.expect.attested is not None):
            raise ValueError("`for_each` is left out with `attested`, and needed with every other pattern")
        if self.closed_when is not None and self.rule_class is not RuleClass.SOFT:
            raise ValueError("`closed_when` belongs to soft rules")
        return self
