"""What kind of letter it is, whether it binds, and whether its sender has the power (DSA Arts. 51, 56; anatomy of letters, section 1)."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.letters.act import Power, power_of
from compliance.letters.basis import Roles
from compliance.letters.intake import Intake
from compliance.letters.letter import Sender
from compliance.letters.vocabulary import Vocabulary

BINDING = {
    "order_remove": True,
    "order_information": True,
    "retention_order": True,
    "rfi_decision": True,
    "incident_inquiry": True,
    "data_access_request": True,
    "rfi_simple": False,
    "political_letter": False,
}


@dataclass(frozen=True, slots=True)
class Character:
    """Kind and force of a letter; `why` says what is unsure about it."""

    kind: str
    binding: bool | None
    sure: bool
    why: str
    competence: str
    """sound, doubtful, unknown, or none (no power is used)."""
    note: str


def character_of(
    roles: Roles, title: str, sender: Sender, intake: Intake | None, draft: bool, words: Vocabulary
) -> Character:
    """Kind by the power used, else by the letter's title; force by the power and who holds it."""
    titled = words.matching("kind", title) if title else None
    if roles.power is None:
        national = any(each.act.startswith("nat:") for each in roles.bases)
        kind = titled if titled and (national or titled.startswith("order")) else "political_letter"
        binding = BINDING.get(kind)
        why = "the title names an act of power, but no power is cited" if kind != "political_letter" else roles.doubt
        powers = [each.reference for each in roles.cited if power_of(each.reference) and each not in roles.negated]
        if kind == "political_letter" and powers:
            why = why or f"it cites {powers[0]}, which gives a power, but not plainly as its basis"
        sure = kind == "political_letter" and not why and titled is None
        return Character(
            kind,
            None if powers or (kind != "political_letter" and not national) else binding,
            sure,
            why,
            "unknown" if kind != "political_letter" else "none",
            ""
            if kind != "political_letter"
            else "no power is used: correspondence; log, preserve, answer voluntarily if counsel agrees",
        )
    kind = _refined(roles.power, titled)
    competence, note = _competence(roles.power, sender, intake)
    binding = (
        roles.power.binding
        if competence != "doubtful" and not (competence == "unknown" and kind == "dsc_request")
        else None
    )
    if kind == "rfi_decision":
        binding = True
    if draft:
        return Character(
            kind, False, False, "it is a draft: it sets no time limit for the final answer", competence, note
        )
    return Character(kind, binding, not roles.doubt, roles.doubt, competence, note)


def _refined(power: Power, titled: str | None) -> str:
    """A generic `Article 67` takes the form that the title names."""
    if power.kind == "rfi_simple" and power.article == "67" and titled == "rfi_decision":
        return "rfi_decision"
    return power.kind


def _competence(power: Power, sender: Sender, intake: Intake | None) -> tuple[str, str]:
    if "any" in power.by:
        return (
            "sound",
            "any competent authority of a Member State may issue it; check the issuing authority's notification",
        )
    if "EU" in power.by and sender.country == "EU":
        return "sound", ""
    if "establishment" not in power.by:
        return "doubtful", "this power is the Commission's"
    home = intake.addressee_member_state if intake else None
    if home is None or sender.country is None:
        return (
            "unknown",
            "the Member State of establishment of the addressee is not known (intake: addressee_member_state)",
        )
    if sender.country == home:
        return "sound", ""
    return "doubtful", (
        f"the addressee is established in {home}: its Coordinator holds the powers (DSA Art. 56(1)); an authority of {sender.country} "
        "goes through Arts 57 and 58"
    )
