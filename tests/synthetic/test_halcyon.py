"""The generated platform: sound, repeatable, and what it says about itself holds."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from compliance.clock import parse_instant
from compliance.events.catalogue import Kind, catalogue
from compliance.project import load_project
from compliance.synthetic import night
from compliance.synthetic.halcyon import build, generate, log_paths
from compliance.synthetic.journal import World
from compliance.synthetic.timeline import AS_OF, DELIVERED, EDGE_GAP, MAIL_GAP, START, iso, local_day, local_day_end

SCALE = 0.03
_PYTHON = {
    Kind.STRING: str,
    Kind.INTEGER: int,
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: bool,
    Kind.INSTANT: str,
    Kind.DATE: str,
    Kind.LIST: list,
}
RULES = {
    "AUD-5.1-INPUT", "AUD-5.2-ACCESS", "AUD-6.2-TEMPLATE", "AUD-7.1-AGREEMENT", "DAA-15.1-ENDED",
    "DAA-15.1-GRANTED", "DAA-15.2-DOCUMENTED", "DAA-15.3-LIMITS", "DAA-6.1-CONTACT", "DAA-6.5-AUDIT",
    "DAA-6.5-RISKS", "DSA-10.1-ACK", "DSA-10.1-EFFECT", "DSA-10.2-MINIMAL", "DSA-10.5-CONTENT",
    "DSA-10.5-RECIPIENT", "DSA-11.1-CONTACT", "DSA-12.1-HUMAN", "DSA-12.2-PUBLISHED", "DSA-13.1-REPRESENTATIVE",
    "DSA-14.1-TERMS", "DSA-14.3-MINORS", "DSA-14.4-CLAUSE", "DSA-14.5-SUMMARY", "DSA-16.1-AVAILABLE",
    "DSA-16.4-RECEIPT", "DSA-16.5-NOTIFY", "DSA-16.6-DECIDE", "DSA-16.6-UNIQUE", "DSA-17.1-SENT", "DSA-17.2-TIMING",
    "DSA-17.3-CONTENT", "DSA-17.3-GROUND", "DSA-17.4-CLARITY", "DSA-20.1-SCOPE", "DSA-20.1-WINDOW",
    "DSA-20.3-USABLE", "DSA-20.4-DECIDE", "DSA-20.6-ATTEST", "DSA-20.6-HUMAN", "DSA-21.1-TOLD", "DSA-21.2-ENGAGE",
    "DSA-21.2-PRIOR", "DSA-21.2-REFUSAL", "DSA-21.5-EXPENSES", "DSA-21.5-FEES", "DSA-22.1-MEDIAN",
    "DSA-22.1-OVERTAKEN", "DSA-22.6-DOCUMENTS", "DSA-22.6-REPORT", "DSA-23.1-FREQUENT", "DSA-23.1-PERIOD",
    "DSA-23.1-WARNING", "DSA-23.2-WARNING", "DSA-23.3-ASSESSED", "DSA-23.4-POLICY", "DSA-24.2-AMAR",
    "DSA-24.2-COMPUTED", "DSA-24.2-METHOD", "DSA-24.3-CURRENT", "DSA-24.3-REQUEST", "DSA-24.5-AGREES",
    "DSA-24.5-CODES", "DSA-24.5-FIELDS", "DSA-24.5-PERSONAL", "DSA-24.5-RECON", "DSA-24.5-SUBMIT",
    "DSA-24.5-UNIQUE", "DSA-25.1-INTERFACE", "DSA-26.1-DISCLOSE", "DSA-26.2-DECLARE", "DSA-26.3-ATTEST",
    "DSA-27.1-PARAMETERS", "DSA-28.1-MINORS", "DSA-28.2-MINOR", "DSA-30.1-PRECOND", "DSA-30.2-VERIFY",
    "DSA-30.3-REQUEST", "DSA-30.3-SUSPEND", "DSA-30.3-UNTIL", "DSA-30.4-TRADERS", "DSA-30.5-DELETE",
    "DSA-30.5-KEEP", "DSA-30.7-SHOWN", "DSA-31.1-DESIGN", "DSA-31.3-CHECKED", "DSA-31.3-RANDOM", "DSA-32.1-CONTENT",
    "DSA-32.1-INFORM", "DSA-32.1-REACH", "DSA-32.2-CONTENT", "DSA-32.2-PUBLIC", "DSA-34.1-AREAS", "DSA-34.1-BEFORE",
    "DSA-34.1-JUDGED", "DSA-34.1-YEARLY", "DSA-34.2-FACTORS", "DSA-34.3-KEPT", "DSA-35.1-MARKING",
    "DSA-35.1-MITIGATION", "DSA-37.1-YEARLY", "DSA-37.2-OBSTACLES", "DSA-37.3-INDEPENDENT", "DSA-37.4-CONTENT",
    "DSA-37.6-IMPLEMENT", "DSA-38-OPTION", "DSA-39.1-REPOSITORY", "DSA-40.12-DECIDE", "DSA-40.12-REASONS",
    "DSA-40.12-REFUSALS", "DSA-40.4-ACCESS", "DSA-40.4-AMENDED", "DSA-40.5-GROUND", "DSA-40.5-WINDOW",
    "DSA-40.6-ALTERNATIVES", "DSA-40.7-INTERFACE", "DSA-41.1-FUNCTION", "DSA-41.5-BODY", "DSA-42.2-STAFF",
    "DSA-42.4-COMMISSION", "DSA-42.4-CONSULTED", "DSA-42.4-COORDINATOR", "DSA-42.4-IMPLEMENTATION",
    "DSA-42.4-ITEMS", "DSA-42.4-PUBLISH", "DSA-43.1-FEE", "DSA-51.1-INSPECTION", "DSA-51.1-REPLY",
    "DSA-69-INSPECTION", "DSA-72.1-RETAIN", "DSA-9.1-EFFECT", "DSA-9.5-RECIPIENT", "EMFA-18.1-FUNCTION",
    "NIS2-21-MEASURES", "NIS2-23.1-JUDGED", "NIS2-23.4a-EARLY", "NISX-13-AFFECTED", "NISX-3-LIMBS",
    "PROC-4.2-QUALITY", "TCO-10.1-MECHANISM", "TCO-11.1-INFORM", "TCO-15.1-CONTACT", "TCO-17.1-REPRESENTATIVE",
    "TCO-3.3-HOUR", "TCO-3.6-FORM", "TCO-3.6-INFORM", "TCO-5.1-TERMS", "TCO-6.2-PRESERVED", "TCO-6.2-SIXMONTHS",
    "TCO-7.1-POLICY", "TRR-A2-2-NARRATIVES",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    """A small log in memory."""
    return build(7, SCALE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small log on disk."""
    return generate(tmp_path_factory.mktemp("halcyon"), seed=7, scale=SCALE)


