"""Attestations: what a person answers for, written as an event, and how each statement that a rule asks for stands.

An attestation is never evidence of compliance (register §7): a rule answers *attested*, *not attested* or *expired*.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from compliance.assess.model import RuleResult, Verdict
from compliance.assess.session import Judged
from compliance.clock import Clock, format_us, parse_duration
from compliance.engine.embedded import Embedded
from compliance.engine.plan import Filter, Scan, call, col, keep, lit
from compliance.engine.plan import Project as Columns
from compliance.errors import InputError, Place, UsageError
from compliance.events.store import Store
from compliance.patterns.attested import DEFAULT_LIFE
from compliance.patterns.limit import Days, shift
from compliance.project import Project
from compliance.rules.fault import nearest
from compliance.rules.listing import Row
from compliance.rules.loader import LoadedRule

STATES = (Verdict.ATTESTED, Verdict.ATTESTATION_EXPIRED, Verdict.NOT_ATTESTED, Verdict.UNDETERMINED)
"""What can be said of a statement itself; contradictions are counted beside it."""
TYPE = "attestation.made"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person attests. Instants are UTC µs; `expires_at` None: one year after it was made."""

    key: str
    role: str
    made_at: int
    reviewer_role: str = ""
    scope: str = ""
    text: str = ""
    valid_from: int | None = None
    expires_at: int | None = None
    document: Path | None = None


def statements_asked(rules: Sequence[LoadedRule]) -> dict[str, tuple[LoadedRule, ...]]:
    """Statements that the rules ask for, sorted, with the rules that do."""
    found: dict[str, list[LoadedRule]] = {}
    for one in rules:
        if one.rule.expect.attested is not None:
            found.setdefault(one.rule.expect.attested.statement, []).append(one)
    return {key: tuple(found[key]) for key in sorted(found)}


def attestation(statement: Statement, rules: Sequence[LoadedRule], service: str, days: Days) -> dict[str, Any]:
    """The event `attestation.made` of a statement.

    UsageError `ATT-*` where it cannot be one: an unknown statement (with the nearest names), no role, author and reviewer
    of one role, an expiry that lies before its beginning.
    """
    _sound(statement, rules)
    expires = statement.expires_at
    if expires is None:
        expires = shift(statement.made_at, parse_duration(DEFAULT_LIFE), days)
    start = statement.made_at if statement.valid_from is None else statement.valid_from
    if expires <= start:
        raise UsageError(
            "ATT-DATES",
            f"it would expire at {format_us(expires)}, before it begins at {format_us(start)}",
            hint="give --expires a later day",
        )
    content: dict[str, Any] = {
        "type": TYPE,
        "time": format_us(statement.made_at),
        "service": service,
        "source": "attestations",
        "statement": statement.key,
        "role": statement.role,
        "valid_from": format_us(start),
        "expires_at": format_us(expires),
    }
    optional = {"statement_text": statement.text, "scope": statement.scope, "reviewer_role": statement.reviewer_role}
    content |= {name: value for name, value in optional.items() if value}
    if statement.document is not None:
        content["document_digest"] = digest_of_file(statement.document)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()
    return {"id": f"ATT-{base64.b32encode(digest)[:16].decode('ascii')}", **content}


def _sound(statement: Statement, rules: Sequence[LoadedRule]) -> None:
    asked = statements_asked(rules)
    if statement.key not in asked:
        raise UsageError(
            "ATT-STATEMENT",
            f"no rule asks for the statement {statement.key!r}",
            hint=nearest(statement.key, asked, "`compliance attest list` names those that the rules ask for"),
        )
    if not statement.role.strip():
        raise UsageError("ATT-ROLE", "an attestation needs the role of who makes it", hint="name it with --role")
    if statement.reviewer_role.strip().lower() == statement.role.strip().lower():
        raise UsageError(
            "ATT-REVIEWER", "who attests cannot review it as well", hint="name another role with --reviewer"
        )


def digest_of_file(path: Path) -> str:
    """SHA-256 (hex) of a document. InputError `ATT-DOCUMENT` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            "ATT-DOCUMENT",
            f"the document cannot be read: {error.strerror}",
            place=Place(str(path)),
            hint="name the file whose content was attested",
        ) from error


def record(event: Mapping[str, Any], log: Path, store: Path | None, project: Project, clock: Clock) -> None:
    """Appends an event to a log and, with a store, ingests that log; where the store refuses, the log is as it was."""
    before = _append(log, event)
    if store is None:
        return
    try:
        kept = Store.open(store) if (store / "ledger.jsonl").exists() else Store.create(store)
        kept.ingest([log], project=project, clock=clock)
    except BaseException:
        with log.open("ab") as file:
            file.truncate(before)
        raise


def _append(path: Path, event: Mapping[str, Any]) -> int:
    """Appends a line to a log, made where there is none, and returns the length it had before."""
    line = json.dumps(event, ensure_ascii=False).encode() + b"\n"
    try:
        with path.open("ab+") as file:
            before = file.tell()
            if before:
                _require_lines(file, path)
                file.seek(before - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
    except OSError as error:
        raise InputError(
            "ATT-LOG",
            f"the log cannot be written: {error.strerror}",
            place=Place(str(path)),
            hint="name another file with --log",
        ) from error
    return before


def _require_lines(file: BinaryIO, path: Path) -> None:
    """InputError `ATT-LOG` where a file holds no JSON lines: text behind an archive, a table or a workbook would spoil it."""
    file.seek(0)
    if file.read(8).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        raise InputError(
            "ATT-LOG",
            "this file holds no JSON lines: a line is not added to it",
            place=Place(str(path)),
            hint="name an uncompressed log of JSON lines, or a new file, with --log",
        )


def standing_rows(judged: Judged) -> list[Row]:
    """One row per statement: those that the rules ask for, then those of the log that none asks for."""
    results = {result.id: result for result in judged.assessment.rules}
    asked, made = statements_asked(judged.rules), _made(judged)
    rows = [
        _row(key, rule.rule.id, results[rule.rule.id], made.get(key, {}))
        for key, wanting in asked.items()
        for rule in wanting
    ]
    return rows + [_row(key, "", None, made[key]) for key in sorted(set(made) - set(asked))]


def _row(key: str, rule: str, result: RuleResult | None, event: Mapping[str, Any]) -> Row:
    return {
        "statement": key,
        "state": "no rule asks for it" if result is None else _state(result),
        "contradicted": str(result.counts.get(Verdict.NON_COMPLIANT, 0)) if result else "",
        "rule": rule,
        "role": str(event.get("role", "")),
        "reviewer": str(event.get("reviewer_role", "")),
        "made": str(event.get("time", "")),
        "expires": str(event.get("expires_at", "")),
        "document": str(event.get("document_digest", ""))[:16],
        "scope": str(event.get("scope", "")),
    }


def _state(result: RuleResult) -> str:
    own = next((verdict for verdict in STATES if result.counts.get(verdict)), result.verdict)
    return str(own).replace("_", " ")


def _made(judged: Judged) -> dict[str, dict[str, Any]]:
    """The latest attestation of each statement, as the log has it."""
    engine, dataset = Embedded(judged.dataset.con), judged.dataset
    rows = list(
        engine.rows(Columns(Filter(Scan("ev"), call("=", col("type"), lit(TYPE))), keep("n", "t", "id", "service")))
    )
    events = dataset.locator.events([n for n, *_ in rows])
    own = judged.project.service.id
    known = sorted((t, event_id, n) for n, t, event_id, service in rows if own in {service, "service"})
    return {str(events[n].get("statement")): events[n] for _, _, n in known}
