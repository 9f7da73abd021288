"""Writes which columns a bare read has to parse: those that rules with something to judge in the mixed log need.

python -m benchmarks.needed COLUMNS.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.mixture import kinds


def typed_columns(*, every: bool = False) -> dict[str, str]:
    """Columns of rules with something to judge in the mixed log, or of all shipped rules; with the SQL type of each."""
    from compliance.assess.check import requirement_of
    from compliance.events.catalogue import ENVELOPE, Kind, catalogue
    from compliance.patterns.needs import may_have_instances
    from compliance.rules.loader import load_rules

    types = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "TIMESTAMPTZ", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
    envelope = dict.fromkeys(ENVELOPE, "VARCHAR") | {"time": "TIMESTAMPTZ"}
    judging = [one for one in load_rules() if may_have_instances(one.rule, kinds())]
    wanted = sorted(requirement_of(load_rules() if every else judging).fields - set(envelope))
    return envelope | {name: types.get(catalogue().fields[name].kind, "VARCHAR") for name in wanted}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(typed_columns()), "utf-8")
    Path(sys.argv[2]).write_text(json.dumps(typed_columns(every=True)), "utf-8")
