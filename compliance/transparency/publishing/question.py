"""What has to be answered before a report is approved: large moves, numbers that do not agree, texts without an owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from compliance.errors import InputError, Place
from compliance.resources import data_dir
from compliance.transparency.publishing.shown import Shown, cells_of
from compliance.transparency.report import Published
from compliance.yaml_source import load_yaml

POLICY = "publishing.yaml"
HEAD = """\
# {title}: what has to be answered before anybody approves it.
# Fill in `reason` and `by` (a role, never a person), and `owner` of each text. Nothing else may be changed here.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to answer. `kind`: move, reconciliation or text; `facts` are what it is about."""

    kind: str
    subject: str
    facts: Mapping[str, str]
    reason: str = ""
    by: str = ""

    @property
    def answered(self) -> bool:
        """Whether a role has said why, or owns the text."""
        return bool(self.by.strip()) and (self.kind == "text" or bool(self.reason.strip()))

    def document(self) -> dict[str, Any]:
        """As the form shows it."""
        asked = {"kind": self.kind, "subject": self.subject, **self.facts}
        return {**asked, "owner": self.by} if self.kind == "text" else {**asked, "reason": self.reason, "by": self.by}


@dataclass(frozen=True, slots=True)
class Policy:
    """From which difference on a reason is asked for."""

    moves: Mapping[str, tuple[float, float]]
    """Type of figure to the relative and the absolute difference, both of which must be reached."""
    keywords: bool
    reconciliations: Mapping[str, float]


def load_policy(path: Path | None) -> Policy:
    """The shipped policy, or one from a file. InputError `PUB-POLICY` where it is none."""
    place = path or data_dir("reports") / "transparency" / POLICY
    try:
        data, _ = load_yaml(place)
        return Policy(
            {kind: (float(limit["relative"]), float(limit["absolute"])) for kind, limit in data["moves"].items()},
            bool(data["keywords"]),
            {name: float(share) for name, share in data["reconciliations"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            "PUB-POLICY",
            f"not a policy for publication: {error}",
            hint="start from the shipped reports/transparency/publishing.yaml",
            place=Place(str(place)),
        ) from error


def moves(last: Published, now: Published, policy: Policy) -> Iterator[Question]:
    """Figures that moved far since the last period."""
    before = cells_of(last)
    for cell, shown in cells_of(now).items():
        limits = policy.moves.get(shown.type)
        if limits is None or shown.value is None or (shown.keyword and not policy.keywords):
            continue
        old = before.get(cell, Shown("", 0, shown.type, keyword=shown.keyword, words=False))
        if old.value is not None and _far(float(old.value), float(shown.value), *limits):
            facts = {"last_period": old.text or "nothing", "now": shown.text, "change": _change(old.value, shown.value)}
            yield Question("move", cell, facts)
    after = cells_of(now)
    for cell, old in before.items():
        limits = policy.moves.get(old.type)
        counts = limits is not None and old.value is not None and (policy.keywords or not old.keyword)
        if cell not in after and counts and limits and old.value is not None and _far(float(old.value), 0.0, *limits):
            yield Question("move", cell, {"last_period": old.text, "now": "nothing", "change": _change(old.value, 0)})


def _far(old: float, new: float, relative: float, absolute: float) -> bool:
    difference = abs(new - old)
    return difference >= absolute and (old == 0 or difference / abs(old) >= relative) and difference > 0


def _change(old: float, new: float) -> str:
    return f"{100 * (new - old) / old:+.1f} %" if old else signed(new - old)


def reconciliation(
    name: str,
    subject: str,
    facts: Mapping[str, str],
    here: float | None,
    there: float | None,
    policy: Policy,
) -> Question | None:
    """A question where two numbers about one thing differ too much, or one of them is missing; None where they agree."""
    if here is None and there is None:
        return None
    if here is not None and there is not None:
        allowed = policy.reconciliations.get(name, 0.0) * max(abs(here), abs(there))
        if abs(here - there) <= allowed:
            return None
    difference = "one of them is not known" if here is None or there is None else signed(here - there)
    return Question("reconciliation", subject, {**facts, "difference": difference})


def signed(number: float) -> str:
    """A difference with its sign, in full."""
    return f"{int(number):+d}" if number == int(number) else f"{number:+.4f}".rstrip("0")


def texts(report: Published, owners: Mapping[str, str], otherwise: str) -> Iterator[Question]:
    """Every text of the report once, with its owner. `owners`: declared text to role; `otherwise`: the role of all others."""
    places: dict[str, list[str]] = {}
    for cell, shown in cells_of(report).items():
        if shown.words:
            places.setdefault(shown.text, []).append(cell)
    for text, cells in places.items():
        words = text if len(text) <= 80 else text[:79] + "…"
        more = {"also_in": str(len(cells) - 1)} if len(cells) > 1 else {}
        yield Question("text", cells[0], {"words": words, **more}, by=owners.get(text, otherwise))


def form(title: str, questions: Sequence[Question]) -> str:
    """The form as YAML."""
    listed = [question.document() for question in questions]
    return HEAD.format(title=title) + yaml.safe_dump(
        {"questions": listed}, sort_keys=False, allow_unicode=True, width=110
    )


def answers(questions: Sequence[Question], path: Path) -> tuple[Question, ...]:
    """The questions with what the form says. InputError `PUB-FORM` where the form asks something else than they do."""
    try:
        data, _ = load_yaml(path)
        pairs = list(zip(questions, list(data["questions"] or ()), strict=True))
        said = [_answered(question, entry) for question, entry in pairs]
        same = [
            question.document() == {name: str(value or "") for name, value in entry.items()}
            for question, (_, entry) in zip(said, pairs, strict=True)
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_form(path, str(error)) from error
    if not all(same):
        raise _no_form(path, f"question {same.index(False) + 1} was changed")
    return tuple(said)


def _answered(question: Question, entry: Mapping[str, Any]) -> Question:
    by = entry.get("owner" if question.kind == "text" else "by")
    return replace(question, by=str(by or ""), reason=str(entry.get("reason") or ""))


def _no_form(path: Path, cause: str) -> InputError:
    return InputError(
        "PUB-FORM",
        f"the form no longer asks what was frozen: {cause}",
        hint="change only reason, by and owner; `freeze` writes a new form",
        place=Place(str(path)),
    )
