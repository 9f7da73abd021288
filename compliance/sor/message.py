"""The words in which the service answers, from `schemas/sor/messages.json`."""

from __future__ import annotations

from functools import cache
from typing import Any

from compliance.sor.schema import document


@cache
def _texts() -> dict[str, Any]:
    return document("messages")


@cache
def message(field: str, rule: str, arguments: tuple[str | int, ...] = ()) -> str:
    """The service's sentence for a failed rule of a field."""
    texts = _texts()
    own = texts["fields"].get(field, {}).get(rule)
    text = str(own or texts["rules"][rule])
    others = " / ".join(map(_in_words, map(str, arguments)))
    return text.format(*arguments, attribute=_in_words(field), others=others)


def _in_words(field: str) -> str:
    """A field's name as the service's framework speaks it: capitals are split, underscores are spaces."""
    words = "".join(f"_{sign}" if sign.isupper() and index else sign for index, sign in enumerate(field))
    return words.lower().replace("_", " ")
