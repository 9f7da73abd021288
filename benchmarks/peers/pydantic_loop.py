"""Peer: a pydantic model validates each line, and the same loop judges it. `python pydantic_loop.py LOG`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from equal import report
from loop import Loop
from pydantic import BaseModel, Discriminator, Tag, TypeAdapter, ValidationError


class Event(BaseModel):
    """Envelope of every event; also an event of a type that no rule reads."""

    id: str
    type: str
    time: datetime
    service: str
    source: str


class Received(Event):
    """A notice."""

    type: Literal["notice.received"]
    notice_id: str


class Confirmed(Event):
    """A receipt."""

    type: Literal["notice.receipt_confirmed"]
    notice_id: str


class Decided(Event):
    """A decision on a notice."""

    type: Literal["notice.decided"]
    member_state: str
    automated_processing: bool


class Notified(Event):
    """A decision that was notified."""

    type: Literal["notice.decision_notified"]
    notice_id: str


class Restricted(Event):
    """A restriction."""

    type: Literal["restriction.applied"]
    clause_id: str | None = None


class Submitted(Event):
    """A statement that was submitted."""

    type: Literal["sor.tdb_submitted"]
    puid: str


_TYPES = {
    "notice.received": "received",
    "notice.receipt_confirmed": "confirmed",
    "notice.decided": "decided",
    "notice.decision_notified": "notified",
    "restriction.applied": "restricted",
    "sor.tdb_submitted": "submitted",
}


def _tag(event: dict[str, object]) -> str:
    return _TYPES.get(str(event.get("type")), "other")


_ANY = TypeAdapter(
    Annotated[
        Annotated[Received, Tag("received")]
        | Annotated[Confirmed, Tag("confirmed")]
        | Annotated[Decided, Tag("decided")]
        | Annotated[Notified, Tag("notified")]
        | Annotated[Restricted, Tag("restricted")]
        | Annotated[Submitted, Tag("submitted")]
        | Annotated[Event, Tag("other")],
        Discriminator(_tag),
    ]
)


def counts(log: Path) -> dict[str, int]:
    """How often each rule was not met."""
    loop = Loop()
    with log.open("rb") as lines:
        for line in lines:
            try:
                event = _ANY.validate_json(line)
            except ValidationError:
                continue
            match event:
                case Received():
                    loop.received(event.notice_id, event.time)
                case Confirmed():
                    loop.confirmed(event.notice_id, event.time)
                case Decided():
                    loop.decided(event.member_state, event.time, automated=event.automated_processing)
                case Notified():
                    loop.notified(event.notice_id, event.time)
                case Restricted():
                    loop.restricted(event.clause_id)
                case Submitted():
                    loop.submitted(event.puid)
    return loop.counts()


if __name__ == "__main__":
    report(("pydantic",), counts(Path(sys.argv[1])))
