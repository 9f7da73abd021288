"""A run of events as text: disclosed lines, proofs and redactions, made of columns. It needs no store, so that any process can do it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter

from compliance.events.catalogue import Catalogue
from compliance.events.leaf import CLASSES, PARTS
from compliance.events.merkle import Part
from compliance.events.unseal import Group, NotSealedError, Sealed, Shape, Unsealer, object_template
from compliance.evidence.opening import opening_template
from compliance.evidence.pseudonym import Pseudonymiser
from compliance.evidence.redaction import Decision, Held, Policy, decide, held_in


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that follow each other in an answer: the first one's line in `events.jsonl`, from 1, the rows, their places in the tree."""

    first: int
    rows: Sequence[Sealed]
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Given:
    """A verbatim line that is given: its place in the run, its event's id as JSON, the SHA-256 of its bytes."""

    place: int
    event: str
    sha256: str


@dataclass(slots=True)
class Sheets:
    """What a run gives: text for the three files, ids in order, the first id of each type, lines given, detectors' hits.

    `broken` is the place of a row that does not give its leaf; there is nothing else then.
    """

    events: bytes | memoryview = b""
    proofs: bytes | memoryview = b""
    redactions: bytes | memoryview = b""
    redacted: int = 0
    ids: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    broken: int | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done with events of one shape."""

    decision: Decision
    plain: bool
    """True where the line disclosed is the content of the class `open` and no more."""
    line: str
    proof: str
    salted: tuple[str, ...]
    redactions: tuple[str, ...]
    """What stands before, between and behind the event's id."""


class Printer:
    """Prints runs under one policy, and remembers what it found for a shape."""

    __slots__ = ("_known", "_plans", "_policy", "_pseudonyms", "_unsealer")

    def __init__(self, known: Catalogue, pseudonyms: Pseudonymiser, policy: Policy) -> None:
        self._known, self._pseudonyms, self._policy = known, pseudonyms, policy
        self._unsealer = Unsealer(known)
        self._plans: dict[Shape, _Plan] = {}

    @property
    def terms(self) -> tuple[Catalogue, Pseudonymiser, Policy]:
        """What another process makes the same printer of."""
        return self._known, self._pseudonyms, self._policy

    def sheets(self, run: Run) -> Sheets:
        """The sheets of a run."""
        leaves = [leaf for part in run.parts for leaf in part.leaves()]
        try:
            groups = self._unsealer.open(run.rows, leaves)
        except NotSealedError as error:
            return Sheets(broken=error.place)
        count = len(run.rows)
        ids, types, events, proofs, redactions = ([""] * count for _ in range(5))
        paths = [path for part in run.parts for path in part.paths()]
        out = Sheets()
        held: list[tuple[int, Held]] = []
        for group in groups:
            plan = self._plans.get(group.shape) or self._plan(group.shape)
            own = [str(name) for name in group.values["id"]]
            for column, texts in (
                (ids, own),
                (types, group.values["type"]),
                (events, self._lines(group, plan)),
                (proofs, _proofs(group, plan, run, paths)),
            ):
                for place, text in zip(group.places, texts, strict=True):
                    column[place] = text
            names = group.texts["id"]
            if plan.decision.changes:
                out.redacted += len(names) * len(plan.decision.changes)
                for place, name in zip(group.places, names, strict=True):
                    redactions[place] = name.join(plan.redactions)
            if "line" in plan.salted:
                for place, name in zip(group.places, names, strict=True):
                    out.given.append(Given(place, name, sha256(run.rows[place][3].encode()).hexdigest()))
            looked_at = {name: group.values[name] for name in plan.decision.looked_at}
            for at, name, detector in held_in(looked_at, self._policy):
                held.append((group.places[at], Held(own[at], name, detector)))
        out.ids = ids
        for kind, name in zip(types, ids, strict=True):
            out.types.setdefault(kind, name)
        out.given.sort(key=lambda one: one.place)
        out.held = [each for _, each in sorted(held, key=itemgetter(0))]
        out.events = ("\n".join(events) + "\n").encode()
        out.proofs = ",\n".join(proofs).encode()
        out.redactions = ",\n".join(filter(None, redactions)).encode()
        return out

    def _plan(self, shape: Shape) -> _Plan:
        decision = decide(shape.fields, self._known, self._policy)
        changed = {change.sensitivity.value for change in decision.changes}
        given = {name for name in CLASSES if name in shape.salted and name not in changed}
        if shape.own and not changed:
            given.add("line")
        proof, salted = opening_template(shape.classes, given)
        plan = _Plan(
            decision,
            decision.shown == shape.classes["open"],
            object_template(decision.shown),
            f'{{"event":%s,"line":%d,"index":%d,"leaf":{proof},"path":[%s]}}',
            salted,
            _redactions(decision, self._policy),
        )
        if len(self._plans) > 10_000:
            self._plans.clear()
        self._plans[shape] = plan
        return plan

    def _lines(self, group: Group, plan: _Plan) -> Iterable[str]:
        """The disclosed events, as canonical JSON."""
        if plan.plain:
            return group.contents["open"]
        columns = [
            [f'"{one}"' for one in self._pseudonyms.pseudonyms(name, group.values[name])]
            if name in plan.decision.replaced
            else group.texts[name]
            for name in plan.decision.shown
        ]
        return map(plan.line.__mod__, zip(*columns, strict=True))


def _proofs(group: Group, plan: _Plan, run: Run, paths: Sequence[str]) -> Iterable[str]:
    """The entries of `proofs.json`."""
    places = group.places
    parts = [(group.salts if name in plan.salted else group.commitments)[name] for name in PARTS]
    numbers = [run.first + place for place in places]
    indexes = [run.rows[place][0] for place in places]
    columns = (group.texts["id"], numbers, indexes, *parts, [paths[place] for place in places])
    return map(plan.proof.__mod__, zip(*columns, strict=True))


def _redactions(decision: Decision, policy: Policy) -> tuple[str, ...]:
    pieces, before = [], '{"event":'
    for change in decision.changes:
        said = {
            "field": change.field,
            "class": change.sensitivity.value,
            "action": change.action,
            "ground": change.ground,
            "role": policy.role,
            "time": policy.time,
        }
        pieces.append(before)
        before = f',{json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:]},\n{{"event":'
    pieces.append(before.removesuffix(',\n{"event":'))
    return tuple(pieces)
