"""What if a target were another one: only the service's own targets, marked everywhere, of no use outside."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import UsageError
from compliance.resources import data_dir
from compliance.rules.loader import LoadedRule, load_rules
from compliance.rules.lock import rules_lock
from compliance.rules.what_if import require_real, with_settings

Run = Callable[..., Any]
RULES = load_rules()
LOG = data_dir("examples") / "first-look" / "log.ndjson"
SET = "DSA-16.4-RECEIPT.limit=PT1S"


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of the small example, whose configuration is found."""
    monkeypatch.chdir(LOG.parent)


def changed(*settings: str) -> dict[str, LoadedRule]:
    """Rules by id, with settings."""
    return {one.rule.id: one for one in with_settings(RULES, settings)}


def test_a_target_is_set_for_all_dates_and_the_rule_says_so() -> None:
    """One value, no approval, another digest; the other rules are the same objects."""
    one = changed(SET)["DSA-16.4-RECEIPT"]
    assert [entry.value for entry in one.rule.parameters["limit"].values] == ["PT1S"]
    assert one.rule.parameters["limit"].approved_by is None
    assert one.what_if.startswith("DSA-16.4-RECEIPT.limit = PT1S instead of ")
    assert [a for a, b in zip(RULES, with_settings(RULES, [SET]), strict=True) if a is not b] == [
        next(rule for rule in RULES if rule.rule.id == "DSA-16.4-RECEIPT")
    ]
    assert rules_lock(RULES) != rules_lock(with_settings(RULES, [SET]))


@pytest.mark.parametrize(
    ("setting", "code", "hint"),
    [
        ("DSA-16.4-RECEIPT", "SET-FORM", "RULE.parameter=VALUE"),
        ("DSA-16.4-RECIEPT.limit=PT1H", "SET-RULE", "DSA-16.4-RECEIPT"),
        ("DSA-16.4-RECEIPT.limt=PT1H", "SET-PARAMETER", "limit"),
        ("DSA-16.4-RECEIPT.limit=soon", "SET-VALUE", "PT12H"),
        ("DSA-24.2-AMAR.cadence=P1Y", "SET-STATUTORY", "law"),
        ("TCO-3.3-HOUR.limit=PT2H", "SET-STATUTORY", "law"),
    ],
)
def test_what_cannot_be_tried_out_is_refused(setting: str, code: str, hint: str) -> None:
    """The form, the names, the value; and a limit that the law fixes is nobody's to try out."""
    with pytest.raises(UsageError) as refused:
        changed(setting)
    assert refused.value.code == code
    assert hint in refused.value.hint


def test_no_statutory_parameter_of_any_rule_can_be_set() -> None:
    """Of every shipped rule only parameters of origin policy take another value."""
    for one in RULES:
        for name, parameter in one.rule.parameters.items():
            value = parameter.values[0].value
            setting = f"{one.rule.id}.{name}={','.join(map(str, value)) if isinstance(value, list | tuple) else value}"
            if str(parameter.origin) == "policy":
                assert changed(setting)[one.rule.id].what_if
            else:
                with pytest.raises(UsageError, match=r"not the service's own"):
                    changed(setting)


def test_nothing_that_leaves_the_house_rests_on_it() -> None:
    """Reports and answers ask, and refuse."""
    require_real(RULES, "a report")
    with pytest.raises(UsageError) as refused:
        require_real(with_settings(RULES, [SET]), "an answer")
    assert refused.value.code == "SET-NOT-REAL"
    assert "an answer cannot rest on a what-if" in refused.value.message


@pytest.mark.usefixtures("inside")
def test_the_effect_is_shown_and_the_rule_is_untouched(run: Run) -> None:
    """Both numbers stand on stderr, the marks above and below the table, and the next check says the old thing."""
    words = ("check", LOG, "--only", "NTC-RECEIPT", "--only", "DSA-16.4-RECEIPT")
    plain = run(*words)
    ran = run(*words, "--set", SET)
    assert ran.out.startswith("*** WHAT-IF, not a result: DSA-16.4-RECEIPT.limit = PT1S")
    assert ran.out.splitlines()[-1] == "*** Never use this for an answer or a report."
    assert "DSA-16.4-RECEIPT: 1 of 5 did not meet it as it stands; what-if: 5 of 5 did not meet it" in ran.err
    assert run(*words).out == plain.out
    assert "WHAT-IF" not in plain.out


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "sarif", "junit", "github", "md"])
@pytest.mark.parametrize("value", ["PT1S", "P300D"])
def test_every_form_is_marked(run: Run, form: str, value: str) -> None:
    """Whatever a reader opens says that it was a what-if, with findings and without."""
    words = ("check", LOG, "--only", "DSA-16.4-RECEIPT", "--format", form)
    out = run(*words, "--set", f"DSA-16.4-RECEIPT.limit={value}").out
    plain = run(*words).out
    if form in {"json", "jsonl"}:
        said = [json.loads(text.splitlines()[0] if form == "jsonl" else text)["what_if"] for text in (out, plain)]
        assert said == [[f"DSA-16.4-RECEIPT.limit = {value} instead of PT48H, PT24H"], []]
        return
    assert "what-if" in out.lower()
    assert "what-if" not in plain.lower()
    if form == "sarif":
        json.loads(out)
    if form == "junit":
        assert ET.fromstring(out).get("name", "").startswith("WHAT-IF")  # noqa: S314 - our own output


@pytest.mark.usefixtures("inside")
def test_a_report_and_its_baseline_know_no_settings(run: Run, tmp_path: Path) -> None:
    """No other verb takes `--set`."""
    for verb in (
        ("report", "2026-Q3", "--store", tmp_path),
        ("explain", "DSA-16.4-RECEIPT", LOG),
        ("answer", tmp_path),
    ):
        ran = run(*verb, "--set", SET)
        assert ran.code == 2
