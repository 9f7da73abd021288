"""The fictional service's configuration and the list of roles."""

from __future__ import annotations

from pathlib import Path

_DECLARED = {
    "enforcement": (["misuse.*"], "2025-01-01"),
    "compliance": (
        [
            "amar.*",
            "attestation.*",
            "publication.*",
            "risk.*",
            "service.*",
            "contact_point.*",
            "tc.*",
            "recommender.*",
            "activity.*",
            "audit.*",
            "clock.*",
            "compliance_head.*",
            "contact.*",
            "crime.*",
            "data_catalogue.*",
            "designation.*",
            "document.inventoried",
            "exposure.*",
            "feature.*",
            "media.*",
            "personal_data.*",
            "priority.*",
            "tf.*",
            "threat.*",
        ],
        "2026-01-01",
    ),
    "workforce": (["staffing.counted"], "2026-01-01"),
    "quality-desk": (["qa.sample_labelled"], "2026-01-01"),
    "ranking": (["ranking.served"], "2026-01-01"),
}
_HEAD = """# Halcyon Live is fictional; everything in this folder is synthetic.

skew = "PT1S"
required = ["DSA-16.4-RECEIPT", "DSA-16.6-DECIDE", "DSA-17.2-TIMING", "DSA-20.4-DECIDE"]

[service]
id = "halcyon-live"
name = "Halcyon Live (synthetic)"
provider = "Halcyon Live Ltd. (fictional), Dublin"
zone = "Europe/Dublin"
calendar = "IE"
synthetic = true
started = 2026-01-01

[profile]
intermediary = true
offered_in_union = true
hosting = true
online_platform = true
marketplace = true
search_engine = false
enterprise_size = "large"
designated = "vlop"
designation_notified = 2025-04-25
disseminates_to_public = true
nis2_important_entity = true
publishes_political_ads = false
data_controller = true
hate_speech_code_signatory = false
owner = "compliance officer"
as_of = 2026-01-05

[profile.transposition]
nis2 = 2025-07-01

[owners]
notice = "head of notices"
sor = "head of moderation"
restriction = "head of moderation"
complaint = "head of complaints"
order = "legal counsel"
removal_order = "legal counsel"
misuse = "head of enforcement"
ad = "head of advertising"
amar = "compliance officer"
availability = "head of reliability"
incident = "head of reliability"
authority = "legal counsel"
attestation = "compliance officer"

[[sources]]
name = "live-edge-2"
event_types = ["livestream.join_attempted"]
captures = ["stream_id", "country", "attempts", "failures", "join_result", "error_code"]
"""
_ROSTER = """role,function,may prepare,may approve
demo officer,confirms letters in the demonstration,yes,no
compliance officer,compliance function (Article 41),yes,no
head of legal,mandate to answer authorities,no,yes
head of trust and safety,moderation and live audio,yes,no
head of reliability,incidents and availability,yes,no
data protection officer,release of personal data,no,yes
"""


def configuration() -> str:
    """Text of `compliance.toml`."""
    blocks = [_HEAD]
    for source, (types, since) in _DECLARED.items():
        listed = ", ".join(f'"{kind}"' for kind in types)
        blocks.append(
            f'[[coverage]]\nsource = "{source}"\nevent_types = [{listed}]\nfrom = {since}T00:00:00Z\n'
            'until = 2026-10-01T00:00:00Z\ndeclared_by = "compliance officer"\n'
        )
    return "\n".join(blocks)


def write(folder: Path) -> None:
    """Write `compliance.toml` and `roster.csv`."""
    (folder / "compliance.toml").write_text(configuration(), "utf-8")
    (folder / "roster.csv").write_text(_ROSTER, "utf-8")
