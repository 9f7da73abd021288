"""The figures of an answer as files inside its PDF, so that whoever holds the PDF alone holds its numbers."""

from __future__ import annotations

from compliance.answers.desk import Desk
from compliance.answers.package import Packed, json_bytes
from compliance.evidence.exhibit import table_csv
from compliance.reports.archive import Attachment

_COLUMNS = (
    "question",
    "id",
    "title",
    "value",
    "unit",
    "amount",
    "period",
    "zone",
    "holding",
    "definition",
    "population",
    "limits",
)


def attached_figures(desk: Desk, packed: Packed) -> tuple[Attachment, ...]:
    """`figures.csv` and `figures.json`: every figure stated, with its question; none where no figure is stated."""
    stated = [(answer.question.number, each) for answer in packed.answers for each in answer.figures]
    if not stated:
        return ()
    rows = [
        (number, *(getattr(each, name) for name in _COLUMNS[1:]))  # the columns are the figure's own fields
        for number, each in stated
    ]
    document = {
        "format": "answer-figures/1",
        "reference": desk.asked.reference,
        "language": desk.phrases.language,
        "log_known_to": desk.as_of,
        "figures": [dict(zip(_COLUMNS, row, strict=True)) for row in rows],
    }
    return (
        Attachment("figures.csv", "text/csv", desk.say("attached.csv"), table_csv(_COLUMNS, rows)),
        Attachment("figures.json", "application/json", desk.say("attached.json"), json_bytes(document)),
    )
