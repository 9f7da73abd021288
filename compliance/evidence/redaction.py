"""What of an event may leave: open fields as they are, persons as pseudonyms, the rest withheld and said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.events.catalogue import ENVELOPE, Catalogue, Kind, Sensitivity
from compliance.events.detectors import kinds
from compliance.evidence.pseudonym import Pseudonymiser


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
class Redaction:
    """One field of one event that did not leave as it was."""

    event: str
    field: str
    sensitivity: str
    action: str
    ground: str
    role: str
    time: str

    def to_json(self) -> dict[str, str]:
        """Object of `redactions.json`."""
        return {
            "event": self.event,
            "field": self.field,
            "class": self.sensitivity,
            "action": self.action,
            "ground": self.ground,
            "role": self.role,
            "time": self.time,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """A detector's hit in a field that should hold no personal data. The value stays inside."""

    event: str
    field: str
    detector: str


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An event as it leaves, what was changed in it, and what holds it back."""

    event: dict[str, Any]
    redactions: tuple[Redaction, ...]
    held: tuple[Held, ...]
    fields: Mapping[str, Sequence[str]]
    """Fields of the event in each class, sorted, those that do not leave among them."""


_NEVER_HIT = frozenset({Kind.INSTANT, Kind.DATE, Kind.BOOLEAN, Kind.INTEGER, Kind.NUMBER})
MANY_SHAPES = 10_000
"""Sets of fields that are remembered."""
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


class Discloser:
    """Decides event after event what may leave under one policy, and looks up what it knows of a field once."""

    __slots__ = ("_catalogue", "_classes", "_fields", "_known", "_policy", "_pseudonyms")

    def __init__(self, catalogue: Catalogue, pseudonyms: Pseudonymiser, policy: Policy) -> None:
        self._catalogue, self._pseudonyms, self._policy = catalogue, pseudonyms, policy
        self._classes = policy.classes
        self._known: dict[str, tuple[Sensitivity, bool]] = {}
        self._fields: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def disclose(self, event: Mapping[str, Any]) -> Disclosed:
        """The event as it may leave. Withheld fields are left out, personal ones replaced by pseudonyms."""
        out: dict[str, Any] = {}
        redactions: list[Redaction] = []
        held: list[Held] = []
        known, name_of = self._known, str(event["id"])
        for name, value in event.items():
            kind, looked_at = known.get(name) or self._look_up(name)
            if kind in self._classes:
                out[name] = value
                if looked_at and not (isinstance(value, str) and not kinds(value)):
                    held += self._hits(name_of, name, value)
                continue
            action = "withheld"
            if kind is Sensitivity.PERSONAL and isinstance(value, str):
                out[name], action = self._pseudonyms.pseudonym(name, value), "pseudonymised"
            role, time = self._policy.role, self._policy.time
            redactions.append(Redaction(name_of, name, kind.value, action, GROUNDS[kind], role, time))
        return Disclosed(out, tuple(redactions), tuple(held), self._by_class(tuple(event)))

    def _by_class(self, names: tuple[str, ...]) -> dict[str, list[str]]:
        """The fields of each class. Events of a type have few sets of fields, so that each is sorted once."""
        found = self._fields.get(names)
        if found is None:
            found = {kind.value: [] for kind in Sensitivity}
            for name in sorted(names):
                found[self._known[name][0]].append(name)
            if len(self._fields) < MANY_SHAPES:
                self._fields[names] = found
        return found

    def _look_up(self, name: str) -> tuple[Sensitivity, bool]:
        """A field's class, and whether detectors look at it: not at personal data, nor at instants, dates and truth values."""
        spec = self._catalogue.fields.get(name)
        kind = sensitivity_of(self._catalogue, name)
        looked_at = kind is not Sensitivity.PERSONAL and (spec is None or spec.kind not in _NEVER_HIT)
        self._known[name] = kind, looked_at
        return kind, looked_at

    def _hits(self, event: str, field: str, value: Any) -> Iterator[Held]:
        for text in _texts(value):
            for name in kinds(text):
                if (name, field) not in self._policy.released:
                    yield Held(event, field, name)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
