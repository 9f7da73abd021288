"""What can be wrong in a rule file, said with the place and the next step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from compliance.events.catalogue import Catalogue
from compliance.rules.anatomy import Path
from compliance.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a rule file: its path in the file, a code, what it is, and the next step."""

    path: Path
    code: str
    message: str
    hint: str


def nearest(word: str, known: Collection[str], otherwise: str) -> str:
    """Next step for an unknown word: the nearest known ones, else `otherwise`."""
    close = get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    return f"did you mean {', '.join(close)}?" if close else otherwise


def unknown_field(path: Path, event: str, field: str, catalogue: Catalogue) -> Iterator[Fault]:
    """A fault where the type is known and the field is not one of its."""
    if event in catalogue.types and field not in catalogue.types[event].fields:
        fields = catalogue.types[event].fields
        yield Fault(
            path,
            "RUL-FIELD",
            f"{event} has no field {field!r}",
            nearest(field, fields, f"its fields are {', '.join(sorted(set(fields) - {'id', 'corrects'}))}"),
        )


def reference(path: Path, name: str, wanted: tuple[str, ...], rule: Rule) -> Iterator[Fault]:
    """A fault where `$name` is not defined, or is none of the types wanted (none named: any will do)."""
    parameter = rule.parameters.get(name)
    if parameter is None:
        yield Fault(
            path,
            "RUL-PARAMETER",
            f"${name} is not defined under `parameters`",
            nearest(name, rule.parameters, "define it with type, origin, because and values"),
        )
    elif wanted and parameter.type not in wanted:
        yield Fault(
            path,
            "RUL-KIND",
            f"${name} is a {parameter.type}, wanted: {' or '.join(wanted)}",
            "change its type, or name another",
        )
