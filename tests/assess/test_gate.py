"""Evidence gates E1 to E8: each on both sides, what a failure turns into undetermined, and where it is printed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compliance.assess.check import check
from compliance.assess.contract import from_json, to_json
from compliance.assess.explain import explain
from compliance.assess.gate import estimate
from compliance.assess.model import Assessment, Verdict
from compliance.assess.render.table import to_table
from compliance.assess.session import Judged
from compliance.clock import parse_instant
from compliance.engine.readable import readable
from compliance.events.dataset import CoverageStatement, Dataset
from compliance.events.store import Store
from compliance.project import Gates, Profile, Project, Service
from compliance.rules.loader import load_rules, named
from tests.assess.logs import covered, dataset
from tests.events.logs import line, write

RECEIPT, GROUND, REVIEW = "DSA-16.4-RECEIPT", "DSA-17.3-GROUND", "DSA-20.6-ATTEST"
RULES = load_rules()
PROFILE = Profile.model_validate(
    {
        "intermediary": True,
        "offered_in_union": True,
        "hosting": True,
        "online_platform": True,
        "enterprise_size": "large",
        "designated": "no",
        "owner": "compliance officer",
        "as_of": "2026-01-05",
    }
)
SINCE, UNTIL = "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"
WHOLE = {"complete_from": SINCE, "complete_until": UNTIL}
NOTICES = (
    {
        "type": "notice.received",
        "time": "2026-03-02T09:00:00Z",
        "notice_id": "N1",
        "contact": "a@example.org",
        "source": "desk",
    },
    {"type": "notice.receipt_confirmed", "time": "2026-03-02T09:05:00Z", "notice_id": "N1", "source": "mail"},
    {
        "type": "notice.received",
        "time": "2026-03-03T09:00:00Z",
        "notice_id": "N2",
        "contact": "a@example.org",
        "source": "desk",
    },
    {"type": "notice.receipt_confirmed", "time": "2026-03-03T09:05:00Z", "notice_id": "N2", "source": "mail"},
)


def project(**more: Any) -> Project:
    """A configuration without demands, but for what a test says."""
    return Project.model_validate({"service": Service(id="s"), "profile": PROFILE, **more})


def beat(**facts: Any) -> dict[str, Any]:
    """A heartbeat about notices."""
    return {
        "type": "log.heartbeat",
        "time": "2026-03-20T00:00:00Z",
        "source": "desk",
        "event_types": ["notice.*"],
        **WHOLE,
    } | facts


def judged(
    *extra: dict[str, Any],
    rule: str = RECEIPT,
    given: Project | None = None,
    log: Dataset | None = None,
    events: Iterable[dict[str, Any]] = NOTICES,
    coverage: CoverageStatement | None = None,
    as_of: str = UNTIL,
) -> Judged:
    """The notices and some more events, fully covered for a month, judged by one rule."""
    held = log or dataset((*events, *extra), coverage or covered(SINCE, UNTIL))
    rules = named(RULES, [rule])
    given = given or project()
    return Judged(check(held, rules, given, as_of=parse_instant(as_of)), held, given, rules)


def state(found: Judged, gate: str) -> str:
    """State of a gate."""
    return next(str(entry["state"]) for entry in found.assessment.gates if entry["id"] == gate)


def said(found: Judged) -> dict[str, int]:
    """Instances per verdict that occurs."""
    return {str(verdict): number for verdict, number in found.assessment.rules[0].counts.items() if number}


def test_a_log_that_declares_nothing_is_judged_as_ever() -> None:
    """Without declarations and demands no gate fails, and what is known of none is said."""
    found = judged()
    assert said(found) == {"within_target": 2}
    assert found.assessment.rules[0].verdict is Verdict.WITHIN_TARGET
    states = {entry["id"]: entry["state"] for entry in found.assessment.gates}
    assert states == {"E1": "unknown", "E2": "passed", "E3": "unknown", "E4": "unknown", "E5": "unknown",
                      "E6": "unknown", "E7": "passed", "E8": "unknown"}  # fmt: skip


class TestClocks:
    """E1."""

    @pytest.mark.parametrize(("offset", "holds"), [(2000, True), (-2000, True), (2001, False), (-2001, False)])
    def test_a_clock_within_the_bound_holds_and_beyond_it_does_not(self, offset: int, *, holds: bool) -> None:
        """A measured difference is compared with the declared bound; beyond it nothing in time is called so."""
        found = judged(beat(clock_offset_ms=offset), given=project(skew="PT2S"))
        assert state(found, "E1") == ("passed" if holds else "failed")
        assert said(found) == ({"within_target": 2} if holds else {"undetermined": 2})

    def test_a_bound_that_is_too_wide_fails(self) -> None:
        """The configuration may say above which bound the order of events cannot be relied on."""
        for most, word in (("PT2S", "passed"), ("PT1S", "failed")):
            assert state(judged(given=project(skew="PT2S", gates={"skew_at_most": most})), "E1") == word

    def test_rules_that_compare_no_instants_do_not_mind(self) -> None:
        """What a record must hold can be judged whatever the clock says."""
        sent = {"type": "sor.sent", "time": "2026-03-02T09:00:00Z", "sor_id": "S1", "ground": "illegal",
                "legal_ground": "x", "explanation": "y"}  # fmt: skip
        off = beat(clock_offset_ms=9000, event_types=["*"])
        found = judged(off, rule=GROUND, events=[sent])
        assert state(found, "E1") == "failed"
        assert found.assessment.rules[0].gates == ()
        assert said(found) == {"compliant": 1}


class TestCoverage:
    """E2."""

    def test_a_gap_fails_and_a_whole_month_holds(self) -> None:
        """Whoever speaks of a type must be complete for the period."""
        assert state(judged(), "E2") == "passed"
        late = judged(coverage=covered("2026-03-03T00:00:00Z", UNTIL))
        assert state(late, "E2") == "failed"
        assert late.assessment.rules[0].verdict is Verdict.UNDETERMINED
        assert state(judged(log=dataset(NOTICES)), "E2") == "unknown"
        assert state(judged(log=dataset(NOTICES), given=project(gates={"require": ["E2"]})), "E2") == "failed"


class TestCompleteness:
    """E3."""

    @pytest.mark.parametrize(
        ("count", "tolerance", "holds"), [(2, 0, True), (3, 0, False), (1, 0, False), (3, 0.34, True)]
    )
    def test_an_independent_count_must_agree(self, count: int, tolerance: float, *, holds: bool) -> None:
        """Where the gateway counted other numbers than the log holds, an unseen notice may have had no receipt."""
        counted = {"type": "log.counted", "time": UNTIL, "source": "gateway", "event_types": ["notice.received"],
                   "event_count": count, **WHOLE}  # fmt: skip
        found = judged(counted, given=project(gates={"count_tolerance": tolerance}))
        assert state(found, "E3") == ("passed" if holds else "failed")
        assert said(found) == {"within_target": 2}
        assert found.assessment.rules[0].verdict is (Verdict.WITHIN_TARGET if holds else Verdict.UNDETERMINED)
        assert found.assessment.rules[0].gates == (() if holds else ("E3",))

    def test_absence_is_not_known_in_the_window_of_the_count_alone(self) -> None:
        """A notice without receipt is undetermined where receipts were lost, and missed where they were not."""
        alone = [{"type": "notice.received", "time": f"2026-03-{day}T09:00:00Z", "notice_id": f"N{day}", "contact": "a@example.org"}
                 for day in ("05", "15")]  # fmt: skip
        counted = {"type": "log.counted", "time": UNTIL, "source": "relay", "event_count": 7,
                   "event_types": ["notice.receipt_confirmed"], "complete_from": "2026-03-10T00:00:00Z",
                   "complete_until": "2026-03-20T00:00:00Z"}  # fmt: skip
        found = judged(counted, events=alone)
        assert {f.case: (str(f.verdict), str(f.reason)) for f in found.assessment.findings} == {
            "N05": ("over_target", "never_done"),
            "N15": ("undetermined", "no_coverage"),
        }
        (doubted,) = [f for f in found.assessment.findings if f.case == "N15"]
        assert any("gate E3" in caveat and "relay counted 7" in caveat for caveat in doubted.caveats)

    def test_what_is_required_must_be_counted(self) -> None:
        """Demanded, triggers that no counter has counted leave the rule open; counted, the rule stands on them."""
        asked = project(gates={"require": ["E3"]})
        assert state(judged(given=asked), "E3") == "failed"
        assert judged(given=asked).assessment.rules[0].verdict is Verdict.UNDETERMINED
        ever = {"complete_from": "2020-01-01T00:00:00Z", "complete_until": "2026-04-01T00:00:00.000001Z"}
        counts = [
            {"type": "log.counted", "time": UNTIL, "source": "gateway", "event_types": [kind], "event_count": 2, **ever}
            for kind in ("notice.received", "notice.receipt_confirmed")
        ]
        assert judged(*counts, given=asked).assessment.rules[0].verdict is Verdict.WITHIN_TARGET
        assert state(judged(*counts, given=asked), "E3") == "failed"  # withdrawals and closings have no counter


class TestIntegrity:
    """E4."""

    def seals(self, **second: Any) -> list[dict[str, Any]]:
        """Two seals of the desk, a month together."""
        middle = "2026-03-03T00:00:00Z"
        first = {"type": "log.segment_sealed", "time": middle, "source": "desk", "segment_id": "1", "digest": "d1",
                 "event_count": 1, "complete_from": SINCE, "complete_until": middle}  # fmt: skip
        return [first, first | {"time": UNTIL, "segment_id": "2", "digest": "d2", "previous_digest": "d1",
                                "complete_from": middle, "complete_until": UNTIL} | second]  # fmt: skip

    def test_seals_that_follow_from_each_other_hold(self) -> None:
        """The chain is whole and each seal covers as many events as the log holds."""
        assert state(judged(*self.seals()), "E4") == "passed"

    @pytest.mark.parametrize("broken", [{"previous_digest": "dx"}, {"event_count": 2}, {"event_count": 0}])
    def test_a_broken_chain_leaves_nothing_judged(self, broken: dict[str, Any]) -> None:
        """A seal that does not follow, or an event more or less than was sealed: nothing is met, and nothing missed."""
        late = {
            "type": "notice.received",
            "time": "2026-03-20T09:00:00Z",
            "notice_id": "N3",
            "contact": "a@example.org",
        }
        found = judged(late, *self.seals(**broken))
        assert state(found, "E4") == "failed"
        assert said(found) == {"undetermined": 3}
        assert {str(finding.reason) for finding in found.assessment.findings} == {"gate_failed"}

    def test_a_correction_may_have_replaced_a_sealed_event(self) -> None:
        """A sealed event that was corrected later is no longer there, and that breaks nothing."""
        corrected = {"type": "notice.received", "time": "2026-03-21T09:00:00Z", "notice_id": "N2", "contact": "a@example.org",
                     "source": "desk", "corrects": "e9"}  # fmt: skip
        assert state(judged(corrected, *self.seals(event_count=3)), "E4") == "passed"
        assert state(judged(corrected, *self.seals(event_count=4)), "E4") == "failed"

    def test_rules_about_other_sources_are_not_touched(self) -> None:
        """Only types that the source records are in doubt."""
        sent = {"type": "sor.sent", "time": "2026-03-02T09:00:00Z", "sor_id": "S1", "ground": "illegal",
                "legal_ground": "x", "explanation": "y", "source": "other"}  # fmt: skip
        assert said(judged(sent, *self.seals(previous_digest="dx"), rule=GROUND)) == {"compliant": 1}

    def test_a_store_is_sealed_and_an_open_log_is_not(self, tmp_path: Path) -> None:
        """Demanded, the gate holds for a store and fails for a log that lies open, where nothing to judge is no pass."""
        asked = project(gates={"require": ["E4"]})
        log = write(tmp_path / "a.ndjson", [line({"id": f"n{k}", "service": "s", **e}) for k, e in enumerate(NOTICES)])
        store = Store.create(tmp_path / "store")
        store.ingest([log], project=asked, clock=lambda: __import__("datetime").datetime.fromisoformat(UNTIL))
        assert state(judged(log=store.dataset(None, project=asked), given=asked), "E4") == "passed"
        found = judged(given=asked, events=[NOTICES[1]])
        assert state(found, "E4") == "failed"
        assert (found.assessment.rules[0].verdict, found.assessment.rules[0].reason) == (
            Verdict.UNDETERMINED,
            "gate_failed",
        )


class TestIdentity:
    """E5."""

    @pytest.mark.parametrize(("tolerance", "holds"), [(0.34, True), (0.33, False)])
    def test_orphans_over_the_tolerance_fail(self, tolerance: float, *, holds: bool) -> None:
        """A receipt for a notice that nobody received shows that the two logs do not speak of the same things."""
        stray = {"type": "notice.receipt_confirmed", "time": "2026-03-04T09:00:00Z", "notice_id": "N-2"}
        join = {"event": "notice.receipt_confirmed", "to": "notice.received", "by": "notice_id", "tolerance": tolerance}
        found = judged(stray, given=project(gates={"joins": [join]}))
        assert state(found, "E5") == ("passed" if holds else "failed")
        assert said(found) == ({"within_target": 2} if holds else {"undetermined": 2})

    def test_a_rule_that_reads_one_of_the_two_is_not_touched(self) -> None:
        """The doubt is about the link between two types."""
        join = {"event": "notice.decided", "to": "notice.received", "by": "notice_id"}
        decided = {"type": "notice.decided", "time": "2026-03-04T09:00:00Z", "notice_id": "N-9"}
        found = judged(decided, given=project(gates={"joins": [join]}))
        assert state(found, "E5") == "failed"
        assert said(found) == {"within_target": 2}


class TestWatermark:
    """E6."""

    def test_what_may_still_come_is_not_absent(self) -> None:
        """Events of the mail relay may be a day late: the last day says nothing of what is not there yet."""
        open_ = [{"type": "notice.received", "time": f"2026-03-{day}T09:00:00Z", "notice_id": f"N{day}", "contact": "a@example.org"}
                 for day in ("28", "30")]  # fmt: skip
        end = {"type": "notice.withdrawn", "time": "2026-03-31T12:00:00Z", "notice_id": "N9"}
        late = {"name": "mail", "event_types": ["notice.receipt_confirmed"], "lateness": "PT24H"}
        for sources, verdict in (([], "over_target"), ([late], "undetermined")):
            found = judged(end, events=open_, given=project(sources=sources))
            assert {f.case: str(f.verdict) for f in found.assessment.findings} == {"N28": "over_target", "N30": verdict}
            assert state(found, "E6") == ("failed" if sources else "unknown")

    def test_demanded_no_verdict_goes_beyond_the_latest_event(self) -> None:
        """The instant up to which it is judged must not lie after the latest event."""
        asked = project(gates={"require": ["E6"]})
        assert state(judged(given=asked), "E6") == "failed"
        assert state(judged(given=asked, as_of="2026-03-03T09:05:00Z"), "E6") == "passed"


class TestProfileFacts:
    """E7."""

    @pytest.mark.parametrize(
        ("facts", "word"),
        [
            ({"as_of": "2025-04-02"}, "passed"),
            ({"as_of": "2025-04-01"}, "failed"),
            ({"expires": "2026-04-02"}, "passed"),
            ({"expires": "2026-04-01"}, "failed"),
            ({"as_of": None}, "unknown"),
            ({"owner": ""}, "unknown"),
        ],
    )
    def test_answers_count_for_a_year_or_as_long_as_they_say(self, facts: dict[str, Any], word: str) -> None:
        """On the day on which they cease to count nothing is called met any more."""
        profile = Profile.model_validate({**PROFILE.model_dump(), **facts})
        found = judged(given=project(profile=profile))
        assert state(found, "E7") == word
        assert said(found) == ({"undetermined": 2} if word == "failed" else {"within_target": 2})

    def test_demanded_somebody_must_have_attested_them(self) -> None:
        """Facts that nobody answers for fail, and nothing to judge is no pass either."""
        nobody = project(
            profile=Profile.model_validate({**PROFILE.model_dump(), "owner": ""}), gates={"require": ["E7"]}
        )
        assert said(judged(given=nobody)) == {"undetermined": 2}
        assert judged(given=nobody, events=[NOTICES[1]]).assessment.rules[0].reason == "gate_failed"

    def test_a_leap_day_counts_until_the_end_of_february(self) -> None:
        """One year after 29 February is 28 February."""
        assert str(Profile.model_validate({"as_of": "2024-02-29"}).counts_until) == "2025-02-28"


class TestSampling:
    """E8."""

    @pytest.mark.parametrize(("share", "holds"), [(1.0, True), (0.1, False)])
    def test_a_sample_is_never_the_whole(self, share: float, *, holds: bool) -> None:
        """Every sampled record may be right, and still the rule is undetermined, with an estimate and its interval."""
        for extra, sources in (([beat(sampled_share=share)], []), ([], [{"name": "desk", "sampled": share}])):
            found = judged(*extra, given=project(sources=sources))
            (rule,) = found.assessment.rules
            assert state(found, "E8") == ("passed" if holds else "failed")
            assert rule.verdict is (Verdict.WITHIN_TARGET if holds else Verdict.UNDETERMINED)
            assert said(found) == {"within_target": 2}
            assert (rule.value or {}) == ({} if holds else {"estimate": estimate(rule.counts)})

    def test_the_interval_holds_the_true_share_about_as_often_as_it_says(self) -> None:
        """Of many samples of a known whole at least 93 in a hundred intervals hold the share of the whole."""
        rng, hits = random.Random(5), 0
        for _ in range(1000):
            met = sum(rng.random() < 0.9 for _ in range(60))
            guess = estimate({Verdict.COMPLIANT: met, Verdict.NON_COMPLIANT: 60 - met})
            assert guess is not None
            hits += guess["low"] <= 0.9 <= guess["high"]
        assert hits >= 930
        assert estimate({}) is None

    def test_demanded_each_source_must_say_that_it_is_whole(self) -> None:
        """Silence about sampling fails; a source that says it records all holds for its types alone."""
        asked = {"gates": {"require": ["E8"]}}
        assert state(judged(given=project(**asked)), "E8") == "failed"
        part = {"sources": [{"name": "desk", "event_types": ["notice.received"], "sampled": 1.0}]}
        assert state(judged(given=project(**asked, **part)), "E8") == "failed"
        whole = {"sources": [{"name": "desk", "sampled": 1.0}]}
        assert state(judged(given=project(**asked, **whole)), "E8") == "passed"


class TestPrinted:
    """Where a failure is said."""

    @pytest.fixture
    def found(self) -> Judged:
        """Two receipts in time, by a clock that is off."""
        return judged(beat(clock_offset_ms=9000))

    def test_one_finding_stands_for_all_that_is_in_doubt(self, found: Judged) -> None:
        """It is listed once per rule with the gate's words, and the counts stay exact."""
        (finding,) = found.assessment.findings
        assert (finding.trigger, str(finding.reason)) == ("gate:E1", "gate_failed")
        assert any(
            caveat.startswith("gate E1 (Clocks) failed: desk measured its clock 9 s off") for caveat in finding.caveats
        )
        assert (found.assessment.rules[0].population, found.assessment.rules[0].omitted) == (2, 1)

    def test_the_table_names_the_gate_above_and_beside_the_rule(self, found: Judged) -> None:
        """Once with what was seen, once at each rule it bears on."""
        text = to_table(found.assessment)
        assert "Gate E1 (Clocks) failed: desk measured its clock 9 s off" in text
        assert "[failed: gate E1]" in text
        assert "failed: gate" not in to_table(judged().assessment)

    def test_explanations_say_what_it_takes_away(self, found: Judged) -> None:
        """Of the rule and of the finding."""
        assert "Gate E1 (Clocks) failed" in explain(found, RECEIPT)
        assert "What met the rule is undetermined" in explain(found, RECEIPT)
        assert "gate E1 (Clocks) failed" in explain(found, found.assessment.findings[0].id)
        sampled = judged(beat(sampled_share=0.5))
        assert "Estimate from the sample: 100.0% of 2 records met it" in explain(sampled, RECEIPT)

    def test_the_published_form_holds_it(self, found: Judged) -> None:
        """Gates with the types they are about, the gates of each rule, and the statements laid out."""
        again: Assessment = from_json(to_json(found.assessment))
        assert again.rules[0].gates == ("E1",)
        (clocks,) = [gate for gate in again.gates if gate["id"] == "E1"]
        assert "notice.received" in clocks["event_types"]
        rules = tuple(replace(rule, sql=tuple(map(readable, rule.sql))) for rule in found.assessment.rules)
        assert again == replace(found.assessment, gates=again.gates, rules=rules)


def test_gates_of_the_configuration_are_checked() -> None:
    """Unknown gates, a bound in days and a lateness in months are refused."""
    for wrong in ({"require": ["E9"]}, {"skew_at_most": "P1D"}, {"joins": [{"event": "a"}]}):
        with pytest.raises(ValueError, match="validation error"):
            Gates.model_validate(wrong)
    with pytest.raises(ValueError, match="validation error"):
        project(sources=[{"name": "x", "lateness": "P1M"}])
