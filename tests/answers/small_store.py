"""A small store in memory: a few events of one night, with coverage, leaves and lines; and a letter about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from compliance.answers.decision import Inputs
from compliance.answers.intake import read_asked
from compliance.answers.model import Asked
from compliance.clock import parse_instant
from compliance.errors import Place
from compliance.events.catalogue import Kind, catalogue
from compliance.events.dataset import CoverageStatement, Dataset, Interval, Requirement
from compliance.events.store import Store
from compliance.project import Project, Service
from tests.evidence.small_bundle import SmallLog

STREAM = "LS-2026-08-13-001"
PROJECT = Project(
    service=Service(
        id="halcyon-live",
        name="Halcyon Live (synthetic)",
        provider="Halcyon Live Ltd. (fictional), Dublin",
        zone="Europe/Dublin",
        calendar="IE",
        synthetic=True,
    ),
    owners={"livestream": "head of live operations", "notice": "head of trust and safety"},
)
_SQL = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}


def event(number: int, event_type: str, time: str, **fields: Any) -> dict[str, Any]:
    """One native event."""
    return {"id": f"ev-{number:04d}", "type": event_type, "time": f"2026-{time}Z", "service": "halcyon-live", **fields}


def night() -> list[dict[str, Any]]:
    """The night's events: the stream, its telemetry, an incident, notices and their decisions."""
    events = [
        event(
            1,
            "livestream.scheduled",
            "08-12T15:00:00",
            stream_id=STREAM,
            scheduled_at="2026-08-13T00:00:00Z",
            host_id="host-77",
            title="An evening talk",
        ),
        event(
            2,
            "livestream.capacity_limit_set",
            "08-13T00:05:00",
            stream_id=STREAM,
            capacity=100000,
            actor_id="op-1",
            role="incident lead",
        ),
        event(3, "incident.detected", "08-13T00:02:00", incident_id="INC-9", stream_id=STREAM, functionality="live"),
        event(
            4,
            "incident.cause_asserted",
            "08-13T00:18:00",
            incident_id="INC-9",
            cause_asserted="ddos",
            cause_evidence="none",
        ),
        event(5, "livestream.audio_started", "08-13T00:35:00", stream_id=STREAM),
        event(6, "livestream.speech_started", "08-13T00:42:00", stream_id=STREAM),
        event(7, "livestream.ended", "08-13T02:40:00", stream_id=STREAM),
        event(8, "incident.resolved", "08-13T00:40:00", incident_id="INC-9"),
    ]
    events += [
        event(
            100 + n,
            "livestream.join_attempted",
            f"08-13T00:{n % 60:02d}:{n // 60:02d}",
            stream_id=STREAM,
            country=("IE", "FR")[n % 2],
            attempts=10 + n,
            failures=n % 7,
        )
        for n in range(240)
    ]
    for n in range(30):
        events.append(
            event(
                500 + n,
                "notice.received",
                f"08-13T03:{n:02d}:00",
                notice_id=f"N-{n}",
                stream_id=STREAM,
                member_state=("IE", "FR", "DE")[n % 3],
                contact=f"p{n}@example.org",
                notifier_id=f"u-{n}",
            )
        )
        if n < 25:
            events.append(
                event(
                    600 + n,
                    "notice.decided",
                    f"08-13T{5 + n % 5:02d}:{n:02d}:00",
                    notice_id=f"N-{n}",
                    actor_id=f"mod-{n % 3}",
                    decision_id=f"D-{n}",
                    member_state=("IE", "FR", "DE")[n % 3],
                )
            )
    return [*events, event(900, "amar.published", "08-20T00:00:00", average_recipients=50_000_000)]


