"""The authorities' register: requests, the letter of the night, the later decision, retention orders."""

from __future__ import annotations

from compliance.synthetic.journal import World
from compliance.synthetic.timeline import DAY, HOUR, at, iso

LETTER_RECEIVED = at("2026-08-13T14:42Z")
DECISION_RECEIVED, DECISION_DUE = at("2026-09-02T09:20Z"), at("2026-09-25T15:00Z")
LETTER, DECISION = "AR-2026-021", "AR-2026-024"
_REQUESTS = (
    (
        "AR-2026-003",
        "dsc_request",
        "Coimisiún na Meán",
        "CNAM",
        "2026-01-26T10:00Z",
        "2026-02-16T17:00Z",
        -30 * HOUR,
        "32022R2065:51(1)(a)",
    ),
    (
        "AR-2026-007",
        "order_information",
        "National court (fictional)",
        "IE-C1",
        "2026-03-09T11:30Z",
        "2026-03-23T17:00Z",
        -50 * HOUR,
        "32022R2065:10",
    ),
    (
        "AR-2026-011",
        "dsc_request",
        "Coimisiún na Meán",
        "CNAM",
        "2026-04-13T09:00Z",
        "2026-05-04T16:00Z",
        45 * HOUR,
        "32022R2065:51(1)(a)",
    ),
    (
        "AR-2026-014",
        "incident_inquiry",
        "National incident response team (fictional)",
        "CSIRT",
        "2026-05-18T08:00Z",
        "2026-05-29T11:00Z",
        -4 * HOUR,
        "32022L2555:23(4)(c)",
    ),
    (
        "AR-2026-027",
        "dsc_request",
        "Coimisiún na Meán",
        "CNAM",
        "2026-09-17T09:40Z",
        "2026-10-08T16:00Z",
        None,
        "32022R2065:51(1)(a)",
    ),
)
"""Request, kind, authority, its id, received, due, answer relative to the due instant (None: not yet), legal basis."""


def authority(world: World) -> None:
    """A whole log of dealings with authorities."""
    add, truth = world.journal.add, world.truth
    for request, kind, name, identity, received, due, answered, basis in _REQUESTS:
        event = add(
            "authority",
            "authority.request_received",
            at(received),
            "authority-desk",
            request_id=request,
            request_kind=kind,
            authority=name,
            authority_id=identity,
            reference=f"{identity}/2026/{request[-3:]}",
            basis=basis,
            delivered_at=iso(at(received)),
            due_at=iso(at(due)),
            requested_count=5,
            language="EN",
        )
        sent = None if answered is None else at(due) + answered
        if sent is not None:
            add(
                "authority",
                "authority.response_sent",
                sent,
                "authority-desk",
                request_id=request,
                channel="secure transfer",
                document_digest=f"{at(received):064x}",
            )
        truth.response("DSA-51.1-REPLY", event, at(due), sent)
    _night_letters(world)
    _retention(world)


def _night_letters(world: World) -> None:
    """The letter of 13 August binds nobody and has no instant to meet; the decision of 2 September has both."""
    add = world.journal.add
    add(
        "authority",
        "authority.request_received",
        LETTER_RECEIVED,
        "authority-desk",
        request_id=LETTER,
        request_kind="political_letter",
        authority="European Commission",
        authority_id="EC",
        reference="MC-DS/26/0417",
        delivered_at=iso(LETTER_RECEIVED),
        requested_count=4,
        language="EN",
    )
    decision = add(
        "authority",
        "authority.request_received",
        DECISION_RECEIVED,
        "authority-desk",
        request_id=DECISION,
        request_kind="rfi_decision",
        authority="European Commission",
        authority_id="EC",
        reference="C(2026) 6142 final",
        basis="32022R2065:67(3)",
        delivered_at=iso(DECISION_RECEIVED),
        due_at=iso(DECISION_DUE),
        requested_count=8,
        language="EN",
    )
    add(
        "authority",
        "authority.request_acknowledged",
        DECISION_RECEIVED + 3 * HOUR,
        "authority-desk",
        request_id=DECISION,
        channel="secure transfer",
    )
    sent = DECISION_DUE - 3 * HOUR
    add(
        "authority",
        "authority.response_sent",
        sent,
        "authority-desk",
        request_id=DECISION,
        channel="secure transfer",
        document_digest=f"{sent:064x}",
    )
    world.truth.response("DSA-51.1-REPLY", decision, DECISION_DUE, sent)


def _retention(world: World) -> None:
    add, truth = world.journal.add, world.truth
    for request, ordered, until, deleted in (
        ("RO-2026-01", "2026-02-02T10:00Z", "2026-06-30T22:00Z", None),
        ("RO-2026-02", "2026-04-20T10:00Z", "2026-12-31T22:00Z", "2026-07-15T04:00Z"),
        ("RO-2026-03", "2026-09-02T09:20Z", "2027-08-31T22:00Z", None),
    ):
        event = add(
            "authority",
            "authority.retention_ordered",
            at(ordered),
            "authority-desk",
            request_id=request,
            authority="European Commission",
            scope="moderation and livestream logs",
            scope_from=iso(at("2025-06-01")),
            scope_until=iso(at(until)),
        )
        if deleted:
            add(
                "authority",
                "document.deleted",
                at(deleted),
                "records",
                document_id=f"DOC-{request}",
                request_id=request,
                scope="moderation guidelines, drafts",
                reason="routine deletion job",
            )
            truth.say("DSA-72.1-RETAIN", event, "non_compliant", "forbidden_event")
        elif at(until) < at("2026-10-01"):
            truth.say("DSA-72.1-RETAIN", event, "compliant")
        else:
            truth.say("DSA-72.1-RETAIN", event, "pending", "open")
    for n in range(6):
        add(
            "authority",
            "document.deleted",
            at("2026-01-20T03:00Z") + n * 40 * DAY,
            "records",
            document_id=f"DOC-R{n}",
            scope="expired contracts",
            reason="retention period over",
        )
