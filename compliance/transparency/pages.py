"""The page that lists the linter's checks, from their own words."""

from __future__ import annotations

from itertools import groupby

from compliance.transparency.check import checks
from compliance.transparency.identity import identities

_BASIS = {
    "annex": "what the Regulation or its annexes state",
    "template": "the bytes of the official files",
    "rfc": "RFC 4180, which Annex II names",
    "arithmetic": "what cannot be otherwise",
    "practice": "what most published reports do; the annex does not state it",
}


def check_rows() -> list[dict[str, str]]:
    """One row per check, for listings."""
    return [
        {
            "check": check.id,
            "severity": check.severity,
            "basis": check.basis,
            "fix": "yes" if check.mends else "",
            "title": check.title,
        }
        for check in checks().values()
    ]


def checks_page() -> str:
    """The page in Markdown: every check with its weight, its reason and its remedy, and what has to add up."""
    lines = [
        "# What the transparency linter checks",
        "",
        "Made from `reports/transparency/checks.yaml` and `identities.yaml`; a test keeps it equal to them. *Basis* says on",
        "whose word: " + "; ".join(f"*{name}*, {words}" for name, words in _BASIS.items()) + ".",
        "A departure from practice that the publisher explains in a contextual column is only noted. `--fix` mends what is certain",
        "and nothing else.",
    ]
    for group, members in groupby(checks().values(), key=lambda check: check.group):
        lines += [
            "",
            f"## {group}",
            "",
            "| check | severity | basis | `--fix` | what | why | next step |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {check.id} | {check.severity} | {check.basis} | {'yes' if check.mends else ''} | {check.title} "
            f"| {check.why} | {check.fix} |"
            for check in members
        ]
    lines += ["", "## What has to add up", "", "| identity | check | basis | says |", "|---|---|---|---|"]
    said = {
        identity.id: f"| {identity.id} | {identity.check} | {identity.basis} | {identity.says} |"
        for identity in identities()
    }
    return "\n".join([*lines, *said.values()]) + "\n"
