"""What each citation is for: the legal basis of the letter, a sanction, something it says it is not, or merely cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.letters.act import Power, is_sanction, power_of
from compliance.letters.citation import Citation
from compliance.letters.document import Block, Document
from compliance.letters.sentence import sentence_around
from compliance.letters.vocabulary import Vocabulary, grammar


@dataclass(frozen=True, slots=True)
class Roles:
    """Citations by what they are for; `weight` of the weakest basis is low where the words leave doubt."""

    bases: tuple[Citation, ...]
    cited: tuple[Citation, ...]
    sanctions: tuple[Citation, ...]
    negated: tuple[Citation, ...]
    power: Power | None
    doubt: str = ""


_ENOUGH = 4


def sort_citations(
    document: Document, citations: Sequence[Citation], words: Vocabulary, subject: tuple[int, int] | None
) -> Roles:
    """The role of every citation. A basis gives a power, follows a basis cue, and stands where something is asked or ordered."""
    weights: dict[int, int] = {}
    negated: list[Citation] = []
    sanctions: list[Citation] = []
    for index, citation in enumerate(citations):
        before, sentence = _context(document, citation, words)
        if words.pattern("negation").search(before[-110:]):
            negated.append(citation)
            continue
        if is_sanction(citation.reference) and (
            words.pattern("sanction").search(sentence) or words.pattern("possibility").search(sentence)
        ):
            sanctions.append(citation)
        if power_of(citation.reference) or citation.act.startswith("nat:"):
            weights[index] = _weight(document, citation, citations, before, sentence, words, subject)
    return _chosen(document, citations, weights, tuple(negated), tuple(sanctions))


def _context(document: Document, citation: Citation, words: Vocabulary) -> tuple[str, str]:
    block = document.block_at(citation.start)
    begin, end = sentence_around(block.text, citation.start - block.start, words)
    sentence = block.text[begin:end]
    return block.text[begin : citation.start - block.start], sentence


def _weight(
    document: Document,
    citation: Citation,
    citations: Sequence[Citation],
    before: str,
    sentence: str,
    words: Vocabulary,
    subject: tuple[int, int] | None,
) -> int:
    """How much speaks for a basis: cue right before, demand in the sentence, subject line or early place; minus what speaks against."""
    first = min((each.start for each in citations if each.group == citation.group), default=citation.start)
    lead = document.text[max(first - 90, 0) : first].rsplit("\n", 1)[-1]
    cue = next(iter(reversed(list(words.pattern("basis").finditer(lead)))), None)
    near = cue is not None and len(lead) - cue.end() < 25
    far = cue is not None and not near and not re.search(r"[;:.]\s", lead[cue.end() :])
    in_subject = subject is not None and subject[0] <= citation.start < subject[1]
    weight = 3 if near else 1 if far else 0
    weight += 2 if in_subject else 0
    block = document.block_at(citation.start)
    weight += 4 if not near and _alone_under_its_heading(document, block, first) else 0
    weight += (
        1
        if words.pattern("demand_context").search(sentence) or in_subject or not sentence.rstrip().endswith(".")
        else 0
    )
    weight += 1 if citation.start < len(document.text) / 2 or block.heading else 0
    title = document.blocks[:3]
    titled = block in title and any(words.matching("kind", each.text) for each in title)
    open_bracket = lead.rfind("(") > lead.rfind(")")
    weight += 6 if open_bracket and titled else 0
    weight -= 3 if open_bracket and not near else 1 if open_bracket else 0
    weight -= 3 if words.pattern("possibility").search(before[-160:]) else 0
    weight -= 2 if words.pattern("sanction").search(before) else 0
    weight -= 3 if words.pattern("earlier").search(before[-120:]) else 0
    return weight


def _alone_under_its_heading(document: Document, block: Block, first: int) -> bool:
    """True where a form has nothing but the articles under `Legal basis`."""
    place = document.blocks.index(block)
    heading = document.blocks[place - 1].text if place else ""
    named = re.fullmatch(rf"(?:[\dA-Z]{{1,3}}[.):]*\s+)?{grammar('basis_heading')}\W*", heading, re.IGNORECASE)
    return bool(named) and first - block.start <= 12 and len(block.text) < 250


def _chosen(
    document: Document,
    citations: Sequence[Citation],
    weights: dict[int, int],
    negated: tuple[Citation, ...],
    sanctions: tuple[Citation, ...],
) -> Roles:
    strong = {
        index for index, weight in weights.items() if weight >= _ENOUGH and not citations[index].act.startswith("nat:")
    }
    strong |= {
        index
        for index, weight in weights.items()
        for other in strong
        if citations[index].group == citations[other].group and weight >= _ENOUGH - 1
    }
    strong |= {
        index
        for index, weight in weights.items()
        if citations[index].act.startswith("nat:")
        and (
            (weight >= _ENOUGH and _first_half(document, citations[index]))
            or _beside(document, citations, index, strong)
        )
    }
    bases: dict[str, Citation] = {}
    for index in sorted(strong, key=lambda each: (-weights[each], each)):
        bases.setdefault(citations[index].reference, citations[index])
    kept = [
        each
        for name, each in bases.items()
        if not any(other != name and other.startswith(f"{name}(") for other in bases)
    ]
    kept.sort(key=lambda each: each.start)
    ranked = [
        power
        for each in sorted(kept, key=lambda each: (-_best(citations, weights, each.reference), each.start))
        if (power := power_of(each.reference))
    ]
    names = {each.reference for each in kept}
    cited = _unique(each for each in citations if each.reference not in names)
    doubt = ""
    if not kept and any(weight >= 2 for weight in weights.values()):
        doubt = "an article that gives a power is cited, but not plainly as the basis of this letter"
    elif kept and max(weights.values()) < _ENOUGH + 1:
        doubt = "the words around the basis leave doubt"
    return Roles(tuple(kept), cited, _unique(sanctions), negated, _leading(ranked), doubt)


def _leading(powers: list[Power]) -> Power | None:
    """The power that gives the letter its kind: a decision before a simple request of the same article."""
    if any(power.kind == "rfi_decision" for power in powers) and powers[0].kind == "rfi_simple":
        return next(power for power in powers if power.kind == "rfi_decision")
    return powers[0] if powers else None


def _best(citations: Sequence[Citation], weights: dict[int, int], reference: str) -> int:
    return max((weight for index, weight in weights.items() if citations[index].reference == reference), default=0)


def _first_half(document: Document, citation: Citation) -> bool:
    return citation.start < len(document.text) * 0.6


def _beside(document: Document, citations: Sequence[Citation], index: int, strong: set[int]) -> bool:
    """True where a national article is joined to a basis by a few words: `... and Article 12 of the Police Act`."""
    here = citations[index]
    return any(
        (
            0 <= here.start - citations[other].end < 45
            and "." not in document.text[citations[other].end : here.start].replace("Art.", "")
        )
        or 0 <= citations[other].start - here.end < 45
        for other in strong
    )


def _unique(citations: object) -> tuple[Citation, ...]:
    seen: dict[str, Citation] = {}
    for each in citations:  # type: ignore[attr-defined]
        seen.setdefault(each.reference, each)
    return tuple(seen.values())
