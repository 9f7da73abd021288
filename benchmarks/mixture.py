"""What the mixed log holds: forty lines to a block, each a template whose placeholders are SQL over block and line number."""

from __future__ import annotations

import re
from dataclasses import dataclass

BLOCK = 40
DAY, HOUR = 86_400, 3_600
START = 1_767_225_600
"""2026-01-01T00:00:00Z, seconds."""
SPAN = 273 * DAY
END = START + SPAN + 60 * DAY
"""Instant of the last heartbeat, after every delayed event."""

_STATES = ("DE", "FR", "IT", "ES", "PL", "NL", "RO", "BE", "PT", "SE", "GR", "CZ", "HU", "AT", "IE", "DK", "FI")
_CATEGORIES = ("ILLEGAL_OR_HARMFUL_SPEECH", "SCAMS_AND_FRAUD", "VIOLENCE", "CYBER_VIOLENCE", "PROTECTION_OF_MINORS")
_WORDS = (
    "Reviewed against the clause cited; the item as published shows what the clause describes, and context was weighed."
)
_PLACEHOLDER = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of a block: its type, SQL for its delay after the block's instant in seconds, its fields, and when it is left out."""

    kind: str
    delay: str
    fields: str
    unless: str = "false"


def mixed(salt: int) -> str:
    """SQL of a well-mixed number of the block, stable over versions and threads (no engine hash)."""
    return f"((b * 48271 + {salt * 69621 + 11} + seed * 40692) % 2147483647 * 16807 % 2147483647)"


def _pick(values: tuple[str, ...], salt: int) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"[{listed}][1 + {mixed(salt)} % {len(values)}]"


def _iso(seconds: str) -> str:
    return f"strftime(make_timestamp(({seconds}) * 1000000), '%Y-%m-%dT%H:%M:%SZ')"


NAMES = {
    "n": "n",
    "b": "b",
    "case": "b // 8",
    "state": _pick(_STATES, 1),
    "category": "'STATEMENT_CATEGORY_' || " + _pick(_CATEGORIES, 2),
    "digest": "md5(CAST(n AS VARCHAR)) || md5(CAST(-n AS VARCHAR))",
    "actor": f"{mixed(3)} % 900",
    "account": f"{mixed(4)} % 40000",
    "words": f"'{_WORDS}'",
    "flag": f"CASE WHEN {mixed(5)} % 3 = 0 THEN 'true' ELSE 'false' END",
    "marked": f"CASE WHEN {mixed(6)} % 5000 = 0 THEN 'false' ELSE 'true' END",
    "clause": f"CASE WHEN {mixed(10)} % 1500 = 0 THEN 'null' ELSE '\"4.2\"' END",
    "sent": f"CASE WHEN {mixed(11)} % 1000 = 0 THEN b - 1 ELSE b END",
    "uuid": "md5('u' || CAST(n AS VARCHAR))",
    "many": f"{mixed(7)} % 100000",
    "share": f"CASE WHEN {mixed(8)} % 3000 = 0 THEN '0.91' ELSE '0.998' END",
}


def body(template: str) -> str:
    """SQL of a template: text and placeholders joined; `<at SQL>` is an instant that many seconds after the block's."""
    parts: list[str] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        parts.append(_text(template[end : match.start()]))
        name = match[1]
        parts.append(_iso(f"base + {name[3:]}") if name.startswith("at ") else f"CAST({NAMES[name]} AS VARCHAR)")
        end = match.end()
    parts.append(_text(template[end:]))
    return " || ".join(part for part in parts if part != "''")


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _late(usual: str, late: str, salt: int, one_in: int) -> str:
    return f"CASE WHEN {mixed(salt)} % {one_in} = 0 THEN {late} ELSE {usual} END"


def _notice(letter: str, salt: int) -> tuple[Slot, ...]:
    name = f'"notice_id":"N-<b>-{letter}"'
    decided = _late(f"{5 * HOUR} + {mixed(salt)} % {60 * HOUR}", str(9 * DAY), salt + 1, 300)
    return (
        Slot("notice.received", "0",
             f'{name},"contact":"notifier-<b>-{letter}@mail.example","has_contact":true,"notifier_type":"individual",'
         f'"notifier_id":"p<actor>",'
             f'"content_id":"C-<b>-{letter}","content_url":"https://live.example/c/<b>/{letter}",'
         f'"content_hash":"<digest>","item_count":1,'
             '"category":"<category>","keyword":"KEYWORD_OTHER","member_state":"<state>","language":"EN","queue":"general"'),
        Slot("notice.receipt_confirmed", _late("40", str(30 * HOUR), salt + 2, 400),
             f'{name},"message_id":"<digest>","delivery_status":"delivered"', f"{mixed(salt + 3)} % 700 = 0"),
        Slot("notice.decided", decided,
             f'{name},"case_id":"K-<b>-{letter}","notice_outcome":"no_action","category":"<category>","automated_processing":<flag>,'
             f'"automated_decision":"partially","actor_type":"human","actor_id":"staff-<actor>",'
         f'"decision_id":"D-<b>-{letter}","content_hash":"<digest>",'
             '"member_state":"<state>","queue":"general"'),
        Slot("notice.decision_notified", f"{decided} + {_late('900', str(60 * HOUR), salt + 4, 500)}",
             f'{name},"redress_given":true,"automation_disclosed":true,"message_id":"<digest>",'
         f'"delivery_status":"delivered"'))  # fmt: skip


