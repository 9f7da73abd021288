"""Identifiers that the service holds already, from logs of receipts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from compliance.errors import InputError, Place


def taken_in(logs: Sequence[Path]) -> frozenset[str]:
    """Identifiers of all `sor.tdb_accepted` events. InputError `SOR-SENT` with the line that is no event."""
    found = set()
    for path in logs:
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                "SOR-SENT",
                f"the log cannot be read: {error}",
                place=Place(str(path)),
                hint="give a log of `sor receipts`",
            ) from error
        for number, line in enumerate(lines, start=1):
            try:
                event = json.loads(line) if line.strip() else {}
                if event.get("type") == "sor.tdb_accepted":
                    found.add(str(event["puid"]))
            except (ValueError, AttributeError, KeyError, RecursionError) as error:
                raise InputError(
                    "SOR-SENT",
                    "this line is no event",
                    place=Place(str(path), number),
                    hint="give a log of `sor receipts`",
                ) from error
    return frozenset(found)
