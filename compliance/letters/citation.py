"""Articles cited in a letter, in the citation forms of the languages read, each with its act."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from compliance.letters.act import act_by_alias, act_by_number, alias_pattern
from compliance.letters.vocabulary import alternation, grammar, letters_data, spaced

_NUMBER = r"(?:[LRDA]\.\s?\*?)?\d{1,4}(?:-\d{1,4}){0,3}(?:\s?(?:bis|ter|quater|quinquies)\b|[A-Z]{1,3}(?![\w])|[a-z](?![\w]))?(?:\.?º|°)?"
_INNER = r"\d{1,2}|[a-z]{1,2}|[ivx]{1,4}"
_QUOTES = "\"'‘’“”„«»"


@cache
def _eu_act() -> re.Pattern[str]:
    """A Union act by its kind and number; the group `number` holds the number."""
    kind = rf"(?:{grammar('act_before')} )?{grammar('act')}(?:\s+{grammar('act_after')})?\s*"
    origin = r"(?:\((?:[A-Z]{2,3})(?:,\s*[A-Za-z]+)*\)\s*)?(?:(?:No|n[°ºo]\.?|Nr\.?|nr)\s*)?"
    return re.compile(rf"{kind}{origin}(?P<number>\d{{2,4}}/\d{{1,4}})(?:/(?:EU|UE|EC|CE|EG))?", re.IGNORECASE)


@cache
def _this_act() -> re.Pattern[str]:
    """An act named before: `of the Regulation`; the group that matched tells a directive from a regulation."""
    named = rf"(?:(?P<directive>{grammar('directive')})|(?P<regulation>{grammar('regulation')}))"
    return re.compile(rf"{grammar('this_act')}\s+(?:same\s+)?{named}(?!\s*(?:\((?:EU|UE)|\d))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """One article cited: its reference (`32022R2065:67(2)`, `nat:FR:loi-2004-575:9-1`), and where. `own`: the act stands beside it."""

    act: str
    article: str
    start: int
    end: int
    group: int
    own: bool = False

    @property
    def reference(self) -> str:
        """Act and article in one."""
        return f"{self.act}:{self.article}"


@cache
def _words() -> dict[str, str]:
    data = letters_data("citation.yaml")
    return {name: alternation(tuple(map(str, entries))) for name, entries in data.items() if isinstance(entries, list)}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _words()
    joint = rf"(?:\s*,?\s*(?P<joint>{words['and']}|{words['to']})\s+|\s*[–-]\s*|\s*[,;]\s*)"
    return {
        name: re.compile(source, re.IGNORECASE)
        for name, source in {
            "article": rf"(?<![\w-])(?P<word>{words['article']})(?:\s+|(?<=\.)|(?<=§))(?=(?:[LRDA]\.\s?)?\d)",
            "number": rf"(?P<n>{_NUMBER})(?P<dots>(?:\.(?:\d{{1,2}}|[a-z](?=\)))\)?)*)",
            "bracket": rf"\s?\(\s?(?P<x>{_INNER})\s?\)",
            "paragraph": rf"\s*,?\s+(?:{words['paragraph']})\s*(?P<x>\d{{1,2}})(?!\d)"
            rf"|\s+(?P<o>\d{{1,2}})(?:st|nd|rd|th|er|e)\s+(?:{words['paragraph']})"
            rf"|\s*,?\s+(?P<w>{'|'.join(letters_data('citation.yaml')['paragraph_by_word'])})(?!\w)",
            "point": rf"\s*,?\s+(?:{words['point']})\s*\(?(?P<x>{_INNER})(?![\w])\)?",
            "subparagraph": rf"\s*,?\s+(?:{words['subparagraph']})",
            "joint": joint,
            "of": rf"[\s,)]*(?:(?:{words['of']})\s+)?(?:(?:the|le|la|el|il|het)\s+)?",
            "before": rf"(?:(?:{words['point']})\s*\(?(?P<point>[a-z]{{1,2}}|\d{{1,2}})\)?\s+(?:{words['of']})\s+)?"
            rf"(?:(?:{words['paragraph']})\s*(?P<paragraph>\d{{1,2}})\s*,?\s+(?:{words['of']})\s+)?(?:(?:the|les?|des?|del)\s+)?$",
            "national": "|".join(spaced(str(each)) for each in letters_data("acts.yaml")["national"]["word"]),
        }.items()
    }


def find_citations(text: str, country: str | None) -> list[Citation]:
    """Articles cited in a text, in order; those without an act take it from their neighbours, then from the letter's main act."""
    terms = _defined_terms(text)
    found: list[Citation] = []
    for group, match in enumerate(_patterns()["article"].finditer(text)):
        refs, end = _articles(text, match)
        act, behind = _act_behind(text, end, terms, country)
        for article, start, stop in refs:
            found.append(Citation(act or "", article, start, stop, group, act is not None))
        if refs:
            found[-1] = replace(found[-1], end=max(found[-1].end, behind))
    return list(_expanded(_resolved(found, text)))


