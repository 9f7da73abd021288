"""Acts that letters cite, and which of their articles let an authority ask or order (`schemas/letters/acts.yaml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from compliance.letters.vocabulary import letters_data, spaced


@dataclass(frozen=True, slots=True)
class Power:
    """An article that lets an authority ask or order: the kind of letter it makes, whether it binds, and who holds it."""

    article: str
    kind: str
    binding: bool
    by: tuple[str, ...]
    excepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """An act by CELEX number, with its names in letters, its powers and its articles on sanctions."""

    id: str
    number: str
    aliases: tuple[str, ...]
    powers: tuple[Power, ...]
    sanctions: tuple[str, ...]


@cache
def acts() -> dict[str, Act]:
    """All known acts by CELEX number."""
    return {
        each["id"]: Act(
            each["id"],
            str(each["number"]),
            tuple(map(str, each["aliases"])),
            tuple(
                Power(
                    str(power["article"]),
                    power["kind"],
                    power["binding"],
                    tuple(power["by"]),
                    tuple(map(str, power.get("not") or ())),
                )
                for power in each["powers"]
            ),
            tuple(map(str, each["sanctions"])),
        )
        for each in letters_data("acts.yaml")["acts"]
    }


def act_by_number(number: str) -> str | None:
    """CELEX number of an act cited by its number (`2022/2065`, also `2065/2022`); None where it is not known."""
    turned = "/".join(reversed(number.split("/")))
    return next((act.id for act in acts().values() if act.number in (number, turned)), None)


@cache
def alias_pattern() -> re.Pattern[str]:
    """Expression for the short names of acts; the group `alias` holds the name."""
    names = sorted((alias for act in acts().values() for alias in act.aliases), key=len, reverse=True)
    return re.compile(r"(?P<alias>" + "|".join(rf"(?:{spaced(name)})" for name in names) + r")(?!\w)")


@cache
def act_by_alias(name: str) -> str | None:
    """CELEX number of an act by a short name; None where it is not known."""
    return next(
        (
            act.id
            for act in acts().values()
            for alias in act.aliases
            if re.fullmatch(spaced(alias), name, re.IGNORECASE)
        ),
        None,
    )


def power_of(reference: str) -> Power | None:
    """The power an article gives, by reference (`32022R2065:67(2)`); None where it gives none."""
    act, _, article = reference.partition(":")
    known = acts().get(act)
    for power in known.powers if known else ():
        within = article == power.article or article.startswith(f"{power.article}(")
        if within and not any(article == each or article.startswith(f"{each}(") for each in power.excepted):
            return power
    return None


def is_sanction(reference: str) -> bool:
    """True where an article is about fines, penalties or other consequences."""
    act, _, article = reference.partition(":")
    known = acts().get(act)
    return known is not None and any(article == each or article.startswith(f"{each}(") for each in known.sanctions)
