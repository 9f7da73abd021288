"""Where a rule stands in the law: the heading under which reports list it."""

from __future__ import annotations

import re

_DSA = (
    (8, "Liability of intermediary services"),
    (10, "Orders of authorities (Arts. 9-10)"),
    (15, "All intermediary services (Arts. 11-15)"),
    (18, "Hosting services: notices and statements of reasons (Arts. 16-18)"),
    (28, "Online platforms (Arts. 19-28)"),
    (32, "Marketplaces (Arts. 29-32)"),
    (43, "Very large online platforms and search engines (Arts. 33-43)"),
    (93, "Supervision and authorities (Arts. 44-93)"),
)
_OTHER = {
    "TCO": "Terrorist content online (Regulation (EU) 2021/784)",
    "NIS2": "Incidents (Directive (EU) 2022/2555)",
    "NISX": "Incidents (Implementing Regulation (EU) 2024/2690)",
    "TRR": "Transparency reports (Implementing Regulation (EU) 2024/2835)",
    "TTPA": "Political advertising (Regulation (EU) 2024/900)",
    "EMFA": "Media freedom (Regulation (EU) 2024/1083)",
    "GDPR": "Personal data (Regulation (EU) 2016/679)",
    "AUD": "Audits (Delegated Regulation (EU) 2024/436)",
    "DAA": "Data access (Delegated Regulation (EU) 2025/2050)",
    "COC": "Code of conduct on illegal hate speech (DSA Art. 45)",
    "PROC": "Proceedings (Implementing Regulation (EU) 2023/1201)",
}


def chapter_of(rule_id: str) -> str:
    """Heading for a rule id: the section of the DSA, or the neighbouring act."""
    act, _, rest = rule_id.partition("-")
    number = re.match(r"\d+", rest)
    if act == "DSA" and number:
        return next(title for last, title in _DSA if int(number[0]) <= last)
    return _OTHER.get(act, act)
