"""What findings say from the lines of a log, kept so that lines that were read once need not be read again.

A line of a store never changes, so its place and the words that a finding takes from it stand as long as the rule does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compliance.errors import Place

if TYPE_CHECKING:
    from compliance.assess.finding import Draft
    from compliance.assess.memory import Memory
    from compliance.assess.model import Finding
    from compliance.patterns.outcome import Outcome

Words = tuple[str, str]
"""Of one finding: the time of its trigger as the line states it, and its message."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an earlier check read: place of each row, and of each rule the words of its outcomes."""

    places: Mapping[int, Place] = field(default_factory=dict)
    words: Mapping[str, Mapping[Outcome, Words]] = field(default_factory=dict)

    def of(self, rule: str, outcome: Outcome) -> Words | None:
        """Words of a rule's outcome; None where it was not listed before."""
        return self.words.get(rule, {}).get(outcome)


def told(memory: Memory | None, digests: Mapping[str, str]) -> Told:
    """What the findings of a memory say, of those rules that are still the same."""
    if memory is None:
        return Told()
    same = {name: said for name, said in memory.rules.items() if digests.get(name) == said.digest}
    return Told(
        {row: Place(file, line) for row, (file, line) in memory.places.items()},
        {name: dict(zip(said.outcomes, said.words, strict=True)) for name, said in same.items() if said.words},
    )


def with_words(memory: Memory, drafts: Sequence[Draft], findings: Sequence[Finding]) -> Memory:
    """The memory with the words and places of the findings, which are those of the drafts' outcomes in order."""
    listed = iter(findings)
    rules = dict(memory.rules)
    places: dict[int, tuple[str, int]] = {}
    for draft in drafts:
        own = [next(listed) for _ in draft.outcomes]
        name = draft.frame.rule.id
        if name not in rules or rules[name].outcomes != tuple(draft.outcomes):
            continue
        words = []
        for outcome, finding in zip(draft.outcomes, own, strict=True):
            rows = (
                [] if outcome.row is None else [outcome.row, *(event[1] for event in draft.linked.get(outcome.row, ()))]
            )
            words.append((finding.events[0].time if rows else "", finding.message))
            for row, event in zip(rows, finding.events, strict=True):
                if event.line is not None:
                    places[row] = (event.file, event.line)
        rules[name] = replace(rules[name], words=tuple(words))
    return replace(memory, rules=rules, places=places)
