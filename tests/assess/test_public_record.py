"""The service's records against the published dump: each thing that can be wrong is found, and nothing that cannot be known is said."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from compliance.assess.public_record import STATUSES, PublicRecord
from compliance.assess.published import reconcile
from compliance.assess.render.public_record import FORMATS
from compliance.errors import ComplianceError
from tests.conftest import Run
from tests.sor.samples import DAY, LIGHT, csv_text, dump, ndjson, row

SERVICE, PLATFORM = "halcyon-live", "Halcyon Live (synthetic)"
FIELDS = {
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "ground": "incompatible_content",
    "application_date": "2025-10-02",
}


def event(kind: str, puid: str, time: str = f"{DAY}T10:00:00Z", **fields: Any) -> dict[str, Any]:
    """An event of the service about an identifier."""
    return {
        "id": f"{kind}-{puid}-{time}",
        "type": f"sor.{kind}",
        "time": time,
        "service": SERVICE,
        "puid": puid,
        **fields,
    }


def accepted(puid: str, time: str = f"{DAY}T10:00:00Z", **fields: Any) -> dict[str, Any]:
    """A receipt, with the uuid that `published` gives the identifier."""
    return event("tdb_accepted", puid, time, tdb_uuid=f"u-{puid}", **{**FIELDS, **fields})


def sent(puid: str, time: str = f"{DAY}T09:00:00Z", **fields: Any) -> dict[str, Any]:
    """A statement sent to its recipient."""
    return event("sent", puid, time, sor_id=f"s-{puid}", **{**FIELDS, **fields})


def published(puid: str, uuid: str = "", **cells: str) -> dict[str, str]:
    """A row of the dump."""
    return row(platform_uid=puid, uuid=uuid or f"u-{puid}", **cells)


BEATS = [
    {
        "id": f"beat-{hour}",
        "type": "log.heartbeat",
        "time": f"2025-11-{4 + hour // 24:02}T{hour % 24:02}:59:59Z",
        "service": SERVICE,
        "source": "outbox",
        "complete_from": f"2025-11-{4 + hour // 24:02}T{hour % 24:02}:00:00Z",
        "complete_until": f"2025-11-{4 + (hour + 1) // 24:02}T{(hour + 1) % 24:02}:00:00Z",
        "event_types": ["sor.*"],
    }
    for hour in range(144)
]
"""The log is complete on the day of the dump and the days around it."""


def compared(
    folder: Path,
    events: list[dict[str, Any]],
    rows: list[Any],
    *,
    columns: tuple[str, ...] | None = None,
    beats: bool = True,
) -> PublicRecord:
    """The comparison of a log and a dump."""
    log = ndjson(folder / "log.ndjson", [*events, *(BEATS if beats else [])])
    text = csv_text(rows) if columns is None else csv_text(rows, columns)
    return reconcile([dump(folder, [text])], logs=[log], platform=PLATFORM)


def found(record: PublicRecord) -> dict[str, int]:
    """Counts that are not nought."""
    return {name: count for name, count in record.counts.items() if count}


def test_what_agrees_agrees(tmp_path: Path) -> None:
    """Statements sent, accepted and published alike leave nothing to list; rows of other platforms are counted apart."""
    record = compared(
        tmp_path,
        [one for n in range(5) for one in (sent(f"p{n}"), accepted(f"p{n}"))],
        [*(published(f"p{n}") for n in range(5)), published("x", platform_name="Another (synthetic)")],
    )
    assert (found(record), record.differing, record.items) == ({"agrees": 5}, 0, ())
    assert (record.published, record.others, record.days) == (5, 1, (DAY,))
    assert {"tdb_uuid", "category", "ground", "application_date"} <= set(record.compared)
    assert "facts" in record.not_compared


def test_every_way_to_disagree_is_found(tmp_path: Path) -> None:
    """One identifier of each status; the list names them, and the counts add up."""
    events = [
        *(sent("ok"), accepted("ok")),
        *(sent("missing"), accepted("missing")),
        *(sent("midnight"), accepted("midnight", f"{DAY}T23:58:00Z")),
        *(sent("differs"), accepted("differs", category="STATEMENT_CATEGORY_VIOLENCE")),
        sent("no-receipt"),
        *(sent("refused"), event("tdb_rejected", "refused", error_code="category")),
        sent("unsubmitted"),
        *(sent("twice"), accepted("twice")),
        *(sent("again"), accepted("again"), accepted("again", f"{DAY}T11:00:00Z")),
        *(sent("yesterday", "2025-11-04T09:00:00Z"), accepted("yesterday", "2025-11-04T10:00:00Z")),
    ]
    rows = [published(puid) for puid in ("ok", "differs", "no-receipt", "twice", "again", "stranger")]
    record = compared(tmp_path, events, [*rows, published("twice", "u-other")])
    assert record.counts == dict.fromkeys(STATUSES, 1)
    by_status = {item.status: item for item in record.items}
    assert {status: item.puid for status, item in by_status.items()} == {
        "missing": "missing", "at_midnight": "midnight", "differs": "differs", "no_receipt": "no-receipt", "extra": "stranger",
        "refused": "refused", "unsubmitted": "unsubmitted", "published_twice": "twice", "accepted_twice": "again",
    }  # fmt: skip
    assert [name for name, item in by_status.items() if not item.certain] == ["at_midnight"]
    assert by_status["differs"].fields == (
        ("category", "STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    )
    assert record.differing == 8


def test_a_silent_log_makes_its_gaps_uncertain(tmp_path: Path) -> None:
    """Without a word that the log is complete, what it lacks is not certain; what the dump lacks still is."""
    record = compared(tmp_path, [accepted("a")], [published("b")], beats=False)
    assert found(record) == {"missing": 1, "extra": 1}
    assert {item.status: item.certain for item in record.items} == {"missing": True, "extra": False}
    assert any("not known to be complete" in note for note in record.notes)


def test_an_unreadable_row_may_be_the_missing_one(tmp_path: Path) -> None:
    """With one line of the dump that is no statement, nothing is called missing for certain."""
    record = compared(tmp_path, [sent("a"), accepted("a"), sent("b"), accepted("b")], [published("a"), "not,a,row"])
    assert found(record) == {"agrees": 1, "missing": 1}
    assert [item.certain for item in record.items] == [False]
    assert record.unreadable == 1
    assert record.differing == 0


def test_form_is_no_difference(tmp_path: Path) -> None:
    """Order of a list, white space and the dump's backslash before a quote are no differences; another text is, and stays unsaid."""
    own = {
        "territorial_scope": ["FR", "DE"],
        "facts": 'He said "no"\nand left.',
        "contract_ground": "Section 3, of the terms",
    }
    rows = [
        published("a", decision_facts='He said \\"no\\" and  left.'),
        published("b", decision_facts="Something else."),
    ]
    record = compared(tmp_path, [accepted("a"), sent("a", **own), accepted("b"), sent("b", **own)], rows)
    assert found(record) == {"agrees": 1, "differs": 1}
    assert record.items[0].fields == (("facts", None, None),)


