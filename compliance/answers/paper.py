"""The answer and its cover letter on paper: page one for the reader in a hurry, then question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.answers.attached import attached_figures
from compliance.answers.desk import Desk
from compliance.answers.legal import instant_words
from compliance.answers.model import Answer, Gap, Mandate, Question
from compliance.answers.package import Packed
from compliance.reports.pdf import (
    Furniture,
    Grid,
    GridCell,
    GridColumn,
    PageBreak,
    Spacer,
    Story,
    bullets,
    document,
    heading,
    paragraph,
)

RESERVATION = (
    "This answer is given without prejudice to the rights of the provider. Figures and records are stated as held at the time "
    "named; what is missing is declared, and will be supplied or corrected as soon as it is known."
)
SEAL_FIELD = "Seal of the provider"
"""Name of the empty signature field of answer and cover letter."""
NO_CAUSE = "Nothing in it states a cause beyond the evidence named, and nothing in it is a legal assessment."


def furniture(desk: Desk, title: str, mandate: Mandate) -> Furniture:
    """Head, foot and properties of a page of this answer."""
    service = desk.project.service
    made_up = " - SYNTHETIC" if service.synthetic else ""
    return Furniture(
        title=f"{title} - {desk.asked.reference}",
        subject=desk.asked.subject,
        author=service.provider or service.id,
        head=f"{service.name or service.id} - {title}{made_up}",
        foot=f"Reference {desk.asked.reference}",
        dated=mandate.sent_at or desk.as_of,
    )


def facts_of(desk: Desk, mandate: Mandate, legal_character: str) -> list[tuple[str, str]]:
    """The facts at the head of page one."""
    asked = desk.asked
    deadlines = [
        f"{instant_words(instant) or 'no instant: to be settled by a person'} ({words})"
        for _, instant, words in asked.deadlines
    ]
    return [
        ("Authority", ", ".join(part for part in (asked.authority, asked.sender_unit) if part)),
        ("Reference", " / ".join(part for part in (asked.reference, asked.case) if part)),
        ("Legal character", legal_character),
        ("Letter of", instant_words(asked.letter_date)),
        ("Received", instant_words(asked.received_at) or "not recorded"),
        ("Due", "\n".join(deadlines) or "no time limit set"),
        ("Sent", instant_words(mandate.sent_at) or "[date and time of dispatch to be completed]"),
        ("Signatory", mandate.signatory_role),
        ("Mandate", mandate.mandate),
        ("Records", f"known to {instant_words(desk.as_of)}; days are counted in {desk.zone}"),
    ]


def _facts(rows: Sequence[tuple[str, str]]) -> Grid:
    return Grid((GridColumn("", 1.0, bold=True), GridColumn("", 4.6)), rows, size=8.2, shaded=False, headed=False)


def _statuses(packed: Packed) -> Grid:
    columns = (
        GridColumn("No.", 0.6, bold=True),
        GridColumn("Asked", 3.4),
        GridColumn("Status", 1.05, bold=True),
        GridColumn("Why", 2.5),
        GridColumn("Exhibits", 1.2),
    )
    rows = [
        (
            GridCell(answer.question.number, link=f"#q-{position}"),
            brief(answer.question),
            answer.status.words,
            answer.reason,
            span(packed.of[answer.question.number]),
        )
        for position, answer in enumerate(packed.answers, start=1)
    ]
    return Grid(columns, rows, size=7.6)


def brief(question: Question, longest: int = 150) -> str:
    """The question in one line."""
    text = " ".join(question.text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def span(exhibits: Sequence[str]) -> str:
    """Exhibit ids, the middle of a long list left out."""
    return ", ".join(exhibits) if len(exhibits) <= 3 else f"{exhibits[0]} to {exhibits[-1]}"


def _gaps(gaps: Sequence[Gap]) -> Grid:
    columns = (
        GridColumn("Missing", 2.4),
        GridColumn("Why", 1.8),
        GridColumn("Since", 1.1),
        GridColumn("Remedy", 1.8),
        GridColumn("Supplied by", 1.1),
    )
    return Grid(
        columns,
        [
            (gap.what, gap.why, instant_words(gap.since).partition(",")[0], gap.remedy, instant_words(gap.supply_by))
            for gap in gaps
        ],
        size=7.2,
    )


def answer_pdf(
    desk: Desk,
    packed: Packed,
    mandate: Mandate,
    *,
    legal_character: str,
    released: Mapping[str, Sequence[Mapping[str, Any]]],
) -> bytes:
    """Bytes of the answer: page one, every question quoted and answered, gaps, exhibits, how to check."""
    title = "Answer" if desk.event_level else "Short reply (aggregates only)"
    story: Story = [
        heading(f"{title} to {desk.asked.reference}", key="top"),
        _facts(facts_of(desk, mandate, legal_character)),
        heading("Questions", 2, key="questions"),
        _statuses(packed),
    ]
    story.append(heading("Declared gaps", 2, key="gaps"))
    story.append(_gaps(packed.gaps) if packed.gaps else paragraph("No gap is known."))
    story.append(PageBreak())
    for position, answer in enumerate(packed.answers, start=1):
        story += _question(
            position, answer, packed.of[answer.question.number], released.get(answer.question.number, ())
        )
    story += _exhibits(packed)
    story += [heading("How to check this answer", 2, key="check"), paragraph(_check_words(desk))]
    attachments = attached_figures(desk, packed)
    return document(story, furniture(desk, title, mandate), attachments=attachments, signature=SEAL_FIELD)


def _check_words(desk: Desk) -> str:
    events = (
        (
            " data/log holds the head of the log's Merkle tree and a proof of inclusion for every event disclosed; "
            "data/redactions.json lists every field withheld or replaced by a pseudonym."
        )
        if desk.event_level
        else ""
    )
    return (
        "The bundle is a BagIt 1.0 bag. VERIFY.md says how to check it and its seal with public tools. "
        f"A seal whose certificate says TEST has no legal effect.{events}"
    )


def _question(position: int, answer: Answer, exhibits: Sequence[str], released: Sequence[Mapping[str, Any]]) -> Story:
    question = answer.question
    story: Story = [
        heading(f"Question {question.number}", 2, key=f"q-{position}"),
        paragraph("\n".join(part for part in (question.context, question.text) if part), "note"),
        paragraph(f"Status: {answer.status.words}" + (f" - {answer.reason}" if answer.reason else "")),
    ]
    story += [paragraph(text) for text in answer.paragraphs]
    for stated in answer.figures:
        rows = [
            (
                "Value",
                f"{stated.value or 'not held'}" + (f" {stated.unit}" if stated.value and stated.unit != "time" else ""),
            ),
            ("Definition", stated.definition),
            ("Population", stated.population),
            ("Period", f"{stated.period}, {stated.zone}"),
            ("Method", f"{stated.method}; query: data/method/queries.json, figure {stated.id}"),
            ("Limits", stated.limits),
        ]
        story += [heading(stated.title, 3, key=f"q-{position}-{stated.id}"), _facts(rows)]
    story += bullets([f"{each['rule']}: {each['text']}" for each in released])
    if exhibits:
        story.append(
            paragraph(f"Exhibits: {', '.join(exhibits)}." + (f" See question {answer.see}." if answer.see else ""))
        )
    if answer.gaps:
        story += [
            paragraph("Declared gaps of this question:"),
            *bullets([f"{gap.what} - {gap.why}; supplied by: {gap.supply_by}" for gap in answer.gaps]),
        ]
    return [*story, Spacer(1, 4)]


def _exhibits(packed: Packed) -> Story:
    if not packed.exhibits:
        return []
    columns = (
        GridColumn("Exhibit", 0.8, bold=True),
        GridColumn("Title", 2.8),
        GridColumn("Question", 0.8),
        GridColumn("Rows", 0.6, "right"),
        GridColumn("Custodian", 1.6),
        GridColumn("Made from", 2.0),
    )
    rows = [
        (
            each.id,
            each.title,
            ", ".join(each.questions),
            str(each.rows) if each.columns else "document",
            each.custodian,
            each.made,
        )
        for each in packed.exhibits
    ]
    return [
        heading("Index of exhibits", 2, key="exhibits"),
        paragraph("File names, sizes and digests: data/exhibits/index.json.", "small"),
        Grid(columns, rows, size=7.2),
    ]


def cover_pdf(desk: Desk, packed: Packed, mandate: Mandate, *, legal_character: str) -> bytes:
    """Bytes of the cover letter: to whom, about what, what is enclosed, who signs, what is reserved."""
    asked, service = desk.asked, desk.project.service
    counts: dict[str, int] = {}
    for answer in packed.answers:
        counts[answer.status.words] = counts.get(answer.status.words, 0) + 1
    summary = ", ".join(f"{count} {words}" for words, count in counts.items()) or "no question was found in the letter"
    enclosed = [
        "answer, question by question (answer.pdf, workbook.xlsx, questions/)",
        f"{len(packed.exhibits)} exhibit(s), numbered {span([each.id for each in packed.exhibits])}"
        if packed.exhibits
        else "no exhibits",
        f"declared gaps: {len(packed.gaps)}",
        "VERIFY.md: how to check all of it with public tools",
    ]
    received = instant_words(asked.received_at) or "[time of receipt to be completed]"
    if desk.event_level:
        enclosed.insert(2, "the events relied on, with proofs against the log's head, and the list of redactions")
    story: Story = [
        paragraph(service.provider or service.id, "lead"),
        paragraph(instant_words(mandate.sent_at) or "[date of dispatch to be completed]"),
        Spacer(1, 8),
        paragraph("\n".join(part for part in (asked.authority, asked.sender_unit) if part)),
        Spacer(1, 8),
        heading(f"Reference {asked.reference}" + (f", case {asked.case}" if asked.case else ""), 1, key="top"),
        paragraph(asked.subject, "lead"),
        paragraph(
            f"We refer to your letter of {instant_words(asked.letter_date)}, received {received}. {legal_character}"
        ),
        paragraph(
            f"Please find our answer enclosed. Of the questions, each is answered under its own number: {summary}. {NO_CAUSE}"
        ),
        paragraph("Enclosed:"),
        *bullets(enclosed),
        Spacer(1, 6),
        paragraph(RESERVATION),
        Spacer(1, 16),
        paragraph(f"Signatory: {mandate.signatory_role}"),
        paragraph(f"Mandate: {mandate.mandate}"),
        paragraph(
            "The bundle is sealed apart from this letter; a seal whose certificate says TEST has no legal effect. "
            "The signature of the signatory is given apart.",
            "small",
        ),
    ]
    return document(story, furniture(desk, "Cover letter", mandate), signature=SEAL_FIELD)
