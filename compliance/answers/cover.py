"""The cover letter: to whom, about what, received, due and sent when, what is annexed, who signs, what is reserved."""

from __future__ import annotations

from collections import Counter

from compliance.answers.desk import Desk
from compliance.answers.model import Mandate
from compliance.answers.package import Packed
from compliance.answers.paper import SEAL_FIELD, due_words, exhibit_grid, furniture, sender_words, span
from compliance.answers.phrase import LANGUAGES
from compliance.reports.pdf import (
    BODY_WIDTH,
    PAGE_HEIGHT,
    CondPageBreak,
    Spacer,
    Story,
    bullets,
    document,
    heading,
    paragraph,
)

MOST_ANNEXES = 60
"""Annexes that the cover letter lists one by one; the index of exhibits lists all."""

SIGNED = 150
"""Points that reservation, signatory and mandate take together; they are not torn apart."""

ANNEXES_HEAD = 40
"""Points that the heading of the list of annexes takes."""


def cover_pdf(desk: Desk, packed: Packed, mandate: Mandate, *, legal_character: str) -> bytes:
    """Bytes of the cover letter: to whom, about what, received, due and sent when, what is annexed, who signs, what is reserved."""
    asked, service, say, instant = desk.asked, desk.project.service, desk.say, desk.phrases.instant
    reference = say("cover.reference", reference=asked.reference) + (
        ", " + say("cover.case", case=asked.case) if asked.case else ""
    )
    received = instant(asked.received_at) or say("open.received")
    story: Story = [
        paragraph(service.provider or service.name or service.id, "lead"),
        paragraph(instant(mandate.sent_at) or say("open.sent")),
        Spacer(1, 8),
        paragraph("\n".join(sender_words(desk))),
        Spacer(1, 8),
        heading(reference, 1, key="top"),
        paragraph(asked.subject, "lead"),
        paragraph(say("cover.letter", day=instant(asked.letter_date), received=received) + " " + legal_character),
        paragraph(say("cover.due", due="; ".join(due_words(desk)) or say("due.none"))),
        paragraph(say("cover.answer", statuses=_counted(desk, packed)) + " " + say("cover.no_cause")),
        *([paragraph(say("language.other"))] if asked.language[:2] not in LANGUAGES else []),
        *_said_apart(desk, packed),
        paragraph(say("cover.enclosed")),
        *bullets(_enclosed(desk, packed)),
        CondPageBreak(SIGNED),
        Spacer(1, 6),
        paragraph(say("cover.reservation")),
        Spacer(1, 16),
        paragraph(say("cover.signatory", role=mandate.signatory_role)),
        paragraph(say("cover.mandate", mandate=mandate.mandate)),
        paragraph(say("cover.seal"), "small"),
        *_annexes(desk, packed),
    ]
    return document(story, furniture(desk, say("cover.title"), mandate), signature=SEAL_FIELD)


def _said_apart(desk: Desk, packed: Packed) -> Story:
    """What the cover letter says of corrections and of confidential parts, where there are any."""
    if desk.public:
        return []
    marked = desk.say("passage.confidential", ground="\0", text="").partition("\0")[0]
    passages = any(text.startswith(marked) for answer in packed.answers for text in answer.paragraphs)
    story: Story = []
    if desk.corrections:
        story.append(paragraph(desk.say("corrections.cover", count=len(desk.corrections))))
    if passages or packed.grounds:
        story.append(paragraph(desk.say("cover.confidential")))
    return story


def _counted(desk: Desk, packed: Packed) -> str:
    """How many questions have which status."""
    counts = Counter(answer.status for answer in packed.answers)
    listed = (
        desk.say("count", count=count, words=desk.say(f"status.{status.value}")) for status, count in counts.items()
    )
    return ", ".join(listed) or desk.say("cover.no_question")


def _enclosed(desk: Desk, packed: Packed) -> list[str]:
    say, ids = desk.say, [each.id for each in packed.exhibits]
    return [
        say("enclosed.answer"),
        say("enclosed.exhibits", count=len(ids), span=span(desk, ids)) if ids else say("enclosed.no_exhibits"),
        *([say("enclosed.events")] if desk.event_level else []),
        *([say("enclosed.public")] if desk.public else []),
        say("enclosed.gaps", count=len(packed.gaps)),
        say("enclosed.guide"),
    ]


def _annexes(desk: Desk, packed: Packed) -> Story:
    """The list of annexes, with number, title and file."""
    if not packed.exhibits:
        return []
    say, listed = desk.say, packed.exhibits[:MOST_ANNEXES]
    widths = {
        "head.exhibit": 0.8,
        "head.title": 4.0,
        "head.question": 0.9,
        "head.file": 2.1,
        "head.confidentiality": 2.7,
    }
    left = len(packed.exhibits) - len(listed)
    grid = exhibit_grid(desk, packed, listed, widths)
    whole = ANNEXES_HEAD + grid.wrap(BODY_WIDTH, PAGE_HEIGHT)[1]
    return [
        CondPageBreak(whole),  # a list that is torn leaves two rows alone on a page
        heading(say("annexes.title"), 2, key="annexes"),
        grid,
        *([paragraph(say("annexes.more", count=left), "small")] if left else []),
    ]