def accepted(world: World) -> Iterator[dict[str, Any]]:
    """Every accepted event."""
    for rows in world.journal.rows.values():
        for _, _, text, fate in rows:
            if fate == "accepted":
                yield json.loads(text)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def raw_lines(path: Path) -> list[bytes]:
    """Lines of a log file, without the heading of a CSV."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompress(data)
    lines = data.split(b"\n")[:-1]
    return lines[1:] if path.suffix == ".csv" else lines


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Two runs with one seed write identical files; another seed does not."""
    assert digests(generate(tmp_path / "again", seed=7, scale=SCALE)) == digests(folder)
    assert digests(generate(tmp_path / "other", seed=8, scale=SCALE)) != digests(folder)


def test_every_accepted_event_fits_the_catalogue(world: World) -> None:
    """No accepted event has an unknown field, another kind of value, a foreign code, or lacks a required field."""
    shapes = catalogue()
    faults: Counter[str] = Counter()
    for event in accepted(world):
        spec = shapes.types[event["type"]]
        faults.update(f"{spec.name} lacks {name}" for name in spec.required if name not in event)
        for name, value in event.items():
            if name == "type":
                continue
            field = spec.fields.get(name)
            if (
                field is None
                or not isinstance(value, _PYTHON[field.kind])
                or (field.codes and value not in field.codes)
            ):
                faults[f"{spec.name}.{name} {value!r}"] += 1
            elif field.kind is Kind.INSTANT:
                parse_instant(str(value))
    assert not faults


def test_ids_are_unique_and_inside_the_log(world: World) -> None:
    """Accepted events have ids of their own, and the latest of them lies on the last instant of the log."""
    events = list(accepted(world))
    assert len({event["id"] for event in events}) == len(events)
    instants = [event["time"] for event in events]
    assert iso(START) <= min(instants)
    assert max(instants) == iso(AS_OF)


