"""How ordinary traffic is spread: over the year, the week and the day, over Member States, languages and categories."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, Generic, TypeVar

from compliance.synthetic.timeline import AS_OF, DAY, DAYS, HOUR, START

MEMBER_STATES: Final = {
    "DE": 180,
    "FR": 150,
    "IT": 118,
    "ES": 104,
    "PL": 78,
    "NL": 52,
    "RO": 34,
    "BE": 30,
    "PT": 26,
    "SE": 28,
    "GR": 24,
    "CZ": 22,
    "HU": 20,
    "AT": 22,
    "IE": 26,
    "DK": 16,
    "FI": 15,
    "BG": 14,
    "SK": 11,
    "HR": 9,
    "LT": 6,
    "SI": 5,
    "LV": 4,
    "EE": 4,
    "CY": 3,
    "LU": 3,
    "MT": 3,
}
"""Member State to its weight in the traffic."""
LANGUAGES: Final = {
    "DE": "DE",
    "AT": "DE",
    "FR": "FR",
    "BE": "NL",
    "LU": "FR",
    "IT": "IT",
    "ES": "ES",
    "PL": "PL",
    "NL": "NL",
    "RO": "RO",
    "PT": "PT",
    "SE": "SV",
    "GR": "EL",
    "CZ": "CS",
    "HU": "HU",
    "IE": "EN",
    "DK": "DA",
    "FI": "FI",
    "BG": "BG",
    "SK": "SK",
    "HR": "HR",
    "LT": "LT",
    "SI": "SL",
    "LV": "LV",
    "EE": "ET",
    "CY": "EL",
    "MT": "EN",
}
CATEGORIES: Final = (
    ("ILLEGAL_OR_HARMFUL_SPEECH", "HATE_SPEECH", 22),
    ("ILLEGAL_OR_HARMFUL_SPEECH", "DEFAMATION", 9),
    ("SCAMS_AND_FRAUD", "PHISHING", 12),
    ("SCAMS_AND_FRAUD", "IMPERSONATION_ACCOUNT_HIJACKING", 9),
    ("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "COPYRIGHT_INFRINGEMENT", 14),
    ("VIOLENCE", "INCITEMENT_VIOLENCE_HATRED", 7),
    ("CYBER_VIOLENCE", "CYBER_HARASSMENT", 7),
    ("CYBER_VIOLENCE_AGAINST_WOMEN", "CYBER_STALKING_AGAINST_WOMEN", 2),
    ("PROTECTION_OF_MINORS", "AGE_SPECIFIC_RESTRICTIONS_MINORS", 4),
    ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "RIGHT_TO_BE_FORGOTTEN", 3),
    ("NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "MISINFORMATION_DISINFORMATION", 4),
    ("RISK_FOR_PUBLIC_SECURITY", "TERRORIST_CONTENT", 1),
    ("CONSUMER_INFORMATION", "HIDDEN_ADVERTISEMENT", 2),
    ("SELF_HARM", "SUICIDE", 1),
    ("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS", 2),
    ("ANIMAL_WELFARE", "ANIMAL_HARM", 1),
)
"""Category, keyword (both without their official prefix) and weight of notices."""
TERMS_CATEGORIES: Final = (
    ("OTHER_VIOLATION_TC", "NUDITY", 30),
    ("OTHER_VIOLATION_TC", "ADULT_SEXUAL_MATERIAL", 22),
    ("SCAMS_AND_FRAUD", "INAUTHENTIC_ACCOUNTS", 26),
    ("ILLEGAL_OR_HARMFUL_SPEECH", "HATE_SPEECH", 10),
    ("VIOLENCE", "COORDINATED_HARM", 6),
    ("SELF_HARM", "CONTENT_PROMOTING_EATING_DISORDERS", 3),
    ("CYBER_VIOLENCE", "CYBER_BULLYING_INTIMIDATION", 8),
)
"""The same for moderation on the service's own initiative."""

_WEEK = (1.04, 1.05, 1.03, 1.02, 1.00, 0.88, 0.86)
_HOURS = (3, 2, 2, 2, 2, 3, 5, 7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 10, 10, 10, 9, 7, 5)
_SURGE = range(224, 228)
"""Days 13 to 16 August, counted from 1 January as 0."""

T = TypeVar("T")


class Weighted(Generic[T]):
    """Draws values by weight."""

    def __init__(self, values: Sequence[T], weights: Sequence[float]) -> None:
        self._values, self._edges = values, list(accumulate(weights))

    def draw(self, rng: random.Random) -> T:
        """One value."""
        return rng.choices(self._values, cum_weights=self._edges)[0]


STATE: Final = Weighted(tuple(MEMBER_STATES), tuple(MEMBER_STATES.values()))
NOTICE_CATEGORY: Final = Weighted(
    tuple((f"STATEMENT_CATEGORY_{c}", f"KEYWORD_{k}") for c, k, _ in CATEGORIES), tuple(w for *_, w in CATEGORIES)
)
TERMS_CATEGORY: Final = Weighted(
    tuple((f"STATEMENT_CATEGORY_{c}", f"KEYWORD_{k}") for c, k, _ in TERMS_CATEGORIES),
    tuple(w for *_, w in TERMS_CATEGORIES),
)
_HOUR: Final = Weighted(tuple(range(24)), _HOURS)


def arrivals(
    rng: random.Random, count: int, *, surge: float = 1.0, since: int = START, until: int = AS_OF
) -> list[int]:
    """About `count` sorted instants: growing by two percent a month, with the rhythm of the week and the day."""
    shape = [_WEEK[(day + 3) % 7] * (1.02 ** (day / 30.4)) * (surge if day in _SURGE else 1.0) for day in range(DAYS)]
    total = sum(shape)
    found: list[int] = []
    for day, weight in enumerate(shape):
        expected = count * weight / total
        number = int(expected) + (rng.random() < expected % 1)
        found += (START + day * DAY + _HOUR.draw(rng) * HOUR + rng.randrange(HOUR) for _ in range(number))
    return sorted(t for t in found if since <= t < until)


def lag(rng: random.Random, median: float, most: float, spread: float = 1.0) -> int:
    """A skewed waiting time in whole seconds around `median`, at least 1 and at most `most`."""
    return max(1, int(min(most, median * math.exp(rng.gauss(0.0, spread)))))


def pick_faults(rng: random.Random, candidates: Sequence[int], wanted: dict[str, int]) -> dict[int, str]:
    """Which case shows which fault: distinct candidates, as many as wanted of each. Too few candidates: ValueError."""
    chosen = rng.sample(candidates, sum(wanted.values()))
    names = [name for name, number in wanted.items() for _ in range(number)]
    return dict(zip(chosen, names, strict=True))
