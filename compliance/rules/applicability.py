"""Does a rule bind this service on this day? Facts of the profile decide, never a guess.

The clauses are those a rule file names (`in_force`, `applies_to`): kind of service, facts, size, designation, date of
application, national transposition; the part of the law in which the rule stands adds the grace after the loss of small
status. One clause that fails decides; a missing answer leaves the rest undetermined.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.project import Profile
from compliance.rules.model import AppliesTo, InForce, Rule
from compliance.rules.part import Part, part_of

DESIGNATION_MONTHS = 4
"""Months between the notification of a designation and the duties it brings (DSA Arts. 33(6), 92)."""


class State(StrEnum):
    """Whether a rule binds."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether a rule binds, and the fact that decides it, in words."""

    state: State
    because: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What decides whether a rule, or a whole part of the law, binds."""

    applies_to: AppliesTo
    in_force: InForce
    part: Part | None

    @classmethod
    def of(cls, rule: Rule) -> Duty:
        """That of a rule."""
        return cls(rule.applies_to, rule.in_force, part_of(rule.id))


def applies(rule: Rule, profile: Profile, day: date) -> Applicability:
    """Whether `rule` binds the service of `profile` on `day`, the day of the event in the service's zone."""
    return decided(Duty.of(rule), profile, day)


def part_applies(part: Part, profile: Profile, day: date) -> Applicability:
    """Whether a part of the law binds the service of `profile` on `day`."""
    return decided(Duty(part.applies_to, part.in_force, part), profile, day)


def decided(duty: Duty, profile: Profile, day: date) -> Applicability:
    """Whether a duty binds on `day`: the first clause that fails, else the first that is open, else all of them."""
    clauses = list(_clauses(duty, profile, day))
    for state in (State.NOT_APPLICABLE, State.UNDETERMINED):
        for clause in clauses:
            if clause.state is state:
                return clause
    return Applicability(State.APPLIES, "; ".join(clause.because for clause in clauses))


def turning_points(rule: Rule, profile: Profile) -> tuple[date, ...]:
    """Days on which the answer of `applies` may change, sorted; between two of them it is constant."""
    days = [rule.in_force.since]
    if rule.in_force.until is not None:
        days.append(rule.in_force.until + timedelta(days=1))
    duties = duties_of_designation(profile)
    if duties is not None:
        days.append(duties)
    if rule.applies_to.transposition in profile.transposition:
        days.append(profile.transposition[rule.applies_to.transposition])
    if profile.small_status_lost is not None:
        part = part_of(rule.id)
        days += [profile.small_status_lost, grace_ends(profile.small_status_lost, part.grace_months if part else 0)]
    return tuple(sorted(set(days)))


def duties_of_designation(profile: Profile) -> date | None:
    """First day of the duties of a designated service: four months after the notification (Art. 33(6))."""
    if profile.designated not in {"vlop", "vlose"} or profile.designation_notified is None:
        return None
    return _months_after(profile.designation_notified, DESIGNATION_MONTHS)


def grace_ends(lost: date, months: int) -> date:
    """First day after the grace that follows the loss of small status; the day of the loss itself does not count."""
    return _months_after(lost, months) + timedelta(days=1) if months else lost


def kind_of_service(profile: Profile, kind: str, day: date) -> bool | None:
    """Whether the service is of `kind` on `day`; None where the profile does not say (register §1, rows 1-7)."""
    narrower = {
        "intermediary": ("hosting", "search_engine"),
        "hosting": ("online_platform",),
        "online_platform": ("marketplace",),
    }
    if kind == "any":
        return True
    if kind in {"vlop", "vlose"}:
        return _designated(profile, kind, day)
    own: bool | None = getattr(profile, kind)
    if own is None and any(kind_of_service(profile, part, day) for part in narrower.get(kind, ())):
        return True
    return own


def _designated(profile: Profile, kind: str, day: date) -> bool | None:
    if profile.designated is None:
        return None
    if profile.designated != kind:
        return False
    start = duties_of_designation(profile)
    return None if start is None else day >= start


def _clauses(duty: Duty, profile: Profile, day: date) -> Iterator[Applicability]:
    yield _in_force(duty.in_force, profile, day)
    yield _of_kind(duty.applies_to.services, profile, day)
    for fact in duty.applies_to.facts:
        yield _fact(profile, fact)
    if "designated" in duty.applies_to.unless:
        yield _not_designated(profile, day)
    if any(name.endswith("_enterprise") for name in duty.applies_to.unless):
        yield _size(duty, profile, day)
    if duty.applies_to.transposition is not None:
        yield _transposed(duty.applies_to.transposition, profile, day)


def _in_force(in_force: InForce, profile: Profile, day: date) -> Applicability:
    since, until = in_force.since, in_force.until
    if in_force.or_designation:
        since = min(since, duties_of_designation(profile) or since)
    if day < since:
        return Applicability(State.NOT_APPLICABLE, f"the duty applies from {since}, after {day}")
    if until is not None and day > until:
        return Applicability(State.NOT_APPLICABLE, f"the duty applied until {until}, before {day}")
    return Applicability(State.APPLIES, f"in force since {since}")


