"""Failures a user can act on: each has a code, a place, a cause and a next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

_UNSEEN = {
    code: repr(chr(code))[1:-1]
    for code in (*range(32), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
"""Characters that move a terminal's cursor, colour it, end a line or turn its direction, as they are written out."""


def plain(text: str, kept: str = "") -> str:
    """Text from outside for a terminal: what would steer it is written out by its number, except the characters `kept`."""
    if text.isprintable():
        return text
    return text.translate({code: shown for code, shown in _UNSEEN.items() if chr(code) not in kept})


def fault_words(fault: Mapping[str, Any]) -> str:
    """A fault of pydantic's list in the words of the file's author: an unknown key, a missing one, or what is wrong."""
    if fault["type"] == "extra_forbidden":
        return f"unknown key {fault['loc'][-1]!r}"
    if fault["type"] == "missing":
        return f"{fault['loc'][-1]!r} is missing"
    return str(fault["msg"]).removeprefix("Value error, ")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and in it a line, a column or a field, as far as they are known."""

    file: str
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        text = plain(self.file)
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        return f"{text} [{self.field}]" if self.field else text


class ComplianceError(Exception):
    """A failure with a code, the place, the cause and the next step; `exit_code` is what the CLI returns."""

    exit_code: ClassVar[int] = 3

    def __init__(self, code: str, message: str, *, hint: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{self.code} {where}{self.message} - {self.hint}"


class UsageError(ComplianceError):
    """The command was called with words or options that do not fit together."""

    exit_code = 2


class InputError(ComplianceError):
    """A log, mapping, rule, letter or configuration cannot be read or is invalid."""


class RuleError(InputError):
    """A rule file cannot be loaded. A folder of rules reports all its faults at once as a RuleErrors."""


class RuleErrors(InputError):
    """All faults of a folder of rules; `faults` holds one RuleError each."""

    def __init__(self, faults: tuple[RuleError, ...]) -> None:
        self.faults = faults
        first = faults[0]
        super().__init__(
            first.code,
            f"{len(faults)} fault(s) in the rules; nothing was evaluated. First: {first}",
            hint="mend every place listed, then run `compliance rules lint`",
            place=first.place,
        )


class StoreError(InputError):
    """The store cannot be opened, locked, written or read."""


class LetterError(InputError):
    """A letter or request cannot be read or used."""


class EvidenceError(InputError):
    """A bundle cannot be written, or may not be: something in it needs a person first."""


class AnswerError(InputError):
    """A request cannot be answered as it stands, or a matter cannot take the step asked for."""


class IntegrityError(ComplianceError):
    """Evidence, ledger or bundle do not prove what they claim; `layer` names what failed."""

    exit_code = 5

    def __init__(self, code: str, message: str, *, hint: str, layer: str, place: Place | None = None) -> None:
        super().__init__(code, message, hint=hint, place=place)
        self.layer = layer
