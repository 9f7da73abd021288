"""The questions of a letter: numbered ones in every numbering, and the demands that have no number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from compliance.letters.citation import Citation
from compliance.letters.document import Document
from compliance.letters.head import codes_in
from compliance.letters.letter import Question, Span, Sure
from compliance.letters.outline import Item, Outline, is_demand, walk
from compliance.letters.request_type import format_demands, type_of
from compliance.letters.sentence import sentences
from compliance.letters.span import spans_in
from compliance.letters.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Context:
    """What questions refer to: the letter's period and the articles it cites."""

    document: Document
    words: Vocabulary
    citations: Sequence[Citation]
    period: Span | None = None
    order: bool = False
    """The letter orders the removal of content: addresses of content are demands."""


def question_lists(outline: Outline, context: Context) -> list[tuple[Item, ...]]:
    """The lists of a letter whose items ask or order something."""
    return [kept for each in outline.lists if (kept := _asking(each, context))]


def _asking(items: tuple[Item, ...], context: Context) -> tuple[Item, ...]:
    scores = [_score(item, context) for item in items]
    if sum(scores) / len(items) <= 0.15:
        return ()
    return tuple(
        item for item, score in zip(items, scores, strict=True) if score > -0.5 or (item.polarity >= 0 and score > -0.9)
    )


def _score(item: Item, context: Context) -> float:
    """How much speaks for a question: 1 for words that ask, less under a heading about something else."""
    led = bool(item.lead) and (is_demand(item.lead, context.words) or _demands(item.lead, context.words))
    asks = (
        is_demand(item.text, context.words)
        or led
        or (any(is_demand(child.text, context.words) for child in item.children) and item.text.rstrip().endswith(":"))
    )
    asks = asks or ("://" in item.text and (item.polarity > 0 or context.order))
    score = 1.0 if asks else -0.7
    score += 0.8 * item.polarity if item.polarity > 0 else 1.2 * item.polarity
    style = item.marker.style if item.marker else ""
    score += 1.0 if style.startswith(("coded", "label")) else 0.3 if style.startswith("degree") else 0.0
    if item.bullet:
        score -= 0.0 if led or item.polarity > 0 else 1.5
    return score


def _demands(lead: str, words: Vocabulary) -> bool:
    """True where a paragraph that introduces a list asks anywhere in it: `after complaints, you are asked to provide:`."""
    return bool(words.pattern("prose_question").search(lead) or words.pattern("lead_demand").search(lead))


def numbered_questions(lists: Sequence[tuple[Item, ...]], context: Context) -> list[Question]:
    """Questions of lists with their numbers; a number that would stand twice takes the letter of its section in front."""
    tops = Counter(item.marker.text for items in lists for item in items if item.marker)
    clash = any(count > 1 for count in tops.values())
    found: list[Question] = []
    previous: Span | None = None
    for items in lists:
        above: dict[tuple[str, ...], str] = {}
        for item, path in walk(items):
            named = item.section and (not item.section.startswith("?") or clash)
            section = item.section.lstrip("?")
            named = named and not (path and path[0].startswith(f"{section}."))  # `B.1` under B says so itself
            full = (section, *path) if named and path else path
            above[path] = item.text
            parents = tuple(above[path[:length]] for length in range(1, len(path)) if path[:length] in above)
            question = _question(item, ".".join(full) or None, parents, context, previous)
            previous = question.period or previous
            found.append(question)
    numbers = Counter(question.number for question in found if question.number)
    return [replace(each, sure=Sure.UNSURE) if each.number and numbers[each.number] > 1 else each for each in found]


