"""`compliance attest` as a person meets it: a record, its seal, and how each statement stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance.events.store import Store
from tests.events.logs import line, write

Run = Callable[..., Any]
CONFIG = """
[service]
id = "s"
[profile]
intermediary = true
online_platform = true
offered_in_union = true
enterprise_size = "large"
designated = "no"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, where the verb runs."""
    (tmp_path / "compliance.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def states(run: Run, *words: object) -> dict[str, dict[str, str]]:
    """Rows of `attest list`, by statement."""
    ran = run("attest", "list", *words, "--format", "json")
    assert ran.code == 0, ran.err
    return {row["statement"]: row for row in json.loads(ran.out)}


def test_an_attestation_is_sealed_and_listed(run: Run, place: Path) -> None:
    """Added with --store it is an accepted event of the store; until its expiry it is attested, then expired."""
    words = ("--role", "head of legal", "--reviewer", "auditor", "--at", "2026-01-05", "--expires", "2026-06-01")
    ran = run("attest", "add", "contact-points", *words, "--store", "store")
    assert ran.code == 0
    event = json.loads(ran.out)
    assert (event["service"], event["role"], event["reviewer_role"]) == ("s", "head of legal", "auditor")
    assert Store.open(place / "store").checkpoint().size == 1
    before = states(run, "--store", "store", "--as-of", "2026-05-31T23:59:59Z")["contact-points"]
    assert (before["state"], before["role"], before["expires"]) == ("attested", "head of legal", "2026-06-01T00:00:00Z")
    assert states(run, "--store", "store", "--as-of", "2026-06-01")["contact-points"]["state"] == "attestation expired"
    others = states(run, "--store", "store", "--as-of", "2026-02-01")
    assert others["complaints-human-review"]["state"] == "not attested"


def test_without_a_store_it_is_a_line_of_a_log(run: Run, place: Path) -> None:
    """Lines are added to the log named, also after a last line without an end; the log can be listed itself."""
    (place / "own.ndjson").write_bytes(line({"id": "x", "type": "log.heartbeat"}).rstrip(b"\n"))
    for day in ("2026-01-05", "2026-01-06"):
        said = run("attest", "add", "contact-points", "--role", "legal", "--at", day, "--log", "own.ndjson")
        assert said.code == 0
        assert "not sealed" in said.err
    assert len((place / "own.ndjson").read_bytes().splitlines()) == 3
    row = states(run, place / "own.ndjson", "--as-of", "2026-02-01")["contact-points"]
    assert (row["state"], row["made"]) == ("attested", "2026-01-06T00:00:00Z")


def test_a_contradiction_with_the_log_is_counted_and_found(run: Run, place: Path) -> None:
    """The statement stays attested, the contradicting decision is a finding, and nothing is called compliant."""
    decided = {
        "id": "e1", "type": "complaint.decided", "time": "2026-02-01T10:00:00Z", "service": "s", "complaint_id": "C1",
        "outcome": "upheld", "decision_mode": "fully_automated",
    }  # fmt: skip
    write(place / "log.ndjson", [line(decided)])
    run("attest", "add", "complaints-human-review", "--role", "head of complaints", "--at", "2026-01-05")
    logs = (place / "log.ndjson", place / "attestations.ndjson")
    row = states(run, *logs, "--as-of", "2026-03-01")["complaints-human-review"]
    assert (row["state"], row["contradicted"]) == ("attested", "1")
    ran = run("check", *logs, "--only", "DSA-20.6-ATTEST", "--as-of", "2026-03-01", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert [finding["reason"] for finding in document["findings"]] == ["attestation_contradicted"]
    assert document["rules"][0]["counts"]["compliant"] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("contact-pionts", "--role", "legal"), 2, "did you mean contact-points"),
        (("contact-points", "--role", "legal", "--at", "2999-01-01"), 2, "ATT-FUTURE"),
        (("contact-points", "--role", "legal", "--expires", "soon"), 2, "CLI-INSTANT"),
        (("contact-points", "--role", "legal", "--document", "none.pdf"), 3, "ATT-DOCUMENT"),
        (("contact-points", "--role", "legal", "--log", "none/own.ndjson"), 3, "ATT-LOG"),
        (("contact-points",), 2, "--role"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_leaves_nothing(
    run: Run, place: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    """Exit code, cause and next step; no log is made."""
    ran = run("attest", "add", *words)
    assert ran.code == code
    assert said in ran.err
    assert not (place / "attestations.ndjson").exists()


def test_a_store_that_refuses_leaves_the_log_as_it_was(run: Run, place: Path) -> None:
    """Where the line cannot be sealed it is taken back, so that the command can be repeated."""
    (place / "store").mkdir()
    (place / "store" / "other.txt").write_text("something else", "utf-8")
    run("attest", "add", "contact-points", "--role", "legal", "--at", "2026-01-05")
    before = (place / "attestations.ndjson").read_bytes()
    ran = run("attest", "add", "contact-points", "--role", "legal", "--at", "2026-01-06", "--store", "store")
    assert ran.code == 3
    assert "STO-EXISTS" in ran.err
    assert (place / "attestations.ndjson").read_bytes() == before


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00rest", b"PK\x03\x04rest", b"id,type\n1,a\n", b"PAR1rest"])
def test_a_file_of_another_kind_gets_no_line(run: Run, place: Path, content: bytes) -> None:
    """An archive, a workbook or a table named as the log is refused and stays as it was."""
    (place / "other").write_bytes(content)
    ran = run("attest", "add", "contact-points", "--role", "legal", "--log", "other")
    assert (ran.code, ran.err.split()[0]) == (3, "ATT-LOG")
    assert (place / "other").read_bytes() == content
