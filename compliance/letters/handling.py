"""How the letter and its answer are to be handled: confidentiality, non-disclosure, enclosures, entities it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from compliance.letters.document import Document
from compliance.letters.entry import Entry
from compliance.letters.letter import Deadline
from compliance.letters.vocabulary import Vocabulary, grammar

_TLP = re.compile(r"\bTLP\s*:?\s*(CLEAR|WHITE|GREEN|AMBER(?:\+STRICT)?|RED)\b")
_URL = re.compile(r"\b(?:https?|hxxps?)://[^\s<>()\"'»”]+|\bwww\.[^\s<>()\"'»”]+")
_ACCOUNT = re.compile(r"(?<![\w.@])@[\w][\w.-]{2,40}(?<![.])")
_USER = re.compile(
    r"\b(?:user|account|utilisateur|compte|nutzer|konto|usuario|cuenta|utente|profil)[\w-]*\s*(?:id|identifiant|kennung|n[°º.]|nr\.?)?\s*:?\s*(\d{5,})",
    re.IGNORECASE,
)


def confidentiality(document: Document, words: Vocabulary, deadlines: Sequence[Deadline]) -> Mapping[str, Any] | None:
    """Marks and demands on confidentiality; None where the letter says nothing of it."""
    found: dict[str, Any] = {}
    if match := _TLP.search(document.text):
        found["tlp"] = match[1]
    for name in ("non_disclosure_to_user", "business_secrets", "non_confidential_version"):
        found[name] = bool(words.group("confidentiality", name).search(document.text))
    silent = next((each for each in deadlines if each.scope == "non_disclosure" and each.instant), None)
    if silent and silent.instant:
        found["until"] = silent.instant.date().isoformat()
    apart = next((each for each in deadlines if each.scope == "non_confidential"), None)
    if apart:
        found["nc_deadline"] = apart.instant.isoformat() if apart.instant else apart.text
    return found if any(found.values()) else None


def entities(document: Document) -> tuple[str, ...]:
    """Addresses of content, accounts, and names of things put in quotation marks: what a search of the logs begins with."""
    found = [match[0].rstrip(".,;") for match in _URL.finditer(document.text)]
    found += [match[0] for match in _ACCOUNT.finditer(document.text)]
    found += [match[1] for match in _USER.finditer(document.text)]
    return tuple(dict.fromkeys(found))


def attachments(document: Document, entries: Sequence[Entry], words: Vocabulary) -> tuple[str, ...]:
    """Enclosures that the letter lists, and files attached to the mail."""
    found = [entry.value for entry in entries if entry.kind == "attachment"]
    label = words.built(
        "annex line", rf"^\W*{words.source('attachment_label')}\s*(?:n[°ºo]\.?\s*)?[\dIVX]+\s*[:–-]\s*\S"
    )
    for block in document.blocks[len(document.blocks) // 2 :]:
        if label.match(block.text) and len(block.text) < 200 and not block.heading:
            found.append(block.text.lstrip("-–•* "))
    inside = r"\s+(?:(?:in|of|at|à|dans|del|de)\s+)?(?:l['’])?"
    form = re.compile(rf"{grammar('template')}{inside}({grammar('annex')}\s+[IVX\d]+)", re.IGNORECASE)
    found += [f"template {match[1]}" for match in form.finditer(document.text)]
    found += list(document.attachments)
    return tuple(dict.fromkeys(each for each in found if each))