def mentioned_acts(text: str) -> list[str]:
    """Acts named anywhere in a text, with or without an article, the most named first."""
    named = Counter(act for match in _eu_act().finditer(text) if (act := act_by_number(match["number"])))
    named.update(act for match in alias_pattern().finditer(text) if (act := act_by_alias(match["alias"])))
    return [act for act, _ in named.most_common()]


def _articles(text: str, match: re.Match[str]) -> tuple[list[tuple[str, int, int]], int]:
    """Articles behind one article word, each with where it stands, and where the list ends."""
    plural = _is_plural(match["word"])
    before = _patterns()["before"].search(text, max(match.start() - 60, 0), match.start())
    refs: list[tuple[str, int, int]] = []
    position, start = match.end(), match.start()
    levels: list[tuple[str, str]] = []
    while number := _patterns()["number"].match(text, position):
        levels = [
            (
                "article",
                re.sub(r"[\s.*º°]", "", number["n"])
                if not number["n"][0].isdigit()
                else number["n"].strip(" .º°").replace(" ", ""),
            )
        ]
        levels += [("point" if part.isalpha() else "paragraph", part) for part in re.findall(r"\w+", number["dots"])]
        position = _suffixes(text, number.end(), levels)
        if before and not refs:
            levels += [(name, before[name].casefold()) for name in ("paragraph", "point") if before[name]]
        refs.append((_shown(levels), start, position))
        position, more = _siblings(text, position, levels, start)
        refs += more
        joint = _patterns()["joint"].match(text, position)
        following = _patterns()["number"].match(text, joint.end()) if joint else None
        if not joint or not following or not plural or _is_quantity(text, following.end()):
            break
        if (
            re.match(_words()["to"] + r"\Z", joint[0].strip(), re.IGNORECASE)
            and following["n"].isdigit()
            and levels[0][1].isdigit()
        ):
            refs += [
                (str(value), joint.end(), following.end())
                for value in range(int(levels[0][1]) + 1, min(int(following["n"]), int(levels[0][1]) + 30))
            ]
        start, position = following.start(), joint.end()
    return refs, position


def _is_plural(word: str) -> bool:
    low = word.casefold()
    return low in (
        "artikel",
        "artikeln",
        "artikelen",
        "art.",
        "art",
        "artt.",
        "articoli",
        "§§",
        "artykuły",
    ) or low.endswith(("s", "s."))


def _is_quantity(text: str, end: int) -> bool:
    """True where a number counts something: `Articles 16 and 200 notices`."""
    return bool(
        re.match(
            r"\s+(?!(?:and|to|or|of|et|du|de|à|und|der|des|bis|y|del|al|e|del|dello|en|van|tot|i|oraz|ust|do|DSA|paragraph|point|abs|absatz|apartado|comma|lid)\b)[a-zäöü]{4,}",
            text[end : end + 20],
        )
    )


def _suffixes(text: str, position: int, levels: list[tuple[str, str]]) -> int:
    """Paragraphs and points right behind an article number are added to `levels`; gives where they end."""
    while True:
        if found := _patterns()["bracket"].match(text, position):
            inner = found["x"].casefold()
            levels.append(("paragraph" if inner.isdigit() else "point", inner))
        elif found := _patterns()["paragraph"].match(text, position):
            worded = letters_data("citation.yaml")["paragraph_by_word"].get((found["w"] or "").casefold())
            levels.append(("paragraph", found["x"] or found["o"] or str(worded)))
        elif found := _patterns()["point"].match(text, position):
            levels.append(("point", found["x"].casefold()))
        elif found := _patterns()["subparagraph"].match(text, position):
            pass
        else:
            return position
        position = found.end()


def _siblings(
    text: str, position: int, levels: list[tuple[str, str]], start: int
) -> tuple[int, list[tuple[str, int, int]]]:
    """Further paragraphs or points of the same article: `and (2)`, `and point (b)`, `und 6` behind `Absätze 1`."""
    refs: list[tuple[str, int, int]] = []
    spelled = bool(
        re.search(rf"(?:{_words()['paragraph']})\s*\d{{1,2}}$", text[start:position], re.IGNORECASE)
    ) and bool(
        re.search(
            r"(?:paragraphs|paragraphes|absätze\w*|apartados|paragrafi|commi|leden|números|abs\.|parágrafos|§§|n\.ºs|ust\.)\s*\d",
            text[start:position],
            re.IGNORECASE,
        )
    )
    while joint := _patterns()["joint"].match(text, position):
        after = joint.end()
        bracket = re.compile(rf"\(\s?({_INNER})\s?\)").match(text, after)
        worded = re.compile(
            rf"(?:(?P<p>{_words()['paragraph']})\s*(?P<n>\d{{1,2}})|(?P<q>{_words()['point']})\s*\(?(?P<x>{_INNER})(?!\w)\)?)(?!\d)",
            re.IGNORECASE,
        ).match(text, after)
        plain = (
            re.compile(r"(\d{1,2})(?![\d(]|\s*,?\s*(?:paragraph|absatz|abs|lit|apartado))", re.IGNORECASE).match(
                text, after
            )
            if spelled
            else None
        )
        if bracket:
            kind, value, end = ("paragraph" if bracket[1].isdigit() else "point"), bracket[1].casefold(), bracket.end()
        elif worded:
            kind, value, end = (
                ("paragraph", worded["n"], worded.end())
                if worded["p"]
                else ("point", worded["x"].casefold(), worded.end())
            )
        elif plain and not _is_quantity(text, plain.end()):
            kind, value, end = "paragraph", plain[1], plain.end()
        else:
            break
        while len(levels) > 1 and any(each[0] == kind for each in levels[1:]):
            if levels.pop()[0] == kind:
                break
        levels.append((kind, value))
        position = _suffixes(text, end, levels)
        refs.append((_shown(levels), after, position))
    return position, refs