def _question(
    item: Item, number: str | None, above: tuple[str, ...], context: Context, previous: Span | None
) -> Question:
    words = context.words
    leaf = (
        not item.children
        or bool(words.pattern("stem_adds").search(item.text.strip()))
        or (item.text.rstrip().endswith((".", "?", ";", ")")) and is_demand(item.text, words))
    )
    whole = " ".join((*above[-1:], item.text))
    kind = type_of(item.text, above or ((item.lead,) if item.lead else ()), words) if leaf else None
    if leaf and context.order and "://" in item.text:
        kind = "action_order"
    own = tuple(
        dict.fromkeys(
            each.reference
            for each in context.citations
            if item.start <= each.start < item.end and not each.act.startswith("nat:")
        )
    )
    events = tuple(dict.fromkeys(code for code, _, _ in codes_in(whole)))
    asked = item.marker is not None and (is_demand(item.text, words) or item.polarity > 0)
    return Question(
        number,
        item.text,
        leaf,
        kind,
        own,
        _period(item, above, context, previous),
        events,
        format_demands(item.text, words),
        None,
        (item.start, item.end),
        Sure.CERTAIN if asked else Sure.LIKELY,
    )


def _period(item: Item, above: tuple[str, ...], context: Context, previous: Span | None) -> Span | None:
    words = context.words
    own = spans_in(item.text, item.end - len(item.text), words)
    if own:
        return own[0]
    if words.pattern("same_period").search(item.text):
        return previous or context.period
    if words.pattern("relevant_period").search(item.text):
        return context.period
    inherited = [span for text in reversed(above) for span in spans_in(text, item.start, words)]
    if inherited:
        return inherited[0]
    return None


def unnumbered_questions(
    document: Document, outline: Outline, taken: Sequence[tuple[int, int]], begin: int, context: Context
) -> list[Question]:
    """Demands in running text that no number announces, such as a preservation or a receipt to confirm."""
    words = context.words
    found: list[Question] = []
    headings = {start for start, _, _ in outline.headings}
    for block in document.blocks[begin:]:
        if block.start in headings or any(
            start <= block.start < end or block.start <= start < block.end for start, end in taken
        ):
            continue
        if (words.pattern("copy_label").match(block.text) and len(block.text) < 120) or (
            words.pattern("salutation").match(block.text) and len(block.text) < 80
        ):
            continue
        for start, end in sentences(block.text, words):
            sentence = re.sub(r"^(?:\d{1,2}[.)]|\[[ xX]\])\s*", "", block.text[start:end])
            span = (block.start + start, block.start + end)
            if found_in := words.pattern("prose_enclosed").search(sentence):
                found.append(
                    _prose(
                        found_in["what"] if "what" in found_in.re.groupindex and found_in["what"] else found_in[0],
                        span,
                        context,
                    )
                )
            elif _asks_in_prose(sentence, words) and not _only_asks_for_a_reply(sentence, words, listed=bool(taken)):
                found.append(_prose(sentence, span, context))
    return found


def _only_asks_for_a_reply(sentence: str, words: Vocabulary, *, listed: bool) -> bool:
    """True for `please reply by 31 August`: it sets a day or points to what is asked elsewhere, and asks nothing itself."""
    found = words.pattern("only_reply").search(sentence)
    if not found or sentence.rstrip().endswith(":"):
        return False
    further = words.built("asks more", rf"(?<!\w){words.source('asks_more')} (?!\d)")
    if further.search(sentence, found.start()):
        return False
    return listed or (len(sentence) < 120 and any(character.isdigit() for character in sentence))


def _asks_in_prose(sentence: str, words: Vocabulary) -> bool:
    asked = words.pattern("prose_question").search(sentence) and not words.pattern("prose_not").search(sentence)
    return bool(asked) or sentence.rstrip().endswith("?")


def _prose(text: str, span: tuple[int, int], context: Context) -> Question:
    own = tuple(dict.fromkeys(each.reference for each in context.citations if span[0] <= each.start < span[1]))
    periods = spans_in(text, span[0], context.words)
    return Question(
        None,
        text.strip(),
        True,
        type_of(text, (), context.words),
        own,
        periods[0] if periods else None,
        tuple(code for code, _, _ in codes_in(text)),
        format_demands(text, context.words),
        None,
        span,
        Sure.UNSURE,
    )
