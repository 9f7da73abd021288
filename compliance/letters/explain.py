"""Deadlines in words: each reading, the rule, the inputs, the steps."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.letters.request_model import DeadlinePart, Request


def explain_deadlines(request: Request) -> str:
    """Every time limit of a request with all its readings, the earliest first."""
    parts = [each for each in (request.deadline, *request.additional_deadlines, *request.redress) if each]
    if not parts:
        return "the letter sets no time limit\n"
    return "\n".join(line for part in parts for line in _explained(part)) + "\n"


def _explained(part: DeadlinePart) -> Iterator[str]:
    applies = ", ".join(part.applies_to) if isinstance(part.applies_to, list) else part.applies_to
    force = {True: "binding", False: "not binding" if part.scope == "answer" else "a right", None: "force not settled"}[
        part.binding
    ]
    yield f"{part.id}  {part.instant.isoformat() if part.instant else 'cannot be computed yet'}"
    yield f"    for      {part.scope.replace('_', ' ')}: {applies} ({force})"
    yield f'    words    "{part.text}"'
    yield f"    rule     {part.rule}"
    for name, value in part.inputs.items():
        if value:
            yield f"    input    {name}: {value}"
    for step in part.steps:
        yield f"    step     {step}"
    for other in part.alternatives:
        yield f"    reading  {other.isoformat()}"
    for need in part.needs:
        yield f"    settle   {need}"
