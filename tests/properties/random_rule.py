"""Random sound rules over the events of an order: every pattern, with limits, exceptions and closings of every form."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from compliance.rules.model import Rule

PATTERNS = (
    "each",
    "response",
    "precedence",
    "never",
    "unique",
    "recurring",
    "reconcile",
    "throughout",
    "threshold",
    "attested",
)
TRIGGER = "order.received"
GAUGE = "availability.sampled"
"""The trigger of some thresholds, since it holds numbers that are not whole."""
LINKED = ("order.effect_reported", "recipient.informed", "order.acknowledged")
CLOSING = "order.closed"
STATEMENT = "orders-are-read"

POLICY = ("PT1S", "PT30M", "PT1H", "PT24H", "PT48H", "P0D", "P1D", "P3D", "P2W", "P1M", "P2M", "P1Y", "1WD", "3WD")
STATUTORY = ("PT1H", "PT24H", "PT30M", "P0D", "P1D", "P2D", "P3D", "P1W", "P1M", "P2M", "P6M", "P1Y", "1WD", "2WD")
WINDOWS = ("PT1S", "PT1H", "PT24H", "P1D", "P1W", "P30D")
BACKWARDS = ("PT1S", "PT1H", "PT24H", "P1D", "P1W", "P1M", "P1Y")

Made = dict[str, Any]


class Rules:
    """Makes one rule; `day` is where its dated values may change."""

    def __init__(self, rng: Random, day: dt.date) -> None:
        self.rng = rng
        self.day = day
        self.parameters: dict[str, Made] = {}
        self.trigger = TRIGGER

    def often(self, share: float) -> bool:
        """True in about this share of the worlds."""
        return self.rng.random() < share

    def parameter(self, kind: str, choices: tuple[Any, ...], origin: str = "policy") -> str:
        """Reference to a new parameter, whose value may change on a day close to the events."""
        values = [{"from": "2000-01-01", "value": self.rng.choice(choices)}]
        if self.often(0.25):
            values.append({"from": self.day.isoformat(), "value": self.rng.choice(choices)})
        name = f"p{len(self.parameters)}"
        self.parameters[name] = {"type": kind, "origin": origin, "because": "a test", "values": values}
        return f"${name}"

    def limit(self) -> str:
        """Reference to a limit, statutory or not."""
        if self.often(0.5):
            return self.parameter("duration", STATUTORY, "statutory")
        return self.parameter("duration", POLICY, self.rng.choice(("policy", "guidance")))

    # conditions

    def condition(self, event: str, depth: int = 0) -> Made:
        """Condition on fields of the type, nested at most twice."""
        if depth < 2 and self.often(0.25):
            op = self.rng.choice(("all", "any", "not"))
            if op == "not":
                return {"not": self.condition(event, depth + 1)}
            return {op: [self.condition(event, depth + 1) for _ in range(2)]}
        tests = self._tests(event)
        chosen = self.rng.sample(tests, 2 if self.often(0.15) else 1)
        return {field: test for one in chosen for field, test in one.items()}

    def _tests(self, event: str) -> list[Made]:
        count = self.rng.choice((0, 1, 2))
        number = {self.rng.choice(("lt", "le", "gt", "ge", "eq", "ne")): count}
        if event != TRIGGER:
            own: dict[str, list[Made]] = {
                "order.effect_reported": [
                    {"effect_given": {self._either(): True}},
                    {"channel": {self._either(): "api"}},
                ],
                "recipient.informed": [
                    {"reasons_given": {self._either(): True}},
                    {"message_id": {"present": self._flag()}},
                ],
                "order.acknowledged": [
                    {"channel": {self._in(): ["api", "mail"]}},
                    {"source_authority": {"present": True}},
                ],
                GAUGE: [
                    {"attempts": number},
                    {"share": {self.rng.choice(("lt", "ge")): 0.5}},
                    {"country": {self._either(): "IE"}},
                ],
                "order.closed": [{"reason": {self._either(): "done"}}, {"reason": {"present": self._flag()}}],
            }
            return own[event]
        return [
            {"item_count": number},
            {"item_count": {"ge": self.parameter("integer", (0, 1, 2))}},
            {"authority": {self._either(): "a"}},
            {"authority": {self._in(): ["a", "b"]}},
            {"authority": {self._in(): self.parameter("list", (["a"], ["b", "c"]))}},
            {"authority": {"present": self._flag()}},
            {"authority": {self._either(): {"field": "category"}}},
            {"territorial_scope": {"contains": "IE"}},
            {"hold_until": {self.rng.choice(("lt", "ge", "gt", "le")): {"field": "due_at"}}},
            {"due_at": {"present": self._flag()}},
        ]

    def _either(self) -> str:
        return self.rng.choice(("eq", "ne"))

    def _in(self) -> str:
        return self.rng.choice(("in", "not_in"))

    def _flag(self) -> bool:
        return self.often(0.5)

    # links

    def selector(self, event: str, share: float = 0.4) -> Made:
        """Event type, sometimes with a condition."""
        return {"event": event} | ({"where": self.condition(event)} if self.often(share) else {})

    def link(self, event: str | None = None, share: float = 0.3) -> Made:
        """Linked event type with keys: through the case, beside it, or both."""
        event = event or self.rng.choice(LINKED)
        match = {"order_id": "order_id"}
        if event == "recipient.informed":
            match = self.rng.choice(
                (match, {"recipient_id": "recipient_id"}, {**match, "recipient_id": "recipient_id"})
            )
        if event == "order.acknowledged" and self.often(0.3):
            match = {"source_authority": "authority"}
        return self.selector(event, share) | {"match": match}

    def exceptions(self) -> list[Made]:
        """None, one or two exceptions of every form."""
        return [
            {"id": f"x{number}", "because": "a test", "when": self._when()}
            for number in range(self.rng.choice((0, 0, 0, 0, 1, 1, 2)))
        ]

    def _when(self) -> Made:
        if self.often(0.35):
            return {"trigger": self.condition(TRIGGER)}
        link = self.link()
        order = self.rng.choice((None, "after", "before", "any"))
        if order == "after" or (order is None and self.often(0.5)):
            link["within"] = self.limit()
        return link | ({"order": order} if order else {})

    # patterns

    def expect(self, pattern: str) -> Made:
        """Body of the pattern."""
        body: Made = getattr(self, f"_{pattern}")()
        return body

    def _each(self) -> Made:
        return self.condition(TRIGGER)

    def _response(self) -> Made:
        link = self.link() | self.rng.choice(({}, {}, {"order": "any"}, {"order": "after"}))
        form = self.rng.choice(("within", "within", "within", "due_field", "none"))
        if form == "none":
            return link
        return link | ({"within": self.limit()} if form == "within" else {"due_field": "due_at"})

    def _precedence(self) -> Made:
        within = {"within": self.parameter("duration", BACKWARDS, self.rng.choice(("policy", "statutory")))}
        return self.link() | (within if self.often(0.7) else {})

    def _never(self) -> Made:
        link = self.link()
        form = self.rng.choice(("within", "until_field", "until"))
        ends = {"within": self.limit, "until_field": lambda: "hold_until", "until": lambda: self._until(link["match"])}
        return link | {form: ends[form]()}

    def _until(self, match: Made) -> Made:
        event = CLOSING if "order_id" in match else "recipient.informed"
        return self.selector(event, 0.3) | {"match": {"order_id": "order_id"}}

    def _unique(self) -> Made:
        by = self.rng.choice((["order_id"], ["recipient_id"], ["order_id", "recipient_id"], ["authority"]))
        distinct = {"distinct": "category"} if self.often(0.4) else {}
        return {"by": by} | distinct | ({"at_most": 2} if self.often(0.3) else {})

    def _recurring(self) -> Made:
        first = {"first_by": self.parameter("date", (self.day.isoformat(),))} if self.often(0.5) else {}
        return {"every": self.limit()} | first

    def _reconcile(self) -> Made:
        link = self.link("order.acknowledged" if self.often(0.6) else "recipient.informed")
        same = {"channel": "category"} if link["event"] == "order.acknowledged" else {"message_id": "category"}
        within = {"within": self.limit()} if self.often(0.6) else {}
        compare = {"compare": same} if self.often(0.6) else {}
        return link | within | compare | self.rng.choice(({}, {}, {"both_sides": False}))

    def _throughout(self) -> Made:
        on, off = self.rng.sample(LINKED, 2)
        end = {"within": self.limit()} if self.often(0.6) else {"until_field": "hold_until"}
        return {"on": self.selector(on, 0.2), "off": self.selector(off, 0.2), "match": {"order_id": "order_id"}} | end

    def _threshold(self) -> Made:
        metric = self.rng.choice(("count", "share", "sum", "max", "min", "median", "p90", "p95"))
        self.trigger = self.rng.choice((TRIGGER, GAUGE))
        body: Made = {"metric": metric}
        if metric == "share":
            body["where"] = self.condition(self.trigger)
        elif metric != "count":
            body["field"] = "item_count" if self.trigger == TRIGGER else self.rng.choice(("share", "attempts"))
        groups = {TRIGGER: (["authority"], ["order_id"], ["authority", "recipient_id"]),
                  GAUGE: (["functionality"], ["country"], ["country", "functionality"])}  # fmt: skip
        body |= self.rng.choice(({}, {"by": self.rng.choice(groups[self.trigger])}))
        if self.often(0.35):
            body["window"] = self.parameter("duration", WINDOWS)
        else:
            body["per"] = self.rng.choice(("day", "week", "month", "quarter", "period"))
        if self.often(0.85):
            bounds = (0.25, 0.5, 0.75) if metric == "share" else (0, 1, 2, 3)
            kind = "ratio" if metric == "share" else "integer"
            origin = self.rng.choice(("policy", "statutory"))
            body["bound"] = {self.rng.choice(("le", "lt", "ge", "gt")): self.parameter(kind, bounds, origin)}
        return body | ({"min_n": 2} if self.often(0.25) else {})

    def _attested(self) -> Made:
        against = {"contradicted_by": self.selector(TRIGGER)} if self.often(0.5) else {}
        return {"statement": STATEMENT} | against

    # the rule

    def rule(self, pattern: str) -> Made:
        """The whole rule, as a rule file would say it."""
        body = self.expect(pattern)
        document: Made = {
            "format": "rule/1",
            "id": "TST-1.1-RANDOM",
            "key": "RANDOM",
            "class": self._rule_class(pattern),
            "obligations": ["TST-1"],
            "revision": 1,
            "status": "draft",
            "title": "A random rule",
            "summary": "Made by a test.",
            "legal": [LEGAL],
            "in_force": {"from": "2000-01-01"},
            "applies_to": {"services": ["any"]},
            "severity": {"level": "low", "because": "a test"},
            "expect": {pattern: body},
            "message": "{subject}",
            "remedy": "None.",
            "tests": [TEST, TEST],
        }
        if pattern != "attested":
            document["for_each"] = self.selector(self.trigger, 0.2)
            if pattern != "threshold":
                document["exceptions"] = self.exceptions()
            if self.often(0.3) and self.trigger == TRIGGER:
                document["clock_from"] = "delivered_at"
        if pattern == "response":
            if document["class"] == "soft" and self.often(0.6):
                document["closed_when"] = self.selector(CLOSING, 0.3) | {"match": {"order_id": "order_id"}}
            if self.often(0.4):
                document["outer_field"] = "hold_until"
        return document | {"parameters": self.parameters}

    def _rule_class(self, pattern: str) -> str:
        if pattern == "attested":
            return "attestation"
        weights = {"hard": 4, "soft": 4, "indicator": 1, "metric": 1}
        return self.rng.choices(list(weights), list(weights.values()))[0]


LEGAL = {
    "act": "a test",
    "provision": "a test",
    "eli": "http://data.europa.eu/eli/reg/2022/2065/oj",
    "duty": "a test",
    "standard": "a test",
}
TEST = {"name": "none", "as_of": "2025-01-01T00:00:00Z", "events": "", "expect": {}}


def random_rule(rng: Random, day: dt.date, pattern: str) -> Rule:
    """Random valid rule of the pattern."""
    return Rule.model_validate(Rules(rng, day).rule(pattern))
