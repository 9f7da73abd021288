"""The answer as a workbook: read-me, questions, figures, gaps, exhibits, and a sheet per table. Same input, same bytes."""

from __future__ import annotations

from openpyxl import Workbook

from compliance.answers.desk import Desk
from compliance.answers.model import Mandate
from compliance.answers.package import Packed
from compliance.answers.paper import facts_of
from compliance.evidence.tablebook import add_sheet, saved

MOST_ROWS = 20_000
"""Rows of a table that the workbook repeats; a longer one stands in its CSV exhibit alone."""


def answer_workbook(desk: Desk, packed: Packed, mandate: Mandate, legal_character: str) -> bytes:
    """Bytes of the workbook. Text is never a formula; a table too long for a sheet is left to its CSV, and the sheet says so."""
    book = Workbook(write_only=True)
    add_sheet(
        book,
        "Read me",
        ("Item", "Content"),
        [
            *facts_of(desk, mandate, legal_character),
            ("Times", "UTC unless a heading says otherwise"),
            ("Tables", "the CSV exhibits in data/exhibits hold the same rows; they are what the proofs refer to"),
            ("Empty value", "not held; a zero is a zero"),
        ],
    )
    add_sheet(
        book,
        "Questions",
        ("Question", "Quoted", "Status", "Reason", "Answer", "Exhibits"),
        [
            (
                answer.question.number,
                answer.question.text,
                answer.status.words,
                answer.reason,
                "\n".join(answer.paragraphs),
                ", ".join(packed.of[answer.question.number]),
            )
            for answer in packed.answers
        ],
    )
    add_sheet(
        book,
        "Figures",
        ("Question", "Figure", "Value", "Unit", "Definition", "Population", "Period", "Zone", "Method", "Limits", "Id"),
        [
            (
                answer.question.number,
                each.title,
                int(each.value) if each.value.isascii() and each.value.isdigit() else each.value,
                each.unit,
                each.definition,
                each.population,
                each.period,
                each.zone,
                each.method,
                each.limits,
                each.id,
            )
            for answer in packed.answers
            for each in answer.figures
        ],
    )
    add_sheet(
        book,
        "Gaps",
        ("Missing", "Why", "Since", "Remedy", "Supplied by"),
        [(gap.what, gap.why, gap.since, gap.remedy, gap.supply_by) for gap in packed.gaps],
    )
    add_sheet(
        book,
        "Exhibits",
        ("Exhibit", "Title", "Question", "File", "Rows", "Custodian", "Made from", "Period"),
        [
            (
                each.id,
                each.title,
                ", ".join(each.questions),
                each.file,
                each.rows,
                each.custodian,
                each.made,
                each.period,
            )
            for each in packed.exhibits
        ],
    )
    drafts = [draft for answer in packed.answers for draft in answer.exhibits]
    for exhibit, draft in zip(packed.exhibits, drafts, strict=True):
        if draft.columns:
            fits = len(draft.rows) <= MOST_ROWS
            add_sheet(
                book,
                exhibit.id,
                draft.columns,
                draft.rows if fits else [(f"{len(draft.rows)} rows: see the CSV exhibit",)],
                styled=False,
            )
    return saved(book)
