"""The generated report: every figure counted twice, the template's bytes, and a clean bill from the linter."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from compliance.clock import parse_instant
from compliance.errors import InputError, UsageError
from compliance.events.catalogue import catalogue
from compliance.period import parse_period
from compliance.project import default_project
from compliance.transparency.generate.cells import relations
from compliance.transparency.generate.declared import Declared, load_declared
from compliance.transparency.generate.explain import explain
from compliance.transparency.generate.rows import formatted
from compliance.transparency.generate.session import Generated, generate
from compliance.transparency.generate.write import WORKBOOK, files_of, write_files
from compliance.transparency.model import TOTAL
from compliance.transparency.session import lint_paths
from compliance.transparency.template import template
from tests.assess.logs import covered, dataset
from tests.transparency.slow_counter import SlowCounter

HALF, PROJECT = parse_period("2026-H1"), default_project()
ALL = covered("2025-12-01T00:00:00Z", "2026-09-01T00:00:00Z")
KNOWN = parse_instant("2026-08-15T00:00:00Z")
DECLARED = load_declared(Path(__file__).with_name("declared.yaml"))
PROBLEMS = {"STATEMENT_CATEGORY_UNHEARD_OF", "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER"}


class Maker:
    """Makes a small log at random; `clean`: with the codes of the template alone."""

    def __init__(self, seed: int, *, clean: bool = False) -> None:
        self.rng, self.clean, self.log = random.Random(seed), clean, []  # type: ignore[var-annotated]

    def instant(self, since: str | None = None) -> str:
        """An instant in or around the period, or after another."""
        start = datetime.fromisoformat(since) if since else datetime(2025, 12, 10, tzinfo=UTC)
        span = 30 if since else 215
        return (start + timedelta(minutes=self.rng.randrange(-60 if since else 0, span * 24 * 60))).isoformat()

    def add(self, kind: str, time: str, **fields: Any) -> None:
        """Adds an event; fields that are None are left out."""
        own = {name: value for name, value in fields.items() if value is not None}
        self.log.append({"type": kind, "time": time.replace("+00:00", "Z"), **own})

    def pick(self, *values: Any) -> Any:
        """One of the values."""
        return self.rng.choice(values)

    def code(self, part: int) -> dict[str, Any]:
        """A category and sub-category of a part, or none, or one that the part does not have."""
        known = template().keywords(part)
        names = [*known][:: 1 if self.clean else 4]
        category = self.pick(*names) if self.clean else self.pick(*names, None, *sorted(PROBLEMS))
        return {
            "category": category,
            "keyword": self.pick(*known.get(category, ()), None if self.clean else "KEYWORD_ODD"),
        }

    def of(self, kind: str, name: str) -> Any:
        """One of the codes that the catalogue has for a field."""
        codes = catalogue().types[kind].fields[name].codes
        return self.pick(*codes)

    def made(self, count: int) -> list[dict[str, Any]]:
        """The log of so many cases of each kind."""
        for number in range(count):
            for make in (self.order, self.notice, self.measure, self.complaint, self.dispute, self.others):
                make(number)
        self.rng.shuffle(self.log)
        return [{**event, "id": f"e{at}"} for at, event in enumerate(self.log)]

    def order(self, n: int) -> None:
        """An order, its receipt, effect and what it is about."""
        at = self.instant()
        states = ("DE", "GR", "FR") if self.clean else ("DE", "GR", "IS", None)
        self.add("order.received", at, order_id=f"o{n}", order_kind=self.pick("act", "inform"), issuing_member_state=self.pick(*states),
                 item_count=self.pick(None, 1, 4), delivered_at=self.pick(None, self.instant(at).replace("+00:00", "Z")), **self.code(3))  # fmt: skip
        for kind in ("order.acknowledged", "order.effect_given", "order.response_sent"):
            for _ in range(self.pick(0, 1, 2)):
                extra = {"effect_given": self.pick(None, True, False)} if kind == "order.effect_given" else {}
                self.add(kind, self.instant(at), order_id=f"o{n}", **extra)

    def notice(self, n: int) -> None:
        """A notice with what came of it."""
        at = self.instant()
        self.add("notice.received", at, notice_id=f"n{n}", notifier_type=self.pick("individual", "trusted_flagger", None), item_count=self.pick(None, 2), **self.code(4))  # fmt: skip
        for _ in range(self.pick(0, 1, 2)):
            self.add("notice.decided", self.instant(at), notice_id=f"n{n}", notice_outcome=self.pick("action_law", "action_terms", "no_action"), automated_decision=self.pick("fully", "partially", None))  # fmt: skip
        if self.rng.random() < 0.5:
            self.add("notice.action_implemented", self.instant(at), notice_id=f"n{n}")

    def measure(self, n: int) -> None:
        """A restriction on own initiative."""
        at = self.instant()
        ground = self.pick("illegal_content", "incompatible_content")
        self.add("moderation.decided", at, decision_id=f"d{n}", language=self.pick("DE", "EN", None), **self.code(5 if ground == "illegal_content" else 6))  # fmt: skip
        for _ in range(self.pick(1, 1, 2)):
            possible = [code for code in catalogue().types["restriction.applied"].fields["restriction"].codes if not code.startswith("monetary")]  # fmt: skip
            self.add("restriction.applied", self.instant(at), restriction_id=f"r{n}", decision_id=f"d{n}", ground=ground,
                     restriction=self.pick(*(possible if self.clean else [*possible, "monetary_other"])),
                     automated_decision=self.pick("fully", "partially", "not_automated", None),
                     source_type=self.pick("own_initiative", "other_notification", "art_16_notice", "order"),
                     source_ref=self.pick(None, f"c{n}"))  # fmt: skip

    def complaint(self, n: int) -> None:
        """A complaint with its decision."""
        at = self.instant()
        self.add("complaint.received", at, complaint_id=f"c{n}", decision_id=self.pick(f"d{n}", None), notice_id=self.pick(f"n{n}", None), complainant_type=self.pick("recipient", "notifier"))  # fmt: skip
        for kind in ("complaint.decided", "complaint.decision_notified"):
            for _ in range(self.pick(0, 1, 2)):
                outcome = self.pick("upheld", "partly_reversed", "reversed", "omitted")
                self.add(kind, self.instant(at), complaint_id=f"c{n}", complaint_outcome=outcome)

    def dispute(self, n: int) -> None:
        """A dispute before a body, with its decision."""
        at = self.instant()
        self.add("ods.case_opened", at, case_ref=f"s{n}")
        if self.rng.random() < 0.7:
            self.add("ods.decision_received", self.instant(at), case_ref=f"s{n}", dispute_outcome=self.pick("upheld", "partly_reversed", "reversed", "omitted"))  # fmt: skip
        if self.rng.random() < 0.6:
            self.add("ods.decision_implemented", self.instant(at), case_ref=f"s{n}", implemented=self.pick(True, False))

    def others(self, n: int) -> None:
        """A suspension for misuse, a labelled sample, an entry of the roster, and a count of recipients."""
        self.add("misuse.suspension_imposed", self.instant(), account_id=f"a{n}", suspension_basis=self.of("misuse.suspension_imposed", "suspension_basis"))  # fmt: skip
        self.add("qa.sample_labelled", self.instant(), language=self.pick("DE", "FR"), source_type=self.pick("own_initiative", "art_16_notice", "trusted_flagger", None), system_id=self.pick("text", "image"), true_positive=self.rng.randrange(9), false_positive=self.rng.randrange(3), true_negative=self.rng.randrange(9), false_negative=self.rng.randrange(3))  # fmt: skip
        if self.clean:
            return
        self.add("moderator.listed", self.instant(), moderator_id=f"m{n % 5}", employment=self.pick("internal", "external", None), fte_tenths=self.pick(0, 4, 5, 10), languages=self.pick(None, [], ["DE"], ["DE", "GA"]))  # fmt: skip
        month = self.rng.randrange(1, 9)
        self.add("activity.monthly_counted", self.instant(), member_state=self.pick("DE", "GR"), event_count=self.rng.randrange(10**6), period_start=f"2026-{month:02}-01", period_end=f"2026-{month:02}-28")  # fmt: skip
        self.add("amar.computed", self.instant(), average_recipients=self.rng.randrange(10**6), period_start="2026-01-01", period_end=self.pick("2026-06-30", "2026-05-31"))  # fmt: skip


def generated(log: list[dict[str, Any]], *coverage: Any, declared: Declared = DECLARED) -> Generated:
    """The report of the first half of 2026 over a log."""
    return generate(dataset(log, *(coverage or (ALL,))), PROJECT, HALF, declared, as_of=KNOWN)


def cells(made: Generated, number: int) -> dict[tuple[str, tuple[str, ...]], str]:
    """Every figure of a part as written, by column and key of its row."""
    part = template().parts[number]
    scopes = {key[0] for n, _, key in made.measured.figures if n == 3 and key[0] != TOTAL} if number == 3 else set()
    states = tuple(state for state in template().member_states if state in scopes)
    expanded = {"languages": template().languages, "member_states": tuple(template().member_states)}.get(
        part.expands, ()
    )
    rows = part.rows_for(states if number == 3 else expanded)
    body = made.report.rows[number]
    if number == 8:
        body = [texts for texts in body if not texts[part.index("context")].startswith("System ")]
    return {
        (column.key, row.key): texts[at]
        for row, texts in zip(rows, body, strict=True)
        for at, column in enumerate(part.columns)
        if column.role in {"figure", "value"}
    }


OTHERWISE = {
    "automated": "detection", "own_initiative": "without_reports", "receipts": "nil", "omitted": "left_out",
    "pending": "omitted", "partly": "left_out",
}  # fmt: skip


@pytest.mark.parametrize(("seed", "readings"), [(0, {}), (1, {}), (2, {}), (3, OTHERWISE), (4, OTHERWISE)])
def test_every_figure_is_what_a_slow_count_finds(seed: int, readings: dict[str, str]) -> None:
    """Each cell of parts 3 to 10 of a random log, odd codes included, is what plain loops over the events give."""
    log = Maker(seed).made(14)
    slow = SlowCounter(log, "2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z", **readings)
    raw = DECLARED.model_dump(exclude={"moderators", "recipients"})
    if readings:
        raw["choices"] = {"by": "head of transparency", "dated": "2026-08-20", **readings}
    made = generated(log, declared=Declared.model_validate(raw))
    compared = 0
    for number in (3, 4, 5, 6):
        part, expected = template().parts[number], slow.categorised(number)
        for (column, key), text in cells(made, number).items():
            added = expected.get((column, key), [])  # type: ignore[call-overload]
            kind = part.columns[part.index(column)].type
            known = [one for one in added if one is not None]
            value = (median(known) if known else None) if kind == "hours" else int(sum(known))
            possible = DECLARED.restrictions and column in DECLARED.restrictions.possible
            if part.columns[part.index(column)].restriction and not possible and not any(
                name == column and row[1] == TOTAL for name, row in expected
            ):  # fmt: skip
                value = None
            assert text == formatted(value), (number, column, key)
            compared += bool(text and text != "0")
    last = slow.recipients("2026-01-01", "2026-06-30")
    for number, found in ((7, slow.appeals()), (8, slow.automated()), (9, slow.moderators()), (10, last)):
        for (_, row), text in cells(made, number).items():
            value = found.get(row)  # type: ignore[call-overload]
            assert text == formatted(value), (number, row)
            compared += bool(text and text != "0")
    assert compared > 100


@pytest.mark.parametrize("seed", [1, 2])
def test_a_generated_report_lints_clean(seed: int, tmp_path: Path) -> None:
    """A report over a log whose codes are the template's has no error and no warning, as CSV and as workbook."""
    made = generated(Maker(seed, clean=True).made(60))
    assert made.report.problems == []
    paths = write_files(files_of(made.report, made.measured, made.setting), tmp_path / "out")
    for chosen in ([path for path in paths if path.suffix == ".csv"], [tmp_path / "out" / WORKBOOK]):
        _, found = lint_paths(chosen, tier="vlop")
        loud = [(one.check, one.cell, one.found) for one in found[0].findings if one.severity != "note"]
        assert (len(found), loud) == (1, [])


