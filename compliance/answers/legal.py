"""What kind of letter it is, in neutral words, and whether it allows event-level data to leave."""

from __future__ import annotations

from compliance.answers.model import Asked, Choices

KINDS = {
    "political_letter": "Correspondence without a legal basis for a request",
    "rfi_simple": "Simple request for information (DSA Art. 67(2)): no duty to answer, but a wrong answer can be fined (DSA Art. 74(2))",
    "rfi_decision": "Decision requiring information (DSA Art. 67(3))",
    "retention_order": "Order to retain documents (DSA Art. 72(1))",
    "dsc_request": "Request of a Digital Services Coordinator (DSA Art. 51(1))",
    "order_remove": "Order to act against content (DSA Art. 9 or Regulation (EU) 2021/784 Art. 3)",
    "order_information": "Order to provide information (DSA Art. 10)",
    "data_access_request": "Request for data access (DSA Art. 40)",
    "incident_inquiry": "Inquiry about an incident (Directive (EU) 2022/2555 Art. 23)",
}


def legal_character(asked: Asked, choices: Choices) -> str:
    """The legal character of the letter as stated on page one, with the legal bases it names."""
    kind = KINDS.get(asked.kind, f"Letter of kind {asked.kind or 'unknown'}")
    bases = f" Legal bases named: {', '.join(asked.legal_bases)}." if asked.legal_bases else " No legal basis is named."
    force = " It binds the addressee." if asked.binding else " It does not bind; it is answered voluntarily."
    ground = f" Event-level data are given on the ground recorded: {choices.legal_ground} ({choices.role})." if choices.legal_ground else ""
    return f"{kind}.{bases}{force}{ground}"


def event_level_allowed(asked: Asked, choices: Choices) -> bool:
    """True where the letter binds, or a role has recorded a legal ground for giving event-level data."""
    return asked.binding or bool(choices.legal_ground.strip() and choices.role.strip())
