"""What of an event may leave: open fields as they are, persons as pseudonyms, the rest withheld and said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.events.catalogue import ENVELOPE, TEXTS, Catalogue, Kind, Sensitivity
from compliance.events.detectors import kinds as detectors_of
from compliance.events.detectors import may_hit


@dataclass(frozen=True, slots=True)
class Policy:
    """What a person has allowed for one answer. The default lets nothing out but open fields and pseudonyms.

    `confidential`: free-text fields of class confidential were asked for. `personal_ground`: the recorded legal ground
    on which personal fields are disclosed in clear. `role`: who decided; `time`: when (RFC 3339, as given).
    `released`: (detector, field) pairs a person has looked at and let pass.
    """

    role: str
    time: str
    confidential: bool = False
    personal_ground: str = ""
    released: frozenset[tuple[str, str]] = frozenset()

    @property
    def classes(self) -> frozenset[Sensitivity]:
        """Classes whose fields leave as they are. `restricted` is never among them."""
        allowed = {Sensitivity.OPEN}
        if self.confidential:
            allowed.add(Sensitivity.CONFIDENTIAL)
        if self.personal_ground:
            allowed.add(Sensitivity.PERSONAL)
        return frozenset(allowed)


@dataclass(frozen=True, slots=True)
class Change:
    """A field that does not leave as it is: its class, what is done with it, and on what ground."""

    field: str
    sensitivity: Sensitivity
    action: str
    ground: str


@dataclass(frozen=True, slots=True)
class Held:
    """A detector's hit in a field that should hold no personal data. The value stays inside."""

    event: str
    field: str
    detector: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What leaves of events with the same fields.

    `shown`: the fields that leave, in canonical order, and `replaced` those among them that leave as pseudonyms. In the order of
    the event: what is changed, and the fields that detectors look at.
    """

    shown: tuple[str, ...]
    replaced: frozenset[str]
    changes: tuple[Change, ...]
    looked_at: tuple[str, ...]


_NEVER_HIT = frozenset({Kind.INSTANT, Kind.DATE, Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER})
GROUNDS = {
    Sensitivity.PERSONAL: "data minimisation, Regulation (EU) 2016/679 Art. 5(1)(c)",
    Sensitivity.CONFIDENTIAL: "free text not asked for",
    Sensitivity.RESTRICTED: "class restricted: never in a general bundle",
}


def sensitivity_of(catalogue: Catalogue, name: str) -> Sensitivity:
    """Class of a field, the same for all types. A field the catalogue does not know counts as restricted."""
    if name in ENVELOPE:
        return Sensitivity.OPEN
    known = catalogue.fields.get(name)
    return known.sensitivity if known else Sensitivity.RESTRICTED


def decide(fields: Sequence[str], catalogue: Catalogue, policy: Policy) -> Decision:
    """What may leave under a policy of events with these fields. Persons become pseudonyms where the field is a text."""
    classes = policy.classes
    shown, replaced, changes, looked_at = [], set(), [], []
    for name in fields:
        sensitivity, spec = sensitivity_of(catalogue, name), catalogue.fields.get(name)
        if sensitivity in classes:
            shown.append(name)
            if sensitivity is not Sensitivity.PERSONAL and (spec is None or spec.kind not in _NEVER_HIT):
                looked_at.append(name)
            continue
        action = "withheld"
        if sensitivity is Sensitivity.PERSONAL and spec is not None and spec.kind in TEXTS:
            shown.append(name)
            replaced.add(name)
            action = "pseudonymised"
        changes.append(Change(name, sensitivity, action, GROUNDS[sensitivity]))
    return Decision(tuple(sorted(shown)), frozenset(replaced), tuple(changes), tuple(looked_at))


def held_in(columns: Mapping[str, Sequence[Any]], policy: Policy) -> Iterator[tuple[int, str, str]]:
    """Where among fields' values a detector hits that nobody released: place, field, detector. All are looked at as one text first."""
    told: set[str] = set()
    for values in columns.values():
        told.update(values if set(map(type, values)) == {str} else _texts(values))
    if not may_hit("\n".join(told)):
        return
    hits = {text: found for text in told if (found := detectors_of(text))}
    for name, values in columns.items() if hits else ():
        for place, value in enumerate(values):
            for text in _texts(value):
                for detector in hits.get(text, ()):
                    if (detector, name) not in policy.released:
                        yield place, name, detector


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