def test_what_the_database_keeps_of_a_list_is_no_difference(tmp_path: Path) -> None:
    """It stores each value once, and an absent territory as an empty list; a value that it does not hold is a difference."""
    sound = {"content_type": ["CONTENT_TYPE_TEXT"]}
    own = [
        sent("a", content_type=["CONTENT_TYPE_TEXT", "CONTENT_TYPE_TEXT"]),
        sent("b", **sound),
        sent("c", territorial_scope=["DE", "FR", "DE"], **sound),
        sent("d", territorial_scope=["DE"], **sound),
        sent("e", content_type=["CONTENT_TYPE_TEXT", "CONTENT_TYPE_VIDEO"]),
    ]
    rows = [
        published(puid, territorial_scope=scope)
        for puid, scope in zip("abcde", ("[]", "[]", '["DE","FR"]', "[]", "[]"), strict=True)
    ]
    record = compared(tmp_path, [*map(accepted, "abcde"), *own], rows)
    assert found(record) == {"agrees": 3, "differs": 2}
    assert [(item.puid, [name for name, *_ in item.fields]) for item in record.items] == [
        ("d", ["territorial_scope"]),
        ("e", ["content_type"]),
    ]


def test_restrictions_may_be_codes_or_lists(tmp_path: Path) -> None:
    """Visibility is a list in the dump and the others are codes, a broken list is a text: all are read."""
    cells = {
        "decision_monetary": "DECISION_MONETARY_SUSPENSION",
        "decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION",
        "decision_account": "DECISION_ACCOUNT_SUSPENDED",
    }
    rows = [published("a", **cells), published("b", content_type='["CONTENT_TYPE_TEXT'), published("c")]
    record = compared(tmp_path, [entry for puid in "abc" for entry in (sent(puid), accepted(puid))], rows)
    assert found(record) == {"agrees": 3}


def test_a_light_dump_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    """Fields that light dumps leave out are not compared, and named."""
    own = sent("a", territorial_scope=["PT"], facts="Other words.")
    record = compared(tmp_path, [accepted("a"), own], [published("a")], columns=LIGHT)
    assert found(record) == {"agrees": 1}
    assert {"territorial_scope", "facts"} <= set(record.not_compared)


