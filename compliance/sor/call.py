"""A call to the endpoint for several statements: sizes, every statement, then identifiers, answered as the service answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compliance.sor.message import message
from compliance.sor.php import as_text, is_filled, items_of, length, normalised
from compliance.sor.schema import CURRENT, MAX_BATCH
from compliance.sor.validate import Failure, Verdict, validate_statement


@dataclass(frozen=True, slots=True)
class CallVerdict:
    """What the service makes of a call: the status, the body it answers with, and the verdict on each statement.

    A call is stored whole or not at all. `errors` are those of the call itself: its size, or identifiers that stand twice.
    """

    status: int
    answer: dict[str, Any]
    statements: tuple[Verdict, ...]
    errors: dict[str, list[str]]
    existing: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """True where the service would store every statement, their identifiers being new to it."""
        return self.status == 201


def validate_call(body: Any, *, schema: str = CURRENT) -> CallVerdict:
    """The service's answer to a body `{"statements": [...]}` of the multiple endpoint."""
    listed = body.get("statements") if isinstance(body, dict) else None
    verdicts = tuple(validate_statement(entry, schema=schema, endpoint="multiple") for entry in items_of(listed))
    size = _size_errors(listed)
    if size:
        answer = {"message": _summary(size["statements"]), "errors": size}
        return CallVerdict(422, answer, verdicts, size)
    failed = {f"statement_{index}": found.messages() for index, found in enumerate(verdicts) if not found.valid}
    if failed:
        return CallVerdict(422, {"errors": failed}, verdicts, {})
    repeated = repeated_puids([as_text(normalised(entry).get("puid")) for entry in items_of(listed)])
    if repeated:
        errors = {"puid": [message("puid", "unique_in_call")]}
        answer = {"errors": {**errors, "existing_puids": list(repeated)}}
        return CallVerdict(422, answer, verdicts, errors, repeated)
    return CallVerdict(201, {}, verdicts, {})


def repeated_puids(puids: Sequence[str]) -> tuple[str, ...]:
    """Identifiers that stand more than once, in the order of their second appearance."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for puid in puids:
        if puid in seen:
            again[puid] = None
        seen.add(puid)
    return tuple(again)


def not_unique(*, in_call: bool) -> Verdict:
    """The verdict on a statement whose identifier stood before: in the same call, or sent by the platform earlier."""
    words = message("puid", "unique_in_call" if in_call else "unique")
    return Verdict({"puid": (Failure("unique", words),)})


def _size_errors(listed: Any) -> dict[str, list[str]]:
    if not is_filled(listed):
        return {"statements": [message("statements", "required")]}
    found = [] if isinstance(listed, (list, dict)) else [message("statements", "array")]
    if not 1 <= length(listed) <= MAX_BATCH:
        found.append(message("statements", "between", (1, MAX_BATCH)))
    return {"statements": found} if found else {}


def _summary(texts: Sequence[str]) -> str:
    more = len(texts) - 1
    return texts[0] + (f" (and {more} more error{'s' if more > 1 else ''})" if more else "")
