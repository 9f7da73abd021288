"""The decision table of applicability, answered for one service and one day, row by row (register §1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from compliance.project import Profile
from compliance.rules.applicability import applies, duties_of_designation, grace_ends, kind_of_service, part_applies
from compliance.rules.listing import Row
from compliance.rules.loader import LoadedRule
from compliance.rules.part import Question, beginnings, part_of, parts, questions

GRACE_MONTHS = 12
"""Months for which the exemption of small enterprises goes on in Sections 3 and 4 (DSA Arts. 19(1), 29(1))."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the table: the answer, the fact it rests on, and what follows."""

    question: Question
    answer: str
    """`yes`, `no`, or `not stated`."""
    fact: str
    """The profile's facts in words, or the dates of the law."""

    @property
    def follows(self) -> str:
        """What follows from the answer; without one nothing does."""
        if self.answer == "not stated":
            return "undetermined until the profile says it"
        return self.question.if_yes if self.answer == "yes" else self.question.if_no


def decision_table(profile: Profile, day: date) -> tuple[Answer, ...]:
    """Every row of the decision table for the service of `profile` on `day`."""
    return tuple(_answered(question, profile, day) for question in questions())


def _answered(question: Question, profile: Profile, day: date) -> Answer:
    value, fact = _ANSWERS[question.row](profile, day)
    return Answer(question, "not stated" if value is None else "yes" if value else "no", fact)


def _kind(kind: str) -> Callable[[Profile, date], tuple[bool | None, str]]:
    def answer(profile: Profile, day: date) -> tuple[bool | None, str]:
        value, stated = kind_of_service(profile, kind, day), _stated(profile, kind)
        return value, f"{stated}, but a narrower kind is" if value and getattr(profile, kind) is None else stated

    return answer


def _fact(name: str) -> Callable[[Profile, date], tuple[bool | None, str]]:
    return lambda profile, _: (getattr(profile, name), _stated(profile, name))


def _stated(profile: Profile, *names: str) -> str:
    return ", ".join(f"{name} = {_said(getattr(profile, name))}" for name in names)


def _said(value: object) -> str:
    return "not stated" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _small(profile: Profile, day: date) -> tuple[bool | None, str]:
    if profile.enterprise_size is None:
        return None, _stated(profile, "enterprise_size")
    lost = profile.small_status_lost
    if lost is None:
        return profile.enterprise_size in {"micro", "small"}, _stated(profile, "enterprise_size")
    until = grace_ends(lost, GRACE_MONTHS)
    fact = f"{_stated(profile, 'enterprise_size', 'small_status_lost')}; bound by Sections 3 and 4 from {until}"
    return day < until, fact


def _designation(profile: Profile, day: date) -> tuple[bool | None, str]:
    start = duties_of_designation(profile)
    fact = _stated(profile, "designated", "designation_notified")
    if profile.designated in {None, "no"}:
        return (None if profile.designated is None else False), fact
    return (None, fact) if start is None else (day >= start, f"{fact}; duties from {start}")


def _begun(_: Profile, day: date) -> tuple[bool | None, str]:
    later = [f"{entry.what} ({entry.day})" for entry in beginnings() if entry.day > day.isoformat()]
    begun = len(beginnings()) - len(later)
    fact = f"{begun} of {len(beginnings())} beginnings lie on or before {day}"
    return not later, fact + (f"; still to come: {'; '.join(later)}" if later else "")


def _terrorist_content(profile: Profile, day: date) -> tuple[bool | None, str]:
    answers = (kind_of_service(profile, "hosting", day), profile.disseminates_to_public)
    return _all(answers), _stated(profile, "hosting", "disseminates_to_public")


def _important_entity(profile: Profile, day: date) -> tuple[bool | None, str]:
    start = profile.transposition.get("nis2")
    fact = f"{_stated(profile, 'nis2_important_entity')}, transposition.nis2 = {_said(start)}"
    return _all((profile.nis2_important_entity, None if start is None else day >= start)), fact


def _all(answers: tuple[bool | None, ...]) -> bool | None:
    """False where one answer is no, else None where one is missing."""
    return False if False in answers else None if None in answers else True


_ANSWERS: dict[int, Callable[[Profile, date], tuple[bool | None, str]]] = {
    1: _kind("intermediary"),
    2: _fact("offered_in_union"),
    3: _kind("hosting"),
    4: _kind("online_platform"),
    5: _kind("marketplace"),
    6: _small,
    7: _designation,
    8: _begun,
    9: _terrorist_content,
    10: _important_entity,
    11: _fact("publishes_political_ads"),
    12: _fact("data_controller"),
    13: _fact("hate_speech_code_signatory"),
}
"""Row of the table to what answers it."""


def applicability_rows(loaded: Iterable[LoadedRule], profile: Profile, day: date) -> list[Row]:
    """Rows of the decision table, then the parts of the law, then the rules: each with its state and what decides it."""
    rows: list[Row] = [
        {
            "kind": "row",
            "id": str(one.question.row),
            "state": one.answer,
            "because": f"{one.question.question} {one.fact}: {one.follows} ({one.question.source})",
        }
        for one in decision_table(profile, day)
    ]
    for part in parts():
        answer = part_applies(part, profile, day)
        because = f"{part.title}: {answer.because} (row {part.row}; {part.source})"
        rows.append({"kind": "part", "id": part.name, "state": answer.state.value, "because": because})
    for rule in (one.rule for one in loaded):
        said, part_ = applies(rule, profile, day), part_of(rule.id)
        because = f"{said.because} (part {part_.name})" if part_ else said.because
        rows.append({"kind": "rule", "id": rule.id, "state": said.state.value, "because": because})
    return rows
