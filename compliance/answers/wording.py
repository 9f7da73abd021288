"""Which of the defined figures a question's words ask for, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from compliance.answers.model import Question
from compliance.assess.figures import Definition, definitions

COUNT_WORDS = (
    "number",
    "how many",
    "volume",
    "nombre",
    "combien",
    "anzahl",
    "wie viele",
    "numero",
    "quanti",
    "quante",
    "número",
    "cuántos",
    "cuántas",
)
TIME_WORDS = (
    "time",
    "delay",
    "median",
    "how long",
    "duration",
    "délai",
    "durée",
    "temps",
    "dauer",
    "zeit",
    "frist",
    "tempo",
    "mediano",
    "tiempo",
    "plazo",
    "mediana",
)
AVERAGE_WORDS = (
    "average",
    "mean time",
    "mean delay",
    "mean duration",
    "temps moyen",
    "délai moyen",
    "durée moyenne",
    "en moyenne",
    "durchschnitt",
    "im mittel",
    "tempo medio",
    "durata media",
    "in media",
    "tiempo medio",
    "plazo medio",
    "duración media",
    "promedio",
)
"""Words that ask for an arithmetic mean, which a median is not."""
MEDIAN_WORDS = ("median", "médian")
QUALIFIERS = (
    "more than",
    "fewer than",
    "less than",
    "exceeding",
    "at least",
    "at most",
    "plus de",
    "moins de",
    "mehr als",
    "weniger als",
    "più di",
    "meno di",
    "más de",
    "menos de",
    "could not",
    "unable",
    "on which",
    "for which",
    "in which",
    "sur lesquel",
    "pour lesquel",
    "auf die",
    "sui quali",
    "en los que",
)
"""Words that narrow a count in a way no figure does by itself."""
Titles = Callable[[Definition], Sequence[str]]
CLEAR, NEAR = 0.6, 0.3
"""Share of a figure's title that words echo: above the first they ask for the figure, from the second on they come near."""
_SAME = {
    "recip": "users",
    "user": "users",
    "utili": "users",
    "nutze": "users",
    "handl": "decid",
    "decis": "decid",
    "act": "actio",
    "décis": "decid",
    "décid": "decid",
    "entsc": "decid",
    "nutzu": "users",
    "usuar": "users",
    "utent": "users",
    "desti": "users",
}
"""Stems that mean the same in letters and titles."""
_IDLE = {
    *("time", "number", "that", "with", "from", "what", "last", "were", "this", "their", "each", "between"),
    *("délai", "durée", "temps", "entre", "pour", "dans", "leur", "leurs"),
    *("zeit", "über", "eine", "einer", "eines", "einem", "sich", "nach", "beim"),
    *("tiempo", "hasta", "sobre", "desde", "tempo", "della", "delle", "degli", "nelle"),
}
"""Words of titles and letters that say nothing of the subject."""
_MERE = {"recei", "annou", "opene", "detec", "reçue", "einge", "recib", "ricev", "annon", "angek", "anunc", "annun"}
"""Participles of mere existence in titles: the number of complaints is the number received."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_CLAUSE = re.compile(r"[,;:]|\band\b|\bet\b|\bund\b|\bsowie\b|\s[ey]\s")


@dataclass(frozen=True, slots=True)
class Choice:
    """The figures chosen for a question. `nearest`: none says exactly what is asked; these come closest."""

    figures: tuple[Definition, ...]
    nearest: bool = False


def stems(text: str) -> set[str]:
    """First five letters of the longer words, synonyms made one."""
    found = {_SAME.get(word[:5], word[:5]) for word in _WORD.findall(text.lower()) if word not in _IDLE}
    return {stem for stem in found if len(stem) > 3}


def mentions(text: str, words: Iterable[str]) -> bool:
    """True where one of the words begins somewhere in the text, at the beginning of a word."""
    return any(re.search(rf"(?<!\w){re.escape(word)}", text) for word in words)


def choose_figures(
    question: Question,
    families: Sequence[str],
    family_of: Mapping[str, str],
    titles: Titles = lambda each: (each.title,),
) -> Choice:
    """Figures of some families that a question asks for: counts where a clause asks a number, times where it asks a time.

    `titles`: the titles of a figure that a letter's words may echo, in English and in the letter's language.
    """
    known = [each for each in definitions() if family_of[each.measure.event] in families]
    text = question.text.lower()
    clauses = [clause for clause in _CLAUSE.split(text) if mentions(clause, (*COUNT_WORDS, *TIME_WORDS))] or [text]
    wanted: set[str] = set()
    exact = not mentions(text, QUALIFIERS)
    for clause in clauses:
        timed = mentions(clause, TIME_WORDS)
        pool = [each for each in known if (each.measure.kind == "times") == timed]
        best = _best(pool, titles, stems(clause), stems(text))
        wanted |= {each.id for each in best}
        exact = exact and not (timed and mentions(clause, AVERAGE_WORDS) and not mentions(clause, MEDIAN_WORDS))
        exact = exact and all(_echo(titles(each), stems(question.surroundings)) > CLEAR for each in best)
    return Choice(tuple(each for each in known if each.id in wanted), nearest=not exact)


def _best(pool: Sequence[Definition], titles: Titles, clause: set[str], text: set[str]) -> list[Definition]:
    """Figures a clause echoes most; where it echoes none, those that the whole question does."""
    for words, least in ((clause, NEAR), (text, NEAR)):
        shares = {each.id: _echo(titles(each), words) for each in pool}
        top = max(shares.values(), default=0.0)
        if top >= least:
            return [each for each in pool if shares[each.id] == top]
    return []


def _echo(titles: Sequence[str], words: set[str]) -> float:
    """Largest share of a title that the words echo."""
    return max(_share(title, words) for title in titles)


def _share(title: str, words: set[str]) -> float:
    named = stems(title)
    named = named - _MERE or named
    return len(named & words) / len(named) if named else 0.0
