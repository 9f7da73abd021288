"""The answer on paper: page one for the reader in a hurry, then question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.answers.attached import attached_figures
from compliance.answers.desk import Desk
from compliance.answers.model import Answer, Gap, Mandate, Question, StatedFigure
from compliance.answers.package import Packed, class_words
from compliance.answers.phrase import LANGUAGES
from compliance.evidence.exhibit import Exhibit
from compliance.reports.pdf import (
    PAGE_HEIGHT,
    CondPageBreak,
    Furniture,
    Grid,
    GridCell,
    GridColumn,
    Spacer,
    Story,
    bullets,
    document,
    heading,
    paragraph,
)

SEAL_FIELD = "Seal of the provider"
"""Name of the empty signature field of answer and cover letter."""


def furniture(desk: Desk, title: str, mandate: Mandate) -> Furniture:
    """Head, foot and properties of a page of this answer."""
    service = desk.project.service
    made_up = f" - {desk.say('synthetic').upper()}" if service.synthetic else ""
    return Furniture(
        title=f"{title} - {desk.asked.reference}",
        subject=desk.asked.subject,
        author=service.provider or service.id,
        head=f"{service.name or service.id} - {title}{made_up}",
        foot=desk.say("foot", reference=desk.asked.reference),
        language=desk.phrases.language,
        dated=mandate.sent_at or desk.as_of,
    )


def sender_words(desk: Desk) -> tuple[str, ...]:
    """The authority, by its name in the letter's language where the phrases have it, and its unit."""
    authority = desk.phrases.named("authority", desk.asked.authority) if desk.asked.authority else ""
    return tuple(part for part in (authority, desk.asked.sender_unit) if part)


def facts_of(desk: Desk, mandate: Mandate, legal_character: str) -> list[tuple[str, str]]:
    """The facts at the head of page one."""
    asked, say, instant = desk.asked, desk.say, desk.phrases.instant
    rows = [
        (say("fact.authority"), ", ".join(sender_words(desk))),
        (say("fact.reference"), " / ".join(part for part in (asked.reference, asked.case) if part)),
        (say("fact.character"), legal_character),
        (say("fact.letter"), instant(asked.letter_date)),
        (say("fact.received"), instant(asked.received_at) or say("not_recorded")),
        (say("fact.due"), "\n".join(due_words(desk)) or say("due.none")),
        (say("fact.sent"), instant(mandate.sent_at) or say("open.sent")),
        (say("fact.signatory"), mandate.signatory_role),
        (say("fact.mandate"), mandate.mandate),
        (say("fact.records"), say("records.known", instant=instant(desk.as_of), zone=desk.zone)),
    ]
    return rows if asked.language[:2] in LANGUAGES else [*rows, (say("fact.language"), say("language.other"))]


def version_of(desk: Desk) -> str:
    """Prefix of the phrases that name what is written: the answer, its non-confidential version, or a short reply."""
    return "public" if desk.public else "answer" if desk.event_level else "short"


def due_words(desk: Desk) -> list[str]:
    """Each time limit of the letter: its instant, and the letter's words."""
    return [
        f"{desk.phrases.instant(instant) or desk.say('due.open')} ({words})"
        for _, instant, words in desk.asked.deadlines
    ]


def _facts(rows: Sequence[tuple[str, str]]) -> Grid:
    return Grid((GridColumn("", 1.2, bold=True), GridColumn("", 4.4)), rows, size=8.2, shaded=False, headed=False)


def _statuses(desk: Desk, packed: Packed) -> Grid:
    columns = (
        GridColumn(desk.say("head.number"), 0.6, bold=True),
        GridColumn(desk.say("head.asked"), 3.2),
        GridColumn(desk.say("head.status"), 1.3, bold=True),
        GridColumn(desk.say("head.why"), 2.6),
        GridColumn(desk.say("head.exhibits"), 1.2),
    )
    rows = [
        (
            GridCell(answer.question.number, link=f"#q-{position}"),
            brief(answer.question),
            desk.say(f"status.{answer.status.value}"),
            answer.reason,
            span(desk, packed.of[answer.question.number]),
        )
        for position, answer in enumerate(packed.answers, start=1)
    ]
    return Grid(columns, rows, size=7.6)


