"""What people of the fictional service answer for: statement by statement, in force, expired, or never made."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import HOUR, at, iso

STATEMENTS = (
    ("audit-implementation-template", "AUD-6.2-TEMPLATE", "compliance officer"),
    ("audit-agreement", "AUD-7.1-AGREEMENT", "compliance officer"),
    ("data-access-no-limits", "DAA-15.3-LIMITS", "head of research access"),
    ("data-access-contact", "DAA-6.1-CONTACT", "head of research access"),
    ("user-contact-point", "DSA-12.2-PUBLISHED", "head of support"),
    ("legal-representative", "DSA-13.1-REPRESENTATIVE", "head of legal"),
    ("terms-restrictions", "DSA-14.1-TERMS", "head of legal"),
    ("terms-for-minors", "DSA-14.3-MINORS", "head of legal"),
    ("terms-summary-languages", "DSA-14.5-SUMMARY", "head of legal"),
    ("statement-clarity", "DSA-17.4-CLARITY", "head of moderation"),
    ("complaint-scope", "DSA-20.1-SCOPE", "head of complaints"),
    ("complaint-usability", "DSA-20.3-USABLE", "head of complaints"),
    ("dispute-information", "DSA-21.1-TOLD", "head of complaints"),
    ("misuse-policy", "DSA-23.4-POLICY", "head of enforcement"),
    ("interface-design", "DSA-25.1-INTERFACE", "head of product"),
    ("commercial-declaration", "DSA-26.2-DECLARE", "head of advertising"),
    ("no-special-category-targeting", "DSA-26.3-ATTEST", "head of advertising"),
    ("recommender-parameters", "DSA-27.1-PARAMETERS", "head of product"),
    ("minors-protection", "DSA-28.1-MINORS", "head of trust and safety"),
    ("trader-redress", "DSA-30.4-TRADERS", "head of market"),
    ("risk-areas", "DSA-34.1-AREAS", "risk owner"),
    ("risk-factors", "DSA-34.2-FACTORS", "risk owner"),
    ("synthetic-media-marking", "DSA-35.1-MARKING", "head of product"),
    ("auditor-independence", "DSA-37.3-INDEPENDENT", "compliance officer"),
    ("audit-report-content", "DSA-37.4-CONTENT", "compliance officer"),
    ("compliance-function", "DSA-41.1-FUNCTION", "chair of the board"),
    ("management-body", "DSA-41.5-BODY", "chair of the board"),
    ("report-staff-qualifications", "DSA-42.2-STAFF", "head of moderation"),
    ("coordinator-inspections", "DSA-51.1-INSPECTION", "head of legal"),
    ("commission-inspections", "DSA-69-INSPECTION", "head of legal"),
    ("media-declaration-function", "EMFA-18.1-FUNCTION", "head of media relations"),
    ("cybersecurity-measures", "NIS2-21-MEASURES", "head of security"),
    ("incident-criteria", "NISX-3-LIMBS", "head of security"),
    ("observations-quality", "PROC-4.2-QUALITY", "head of legal"),
    ("terrorist-content-complaints", "TCO-10.1-MECHANISM", "head of complaints"),
    ("removal-order-contact", "TCO-15.1-CONTACT", "head of legal"),
    ("removal-order-representative", "TCO-17.1-REPRESENTATIVE", "head of legal"),
    ("terrorist-content-measures", "TCO-5.1-TERMS", "head of legal"),
    ("terrorist-content-policy", "TCO-7.1-POLICY", "head of legal"),
    ("report-narratives", "TRR-A2-2-NARRATIVES", "compliance officer"),
)
"""Statement, the rule that asks for it, and the role that attests it: all in force until January 2027."""
EXPIRED = ("supervisory-fee", "DSA-43.1-FEE", "head of finance")
MISSING = ("marketplace-design", "DSA-31.1-DESIGN")


def made_at(statement: str) -> int:
    """Instant at which a statement of the round was made: one an hour."""
    names = [name for name, *_ in (*STATEMENTS, EXPIRED)]
    return at("2026-01-12T09:00Z") + names.index(statement) * HOUR


def attested(world: World) -> None:
    """A round of attestations in January, one of which has expired since; one statement nobody makes."""
    for number, (statement, rule, role) in enumerate((*STATEMENTS, EXPIRED)):
        made, expired = made_at(statement), (statement, rule, role) == EXPIRED
        world.journal.add(
            "statement",
            "attestation.made",
            made,
            "compliance",
            statement=statement,
            role=role,
            reviewer_role="internal audit",
            scope="all markets",
            valid_from=iso(made),
            expires_at=iso(at("2026-06-30T22:00Z") if expired else at("2027-01-12")),
            document_digest=f"{number + 1:064x}",
        )
        verdict = "attestation_expired" if expired else "attested"
        world.truth.say(rule, f"attestation:{statement}", verdict)
    world.truth.say(MISSING[1], f"attestation:{MISSING[0]}", "not_attested", "attestation_missing")
