"""What the command line asks for, checked, and what a run's findings make of the process's exit code."""

from __future__ import annotations

from typing import Final, cast

from compliance.errors import InputError, UsageError
from compliance.sor.digest import altered
from compliance.sor.judged import Tally
from compliance.sor.render import FORMATS
from compliance.sor.schema import NAMES, Endpoint
from compliance.sor.sweep import Options, processors

_UNREAD: Final = {"SOR-HEADER", "ING-COMPRESSED"}
"""Reasons that mean that a whole stretch of a file was not judged."""


def options(*, schema: str, endpoint: str | None, form: str, processes: int | None) -> Options:
    """Checked options. UsageError `USE-*` for words that mean nothing here."""
    if form not in FORMATS:
        raise UsageError(
            "USE-FORMAT", f"there is no format {form!r} for this verb", hint=f"use one of {', '.join(FORMATS)}"
        )
    if schema not in {"auto", *NAMES}:
        raise UsageError("USE-SOR-SCHEMA", f"there is no schema {schema!r}", hint=f"use auto, {' or '.join(NAMES)}")
    if endpoint not in {None, "single", "multiple"}:
        raise UsageError("USE-ENDPOINT", f"there is no endpoint {endpoint!r}", hint="use single or multiple")
    return Options(None if schema == "auto" else schema, cast("Endpoint | None", endpoint), processes or processors())


def exit_code(tally: Tally) -> int:
    """0 where everything read is valid, 1 with findings. InputError or IntegrityError where a file was not what it should be."""
    if tally.reasons["SOR-SHA1"]:
        raise altered()
    unread = sorted(code for code in tally.reasons if code in _UNREAD or code.startswith("ARC-"))
    if unread:
        raise InputError(
            "SOR-UNREAD",
            f"parts of the input were not judged ({', '.join(unread)}); all other findings stand",
            hint="see the refused lines above",
        )
    if not tally.statements:
        raise InputError(
            "SOR-NOTHING",
            "not one statement was found",
            hint="name payloads (JSON, NDJSON) or dumps (zip, CSV)",
        )
    return int(bool(tally.invalid or tally.refused or tally.calls_refused))