def test_headers_codes_and_labels_are_the_template_s(tmp_path: Path) -> None:
    """Every header and fixed label of the files is that of the template, row for row."""
    made = generated(Maker(3, clean=True).made(20))
    write_files(files_of(made.report, made.measured, made.setting), tmp_path / "out")
    fixed = {"applicability", "category", "section", "indicator", "label", "description", "code", "scope"}
    for number, part in template().parts.items():
        with (tmp_path / "out" / f"{part.sheet}.csv").open(encoding="utf-8", newline="") as file:
            header, *body = list(csv.reader(file))
        assert tuple(header) == part.headers
        body = [row for row in body if number != 8 or not row[part.index("context")].startswith("System ")]
        scopes = dict.fromkeys(row[part.index("scope")] for row in body) if number == 3 else ()
        expanded = {"languages": template().languages, "member_states": tuple(template().member_states)}
        rows = part.rows_for(tuple(one for one in scopes if one != TOTAL) or expanded.get(part.expands, ()))
        for row, texts in zip(rows, body, strict=True):
            for at, column in enumerate(part.columns):
                if column.role in fixed:
                    assert texts[at] == row.cells[at]


def test_the_workbook_holds_the_same_cells_as_text(tmp_path: Path) -> None:
    """Each sheet has the cells of its CSV file, none of them a formula, and the official widths."""
    made = generated(Maker(4, clean=True).made(10))
    files = files_of(made.report, made.measured, made.setting)
    write_files(files, tmp_path / "out")
    book = load_workbook(tmp_path / "out" / WORKBOOK)
    assert book.sheetnames == [part.sheet for part in template().parts.values()]
    for number, part in template().parts.items():
        rows = [[cell.value or "" for cell in row] for row in book[part.sheet].iter_rows()]
        assert rows == [list(part.headers), *made.report.rows[number]]
        assert book[part.sheet].column_dimensions["A"].width == part.columns[0].width
    again = generated(Maker(4, clean=True).made(10))
    assert files_of(again.report, again.measured, again.setting) == files


