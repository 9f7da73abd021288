"""The verdicts of one world: every instance, then the rule (section 6 of docs/semantics.md)."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle import counted, linked
from tests.oracle.court import Court, unknown
from tests.oracle.coverage import obstacle
from tests.oracle.gate import doubts
from tests.oracle.world import Event, Judgement, Outcome, World

WORST_FIRST = (
    "non_compliant",
    "attestation_expired",
    "not_attested",
    "over_target",
    "undetermined",
    "pending",
    "compliant",
    "within_target",
    "attested",
    "excepted",
)
FINE = {"compliant", "within_target", "excepted"}

PER_TRIGGER: dict[str, Callable[[Court, Event], Outcome]] = {
    "each": counted.each,
    "response": linked.response,
    "precedence": linked.precedence,
    "never": linked.never,
    "reconcile": linked.reconcile,
    "throughout": linked.throughout,
}
PER_RULE: dict[str, Callable[[Court], dict[str, Outcome]]] = {
    "unique": counted.unique,
    "recurring": counted.recurring,
    "threshold": counted.threshold,
    "attested": counted.attested,
}


def judge(world: World) -> Judgement:
    """Verdict and reason of every instance and of the rule."""
    court = Court(world)
    pattern = world.rule.expect.pattern
    instances = PER_RULE[pattern](court) if pattern in PER_RULE else _per_trigger(court, PER_TRIGGER[pattern])
    failed = doubts(world)
    instances = {name: _doubted(outcome, failed) for name, outcome in instances.items()}
    return Judgement(instances, *_rule_verdict(court, instances, failed))


def _doubted(outcome: Outcome, failed: set[str]) -> Outcome:
    """§7: what was met is undetermined where a gate that bears on the rule failed; with E4 also what was missed."""
    met = {"compliant", "within_target"} if failed else set()
    turned = met | ({"non_compliant", "over_target", "attested"} if "E4" in failed else set())
    if outcome.verdict not in turned:
        return outcome
    plain = outcome.verdict in {"compliant", "within_target", "attested"}
    return Outcome("undetermined", "gate_failed", outcome.due, outcome.due_late, counted=plain)


def _per_trigger(court: Court, decide: Callable[[Court, Event], Outcome]) -> dict[str, Outcome]:
    instances = {}
    for trigger in court.triggers():
        if court.in_period(court.instant_of(trigger)):
            outcome = decide(court, trigger)
            if court.disputed(trigger):  # before all else
                known = unknown("conflicting_records")
                outcome = Outcome(known.verdict, known.reason, outcome.due, outcome.due_late)
            instances[trigger.id] = outcome
    if court.rule.expect.reconcile is not None and court.rule.expect.reconcile.both_sides:
        instances |= {name: outcome for name, (_, outcome) in linked.extra_counterparts(court).items()}
    return instances


def _rule_verdict(court: Court, instances: dict[str, Outcome], failed: set[str]) -> tuple[str, str]:
    """§6: the worst instance, unless triggers may have gone unseen."""
    words = {outcome.verdict for outcome in instances.values()}
    worst = next((word for word in WORST_FIRST if word in words), "")
    if court.rule.for_each is None:
        return worst, ""
    if worst and WORST_FIRST.index(worst) <= WORST_FIRST.index("undetermined"):
        return worst, ""
    if _unknown_rows(court):
        return "undetermined", "field_not_captured"
    if not worst and failed & {"E4", "E7"}:
        return "undetermined", "gate_failed"
    exempt = court.rule.expect.threshold is not None and court.rule.expect.threshold.bound is None
    start, end = court.period_bounds()
    uncovered = obstacle(court.world, court.rule.for_each.event, start, end)
    if not worst:
        return ("undetermined", uncovered) if uncovered else ("no_instances", "")
    if words <= FINE and uncovered and not exempt:
        return "undetermined", uncovered
    return worst, ""


def _unknown_rows(court: Court) -> bool:
    """§4: events of the trigger type in the period of which nobody knows whether they are triggers."""
    rows = [event for event in court.live if event.type == court.rule.for_each.event]
    return any(court.chosen(event) is None and court.in_period(court.instant_of(event)) for event in rows)
