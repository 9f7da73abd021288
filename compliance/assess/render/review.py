"""Forms for continuous integration: JUnit XML, GitHub annotations, Markdown."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from compliance.assess.model import Assessment, Verdict
from compliance.assess.render.table import MISSED, headline, span, what_if_lines


def to_junit(assessment: Assessment) -> str:
    """One test case a rule: a failure where records missed it, skipped where it cannot be judged or does not apply."""
    suite = ET.Element(
        "testsuite", name=f"{_tried(assessment)}compliance {assessment.service}", tests=str(len(assessment.rules))
    )
    failures = skipped = 0
    for rule in assessment.rules:
        case = ET.SubElement(suite, "testcase", classname=rule.chapter, name=rule.id)
        if rule.verdict in MISSED or rule.verdict is Verdict.ERROR:
            failures += 1
            lines = [finding.message for finding in assessment.findings if finding.rule == rule.id][:20]
            ET.SubElement(case, "failure", message=headline(rule), type=str(rule.verdict)).text = "\n".join(lines)
        elif rule.verdict in {Verdict.UNDETERMINED, Verdict.NOT_APPLICABLE, Verdict.NO_INSTANCES, Verdict.PENDING}:
            skipped += 1
            ET.SubElement(case, "skipped", message=headline(rule))
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=False) + "\n"


def _escaped(text: str, *, value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if value else text


def to_github(assessment: Assessment) -> str:
    """GitHub workflow commands: an annotation a finding, at its file and line."""
    lines = [f"::warning title=WHAT-IF::{_escaped(said)}" for said in what_if_lines(assessment)]
    for finding in assessment.findings:
        if finding.verdict is Verdict.PENDING:
            continue
        level = {Verdict.NON_COMPLIANT: "error", Verdict.UNDETERMINED: "notice"}.get(finding.verdict, "warning")
        where = finding.events[0] if finding.events and finding.events[0].file else None
        place = f"file={_escaped(where.file, value=True)},line={where.line or 1}," if where else ""
        lines.append(f"::{level} {place}title={_escaped(finding.rule, value=True)}::{_escaped(finding.message)}")
    return "".join(line + "\n" for line in lines)


def to_markdown(assessment: Assessment) -> str:
    """A Markdown table of the rules."""
    lines = [
        *(f"> **{said}**\n" for said in what_if_lines(assessment)),
        f"# {_tried(assessment)}{assessment.service}: {span(assessment)}",
        "",
        f"Log known up to {assessment.as_of}.",
        "",
        "| rule | verdict | records |",
        "|---|---|---|",
    ]
    lines += [
        f"| {rule.id} {rule.title} | {str(rule.verdict).replace('_', ' ')} | {headline(rule)} |".replace("\n", " ")
        for rule in assessment.rules
    ]
    return "\n".join(lines) + "\n"


def _tried(assessment: Assessment) -> str:
    return "WHAT-IF " if assessment.what_if else ""
