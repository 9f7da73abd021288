"""Files of statements as they are sent, judged entry by entry: single statements, and calls with several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from compliance.events.readers.lines import Chunked
from compliance.sor.call import not_unique, validate_call
from compliance.sor.judged import FailedCall, Judged, Portion, Refused
from compliance.sor.payload_file import Entry, entries
from compliance.sor.php import as_text, normalised
from compliance.sor.schema import Endpoint
from compliance.sor.validate import Verdict, validate_normalised

_ENTRIES: Final = 200
"""Entries judged before their findings are handed on."""


class PayloadScan:
    """Judges one file of payloads. Without an endpoint, statements alone go to the single one and calls to the multiple one."""

    def __init__(self, name: str, schema: str, endpoint: Endpoint | None = None) -> None:
        self._name = name
        self._schema = schema
        self._endpoint = endpoint
        self._clear(1)

    def _clear(self, first: int) -> None:
        self._first = first
        self._valid = self._blank = self._made = 0
        self._invalid: list[Judged] = []
        self._refused: list[Refused] = []
        self._calls: list[FailedCall] = []
        self._identities: list[bytes] = []
        self._at: list[int] = []

    def portions(self, content: Chunked) -> Iterator[Portion]:
        """What is found, some hundred entries at a time."""
        for number, entry in enumerate(entries(content), 1):
            self._take(entry)
            if number % _ENTRIES == 0:
                yield self._portion()
                self._clear(entry.line + 1)
        yield self._portion()

    def _portion(self) -> Portion:
        return Portion(
            self._name,
            self._first,
            self._valid + len(self._invalid) + len(self._refused) + self._blank,
            self._valid,
            tuple(self._invalid),
            tuple(self._refused),
            tuple(self._calls),
            self._made,
            self._blank,
            b"\n".join(self._identities),
            tuple(self._at),
        )

    def _take(self, entry: Entry) -> None:
        if entry.why:
            self._refused.append(Refused(entry.line, entry.why))
        elif entry.blank:
            self._blank += 1
        elif entry.call is not None:
            self._call(entry.line, entry.call)
        elif entry.statement is not None:
            statement = normalised(entry.statement)
            verdict = validate_normalised(statement, schema=self._schema, endpoint=self._endpoint or "single")
            self._statement(entry.line, statement, verdict, stored=True)

    def _call(self, line: int, listed: tuple[tuple[int, Any], ...]) -> None:
        """Judges a call: nothing of it is stored where one statement fails, but each is judged and counted by itself."""
        self._made += 1
        values = [value for _, value in listed]
        found = validate_call({"statements": values}, schema=self._schema)
        if not found.accepted:
            self._calls.append(FailedCall(line, found.errors, found.existing))
        seen: set[str] = set()
        for (at, value), verdict in zip(listed, found.statements, strict=True):
            statement = normalised(value) if isinstance(value, dict) else {}
            puid = as_text(statement.get("puid"))
            again = verdict.valid and puid in seen
            seen.add(puid)
            self._statement(at, statement, not_unique(in_call=True) if again else verdict, stored=found.accepted)

    def _statement(self, line: int, statement: dict[str, Any], verdict: Verdict, *, stored: bool) -> None:
        given = statement.get("puid")
        puid = "" if isinstance(given, (list, dict)) else as_text(given)
        if not verdict.valid:
            self._invalid.append(Judged(line, puid, verdict))
            return
        self._valid += 1
        if stored:
            self._identities.append(b"," + puid.encode("utf-8", "replace"))
            self._at.append(line)