def test_the_truth_counts_the_lines_of_every_file(folder: Path) -> None:
    """Each file has as many lines as the truth says, and lines are accepted, duplicates or rejected."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    assert set(truth["lines"]) == {path.name for path in log_paths(folder)}
    for path in log_paths(folder):
        counts = truth["lines"][path.name]
        assert len(raw_lines(path)) == counts["lines"]
        assert counts["lines"] == counts["accepted"] + counts["duplicates"] + counts["rejected"]


def test_the_truth_speaks_of_the_planted_rules_and_every_verdict(folder: Path) -> None:
    """Every rule for which faults are planted has instances, and every verdict an instance can have occurs somewhere."""
    rules = json.loads((folder / "truth.json").read_text("utf-8"))["rules"]
    assert set(rules) >= RULES
    assert {verdict for rule in rules.values() for verdict in rule["counts"]} == {
        "compliant", "within_target", "excepted", "attested", "non_compliant", "over_target", "undetermined", "pending",
        "not_attested", "attestation_expired",
    }  # fmt: skip


def test_findings_point_to_events_of_the_log(folder: Path, world: World) -> None:
    """Every finding has a trigger in the log or a synthetic instance, once per rule, and is counted."""
    known = {event["id"] for event in accepted(world)}
    for name, rule in json.loads((folder / "truth.json").read_text("utf-8"))["rules"].items():
        triggers = [finding["trigger"] for finding in rule["findings"]]
        assert len(set(triggers)) == len(triggers), name
        assert all(trigger in known or "@" in trigger or trigger.startswith("attestation:") for trigger in triggers), (
            name
        )
        listed = Counter(finding["verdict"] for finding in rule["findings"])
        assert all(rule["counts"][verdict] == number for verdict, number in listed.items()), name


def test_unreadable_lines_stay_far_below_the_tolerance(world: World) -> None:
    """Fewer than one line in a thousand is rejected without a readable type, so none of them opens a gap."""
    rows = [row for family in world.journal.rows.values() for row in family]
    unreadable = [text for _, _, text, fate in rows if fate == "rejected" and '"type"' not in text]
    assert 0 < len(unreadable) < len(rows) / 2000


def test_dirty_files_hold_what_they_promise(folder: Path) -> None:
    """One file begins with a byte order mark, one ends its lines with CRLF, one is gz, one zst and one CSV."""
    logs = folder / "logs"
    assert (logs / "orders-2026.ndjson").read_bytes().startswith(b"\xef\xbb\xbf")
    assert all(line.endswith(b"\r") for line in raw_lines(logs / "complaints-2026.ndjson"))
    assert {path.suffix for path in log_paths(folder)} == {".ndjson", ".gz", ".zst", ".csv"}


def test_logs_come_in_two_deliveries(folder: Path) -> None:
    """Each file belongs to one of two deliveries, and no event of the first is later than the instant it was delivered."""
    first, second = log_paths(folder, 1), log_paths(folder, 2)
    assert sorted([*first, *second]) == list(log_paths(folder))
    times = [
        json.loads(line)["time"] for path in first if path.name.startswith("heartbeats") for line in raw_lines(path)
    ]
    assert max(times) == iso(DELIVERED)


def test_the_configuration_is_valid(folder: Path) -> None:
    """The written configuration loads and declares what has no heartbeat, from before the log where a look-back needs it."""
    project = load_project(folder / "compliance.toml")
    assert project.service.synthetic
    assert project.profile.nis2_important_entity
    misuse = next(entry for entry in project.coverage if entry.source == "enforcement")
    assert misuse.since.year == 2025


def test_the_mail_relay_is_silent_in_its_gap(world: World) -> None:
    """In the gap there is neither a heartbeat nor a message of the relay, and the notices it hides are undetermined."""
    relay = [event for event in accepted(world) if event["source"] == "mail-relay"]
    assert not any(
        iso(MAIL_GAP[0]) <= event["time"] < iso(MAIL_GAP[1]) for event in relay if event["type"] != "log.heartbeat"
    )
    windows = [(e["complete_from"], e["complete_until"]) for e in relay if e["type"] == "log.heartbeat"]
    assert (iso(MAIL_GAP[1]), "2026-06-10T00:00:00Z") in windows
    assert any(finding["reason"] == "no_coverage" for finding in world.truth.findings["DSA-16.4-RECEIPT"])


def test_statements_leave_on_the_irish_day_of_the_restriction(world: World) -> None:
    """Apart from planted cases a statement is sent on the same day, Irish time, as the restriction takes effect."""
    effect = {
        e["restriction_id"]: parse_instant(e["effective_at"]) // 10**6
        for e in accepted(world)
        if "effective_at" in e and e["type"] == "restriction.applied"
    }
    late = 0
    for event in accepted(world):
        if event["type"] == "sor.sent" and parse_instant(event["time"]) // 10**6 >= local_day_end(
            effect[event["restriction_id"]]
        ):
            late += 1
    found = [f for f in world.truth.findings["DSA-17.2-TIMING"] if f["reason"] == "late"]
    assert late == len(found) > 0


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31T23:59:59Z", "2026-01-31"),
        ("2026-06-30T23:00:00Z", "2026-07-01"),
        ("2026-03-29T00:30:00Z", "2026-03-29"),
    ],
)
def test_irish_days_follow_summer_time(text: str, day: str) -> None:
    """The Irish date of an instant is known on both sides of the change to summer time."""
    t = parse_instant(text) // 10**6
    assert local_day(t) == day
    assert local_day(local_day_end(t)) > day
    assert local_day(local_day_end(t) - 1) == day


@pytest.fixture(scope="module")
def events(world: World) -> list[dict[str, Any]]:
    """Events of the session of the night and of its incident, in order of time."""
    return sorted(
        (e for e in accepted(world) if e.get("stream_id") == night.STREAM or e.get("incident_id") == night.INCIDENT),
        key=lambda e: (e["time"], e["id"]),
    )


class TestNight:
    """The night of 12 to 13 August 2026."""

    def test_the_milestones_stand_in_order(self, events: list[dict[str, Any]]) -> None:
        """Announced for 00:00Z, claim 00:18Z, cap 00:25Z, microphone 00:35Z, speech 00:42Z, end 03:01Z."""
        first = {}
        for event in events:
            first.setdefault(event["type"], event)
        assert first["livestream.scheduled"]["scheduled_at"] == "2026-08-13T00:00:00Z"
        assert first["statement.published"]["time"] == "2026-08-13T00:18:00Z"
        assert first["livestream.capacity_limit_set"]["time"] == "2026-08-13T00:25:00Z"
        assert first["livestream.capacity_limit_set"]["restriction_reason"] == "capacity"
        assert first["livestream.audio_started"]["time"] == "2026-08-13T00:35:00Z"
        assert first["livestream.speech_started"]["time"] == "2026-08-13T00:42:00Z"
        assert first["livestream.ended"]["time"] == "2026-08-13T03:01:00Z"

    def test_the_cause_is_asserted_without_evidence(self, events: list[dict[str, Any]]) -> None:
        """Whoever names a cause has no evidence for it, and nothing in the log says otherwise."""
        claims = [e for e in events if "cause_asserted" in e and e["type"].startswith("incident.")]
        assert claims
        assert {e["cause_evidence"] for e in claims} == {"none"}

    def test_more_than_a_million_listen_after_the_speech_begins(self, events: list[dict[str, Any]]) -> None:
        """Global listeners pass one million after 00:42Z, not before."""
        sampled = [e for e in events if e["type"] == "livestream.listeners_sampled"]
        assert max(e["listeners"] for e in sampled if e["time"] < "2026-08-13T00:42:00Z") < 1_000_000
        assert max(e["listeners"] for e in sampled) > 1_000_000

    def test_users_affected_in_the_union_are_a_lower_bound(self, events: list[dict[str, Any]]) -> None:
        """The figure for the Union stays far below one million, and the second edge logged nothing in its gap."""
        bound = max(e["eu_users_affected"] for e in events if "eu_users_affected" in e)
        assert 10_000 < bound < 500_000
        gap = [e for e in events if e["source"] == "live-edge-2" and iso(EDGE_GAP[0]) <= e["time"] < iso(EDGE_GAP[1])]
        assert not gap

    def test_the_rest_of_the_service_is_well(self, world: World) -> None:
        """Other functions answer in those minutes as on any night, while the live room does not."""
        low: dict[str, float] = {}
        for event in accepted(world):
            if (
                event["type"] == "availability.sampled"
                and "2026-08-13T00:00:00Z" <= event["time"] < "2026-08-13T00:33:00Z"
            ):
                low[event["functionality"]] = min(event["share"], low.get(event["functionality"], 1.0))
        assert low.pop("live_audio") < 0.5
        assert len(low) >= 4
        assert min(low.values()) > 0.95