class Rows:
    """Finds events and lines of the small store."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.all = events

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """Line of each row."""
        return {row: Place("/var/log/live/night.ndjson", row + 1) for row in rows}

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """Event of each row."""
        return {row: self.all[row] for row in rows}


def table(events: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """Connection with the table `ev` of all catalogue fields."""
    con = duckdb.connect()
    fields = [spec for name, spec in catalogue().fields.items() if name not in {"id", "type", "time", "service"}]
    columns = ", ".join(f'"{spec.name}" {_SQL.get(spec.kind, "VARCHAR")}' for spec in fields)
    con.execute(f"CREATE TABLE ev (n BIGINT, id VARCHAR, type VARCHAR, t BIGINT, service VARCHAR, {columns})")
    rows = []
    for number, each in enumerate(events):
        row: dict[str, Any] = {**each, "n": number, "t": parse_instant(each["time"])}
        del row["time"]
        for spec in fields:
            if spec.kind is Kind.INSTANT and spec.name in row:
                row[spec.name] = parse_instant(row[spec.name])
        rows.append(row)
    if rows:
        names = [row[0] for row in con.execute("DESCRIBE ev").fetchall()]
        structure = json.dumps([{name: kind for name, kind, *_ in con.execute("DESCRIBE ev").fetchall()}])
        listed = ", ".join(f'"{name}"' for name in names)
        con.execute(
            f"INSERT INTO ev SELECT {listed} FROM (SELECT unnest(from_json(?, ?), recursive := true))",
            [json.dumps(rows), structure],
        )
    return con


class SmallStore(SmallLog):
    """A store in memory. `covered`: whether a source vouches for all types from July to September."""

    file = "/var/log/live/night.ndjson"

    def __init__(self, events: list[dict[str, Any]] | None = None, *, covered: bool = True) -> None:
        super().__init__(night() if events is None else events)
        self.covered = covered

    def dataset(self, requirement: Requirement | None, *, project: Project) -> Dataset:
        """All events with all fields."""
        instants = [parse_instant(each["time"]) for each in self.events]
        window = Interval(parse_instant("2026-07-01T00:00:00Z"), parse_instant("2026-09-30T00:00:00Z"))
        statements = (CoverageStatement("app", ("*",), window),) if self.covered else ()
        return Dataset(
            table(self.events),
            Rows(self.events),
            (),
            statements,
            (),
            frozenset(),
            max(instants, default=None),
            min(instants, default=None),
        )


REQUEST: dict[str, Any] = {
    "schema": "request/1",
    "letter": {"file": "letter.txt", "sha256": "0" * 64, "format": "txt"},
    "confirmed_by": {"role": "compliance officer", "at": "2026-09-03T09:00:00Z"},
    "kind": "rfi_decision",
    "binding": True,
    "language": "en",
    "sender": {
        "authority": "European Commission",
        "authority_id": "EC",
        "unit": "Digital Services",
        "country": "EU",
        "signatory_role": "Member",
    },
    "addressee": "Halcyon Live Ltd.",
    "reference": "C(2026) 6142 final",
    "case": "DSA.100733",
    "other_references": [],
    "date": "2026-09-02",
    "received_at": "2026-09-02T16:05:00+02:00",
    "subject": f"Decision requiring information, stream ID {STREAM}",
    "legal_bases": ["32022R2065:67(1)", "32022R2065:67(3)"],
    "cited_articles": ["32022R2065:16"],
    "deadline": {
        "id": "D1",
        "instant": "2026-09-25T17:00:00+02:00",
        "rule": "fixed",
        "text": "by 17:00 Brussels time on 25 September 2026",
    },
    "additional_deadlines": [],
    "period": {"from": "2026-08-12", "to": "2026-08-16", "text": "Relevant period"},
    "event_refs": [STREAM],
    "questions": [
        {"number": "1", "text": "As regards the start of the Session:", "type": None, "leaf": False},
        {
            "number": "1.a",
            "text": "provide a chronology of the livestream, to the minute, from its announcement to its end;",
            "type": "timeline",
            "leaf": True,
        },
        {
            "number": "2",
            "text": "State the number of notices received and the median time to decide, per Member State.",
            "type": "figures",
            "leaf": True,
            "articles": ["32022R2065:16"],
            "format_demands": ["per_member_state"],
            "deadline_ref": "D1",
        },
        {
            "number": "3",
            "text": "Provide a random sample of 10 notices decided in the period.",
            "type": "decision_sample",
            "leaf": True,
        },
        {"number": "4", "text": "Describe the mitigation measures in force.", "type": "narrative", "leaf": True},
        {
            "number": "5",
            "text": "Provide the internal guidelines for moderators.",
            "type": "document_production",
            "leaf": True,
        },
        {"number": "6", "text": "Confirm that all logs have been preserved.", "type": "preservation", "leaf": True},
        {
            "number": "7",
            "text": "Provide the log of capacity limits of the livestream.",
            "type": "log_extract",
            "leaf": True,
        },
        {"number": "8", "text": "State how many complaints were received.", "type": "figures", "leaf": True},
        {"number": None, "text": "Identify by role the persons responsible.", "type": "contact", "leaf": True},
    ],
}


def write_request(folder: Path, **changes: Any) -> Path:
    """A request file with some fields changed."""
    path = folder / "request.yaml"
    path.write_text(json.dumps({**REQUEST, **changes}))
    return path


def asked(folder: Path, **changes: Any) -> Asked:
    """The confirmed request, as read."""
    return read_asked(write_request(folder, **changes))


def inputs(folder: Path, **changes: Any) -> Inputs:
    """Inputs with the usual roles and times."""
    store = folder / "store"
    if not store.exists():
        Store.create(store)
    given: dict[str, Any] = {
        "request": folder / "request.yaml",
        "store": folder / "store",
        "out": folder / "out",
        "project": PROJECT,
        "sent_at": "2026-09-25T12:00:00+02:00",
        "signatory": "chief executive",
        "mandate": "articles of association",
        "preparer": "compliance officer",
        "supply_by": "2026-10-15",
    }
    return Inputs(**{**given, **changes})
