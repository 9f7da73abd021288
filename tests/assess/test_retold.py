"""Words and places of earlier findings are said again only of the same outcome of the same rule."""

from __future__ import annotations

from dataclasses import replace

from compliance.assess.memory import Memory, Said, dump, load
from compliance.assess.retold import told
from compliance.errors import Place
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict

OUTCOME = Outcome("e1", 5, Verdict.NON_COMPLIANT, Reason.LATE, 7, "N1", due=3, due_late=3, observed=5)
SAID = Said(
    "d1", True, ((0, 9),), {Verdict.NON_COMPLIANT: 1}, (OUTCOME,), {}, words=(("2026-03-01T00:00:00Z", "late"),)
)
MEMORY = Memory(
    8,
    9,
    0,
    False,
    frozenset(),
    {},
    (),
    False,
    frozenset(),
    frozenset(),
    {},
    rules={"R": SAID},
    places={7: ("a.ndjson", 8)},
)


def test_words_of_the_same_rule_are_said_again() -> None:
    """Also after the memory was written and read."""
    read = load(dump(MEMORY, {}), {})
    assert read == MEMORY
    found = told(read, {"R": "d1"})
    assert found.of("R", OUTCOME) == ("2026-03-01T00:00:00Z", "late")
    assert found.places == {7: Place("a.ndjson", 8)}


def test_words_of_a_rule_that_changed_or_of_another_outcome_are_not() -> None:
    """A rule of another digest may have another message; an outcome with another end says something else."""
    assert told(MEMORY, {"R": "d2"}).of("R", OUTCOME) is None
    assert told(MEMORY, {}).of("R", OUTCOME) is None
    found = told(MEMORY, {"R": "d1"})
    assert found.of("R", replace(OUTCOME, observed=6)) is None
    assert found.of("Q", OUTCOME) is None
    assert told(None, {"R": "d1"}).of("R", OUTCOME) is None
