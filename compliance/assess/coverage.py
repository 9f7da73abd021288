"""What stands for each obligation of the register: row by row, by article, and counted by chapter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from compliance.assess.chapter import chapter_of
from compliance.rules.listing import Row, to_table
from compliance.rules.register import Covered, Obligation

KINDS = ("rule", "metric", "attestation", "none", "planned")
_WORDS = {
    "rule": "judged from the log",
    "metric": "computed",
    "attestation": "attested",
    "none": "no duty of the service",
    "planned": "not yet",
}


def coverage_rows(covered: Iterable[Covered]) -> list[Row]:
    """One row per obligation of the register."""
    return [
        {
            "obligation": one.obligation.id,
            "chapter": chapter_of(one.obligation.id),
            "article": _article(one.obligation),
            "covered_by": one.kind,
            "rules": ", ".join(one.rules),
            "reason": one.reason,
            "title": one.obligation.title,
        }
        for one in covered
    ]


def _article(obligation: Obligation) -> str:
    parts = "".join(f"({part})" for part in (obligation.paragraph, obligation.point) if part)
    return f"{obligation.article}{parts}"


def article_rows(covered: Sequence[Covered]) -> list[Row]:
    """One row per article: how many of its obligations each kind answers, and by which rules."""
    keys = list(dict.fromkeys((chapter_of(one.obligation.id), _act(one), one.obligation.article) for one in covered))
    rows: list[Row] = []
    for chapter, act, article in keys:
        own = [one for one in covered if (_act(one), one.obligation.article) == (act, article)]
        rules = dict.fromkeys(rule for one in own for rule in one.rules)
        rows.append({"chapter": chapter, "article": f"{act} {article}", **_counts(own), "rules": ", ".join(rules)})
    return rows


def _act(one: Covered) -> str:
    return one.obligation.id.partition("-")[0]


def chapter_rows(covered: Sequence[Covered]) -> list[Row]:
    """One row per chapter, and one for the whole register: how many obligations each kind answers."""
    by_chapter: dict[str, list[Covered]] = {}
    for one in covered:
        by_chapter.setdefault(chapter_of(one.obligation.id), []).append(one)
    rows = [{"chapter": chapter, **_counts(own)} for chapter, own in by_chapter.items()]
    return [*rows, {"chapter": "The whole register", **_counts(covered)}]


def _counts(covered: Sequence[Covered]) -> dict[str, str]:
    found = Counter(one.kind for one in covered)
    return {"obligations": str(len(covered)), **{_WORDS[kind]: str(found[kind]) for kind in KINDS}}


VIEWS = {"row": coverage_rows, "article": article_rows, "chapter": chapter_rows}
"""How coverage can be listed."""


def coverage_table(rows: Sequence[Row]) -> str:
    """Rows under their chapter, as a terminal shows them; other listings as they are."""
    if not rows or "obligation" not in rows[0]:
        return to_table(rows)
    text = ""
    for chapter in dict.fromkeys(row["chapter"] for row in rows):
        own = [
            {key: value for key, value in row.items() if key != "chapter"} for row in rows if row["chapter"] == chapter
        ]
        text += f"{chapter}\n{to_table(own)}\n"
    return text


def to_markdown(rows: Sequence[Row]) -> str:
    """Rows as Markdown tables; those of obligations or articles under a heading per chapter."""
    if not rows:
        return ""
    if "article" not in rows[0]:
        return _table(rows)
    text = ""
    for chapter in dict.fromkeys(row["chapter"] for row in rows):
        own = [
            {key: value for key, value in row.items() if key != "chapter"} for row in rows if row["chapter"] == chapter
        ]
        text += f"## {chapter}\n\n{_table(own)}\n"
    return text


def _table(rows: Sequence[Row]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