def _restriction(letter: str, salt: int) -> tuple[Slot, ...]:
    shared = (f'"decision_id":"R-<b>-{letter}","ground":"incompatible_content","category":"<category>","keyword":"KEYWORD_OTHER",'
              '"source_type":"own_initiative","automated_detection":true,"automated_decision":"partially"')  # fmt: skip
    accepted = _late(f"{HOUR} + {mixed(salt)} % {DAY}", str(5 * DAY), salt + 1, 600)
    return (
        Slot("moderation.decided", "0",
             f'{shared},"content_id":"C-<b>-{letter}","actor_type":"human","actor_id":"staff-<actor>",'
         f'"tc_version":"2026-01","recipient_id":"u<account>",'
             '"content_hash":"<digest>","member_state":"<state>","language":"EN"'),
        Slot("restriction.applied", "20",
             f'{shared},"restriction_id":"RS-<b>-{letter}","restriction":"removal","content_id":"C-<b>-{letter}",'
         f'"recipient_id":"u<account>","has_contact":true,'
             '"effective_at":"<at 20>","territorial_scope":["<state>"],"clause_id":<clause>,"tc_version":"2026-01"'),
        Slot("sor.sent", _late("18", str(2 * DAY), salt + 2, 800),
             f'{shared},"sor_id":"S-<b>-{letter}","restriction_id":"RS-<b>-{letter}","restriction":"removal",'
         f'"recipient_id":"u<account>","facts":"<words>",'
             '"contract_ground":"Community rules, clause 4.2","contract_explanation":"<words>","redress":["complaint",'
         '"dispute","court"],"content_type":["TEXT"],'
             f'"content_date":"2026-01-01","application_date":"2026-01-02","puid":"P-<b>-{letter}","language":"EN",'
         f'"delivery_status":"delivered"'),
        Slot("sor.tdb_submitted", accepted,
             f'"puid":"P-<sent>-{letter}","sor_id":"S-<b>-{letter}","decision_id":"R-<b>-{letter}",'
         f'"tdb_category":"<category>","automated_detection":true,'
             '"tdb_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT","automated_decision":"partially",'
         '"application_date":"2026-01-02","content_date":"2026-01-01"'),
        Slot("sor.tdb_accepted", accepted,
             f'"puid":"P-<b>-{letter}","tdb_uuid":"<uuid>","sor_id":"S-<b>-{letter}","decision_id":"R-<b>-{letter}",'
         f'"status_code":201,"category":"<category>",'
             '"platform_name":"Benchmark (synthetic)","ground":"incompatible_content","restriction":"removal",'
         '"application_date":"2026-01-02"',
             f"{mixed(salt + 3)} % 900 = 0"))  # fmt: skip


_COMPLAINT = (
    Slot("complaint.received", str(3 * DAY),
         '"complaint_id":"Q-<b>","decision_id":"R-<b>-a","complainant_id":"u<account>","complainant_type":"recipient",'
         '"fee_cents":0,"channel":"form",'
         '"language":"EN","member_state":"<state>","category":"<category>"'),
    Slot("complaint.decided", _late(str(8 * DAY), str(20 * DAY), 60, 250),
         '"complaint_id":"Q-<b>","complaint_outcome":"upheld","decision_id":"R-<b>-a","restriction_id":"RS-<b>-a",'
         '"decision_mode":"human","actor_id":"staff-<actor>",'
         '"actor_type":"human","review_seconds":340', f"{mixed(61)} % 600 = 0"))  # fmt: skip
_LIVE = (
    Slot("livestream.join_attempted", "5", '"stream_id":"LS-<case>","country":"<state>","attempts":<many>,"failures":3,'
         '"join_result":"joined"'),
    Slot("livestream.listeners_sampled", "65", '"stream_id":"LS-<case>","listeners":<many>,"eu_listeners":120,'
         '"country":"<state>"'))  # fmt: skip
_AD = Slot("ad.impression_served", "7",
           '"ad_id":"AD-<case>","campaign_id":"CP-<case>","advertiser_id":"adv-<actor>","payer_id":"pay-<actor>",'
         '"targeting":"contextual",'
           '"sensitive_category":false,"minor_known":<flag>,"ad_marked":<marked>,"fields_shown":["on_behalf_of","payer",'
         '"main_parameters"],"country":"<state>",'
           '"recipient_id":"u<account>","surface":"feed"')  # fmt: skip
_UP = Slot(
    "availability.sampled",
    "9",
    '"functionality":"notice_form","country":"<state>","attempts":60,"failures":1,"share":<share>',
)