def _shown(levels: list[tuple[str, str]]) -> str:
    return levels[0][1] + "".join(f"({value})" for _, value in levels[1:])


def _act_behind(text: str, position: int, terms: dict[str, str], country: str | None) -> tuple[str | None, int]:
    lead = _patterns()["of"].match(text, position)
    at = lead.end() if lead else position
    for place in dict.fromkeys((at, _skipped(text, position))):
        if found := _eu_act().match(text, place):
            return act_by_number(found["number"]) or f"eu:{found['number']}", found.end()
        if found := alias_pattern().match(text, place):
            return act_by_alias(found["alias"]), found.end()
        for term, act in terms.items():
            if (
                text[place : place + len(term)].casefold() == term
                and not text[place + len(term) : place + len(term) + 1].isalnum()
            ):
                return act, place + len(term)
        if found := re.compile(_patterns()["national"].pattern).match(text, place):
            chapter = re.compile(r"\s+\(Chapter \d+\)").match(text, found.end())
            return f"nat:{country or '??'}:{_slug(found[0] + (chapter[0] if chapter else ''))}", found.end()
    return None, position


def _skipped(text: str, position: int) -> int:
    found = re.compile(r"[\s,]*").match(text, position)
    return found.end() if found else position


def _slug(name: str) -> str:
    name = re.sub(r"\s+of\s+[A-Z]\w+(?=$| cap\d)", "", re.sub(r"\(Chapter (\d+)\)", r"cap\1", name))
    name = re.sub(r"\bn[°ºo]\.?\s?|\bn\.\s?", "", name)
    if name.isalpha():
        return name
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-")


def _defined_terms(text: str) -> dict[str, str]:
    """Short names that the letter gives to an act: `(the 'DSA')`, `(ci-après « le RSN »)`, `(nachfolgend „Verordnung“)`."""
    terms: dict[str, str] = {}
    inner = rf"\s*(?:{grammar('given_article')} )?([^{_QUOTES}]{{2,40}}?)\s*"
    defined = re.compile(rf"[^().;]{{0,120}}\([^()]{{0,40}}?[{_QUOTES}]{inner}[{_QUOTES}]", re.IGNORECASE)
    for match in _eu_act().finditer(text):
        given = defined.match(text, match.end())
        act = act_by_number(match["number"])
        if given and act:
            terms.setdefault(given[1].casefold(), act)
    return terms


def _resolved(found: list[Citation], text: str) -> list[Citation]:
    resolved = list(found)
    for index in range(len(resolved) - 2, -1, -1):  # `Article 51(2) and Article 52 of Regulation X`
        here, after = resolved[index], resolved[index + 1]
        between = text[here.end : after.start]
        if (
            not here.act
            and after.own
            and not after.act.startswith("nat:")
            and len(between) < 12
            and re.fullmatch(r"[\s,;]*\w{0,4}[\s,;]*", between)
        ):
            resolved[index] = replace(here, act=after.act, own=True)
    by_number: dict[str, Counter[str]] = {}
    for each in resolved:
        if each.own and not each.act.startswith("nat:"):
            by_number.setdefault(each.article.split("(")[0], Counter())[each.act] += 1
    main = Counter(each.act for each in resolved if each.own and not each.act.startswith("nat:")).most_common(1)
    default = main[0][0] if main else (mentioned_acts(text) or ["32022R2065"])[0]
    return [each if each.act else replace(each, act=_by_number(each, by_number, text, default)) for each in resolved]


def _by_number(citation: Citation, by_number: dict[str, Counter[str]], text: str, default: str) -> str:
    term = _this_act().match(text, _skipped(text, citation.end)) or _this_act().match(text, max(citation.end - 1, 0))
    known = by_number.get(citation.article.split("(")[0])
    if term and term["directive"]:
        return next((act for act in mentioned_acts(text) if act[5:6] == "L"), default)
    if term:
        return next((act for act in mentioned_acts(text) if act[5:6] == "R"), default)
    return known.most_common(1)[0][0] if known else default


def _expanded(found: list[Citation]) -> Iterator[Citation]:
    """Ranges of a Union act (`Articles 34-36`) as single articles; national numbers keep their hyphen."""
    for each in found:
        span = re.fullmatch(r"(\d{1,3})-(\d{1,3})", each.article)
        if span and not each.act.startswith("nat:") and int(span[1]) < int(span[2]) <= int(span[1]) + 40:
            for value in range(int(span[1]), int(span[2]) + 1):
                yield replace(each, article=str(value))
        else:
            yield each