def brief(question: Question, longest: int = 150) -> str:
    """The question in one line."""
    text = " ".join(question.text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def span(desk: Desk, exhibits: Sequence[str]) -> str:
    """Exhibit ids, the middle of a long list left out."""
    return ", ".join(exhibits) if len(exhibits) <= 3 else desk.say("span", first=exhibits[0], last=exhibits[-1])


def _gaps(desk: Desk, gaps: Sequence[Gap]) -> Grid:
    columns = (
        GridColumn(desk.say("head.missing"), 2.2),
        GridColumn(desk.say("head.why"), 1.8),
        GridColumn(desk.say("head.since"), 1.1),
        GridColumn(desk.say("head.remedy"), 1.8),
        GridColumn(desk.say("head.supplied_by"), 1.5),
    )
    words = desk.phrases
    return Grid(
        columns,
        [
            (gap.what, gap.why, words.instant(gap.since).partition(",")[0], gap.remedy, words.instant(gap.supply_by))
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
    say, kind = desk.say, version_of(desk)
    title = say(f"{kind}.title")
    story: Story = [
        heading(say(f"{kind}.heading", reference=desk.asked.reference), key="top"),
        _facts(facts_of(desk, mandate, legal_character)),
        heading(say("questions.title"), 2, key="questions"),
        _statuses(desk, packed),
    ]
    story.append(heading(say("gaps.title"), 2, key="gaps"))
    story.append(_gaps(desk, packed.gaps) if packed.gaps else paragraph(say("gaps.none")))
    story += _corrections(desk)
    story.append(CondPageBreak(PAGE_HEIGHT / 2))
    for position, answer in enumerate(packed.answers, start=1):
        number = answer.question.number
        story += _question(desk, position, answer, packed.of[number], released.get(number, ()))
    story += [heading(say("check.title"), 2, key="check"), paragraph(_check_words(desk))]
    story += _exhibits(desk, packed)
    attachments = attached_figures(desk, packed)
    return document(story, furniture(desk, title, mandate), attachments=attachments, signature=SEAL_FIELD)


def _corrections(desk: Desk) -> Story:
    """Statements of earlier answers that this one corrects. They are not in the non-confidential version."""
    if not desk.corrections or desk.public:
        return []
    say = desk.say
    columns = (
        GridColumn(say("head.earlier"), 1.6),
        GridColumn(say("head.said"), 2.2),
        GridColumn(say("head.correct"), 2.2),
        GridColumn(say("head.why"), 1.8),
    )
    rows = [
        (say("corrections.of", answer=each.answer, question=each.question), each.said, each.correct, each.why)
        for each in desk.corrections
    ]
    return [heading(say("corrections.title"), 2, key="corrections"), Grid(columns, rows, size=7.2)]


def _check_words(desk: Desk) -> str:
    """How the bundle is checked, in a paragraph."""
    return desk.say("check.words") + (" " + desk.say("check.events") if desk.event_level else "")


def _question(
    desk: Desk, position: int, answer: Answer, exhibits: Sequence[str], released: Sequence[Mapping[str, Any]]
) -> Story:
    question, say = answer.question, desk.say
    status = say("status.line", status=say(f"status.{answer.status.value}"))
    story: Story = [
        heading(say("question.title", number=question.number), 2, key=f"q-{position}"),
        paragraph("\n".join(part for part in (question.context, question.text) if part), "note"),
        paragraph(status + (f" - {answer.reason}" if answer.reason else "")),
    ]
    if question.due and len(desk.asked.deadlines) > 1:
        story.append(paragraph(say("question.due", due=desk.phrases.instant(question.due)), "small"))
    story += [paragraph(text) for text in answer.paragraphs]
    for stated in answer.figures:
        story += [heading(stated.title, 3, key=f"q-{position}-{stated.id}"), _facts(_figure_rows(desk, stated))]
    story += bullets([f"{each['rule']}: {each['text']}" for each in released])
    if exhibits:
        see = " " + say("exhibits.see", number=answer.see) if answer.see else ""
        story.append(paragraph(say("exhibits.line", exhibits=", ".join(exhibits)) + see))
    if answer.form and not desk.public:
        story += [paragraph(say("form.title")), *bullets(answer.form)]
    if answer.gaps:
        listed = [
            say("gap.line", what=gap.what, why=gap.why, by=desk.phrases.instant(gap.supply_by)) for gap in answer.gaps
        ]
        story += [paragraph(say("gaps.question")), *bullets(listed)]
    return [*story, Spacer(1, 4)]


def _figure_rows(desk: Desk, stated: StatedFigure) -> list[tuple[str, str]]:
    say = desk.say
    unit = f" {stated.unit}" if stated.value and not stated.timed else ""
    return [
        (say("head.value"), (stated.value or say("status.not_held")) + unit),
        (say("head.definition"), stated.definition),
        (say("head.population"), stated.population),
        (say("head.period"), f"{stated.period}, {stated.zone}"),
        (say("head.method"), say("figure.query", method=stated.method, id=stated.id)),
        (say("head.limits"), stated.limits),
    ]


def _exhibits(desk: Desk, packed: Packed) -> Story:
    if not packed.exhibits:
        return []
    widths = {
        "head.exhibit": 0.8,
        "head.title": 2.5,
        "head.question": 0.8,
        "head.rows": 0.6,
        "head.custodian": 1.7,
        "head.made": 2.9,
        "head.confidentiality": 1.6,
    }
    return [
        heading(desk.say("exhibits.title"), 2, key="exhibits"),
        paragraph(desk.say("exhibits.where"), "small"),
        exhibit_grid(desk, packed, packed.exhibits, widths),
    ]


def exhibit_grid(desk: Desk, packed: Packed, listed: Sequence[Exhibit], widths: Mapping[str, float]) -> Grid:
    """Table of exhibits with the columns that have a width, called by the phrase of their heading."""

    def cells(each: Exhibit) -> dict[str, str]:
        return {
            "head.exhibit": each.id,
            "head.title": each.title,
            "head.question": ", ".join(each.questions),
            "head.rows": desk.phrases.number(each.rows) if each.columns else desk.say("document.word"),
            "head.file": f"data/{each.file}",
            "head.custodian": each.custodian,
            "head.made": each.made,
            "head.confidentiality": class_words(desk, packed, each.id),
        }

    columns = [
        GridColumn(desk.say(name), width, "right" if name == "head.rows" else "left", bold=name == "head.exhibit")
        for name, width in widths.items()
    ]
    return Grid(columns, [tuple(cells(each)[name] for name in widths) for each in listed], size=7.2)
