"""What the service answered to batches, as whatever sent them saved it: one event for each statement, taken or refused.

An answer is one JSON object: `{"batch": "batch-000001.json", "at": "2026-07-01T10:00:00Z", "status": 201, "body": {...}}`, one to a
line or one to a file. A call is stored whole or not at all: with any status but 201 none of its statements is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from compliance.errors import InputError, Place
from compliance.events.canonical import canonical_json
from compliance.sor.batches import load_batch

_GROUNDS = {
    "DECISION_GROUND_ILLEGAL_CONTENT": "illegal_content",
    "DECISION_GROUND_INCOMPATIBLE_CONTENT": "incompatible_content",
}
_REFUSED = {
    401: "no_token",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    422: "invalid",
    429: "too_many_calls",
}
SOURCE = "transparency-database"


class Answer(BaseModel):
    """One saved answer: to which batch, when it came, its HTTP status and body (None where there was none)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch: Annotated[str, Field(pattern=r"^batch-\d{6}\.json$")]
    at: AwareDatetime
    status: Annotated[int, Field(ge=100, le=599)]
    body: dict[str, Any] | None = None


@dataclass(slots=True)
class Receipts:
    """What the answers say: events, batches that nobody answered, and statements that a 201 does not name."""

    events: list[dict[str, Any]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Events of a type."""
        return sum(event["type"] == kind for event in self.events)


def read_receipts(folder: Path, answers: Sequence[Path], service: str) -> Receipts:
    """Events of all answers to the batches in `folder`, the same for the same answers.

    InputError `SOR-ANSWER` with the line where an answer cannot be read, `SOR-BATCH` where it is to no batch of the folder.
    """
    found = Receipts()
    answered = set()
    for answer, place in _answers(answers):
        answered.add(answer.batch)
        statements = load_batch(folder, answer.batch)
        if answer.status == 201:
            _taken(found, answer, statements, service, place)
        else:
            _refused(found, answer, statements, service)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    found.unanswered = [each["file"] for each in manifest["batches"] if each["file"] not in answered]
    return found


def _answers(paths: Sequence[Path]) -> Iterator[tuple[Answer, Place]]:
    for path in paths:
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(Place(str(path)), str(error)) from error
        whole = _parsed(text)
        listed = [(1, text)] if whole is not None else list(enumerate(text.splitlines(), start=1))
        for number, line in listed:
            place = Place(str(path), number)
            if not line.strip():
                continue
            try:
                yield Answer.model_validate(json.loads(line)), place
            except ValidationError as error:
                first = error.errors()[0]
                raise _unreadable(place, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
            except (ValueError, RecursionError) as error:
                raise _unreadable(place, str(error)) from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unreadable(place: Place, cause: str) -> InputError:
    return InputError(
        "SOR-ANSWER",
        f"the answer cannot be read: {cause}",
        place=place,
        hint='save each answer as {"batch": "batch-000001.json", "at": "2026-07-01T10:00:00Z", "status": 201, "body": {...}}',
    )


def _taken(
    found: Receipts, answer: Answer, statements: Sequence[Mapping[str, Any]], service: str, place: Place
) -> None:
    """An event for each statement that the answer names; one it does not name is no receipt, and is listed."""
    body = answer.body or {}
    returned = body.get("statements", [body] if "puid" in body else [])
    if not isinstance(returned, list) or not all(isinstance(each, dict) for each in returned):
        raise _unreadable(place, "a 201 without the list of statements that were stored")
    by_puid = {str(each.get("puid")): each for each in returned}
    for statement in statements:
        puid = str(statement["puid"]).strip()
        stored = by_puid.get(puid)
        if stored is None or not stored.get("uuid"):
            found.unnamed.append(puid)
            continue
        found.events.append(
            _event(
                answer,
                service,
                "sor.tdb_accepted",
                puid,
                tdb_uuid=str(stored["uuid"]),
                platform_name=stored.get("platform_name"),
                category=statement.get("category"),
                tdb_category=statement.get("category"),
                ground=_GROUNDS.get(str(statement.get("decision_ground"))),
                tdb_ground=statement.get("decision_ground"),
                application_date=statement.get("application_date"),
            )
        )


def _refused(found: Receipts, answer: Answer, statements: Sequence[Mapping[str, Any]], service: str) -> None:
    """An event for each statement of the call: its own errors, or that another one of the call was refused."""
    errors = (answer.body or {}).get("errors")
    own = errors if isinstance(errors, dict) else {}
    existing = (
        {str(puid) for puid in own.get("existing_puids", ())} if isinstance(own.get("existing_puids"), list) else set()
    )
    named = bool(existing) or any(key.startswith("statement_") for key in own)
    for index, statement in enumerate(statements):
        puid = str(statement["puid"]).strip()
        failed = own.get(f"statement_{index}")
        if isinstance(failed, dict):
            code, reason = ",".join(sorted(failed)), "; ".join(str(text) for texts in failed.values() for text in texts)
        elif puid in existing:
            code, reason = "puid", "the service holds its puid already"
        elif named:
            code, reason = "call_refused", "another statement of the call was refused"
        else:
            code, reason = _REFUSED.get(answer.status, "refused"), str((answer.body or {}).get("message", ""))
        found.events.append(
            _event(answer, service, "sor.tdb_rejected", puid, error_code=code, reason=reason[:500] or None)
        )


def _event(answer: Answer, service: str, kind: str, puid: str, **fields: Any) -> dict[str, Any]:
    """An event whose id is made from batch, time, status and puid: the same answer read twice gives the same event."""
    event = {
        "id": f"{answer.batch.removesuffix('.json')}/{answer.at.isoformat()}/{answer.status}/{puid}",
        "type": kind,
        "time": answer.at.isoformat(),
        "service": service,
        "source": SOURCE,
        "puid": puid,
        "status_code": answer.status,
    }
    return event | {name: value for name, value in fields.items() if value is not None}


def as_log(receipts: Receipts) -> bytes:
    """The events as NDJSON, ready to be ingested."""
    return b"".join(canonical_json(event) + b"\n" for event in receipts.events)