def _of_kind(kinds: Sequence[str], profile: Profile, day: date) -> Applicability:
    answers = {kind: kind_of_service(profile, kind, day) for kind in kinds}
    held = [kind for kind, answer in answers.items() if answer]
    if held:
        return Applicability(State.APPLIES, f"the service is {_words(held)}")
    open_kinds = [kind for kind, answer in answers.items() if answer is None]
    if open_kinds:
        return Applicability(
            State.UNDETERMINED, f"the profile does not say whether the service is {_words(open_kinds)}"
        )
    waiting = [kind for kind in kinds if kind == profile.designated]
    if waiting:
        return Applicability(
            State.NOT_APPLICABLE,
            f"the duties of the designation start on {duties_of_designation(profile)}, after {day}",
        )
    return Applicability(State.NOT_APPLICABLE, f"the service is not {_words(kinds)}")


def _fact(profile: Profile, fact: str) -> Applicability:
    value: bool | None = getattr(profile, fact)
    if value is None:
        return Applicability(State.UNDETERMINED, f"the profile does not say `{fact}`")
    if not value:
        return Applicability(State.NOT_APPLICABLE, f"`{fact}` is false in the profile")
    return Applicability(State.APPLIES, f"`{fact}` is true")


def _not_designated(profile: Profile, day: date) -> Applicability:
    answers = [_designated(profile, kind, day) for kind in ("vlop", "vlose")]
    if any(answers):
        return Applicability(State.NOT_APPLICABLE, "the service is designated, and the duty is for those that are not")
    if None in answers:
        return Applicability(State.UNDETERMINED, "the profile does not say whether, and since when, it is designated")
    return Applicability(State.APPLIES, "the service is not designated")


def _size(duty: Duty, profile: Profile, day: date) -> Applicability:
    """Exemption of small enterprises; a designation overrides it (DSA Arts. 15(2), 19(2), 29(2))."""
    designations = [_designated(profile, kind, day) for kind in ("vlop", "vlose")]
    if any(designations):
        return Applicability(State.APPLIES, "the service is designated, so its size does not exempt it")
    if profile.enterprise_size is None:
        return Applicability(State.UNDETERMINED, "the profile does not say the size of the enterprise")
    exempt = _exempt(duty, profile, day)
    if exempt is None:
        return Applicability(State.APPLIES, f"a {profile.enterprise_size} enterprise is not exempt")
    if None in designations:
        return Applicability(
            State.UNDETERMINED, f"{exempt}, but the profile does not say whether, and since when, it is designated"
        )
    if not _named(duty, profile, day):
        return Applicability(
            State.UNDETERMINED,
            f"{exempt}, but the exemption names {_words((_exempt_kind(duty),))} and this is a search engine: not settled",
        )
    return Applicability(State.NOT_APPLICABLE, exempt)


def _exempt(duty: Duty, profile: Profile, day: date) -> str | None:
    """Why the size exempts the provider on the day; None where it does not."""
    unless, lost = duty.applies_to.unless, profile.small_status_lost
    if f"{profile.enterprise_size}_enterprise" in unless:
        return f"a {profile.enterprise_size} enterprise is exempt"
    if lost is None or "small_enterprise" not in unless:
        return None
    if day < lost:
        return f"until {lost} the provider was a small enterprise, which is exempt"
    months = duty.part.grace_months if duty.part else 0
    if day < grace_ends(lost, months):
        return f"small status was lost on {lost}, and the exemption goes on for {months} months"
    return None


def _exempt_kind(duty: Duty) -> str:
    return duty.part.exempt_names if duty.part else ""


def _named(duty: Duty, profile: Profile, day: date) -> bool:
    """Whether the exemption speaks of this service: that of Art. 19 names platforms, not search engines."""
    kind = _exempt_kind(duty)
    return not (kind == "online_platform" and profile.search_engine and kind_of_service(profile, kind, day) is not True)


def _transposed(directive: str, profile: Profile, day: date) -> Applicability:
    start = profile.transposition.get(directive)
    if start is None:
        return Applicability(
            State.UNDETERMINED, f"the profile gives no date for the national transposition of {directive}"
        )
    if day < start:
        return Applicability(
            State.NOT_APPLICABLE, f"the national transposition of {directive} applies from {start}, after {day}"
        )
    return Applicability(State.APPLIES, f"{directive} is transposed since {start}")


def _words(kinds: Sequence[str]) -> str:
    names = {
        "vlop": "a very large online platform",
        "vlose": "a very large online search engine",
        "any": "any service",
        "hosting": "a hosting service",
        "intermediary": "an intermediary service",
        "search_engine": "a search engine",
        "online_platform": "an online platform",
        "marketplace": "a marketplace",
    }
    return " or ".join(names[kind] for kind in kinds)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