def test_several_days_close_the_gap_at_midnight(tmp_path: Path) -> None:
    """With the next day's dump at hand, what was accepted just before midnight is published there, or missing."""
    first = dump(tmp_path, [csv_text([published("a")])])
    second = dump(
        tmp_path, [csv_text([published("late", created_at="2025-11-06 00:00:02")])], name="sor-global-2025-11-06-full"
    )
    events = [accepted("a"), accepted("late", f"{DAY}T23:59:58Z"), accepted("lost", f"{DAY}T23:59:57Z")]
    log = ndjson(tmp_path / "log.ndjson", [*events, *BEATS])
    record = reconcile([first, second], logs=[log], platform=PLATFORM)
    assert found(record) == {"agrees": 2, "missing": 1}
    assert record.days == (DAY, "2025-11-06")


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_lists_what_is_wrong(form: str, tmp_path: Path, run: Run) -> None:
    """The verb ends with 1, every format names the identifier, and the counts stand on stderr."""
    log = ndjson(tmp_path / "log.ndjson", [sent("gone"), accepted("gone"), sent("ok"), accepted("ok"), *BEATS])
    ran = run("sor", "reconcile", dump(tmp_path, [csv_text([published("ok")])]), "--log", log, "--platform", PLATFORM, "--format", form)  # fmt: skip
    assert ran.code == 1, ran.err
    assert "gone" in ran.out
    assert "1 identifier(s) agree, 1 do not, 0 not certain" in ran.err
    if form == "json":
        assert json.loads(ran.out)["counts"]["missing"] == 1
    if form == "csv":
        assert [line["puid"] for line in csv.DictReader(io.StringIO(ran.out))] == ["gone"]


def test_a_store_says_the_same_as_its_log(tmp_path: Path, run: Run) -> None:
    """Ingested, the log gives the same comparison."""
    events = [sent("a"), accepted("a"), sent("b"), accepted("b")]
    rows = [published("a"), published("c")]
    expected = compared(tmp_path, events, rows)
    assert run("ingest", tmp_path / "log.ndjson", "--store", tmp_path / "store").code == 0
    path = tmp_path / f"sor-global-{DAY}-full.zip"
    assert reconcile([path], store=tmp_path / "store", platform=PLATFORM) == expected


def test_the_rule_and_the_comparison_agree(tmp_path: Path, run: Run) -> None:
    """Where the dump holds just what was accepted, statements that DSA-24.5-RECON finds without a record are those found here."""
    events = [one for n in range(6) for one in (sent(f"p{n}"), accepted(f"p{n}"))]
    events = [*events, sent("lost-1"), sent("lost-2"), sent("late", "2025-11-07T10:00:00Z")]
    record = compared(tmp_path, events, [published(f"p{n}") for n in range(6)])
    config = tmp_path / "compliance.toml"
    config.write_text(
        f'[service]\nid = "{SERVICE}"\nstarted = 2025-01-01\n[profile]\nonline_platform = true\nhosting = true\n'
        'intermediary = true\noffered_in_union = true\nenterprise_size = "large"\ndesignated = "no"\n',
        encoding="utf-8",
    )
    ran = run("check", tmp_path / "log.ndjson", "--config", config, "--only", "DSA-24.5-RECON", "--as-of", "2025-11-09", "--format", "json")  # fmt: skip
    (rule,) = json.loads(ran.out)["rules"]
    missed = {
        item["case"].removeprefix("s-")
        for item in json.loads(ran.out)["findings"]
        if item["verdict"] == "non_compliant"
    }
    assert rule["counts"]["non_compliant"] == len(missed) == record.counts["unsubmitted"] == 2
    assert {item.puid for item in record.items if item.status == "unsubmitted"} == {"lost-1", "lost-2"}


def test_bad_input_is_said(tmp_path: Path) -> None:
    """No row of the platform, a file that is no dump, both sources at once: each has its code and a next step."""
    log = ndjson(tmp_path / "log.ndjson", [accepted("a"), *BEATS])
    path = dump(tmp_path, [csv_text([published("a")])])
    other = tmp_path / "other.csv"
    other.write_text("id,name\n1,x\n", encoding="utf-8")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("TDB-NO-DAY", {"dumps": [path], "logs": [log], "platform": "Nobody"}),
        ("SOR-NO-DUMP", {"dumps": [other], "logs": [log]}),
        ("CLI-SOURCE", {"dumps": [path]}),
        ("CLI-SOURCE", {"dumps": [path], "logs": [log], "store": tmp_path}),
    ]
    for code, words in cases:
        with pytest.raises(ComplianceError) as caught:
            reconcile(**words)
        assert (caught.value.code, bool(caught.value.hint)) == (code, True)