def test_nothing_is_zero_and_not_applicable_is_blank() -> None:
    """Over a complete log without events counts are 0, medians and what the service cannot impose are blank."""
    made = generated([])
    found = cells(made, 5)
    assert found["measures", ("", TOTAL, "")] == "0"
    assert found["monetary_other", ("", TOTAL, "")] == ""
    assert cells(made, 4)["action_median", ("", TOTAL, "")] == ""
    hosting = DECLARED.model_copy(
        update={"identification": DECLARED.identification.model_copy(update={"tier": "hosting"})}  # type: ignore[union-attr]
    )
    year = generate(dataset([], covered("2025-12-01T00:00:00Z", "2027-02-01T00:00:00Z")), PROJECT, parse_period("2026"),
                    hosting, as_of=parse_instant("2027-01-15T00:00:00Z"))  # fmt: skip
    appeals = cells(year, 7)
    assert (appeals["value", ("complaints", "total")], appeals["value", ("complaints", "upheld")]) == ("0", "")
    assert set(cells(year, 9).values()) == {""}


def test_what_no_log_covers_is_blank_and_said() -> None:
    """A figure whose events no complete log holds is blank, its context says why, and it is a problem."""
    made = generated([], covered("2025-12-01T00:00:00Z", "2026-09-01T00:00:00Z", "order.received"))
    assert cells(made, 4)["notices", ("", TOTAL, "")] == ""
    part = template().parts[4]
    assert "no log is known to be complete for notice.received" in made.report.rows[4][0][part.index("notices_context")]
    assert any("notice.received" in one for one in made.report.problems)
    assert cells(made, 3)["orders_to_act", (TOTAL, TOTAL, "")] == "0"


