"""A second, slow way to every figure of a report: plain loops over the events, written without the generator's queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from compliance.clock import parse_instant
from compliance.transparency.model import OTHER, TOTAL
from compliance.transparency.template import template

Event = dict[str, Any]
FALLBACK = {
    3: "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER",
    4: "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
    5: None,
    6: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
}
RESTRICTIONS = {
    "visibility_removal": {"removal"}, "visibility_disable": {"disabling"}, "visibility_demoted": {"demotion"},
    "visibility_age": {"age_restriction"}, "visibility_interaction": {"interaction_restriction"}, "visibility_labelled": {"labelling"}, "visibility_other": {"visibility_other"},
    "monetary_suspension": {"monetary_suspension"}, "monetary_termination": {"monetary_termination"},
    "monetary_other": {"monetary_other"}, "service_suspension": {"service_partial_suspension", "service_suspension"},
    "service_termination": {"service_partial_termination", "service_termination"},
    "account_suspension": {"account_suspension"}, "account_termination": {"account_termination"},
}  # fmt: skip
DEFAULTS = {
    "automated": "decision", "own_initiative": "with_reports", "receipts": "measured", "omitted": "counted",
    "pending": "apart", "partly": "counted",
}  # fmt: skip
GROUNDS = {
    "ground_content": {
        "removal",
        "disabling",
        "demotion",
        "age_restriction",
        "interaction_restriction",
        "labelling",
        "visibility_other",
    },
    "ground_service": RESTRICTIONS["service_suspension"] | RESTRICTIONS["service_termination"],
    "ground_account": {"account_suspension", "account_termination"},
    "ground_monetisation": {"monetary_suspension", "monetary_termination", "monetary_other"},
}


class SlowCounter:
    """Counts a log event by event; `first` and `after` are UTC instants of the period."""

    def __init__(self, log: Iterable[Event], first: str, after: str, **readings: str) -> None:
        self.log = [(number, event) for number, event in enumerate(log)]
        self.readings = DEFAULTS | readings
        self.first, self.after = parse_instant(first), parse_instant(after)

    def moment(self, event: Event, field: str | None = None) -> int:
        """Instant of an event in UTC µs: of a field where it has it, else its own time."""
        return parse_instant(event[field] if field and event.get(field) else event["time"])

    def all(self, kind: str) -> list[Event]:
        """Events of a type, in order of the log."""
        return [event for _, event in self.log if event["type"] == kind]

    def within(self, kind: str, field: str | None = None) -> list[Event]:
        """Events of a type whose moment lies in the period."""
        return [event for event in self.all(kind) if self.first <= self.moment(event, field) < self.after]

    def linked(
        self, kind: str, own: Any, field: str, since: int | None = None, at: str | None = None,
        good: Callable[[Event], bool] = lambda _: True,
    ) -> Event | None:  # fmt: skip
        """The earliest record of a kind with the value of a field, from `since` on."""
        found = [
            (self.moment(event, at), number, event)
            for number, event in self.log
            if event["type"] == kind and own is not None and event.get(field) == own and good(event)
            and (since is None or self.moment(event, at) >= since)
        ]  # fmt: skip
        return min(found, key=lambda one: one[:2])[2] if found else None

    def code(self, part: int, event: Event) -> tuple[str | None, str]:
        """Category and sub-category as rows of a part; None counts in TOTAL alone."""
        source = event
        if event["type"] == "notice.decided":
            source = self.linked("notice.received", event.get("notice_id"), "notice_id") or {}
        elif event["type"] == "restriction.applied":
            source = self.linked("moderation.decided", event.get("decision_id"), "decision_id") or {}
        source = source if source.get("category") else event
        known = template().keywords(part)
        category = source.get("category") or FALLBACK[part]
        if category not in known:
            return None, ""
        keywords = known[category]
        keyword = source.get("keyword") if source.get("category") else None
        return category, keyword if keyword in keywords else OTHER if OTHER in keywords else ""

    def state(self, event: Event) -> str | None:
        """Member State that issued an order, as the template writes it."""
        written = event.get("issuing_member_state")
        return {"GR": "EL"}.get(written, written) if written not in {None, "IS", "LI", "NO"} else None

    def rows(self, part: int, event: Event) -> list[tuple[str, str, str]]:
        """Rows that an event counts in."""
        category, keyword = self.code(part, event)
        codes = [(TOTAL, "")] + ([(category, "")] if category else []) + ([(category, keyword)] if keyword else [])
        scopes = [""] if part != 3 else [TOTAL] + ([self.state(event)] if self.state(event) else [])
        return [(scope, *code) for scope in scopes for code in codes if code[0]]

    def hours(self, event: Event, at: str | None, ended: Event | None, ended_at: str | None) -> float | None:
        """Hours between two events; None where the second is missing."""
        if ended is None:
            return None
        return (self.moment(ended, ended_at) - self.moment(event, at)) / 3_600_000_000

    def categorised(self, part: int) -> dict[tuple[str, tuple[str, str, str]], list[float | None]]:
        """For each cell of a part that anything fell in: what each event adds, or its hours (None where not ended)."""
        cells: dict[tuple[str, tuple[str, str, str]], list[float | None]] = {}
        for event, column, added in {3: self.orders, 4: self.notices}.get(part, lambda: self.measures(part))():
            for row in self.rows(part, event):
                cells.setdefault((column, row), []).append(added)
        return cells

    def orders(self) -> Iterable[tuple[Event, str, float | None]]:
        """Orders received in the period, each with the column it adds to and what it adds."""
        for event in self.within("order.received", "delivered_at"):
            since = self.moment(event, "delivered_at")
            act = event["order_kind"] == "act"
            name = "act" if act else "inform"
            told = self.linked("order.acknowledged", event["order_id"], "order_id", since)
            done = (
                self.linked("order.effect_given", event["order_id"], "order_id", since, "effective_at",
                            lambda one: one.get("effect_given") is not False)
                if act else self.linked("order.response_sent", event["order_id"], "order_id", since, "effective_at")
            )  # fmt: skip
            yield event, f"orders_to_{name}", 1
            if act:
                yield event, "items", event.get("item_count", 1)
            taken = self.hours(event, "delivered_at", told, None)
            at_once = self.readings["receipts"] == "nil" and taken is not None and taken <= 1
            yield event, f"{name}_receipt_median", 0 if at_once else taken
            yield event, f"{name}_effect_median", self.hours(event, "delivered_at", done, "effective_at")

    def notices(self) -> Iterable[tuple[Event, str, float | None]]:
        """Notices received in the period, each with the column it adds to and what it adds."""
        for event in self.within("notice.received"):
            done = self.linked(
                "notice.action_implemented", event["notice_id"], "notice_id", self.moment(event), "effective_at"
            )
            for tail in ["", "_tf"] if event.get("notifier_type") == "trusted_flagger" else [""]:
                yield event, f"notices{tail}", 1
                yield event, f"items{tail}", event.get("item_count", 1)
                yield event, f"action_median{tail}", self.hours(event, None, done, "effective_at")
        for event in self.within("notice.decided"):
            name = {"action_law": "actions_law", "action_terms": "actions_terms"}.get(event.get("notice_outcome", ""))
            notice = self.linked("notice.received", event.get("notice_id"), "notice_id")
            if name:
                yield event, name, 1
                if notice and notice.get("notifier_type") == "trusted_flagger":
                    yield event, f"{name}_tf", 1

    def own(self, event: Event) -> bool:
        """Whether a restriction began on the own initiative of the service."""
        reports = {"other_notification"} if self.readings["own_initiative"] == "with_reports" else set()
        return event.get("source_type") in {"own_initiative"} | reports

    def measures(self, part: int) -> Iterable[tuple[Event, str, float | None]]:
        """Own-initiative measures of part 5 or 6, each with the column it adds to and what it adds."""
        ground = {5: "illegal_content", 6: "incompatible_content"}[part]
        for event in self.within("restriction.applied", "effective_at"):
            if event.get("ground") == ground and self.own(event):
                yield event, "measures", 1
                if self.readings["automated"] == "decision":
                    automatic = event.get("automated_decision") == "fully"
                else:
                    automatic = event.get("automated_detection") is True
                if automatic:
                    yield event, "automated_detection", 1
                for column, codes in RESTRICTIONS.items():
                    if event.get("restriction") in codes:
                        yield event, column, 1

    def appeals(self) -> dict[tuple[str, str], float | None]:
        """Part 7, each of its rows."""
        cells: dict[tuple[str, str], float | None] = {}
        complaints = self.within("complaint.received")
        self._outcomes(cells, "complaints", complaints, omitted=True)
        for name, codes in GROUNDS.items():
            own = [
                one for one in complaints
                if self.linked("restriction.applied", one.get("decision_id"), "decision_id", good=lambda r, c=codes: r.get("restriction") in c)
            ]  # fmt: skip
            self._outcomes(cells, name, own)
        by_notifier = [one for one in complaints if one.get("complainant_type") == "notifier"]
        for name, flagged in (("ground_no_action", False), ("ground_no_action_tf", True)):
            own = [
                one for one in by_notifier
                if self.linked("notice.received", one.get("notice_id"), "notice_id", good=lambda n, f=flagged: not f or n.get("notifier_type") == "trusted_flagger")
            ]  # fmt: skip
            self._outcomes(cells, name, own)
        cells["new_restrictions", "total"] = sum(
            1 for one in self.within("restriction.applied", "effective_at")
            if self.linked("complaint.received", one.get("source_ref"), "complaint_id")
        )  # fmt: skip
        self._disputes(cells)
        for name, basis in (
            ("content", "art_23_1"),
            ("notices", "art_23_2_notices"),
            ("complaints", "art_23_2_complaints"),
        ):
            cells[f"suspensions_{name}", "total"] = sum(
                1 for one in self.within("misuse.suspension_imposed") if one.get("suspension_basis") == basis
            )
        return cells

    def _outcomes(
        self, cells: dict[tuple[str, str], float | None], name: str, own: list[Event], *, omitted: bool = False
    ) -> None:
        cells[name, "total"] = len(own)
        first = [self.linked("complaint.decided", one["complaint_id"], "complaint_id", self.moment(one)) for one in own]
        codes = {"upheld": "upheld", "partially_reversed": "partly_reversed", "reversed": "reversed"}
        for scope, code in (codes | ({"omitted": "omitted"} if omitted else {})).items():
            cells[name, scope] = sum(1 for one in first if one and one.get("complaint_outcome") == code)
        if omitted and self.readings["pending"] == "omitted":
            cells[name, "omitted"] += sum(1 for one in first if one is None)  # type: ignore[operator]
        told = [
            self.hours(one, None, self.linked("complaint.decision_notified", one["complaint_id"], "complaint_id", self.moment(one)), None)
            for one, end in zip(own, first, strict=True)
            if not (self.readings["omitted"] == "left_out" and end and end.get("complaint_outcome") == "omitted")
        ]  # fmt: skip
        known = [one for one in told if one is not None]
        cells[name, "median"] = median(known) if known else None

    def _disputes(self, cells: dict[tuple[str, str], float | None]) -> None:
        own = self.within("ods.case_opened")
        cells["disputes", "total"] = len(own)
        first = [self.linked("ods.decision_received", one["case_ref"], "case_ref", self.moment(one)) for one in own]
        for scope, code in {
            "upheld": "upheld",
            "partially_reversed": "partly_reversed",
            "reversed": "reversed",
            "omitted": "omitted",
        }.items():
            cells["disputes", scope] = sum(1 for one in first if one and one.get("dispute_outcome") == code)
        if self.readings["pending"] == "omitted":
            cells["disputes", "omitted"] += sum(1 for one in first if one is None)  # type: ignore[operator]
        known = [
            self.hours(one, None, end, None) for one, end in zip(own, first, strict=True)
            if end and not (self.readings["omitted"] == "left_out" and end.get("dispute_outcome") == "omitted")
        ]  # fmt: skip
        cells["disputes", "median"] = median([one for one in known if one is not None]) if known else None
        lost = [
            one for one, end in zip(own, first, strict=True)
            if end and end.get("dispute_outcome") in {"reversed", "partly_reversed"}
        ]  # fmt: skip
        done = [
            one for one in lost
            if self.linked("ods.decision_implemented", one["case_ref"], "case_ref", self.moment(one), good=lambda e: e.get("implemented") is True)
        ]  # fmt: skip
        cells["disputes", "implemented"] = len(done) / len(lost) if lost else None

    def automated(self) -> dict[tuple[str, str], float | None]:
        """Part 8: measures in all, of own initiative and by language, notices, and labelled samples in all and by language."""
        cells: dict[tuple[str, str], float | None] = {}
        measures = [
            one for one in self.within("restriction.applied", "effective_at")
            if one.get("ground") in {"illegal_content", "incompatible_content"}
        ]  # fmt: skip
        groups = {"total": measures, "own_initiative": [one for one in measures if self.own(one)]}
        for language in template().languages:
            groups[language] = [
                one for one in measures
                if (self.linked("moderation.decided", one.get("decision_id"), "decision_id") or {}).get("language", "").lower() == language
            ]  # fmt: skip
        for scope, own in groups.items():
            fully = sum(1 for one in own if one.get("automated_decision") == "fully")
            person = sum(1 for one in own if one.get("automated_decision") == "not_automated")
            cells["measures_automated", scope] = fully
            cells["measures_not_automated", scope] = (
                len(own) - fully if self.readings["partly"] == "counted" else person
            )
        for scope, flagged in (("notices", False), ("notices_tf", True)):
            own = [
                one
                for one in self.within("notice.received")
                if not flagged or one.get("notifier_type") == "trusted_flagger"
            ]
            solely = 0
            for one in own:
                made = [
                    end.get("automated_decision") == "fully" for end in self.all("notice.decided")
                    if end.get("notice_id") == one["notice_id"] and self.moment(end) >= self.moment(one)
                ]  # fmt: skip
                solely += bool(made) and all(made)
            cells["notices_automated", scope], cells["notices_not_automated", scope] = solely, len(own) - solely
        samples = self.within("qa.sample_labelled")
        by_source = {
            "total": samples,
            "own_initiative": [one for one in samples if one.get("source_type") in {"own_initiative", "other_notification"}],
            "notices": [one for one in samples if one.get("source_type") in {"art_16_notice", "trusted_flagger"}],
            "notices_tf": [one for one in samples if one.get("source_type") == "trusted_flagger"],
        }  # fmt: skip
        for language in template().languages:
            by_source[language] = [one for one in samples if one.get("language", "").lower() == language]
        for scope, own in by_source.items():
            for name, value in self.rates(own).items():
                cells[name, scope] = value
        return cells

    def rates(self, samples: list[Event]) -> dict[str, float | None]:
        """Accuracy, precision and recall of labelled samples; None where nothing was to be told apart."""
        names = ("true_positive", "false_positive", "true_negative", "false_negative")
        tp, fp, tn, fn = (sum(one.get(name, 0) for one in samples) for name in names)
        pairs = {"accuracy": (tp + tn, tp + fp + tn + fn), "precision": (tp, tp + fp), "recall": (tp, tp + fn)}
        return {name: top / bottom if bottom else None for name, (top, bottom) in pairs.items()}

    def moderators(self) -> dict[tuple[str, str], float | None]:
        """Part 9: the roster as it stood when the period ended, in tenths rounded half up."""
        latest: dict[str, Event] = {}
        for event in sorted(self.all("moderator.listed"), key=self.moment):
            if self.moment(event) < self.after:
                latest[event["moderator_id"]] = event
        roster = list(latest.values())
        cells: dict[tuple[str, str], float | None] = {}
        for kind in ("internal", "external"):
            cells[kind, "total"] = self.whole(one for one in roster if one.get("employment") == kind)
        cells["linguistic", "total"] = self.whole(one for one in roster if one.get("languages"))
        for language in template().languages:
            cells["linguistic", language] = self.whole(
                one for one in roster if language.upper() in one.get("languages", [])
            )
        return cells

    def whole(self, roster: Iterable[Event]) -> int:
        """Full-time equivalents in whole numbers."""
        return (sum(one["fte_tenths"] for one in roster) + 5) // 10

    def recipients(self, first: str, last: str) -> dict[tuple[str, str], float | None]:
        """Part 10: the last computation for the period, and the mean of the last count of each month."""
        cells: dict[tuple[str, str], float | None] = {}
        for event in sorted(self.all("amar.computed"), key=self.moment):
            if (event["period_start"], event["period_end"]) == (first, last):
                cells["recipients", "total"] = event["average_recipients"]
        months: dict[str, dict[str, int]] = {}
        for event in sorted(self.all("activity.monthly_counted"), key=self.moment):
            if first <= event["period_start"] and event["period_end"] <= last:
                months.setdefault(event["member_state"], {})[event["period_start"]] = event["event_count"]
        for state, counts in months.items():
            mean = int(sum(counts.values()) / len(counts) + 0.5)
            cells["recipients", {"GR": "EL"}.get(state, state)] = mean
        return cells
