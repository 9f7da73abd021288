"""Why a line is refused: a closed list of reason codes, each with its meaning and the next step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one line is refused: a code of `REASONS`, the field where one is to blame, the cause and the next step."""

    code: str
    message: str
    field: str = ""
    hint: str = ""


REASONS: dict[str, tuple[str, str]] = {
    "ING-JSON": ("not a JSON value", "write one JSON object per line"),
    "ING-TRUNCATED": ("the last line ends in the middle", "copy the file again once its writer has closed it"),
    "ING-COMPRESSED": (
        "the compressed stream breaks off or is damaged",
        "copy the file again; what lies before was read",
    ),
    "ING-BINARY": ("NUL bytes: this is not text", "is this the right file? Logs are text or Parquet"),
    "ING-ENCODING": ("not UTF-8", "write the log in UTF-8"),
    "ING-LINE-LENGTH": ("longer than 16 MB", "an event is one short line; split or shorten it"),
    "ING-DUPLICATE-KEY": ("a key stands twice, so two readers may see two values", "write every key once"),
    "ING-NUMBER": ("a number that readers would understand differently", "write it as text, or within 2^53"),
    "ING-SURROGATE": ("half a character (a lone surrogate)", "escape the whole character"),
    "ING-DEPTH": ("nested too deeply", "an event is flat"),
    "ING-NOT-OBJECT": ("not a JSON object", "an event is an object with id, type, time and service"),
    "ING-MISSING": ("a required field is missing or null", "write the field"),
    "ING-TYPE-UNKNOWN": (
        "the event type is not in the catalogue",
        "see `compliance schema events`, or write a mapping",
    ),
    "ING-TIME": ("not an instant", "write RFC 3339 with an offset, e.g. 2026-08-13T00:42:00Z"),
    "ING-TIME-NAIVE": ("a time without offset", "write the offset, or declare `time_zone` in a mapping"),
    "ING-DATE": ("not a date", "write YYYY-MM-DD"),
    "ING-KIND": ("a value of the wrong JSON type", "write the type that the schema names"),
    "ING-CODE": ("a value outside its code list", "use a code of the list, or translate it in a mapping"),
    "ING-LENGTH": ("a text that is too long or empty", "shorten the identifier"),
    "ING-CORRECTS": ("an event that corrects itself", "name the id of the event that is replaced"),
    "ING-CONFLICT": ("an id that stands for other content already", "write a new event with `corrects: <id>`"),
    "ING-CLOUDEVENT": ("a CloudEvents envelope that cannot be used", "CloudEvents 1.0 with a JSON object as data"),
    "ING-CSV-FIELDS": ("a row with more or fewer cells than the header", "check quotes and separators in this row"),
    "ING-CSV-QUOTE": ("a quoted cell that never ends", "close the quote"),
    "ING-MAPPING": ("the mapping cannot translate a value of this row", "extend the mapping's codes or dates"),
}
"""Code to (meaning, next step). docs/store.md lists the same; a test holds them together."""


def refusal(code: str, *, field: str = "", message: str = "", hint: str = "") -> Refusal:
    """A refusal with the list's own words where none better are given."""
    meaning, step = REASONS[code]
    return Refusal(code, message or meaning, field, hint or step)