def test_a_log_that_ends_early_gives_lower_bounds() -> None:
    """Counts of a period that the log does not reach the end of are lower bounds, and say so."""
    log = [{"type": "notice.received", "time": "2026-01-05T00:00:00Z", "notice_id": "n1", "id": "e1"}]
    made = generated(log, covered("2025-12-01T00:00:00Z", "2026-04-01T00:00:00Z"))
    context = made.report.rows[4][0][template().parts[4].index("notices_context")]
    assert cells(made, 4)["notices", ("", TOTAL, "")] == "1"
    assert "A lower bound: logs of notice.received are complete for 49.7 % of the period" in context


def test_an_unknown_code_counts_in_total_alone_and_is_a_problem() -> None:
    """An order under a category that is no row is in TOTAL, in no category, and is named by its event."""
    log = [{"type": "order.received", "time": "2026-02-01T00:00:00Z", "order_id": "o1", "order_kind": "act", "issuing_member_state": "DE", "category": "MADE_UP", "id": "e7"}]  # fmt: skip
    made = generated(log)
    found = cells(made, 3)
    counted = {key for (column, key), text in found.items() if column == "orders_to_act" and text != "0"}
    assert counted == {(TOTAL, TOTAL, ""), ("DE", TOTAL, "")}
    assert any("MADE_UP" in one and "e7" in one for one in made.report.problems)


