"""What of an event may leave: open fields as they are, persons as pseudonyms, the rest withheld and said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.events.catalogue import ENVELOPE, Catalogue, Sensitivity
from compliance.events.detectors import scan
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


def disclose(event: Mapping[str, Any], catalogue: Catalogue, pseudonyms: Pseudonymiser, policy: Policy) -> Disclosed:
    """The event as it may leave under `policy`. Withheld fields are left out, personal ones replaced by pseudonyms."""
    out: dict[str, Any] = {}
    redactions: list[Redaction] = []
    held: list[Held] = []
    classes = policy.classes
    for name, value in event.items():
        kind = sensitivity_of(catalogue, name)
        if kind in classes:
            out[name] = value
            if kind is not Sensitivity.PERSONAL:
                held += _hits(str(event["id"]), name, value, policy)
            continue
        action = "withheld"
        if kind is Sensitivity.PERSONAL and isinstance(value, str):
            out[name], action = pseudonyms.pseudonym(name, value), "pseudonymised"
        redactions.append(
            Redaction(str(event["id"]), name, kind.value, action, GROUNDS[kind], policy.role, policy.time)
        )
    return Disclosed(out, tuple(redactions), tuple(held))


def _hits(event: str, field: str, value: Any, policy: Policy) -> Iterator[Held]:
    for text in _texts(value):
        for name in sorted({hit.detector for hit in scan(text)}):
            if (name, field) not in policy.released:
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
