"""What must add up, read from `reports/transparency/identities.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from compliance.resources import data_dir
from compliance.transparency.model import TOTAL, Part, RowKey
from compliance.transparency.template import template


@dataclass(frozen=True, slots=True)
class Identity:
    """One relation among cells. `kind`: children, total, scopes, restrictions, columns or cells."""

    id: str
    check: str
    kind: str
    basis: str
    says: str
    provision: str = ""
    parts: tuple[int, ...] = ()
    small: str = ""
    whole: str = ""
    relation: str = ""
    """Of cells: equal or at_most."""
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


@cache
def identities() -> tuple[Identity, ...]:
    """Identities in the order of the file; one that holds for each of several rows is given once for each."""
    items = yaml.safe_load((data_dir("reports") / "transparency" / "identities.yaml").read_text("utf-8"))
    made = []
    for item in items:
        names = item.pop("each", None)
        over = item.pop("over", "")
        if over:
            names = list(getattr(template(), over))
        for name in names or [""]:
            sides = {
                side: tuple(text.replace("{each}", name).replace("{over}", name) for text in item.get(side, ()))
                for side in ("left", "right")
            }
            made.append(Identity(**{**item, **sides, "parts": tuple(item.get("parts", ()))}))
    return tuple(made)


def cell_of(text: str) -> tuple[Part, str, RowKey]:
    """Part, column and row that an identity's address names: `5:measures:TOTAL`, `8:accuracy:total`, `10:recipients:*`."""
    number, figure, row = text.split(":")
    part = template().parts[int(number)]
    if part.shape == "categories":
        return part, figure, (TOTAL if part.expands else "", row, "")
    return part, "value", (figure, row)