def test_the_choice_of_reading_changes_the_figure_and_is_disclosed() -> None:
    """Solely automated means is counted by decision or by detection, as declared, and the contextual cell says which."""
    log = [{"type": "restriction.applied", "time": "2026-02-01T00:00:00Z", "restriction_id": "r", "ground": "illegal_content", "source_type": "own_initiative", "automated_detection": True, "automated_decision": "partially", "restriction": "removal", "category": "STATEMENT_CATEGORY_VIOLENCE", "id": "e1"}]  # fmt: skip
    at = template().parts[5].index("automated_detection_context")
    for choice, value, words in (
        ("decision", "0", "solely automated means"),
        ("detection", "1", "automated detection"),
    ):
        raw = DECLARED.model_dump() | {
            "choices": {"by": "head of transparency", "dated": "2026-08-20", "automated": choice}
        }
        made = generated(log, declared=Declared.model_validate(raw))
        assert cells(made, 5)["automated_detection", ("", TOTAL, "")] == value
        assert words in made.report.rows[5][0][at]


@pytest.mark.parametrize("seed", [0, 1])
def test_explain_lists_as_many_events_as_the_cell_counts(seed: int) -> None:
    """Behind each count stand as many events as it says, none of them twice."""
    log = Maker(seed).made(14)
    made, data = generated(log), dataset(log, ALL, located=True)
    counted = {
        place: figure for place, figure in made.report.filled.items()
        if figure and figure.value and figure.cell.partition(":")[2] != "implemented"
        and next(one for one in relations() if one.id == figure.relation).cells[figure.cell].value == "count"
    }  # fmt: skip
    for place in sorted(counted)[:: max(1, len(counted) // 25)]:
        found = explain(data, PROJECT, HALF, DECLARED, place.lower(), as_of=KNOWN)
        assert len({one.id for one in found.events}) == found.total == counted[place].value, place  # type: ignore[union-attr]
        assert found.figure == str(found.total)


@pytest.mark.parametrize("cell", ["4:NOTHING:TOTAL", "11:SUMMARY", "", "4"])
def test_a_cell_without_events_is_refused(cell: str) -> None:
    """A cell that does not exist, or that no event is behind, is refused with an example."""
    with pytest.raises(UsageError, match="no figure from the log"):
        explain(dataset([], ALL), PROJECT, HALF, DECLARED, cell, as_of=KNOWN)


@pytest.mark.parametrize("period", ["2026-Q1", "2026", "2025-H1", "2026-01-02..2026-06-30"])
def test_a_period_that_is_none_of_the_template_is_refused(period: str) -> None:
    """A very large platform reports on half-years, from July 2025 on."""
    with pytest.raises(UsageError, match="no reporting period"):
        generate(dataset([], ALL), PROJECT, parse_period(period), DECLARED, as_of=KNOWN)


@pytest.mark.parametrize(
    "text",
    ["moderators: {internal: 4, external: 2, linguistic: 1}", "restrictions: {by: x, possible: [shaming]}",
     "recipients: {by: x, member_states: {XX: 1}}", "recipients: {by: x, total: -1}", "unheard: 1", "- 1", ": :",
     "qualitative: {by: x, texts: {poem: y}}", "evaluations: {by: x, basis: y, scopes: {de: {recall: 98.8}}}"],
)  # fmt: skip
def test_a_declaration_that_cannot_be_meant_is_refused(text: str, tmp_path: Path) -> None:
    """No section without who declares it, no unknown name, no number out of range; nothing is guessed."""
    path = tmp_path / "declared.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_declared(path)
    assert caught.value.code == "TRG-DECLARED"


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written over what is there."""
    (tmp_path / "kept.txt").write_text("x", "utf-8")
    with pytest.raises(InputError, match="not empty"):
        write_files({"1.csv": b""}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_every_figure_of_the_log_has_a_cell_and_every_definition_a_column() -> None:
    """The definitions name columns and rows of the template, none twice."""
    seen: set[tuple[int, str]] = set()
    for relation in relations():
        part = template().parts[relation.part]
        for name in relation.cells:
            assert (relation.part, name) not in seen
            seen.add((relation.part, name))
            if relation.categorised:
                assert part.columns[part.index(name)].role == "figure"
            else:
                indicator, _, scope = name.partition(":")
                assert indicator in part.indicators
                assert not scope or scope in part.scopes
    for number in (3, 4, 5, 6):
        figures = {column.key for column in template().parts[number].columns if column.role == "figure"}
        assert figures == {name for one, name in seen if one == number}
    assert (
        yaml.safe_load(Path(__file__).with_name("declared.yaml").read_text("utf-8"))["identification"]["tier"] == "vlop"
    )
