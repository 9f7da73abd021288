"""Read a letter: from a file to everything it says, with what a person must confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from compliance.letters.basis import Roles, sort_citations
from compliance.letters.citation import find_citations
from compliance.letters.competence import Character, character_of
from compliance.letters.counting import Ground
from compliance.letters.deadlines import Known, compute_deadlines
from compliance.letters.document import Document
from compliance.letters.formats import read_document
from compliance.letters.handling import attachments, confidentiality, entities
from compliance.letters.head import Head, codes_in, read_head
from compliance.letters.intake import Intake
from compliance.letters.language import LanguageGuess, guess_language
from compliance.letters.letter import Deadline, Letter, Mark, Question, Span, Sure
from compliance.letters.marking import Marker
from compliance.letters.moment import find_time
from compliance.letters.outline import Item, Outline, outline_of
from compliance.letters.question import Context, numbered_questions, question_lists, unnumbered_questions
from compliance.letters.request_type import format_demands
from compliance.letters.sender import SenderFound, read_sender
from compliance.letters.span import letter_period
from compliance.letters.time_limit import Wording, find_time_limits
from compliance.letters.vocabulary import Vocabulary, letters_data, vocabulary


def read_letter(path: Path, intake: Intake | None = None) -> Letter:
    """Everything a letter says. Receipt comes from `intake` alone. LetterError `LET-*` where the file cannot be read."""
    document = read_document(path)
    guess = guess_language(document.text)
    words = vocabulary(guess.language)
    head = read_head(document, words)
    sender = read_sender(document, head, words)
    letter = _Reading(path, document, guess, words, head, sender, intake).letter()
    return _all_unsure(letter) if document.recognised else letter


def _all_unsure(letter: Letter) -> Letter:
    """The letter of a scan: whatever was read may be another letter or figure in the picture."""
    why = "read from a picture"
    marks = {
        name: replace(mark, sure=Sure.UNSURE, why="; ".join(part for part in (mark.why, why) if part))
        for name, mark in letter.marks.items()
    }
    asked = {name: letter.to_confirm.get(name, why) for name in (*letter.marks, *letter.to_confirm)}
    return replace(letter, marks=marks, to_confirm=asked)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The parts that reading goes through, in order."""

    path: Path
    document: Document
    guess: LanguageGuess
    words: Vocabulary
    head: Head
    sender: SenderFound
    intake: Intake | None

    def letter(self) -> Letter:
        citations = find_citations(self.document.text, self.sender.sender.country)
        subject = (
            (self.head.subject.start, self.head.subject.end) if self.head.subject and self.head.subject.end else None
        )
        roles = sort_citations(self.document, citations, self.words, subject)
        draft = bool(self.words.pattern("draft").search(self.document.text[:1500]))
        title = " ".join(
            filter(None, (self.head.subject.value if self.head.subject else "", self.document.blocks[0].text))
        )
        begin = self._begin()
        outline = outline_of(self.document, self.words, begin)
        context = Context(
            self.document, self.words, citations, order=roles.power is not None and roles.power.kind == "order_remove"
        )
        lists = question_lists(outline, context)
        period, defined = letter_period(
            self.document,
            self.words,
            [(item.start, item.end) for items in lists for item in _all(items)],
            [subject] if subject else [],
        )
        context = replace(context, period=period)
        questions = self._questions(lists, outline, begin, context)
        character = character_of(roles, title, self.sender.sender, self.intake, draft, self.words)
        main, more, redress = self._deadlines(outline, lists, questions, character, subject)
        questions = [_with_deadline(each, main, more, self.document) for each in questions]
        return self._assembled(roles, character, draft, period, defined, questions, main, more, redress)

    def _begin(self) -> int:
        """Block from which lists are looked for: behind the subject line."""
        subject = self.head.subject
        if subject is None or subject.end == 0:
            return 0
        return self.document.blocks.index(self.document.block_at(subject.start)) + 1

    def _questions(
        self, lists: Sequence[tuple[Item, ...]], outline: Outline, begin: int, context: Context
    ) -> list[Question]:
        numbered = numbered_questions(lists, context)
        taken = [each.span for each in numbered] + [item.lead_at for items in lists for item in items]
        loose = unnumbered_questions(self.document, outline, taken, begin, context)
        return [*numbered, *loose]

    def _deadlines(
        self,
        outline: Outline,
        lists: Sequence[tuple[Item, ...]],
        questions: Sequence[Question],
        character: Character,
        subject: tuple[int, int] | None,
    ) -> tuple[Deadline | None, tuple[Deadline, ...], tuple[Deadline, ...]]:
        asked = [(item.start, item.end) for items in lists for item in _all(items)]
        skipped = [*asked, *([subject] if subject else [])]
        wordings = self._still_ahead(find_time_limits(self.document, outline, self.words, 0, skipped))
        if not any(each.scope == "answer" for each in wordings):  # then a question's own day is all there is
            within = find_time_limits(self.document, outline, self.words, 0, [subject] if subject else [])
            own = [each for each in self._still_ahead(within) if each.scope == "answer" and each.day and self._date()]
            wordings += [each for each in own if each.day and each.day >= (self._date() or each.day)]
        known = Known(
            self.document, self.words, self.intake, self._date(), self._ground(), character.binding, questions
        )
        return compute_deadlines(wordings, known)

    def _still_ahead(self, wordings: Sequence[Wording]) -> list[Wording]:
        """Time limits without those that had passed when the letter was written: it tells of them, as a reminder does."""
        written = self._date()
        ahead = [each for each in wordings if not (written and each.day and each.day < written and not each.following)]
        return ahead or list(wordings)

    def _date(self) -> date | None:
        return self.head.date[0] if self.head.date else None

    def _ground(self) -> Ground:
        """Zone and calendar: the zone the letter dates itself in, else the authority's place, else the addressee's."""
        zone = self.sender.zone
        dated = next((entry for entry in self.head.entries if entry.kind == "date"), None)
        moment = find_time(dated.value, self.words) if dated else None
        if moment and (moment.place or moment.label):
            zone = moment.place or letters_data("authorities.yaml")["zones"]["place_of"].get(moment.label, zone)
        intake = self.intake or Intake()
        elsewhere = intake.addressee_timezone
        return Ground(
            zone or elsewhere or "Europe/Brussels",
            self.sender.calendar,
            self.sender.sender.country,
            intake.addressee_member_state,
            addressee_zone=elsewhere,
            published=tuple(each.as_year() for each in intake.institution_days),
        )

    def _assembled(
        self,
        roles: Roles,
        character: Character,
        draft: bool,
        period: Span | None,
        defined: bool,
        questions: Sequence[Question],
        main: Deadline | None,
        more: tuple[Deadline, ...],
        redress: tuple[Deadline, ...],
    ) -> Letter:
        head, sender, document = self.head, self.sender, self.document
        marks, doubts = self._marks(roles, character, period, defined, questions, main, more)
        reference = head.reference.value if head.reference else None
        numbered = tuple(questions)
        events = tuple(dict.fromkeys(code for each in numbered for code in each.event_refs))
        named = self._event_codes()
        return Letter(
            self.path.name,
            hashlib.sha256(self.path.read_bytes()).hexdigest(),
            document.format,
            document.text,
            character.kind,
            character.binding,
            draft,
            self.guess.language,
            sender.sender,
            head.addressee.value if head.addressee else None,
            reference,
            head.case.value if head.case else None,
            head.others,
            self._date(),
            head.subject.value if head.subject else None,
            tuple(each.reference for each in roles.bases),
            tuple(dict.fromkeys(each.reference for each in roles.cited)),
            tuple(each.reference for each in roles.sanctions),
            tuple(dict.fromkeys(each.reference for each in roles.negated)),
            main,
            more,
            redress,
            self._vague(),
            period,
            tuple(code for code in dict.fromkeys((*events, *named)) if code != reference),
            entities(document),
            numbered,
            confidentiality(document, self.words, [each for each in (main, *more) if each]),
            format_demands(document.text, self.words),
            attachments(document, head.entries, self.words),
            character.competence,
            character.note,
            self.intake.model_dump(mode="json", exclude_none=True) if self.intake else None,
            marks,
            doubts,
            document.notes,
            document.mail.sender if document.mail else "",
        )

    def _event_codes(self) -> tuple[str, ...]:
        """Numbers of incidents, streams and notifications that the letter names."""
        text = self.document.text
        near = self.words.built(
            "event label", rf"(?:{self.words.source('event_label')})[^\w\n](?:[^.;\n]|(?<=\d)\.){{0,45}}$"
        )
        return tuple(
            code
            for code, start, _ in codes_in(text)
            if near.search(text[max(start - 70, 0) : start]) and (not self.head.case or code != self.head.case.value)
        )

    def _vague(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(match[0].casefold() for match in self.words.pattern("vague").finditer(self.document.text))
        )

    def _mark_language(self, marker: Marker) -> None:
        if not self.guess.supported:
            for name in ("language", "kind", "binding", "legal_bases", "date", "reference", "deadline", "questions"):
                marker.doubt(
                    name, f"the letter seems to be in {self.guess.language}, which is not read: compare with the letter"
                )
        elif not self.guess.sure:
            marker.doubt("language", "two languages are close; check that this is the letter's")

    def _mark_head(self, marker: Marker) -> None:
        head, sender = self.head, self.sender
        unlisted = "its name stands in no list of authorities" if sender.sure is Sure.LIKELY else ""
        marker.field("sender", sender.start, sender.end, sender.sure, sender.why or unlisted)
        named = {"reference": head.reference, "case": head.case, "subject": head.subject, "addressee": head.addressee}
        for name, found in named.items():
            if found:
                marker.field(name, found.start, found.end, found.sure, found.why)
            elif name in ("reference", "addressee"):
                marker.doubt(name, "nothing was found; enter it")
        if head.date:
            dated = head.date[1]
            marker.field("date", dated.start, dated.end, dated.sure, dated.why)
        else:
            marker.doubt("date", "no date was found; enter it")

    def _marks(
        self,
        roles: Roles,
        character: Character,
        period: Span | None,
        defined: bool,
        questions: Sequence[Question],
        main: Deadline | None,
        more: Sequence[Deadline],
    ) -> tuple[dict[str, Mark], dict[str, str]]:
        marker = Marker(self.document)
        self._mark_language(marker)
        self._mark_head(marker)
        if not character.sure:
            marker.doubt("kind", character.why or "the kind follows from the title alone")
        if character.binding is None:
            marker.doubt("binding", character.note or "whether it binds is not plain")
        for each in roles.bases:
            marker.field(
                f"legal_bases.{each.reference}", each.start, each.end, Sure.LIKELY if roles.doubt else Sure.CERTAIN, ""
            )
        if roles.doubt:
            marker.doubt("legal_bases", roles.doubt)
        if period:
            marker.field(
                "period",
                *period.at,
                Sure.CERTAIN if defined else Sure.LIKELY,
                "" if defined else "taken from a question or the running text",
            )
        for each_deadline in [each for each in (main, *more) if each]:
            marker.deadline(each_deadline)
        if main and any(each.span[0] <= main.span[0] < each.span[1] for each in questions if each.number):
            marker.doubt("deadline", "it stands in one of the questions; check whether it holds for the others")
        if not questions:
            marker.doubt("questions", "nothing that is asked was found; read the letter and enter what it asks")
        if main is None and questions:
            marker.doubt(
                "deadline",
                "the letter asks something but sets no time limit"
                + (f" ({', '.join(self._vague())})" if self._vague() else ""),
            )
        marker.questions(questions)
        return marker.marks, marker.doubts


def _all(items: Sequence[Item]) -> list[Item]:
    return [each for item in items for each in (item, *_all(item.children))]


def _with_deadline(question: Question, main: Deadline | None, more: Sequence[Deadline], document: Document) -> Question:
    """The question with the identifier of the time limit that applies to it."""
    limits = [each for each in (main, *more) if each and each.scope == "answer"]
    if question.number is None:
        block = document.block_at(question.span[0])
        same = next(
            (each for each in (main, *more) if each and question.span[0] <= each.span[0] < question.span[1]), None
        )
        inside = same or next(
            (
                each
                for each in limits
                if block.start <= each.span[0] < block.end and each.applies_to == "all" and each is not main
            ),
            None,
        )
        return replace(question, deadline_ref=inside.id if inside else None)
    tops = {question.number, question.number.split(".")[0]}
    own = next((each for each in limits if isinstance(each.applies_to, tuple) and tops & set(each.applies_to)), None)
    own = own or next((each for each in limits if each.applies_to == "all"), None)
    return replace(question, deadline_ref=own.id if own else None)
