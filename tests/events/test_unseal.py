"""Lines opened many at once: what they give is what each gives alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.events.catalogue import Kind, catalogue
from compliance.events.judge import accepted_event
from compliance.events.leaf import CLASSES, PARTS, class_content, make_leaf
from compliance.events.unseal import NotSealedError, Sealed, Unsealer

SALT = bytes(range(16))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.STRING: TEXT,
    Kind.INSTANT: st.just("2026-08-13T00:42:00Z"),
    Kind.DATE: st.just("2026-08-13"),
    Kind.BOOLEAN: st.booleans(),
    Kind.INTEGER: st.integers(-(2**53), 2**53) | st.just(3.0),
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 9),
    Kind.LIST: st.lists(TEXT, max_size=3),
}
EVENT = {"id": "e", "type": "notice.received", "time": "2026-08-13T00:42:00Z", "service": "s", "notice_id": "N"}


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, str | None]:
    """A log line, and the event that a mapping made of it if one did."""
    kind = catalogue().types[draw(st.sampled_from(sorted(catalogue().types)))]
    event: dict[str, Any] = {"type": kind.name}
    for name, spec in kind.fields.items():
        if name in kind.required or draw(st.booleans()):
            event[name] = draw(VALUES[spec.kind])
        elif draw(st.integers(0, 9)) == 0:
            event[name] = None
    if draw(st.booleans()):
        event["host"] = draw(TEXT)
    printed = json.dumps(dict(draw(st.permutations(list(event.items())))), ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(["a;b", "[1]", json.dumps(dict.fromkeys(event, 1))])), printed
    return printed, None


def sealed(number: int, raw: str, event: str | None = None) -> Sealed:
    """A row as it lies in a store."""
    return (number, "log.ndjson", number + 1, raw, event, SALT.hex(), None)


@given(st.lists(lines(), min_size=1, max_size=8))
def test_lines_give_together_what_each_gives_alone(given_: list[tuple[str, str | None]]) -> None:
    """Event, contents, salts, commitments, and whether the line says no more than the event, whatever stands in the lines."""
    known = catalogue()
    rows = [sealed(number, *each) for number, each in enumerate(given_)]
    events = [accepted_event((event or raw).encode(), known) for raw, event in given_]
    leaves = [make_leaf(n, event, rows[n][3].encode(), SALT, known) for n, event in enumerate(events)]
    seen = []
    for group in Unsealer(known).open(rows, [leaf.hash for leaf in leaves]):
        contents = {name: list(group.contents[name]) if group.shape.classes[name] else ["{}"] * 99 for name in CLASSES}
        for at, place in enumerate(group.places):
            event, leaf = events[place], leaves[place]
            assert {name: values[at] for name, values in group.values.items()} == event
            assert list(group.shape.fields) == list(event)
            assert [contents[name][at].encode() for name in CLASSES] == [
                class_content(event, name, known) for name in CLASSES
            ]
            assert {name: group.salts[name][at] for name in PARTS} == {k: v.hex() for k, v in leaf.salts.items()}
            assert {name: group.commitments[name][at] for name in PARTS} == {
                k: v.hex() for k, v in leaf.commitments.items()
            }
            line = _keys(rows[place][3])
            assert group.shape.own is (line == event.keys())
            seen.append(place)
    assert sorted(seen) == list(range(len(rows)))


def _keys(raw: str) -> set[str]:
    try:
        value = json.loads(raw)
    except ValueError:
        return set()
    return set(value) if isinstance(value, dict) else set()


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({**EVENT, "notice_id": "M"}),
        json.dumps({**EVENT, "extra": 1}),
        json.dumps(EVENT) + "," + json.dumps(EVENT),
        json.dumps(EVENT)[:-1],
        json.dumps({**EVENT, "type": "no.such_type"}),
        json.dumps({**EVENT, "item_count": 2**60}),
        json.dumps({**EVENT, "has_contact": 1}),
        json.dumps({**EVENT, "type": ["x"]}),
        "[" * 100_000,
        "[]",
        "7",
        "",
        '{"id":"\\ud800"}',
    ],
)
def test_a_row_that_is_not_the_one_sealed_is_named(raw: str) -> None:
    """Another event, another line, no JSON, no event: the place of the first such row is told, whatever it holds."""
    good = json.dumps(EVENT)
    leaf = make_leaf(0, EVENT, good.encode(), SALT, catalogue()).hash
    rows = [sealed(0, good), sealed(1, good), sealed(2, raw), sealed(3, raw)]
    with pytest.raises(NotSealedError) as found:
        Unsealer(catalogue()).open(rows, [leaf] * 4)
    assert found.value.place == 2


def test_an_envelope_is_opened_as_it_was_sealed() -> None:
    """A CloudEvent gives the native event that was made of it, and its line is not given as the event's own."""
    known = catalogue()
    envelope = {"specversion": "1.0", **{name: EVENT[name] for name in ("id", "type", "time")}, "source": "app"}
    raw = json.dumps({**envelope, "data": {"service": "s", "notice_id": "N"}})
    event = accepted_event(raw.encode(), known)
    leaf = make_leaf(0, event, raw.encode(), SALT, known).hash
    plain = make_leaf(1, EVENT, json.dumps(EVENT).encode(), SALT, known).hash
    groups = Unsealer(known).open([sealed(0, raw), sealed(1, json.dumps(EVENT))], [leaf, plain])
    assert [(group.values["notice_id"], group.shape.own) for group in groups] == [(("N",), False), (("N",), True)]