ROTATING = (
    (Slot("order.received", "0", '"order_id":"O-<case>","order_kind":"act","authority":"Court (synthetic)",'
         '"authority_id":"<state>-1","issuing_member_state":"<state>",'
          '"reference":"<digest>","legal_ground":"National law","category":"<category>","item_count":1,'
         '"territorial_scope":["<state>"],"delivered_at":"<at 0>"'),
     Slot("removal_order.received", "0", '"order_id":"T-<case>","authority":"Police (synthetic)",'
         '"authority_id":"<state>-2","issuing_member_state":"<state>",'
          '"reference":"<digest>","item_count":1,"delivered_at":"<at 0>","content_url":"https://live.example/t/<case>"')),
    (Slot("order.effect_given", str(HOUR), '"order_id":"O-<case>","effect_given":true,"effective_at":"<at 7200>",'
         '"territorial_scope":["<state>"]'),
     Slot("removal_order.executed", "1200", '"order_id":"T-<case>","effective_at":"<at 1200>"')),
    (Slot("recipient.informed", "5000", '"order_id":"O-<case>","recipient_id":"u<account>","reasons_given":true,'
         '"redress_given":true,"message_id":"<digest>"'),
     Slot("misuse.incident_recorded", "0", '"account_id":"u<account>","manifest":true,"kind":"illegal_content","content_id":"C-<n>"')),
    (Slot("order.effect_reported", str(DAY), '"order_id":"O-<case>","effect_given":true,"source_authority":"<state>","channel":"email"'),
     Slot("misuse.warning_issued", "30", '"account_id":"w<case>","suspension_basis":"art_23_1","reason":"repeated",'
         '"message_id":"<digest>"')),
    (Slot("order.received", "0", '"order_id":"I-<case>","order_kind":"inform","authority":"Court (synthetic)",'
         '"authority_id":"<state>-1","issuing_member_state":"<state>",'
          '"reference":"<digest>","item_count":1,"delivered_at":"<at 0>","requested_fields":["name"]'),
     Slot("misuse.suspension_imposed", str(2 * DAY), '"account_id":"w<case>","suspension_basis":"art_23_1",'
         '"end_at":"<at 2592000>","assessment_id":"A-<n>"')),
    (Slot("order.acknowledged", "600", '"order_id":"I-<case>","source_authority":"<state>","channel":"email"'),
     Slot("ad.repository_entered", "0", '"ad_id":"AD-<case>","advertiser_id":"adv-<actor>","payer_id":"pay-<actor>",'
         '"fields_shown":["content","on_behalf_of"]')),
    (Slot("ranking.served", "3", '"system_id":"for-you","option":"default","profiling":true,"surface":"feed",'
         '"country":"<state>","impressions":<many>'),
     Slot("ad.last_shown", str(5 * DAY), '"ad_id":"AD-<case>"')),
    (Slot("incident.detected", "0", '"incident_id":"X-<case>","functionality":"feed","severity":"low","planned":false,'
         '"detected_at":"<at 0>"'),
     Slot("impact.sampled", "600", '"incident_id":"X-<case>","functionality":"feed","users_affected":<many>,'
         '"eu_users_affected":900,"eu_user_base":60000000')))  # fmt: skip
"""Two lines of each block, which turn with the block's number: their cases span eight blocks."""
FILLER = ROTATING[6][0]
RARE = (
    Slot("amar.published", "0", '"average_recipients":60000000,"url":"https://live.example/amar","method_version":"3"'),
    Slot("authority.request_received", "0", '"request_id":"AR-<b>","request_kind":"dsc_request",'
         '"authority":"Coordinator (synthetic)","due_at":"<at 604800>"'),
    Slot("authority.retention_ordered", "0", '"request_id":"RO-<b>","authority":"Authority (synthetic)","scope_until":"<at 2592000>"'),
    Slot("attestation.made", "0", '"statement":"contact-points","role":"compliance officer","valid_from":"<at 0>"'),
    Slot("incident.assessed_significant", "0", '"incident_id":"X-<case>","significant":true,"aware_at":"<at 0>",'
         '"role":"incident manager"'))  # fmt: skip
"""One line in a few hundred blocks, in turn."""


def block() -> tuple[Slot, ...]:
    """The thirty-six fixed lines of a block; two rotating ones, one rare one and the heartbeat's place follow."""
    fixed = [slot for n, letter in enumerate("abcde") for slot in _notice(letter, 100 + 10 * n)]
    fixed += [slot for n, letter in enumerate("ab") for slot in _restriction(letter, 200 + 10 * n)]
    return (*fixed, *_COMPLAINT, *_LIVE, _AD, _UP)


def kinds() -> frozenset[str]:
    """Event types that occur in the log."""
    rotating = (slot for pair in ROTATING for slot in pair)
    return frozenset(slot.kind for slot in (*block(), *rotating, *RARE)) | {"log.heartbeat"}
