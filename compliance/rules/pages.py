"""One page per rule, always in the same shape, and an index: for officers and auditors who do not read YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule
from compliance.rules.parameters import spoken
from compliance.rules.proof_model import RuleTest
from compliance.rules.reading import bound_words, exception_words, judged_sentences, origin_words, short_limit

MADE = "<!-- Written by `compliance rules docs`; do not edit. -->\n"
"""First line of every page."""

_CLASS = {
    "hard": "hard: the law fixes what is judged, so an instance is `compliant` or `non_compliant`",
    "soft": (
        "soft: the law sets an open standard, so an instance is `within_target` or `over_target` against the service's own "
        "limit, and `non_compliant` only where the act never happened and the case is closed or an outer limit passed"
    ),
    "indicator": "indicator: a number against the service's own mark; it raises a question and is no verdict",
    "metric": "metric: a number for people to weigh; it is no verdict",
    "attestation": "attestation: no log can show it; a person answers for it, and the statement must be in force",
}
_MET = frozenset({"compliant", "within_target", "attested"})
_MISSED = frozenset({"non_compliant", "over_target", "not_attested", "attestation_expired"})


def pages(loaded: Sequence[LoadedRule]) -> dict[str, str]:
    """File name to text: `README.md` (the index) and one page per rule."""
    rules = [one.rule for one in sorted(loaded, key=lambda one: one.rule.id)]
    return {"README.md": MADE + _index(rules), **{f"{rule.id}.md": MADE + page(rule) for rule in rules}}


def write_pages(loaded: Sequence[LoadedRule], folder: Path) -> Path:
    """Writes the pages into `folder`, removes pages of rules that are gone, and returns the index."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages(loaded)
    for old in folder.glob("*.md"):
        if old.name not in written and old.read_text("utf-8").startswith(MADE):
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    return folder / "README.md"


def page(rule: Rule) -> str:
    """The page of one rule, in Markdown: duty, reading, limits, exceptions, remedy, examples, history."""
    parts = [
        f"# {rule.id}: {rule.title}",
        rule.summary.strip(),
        *_facts(rule),
        "## What the law says",
        *_law(rule),
        "## How it is judged",
        *judged_sentences(rule),
    ]
    if rule.parameters:
        parts += ["## Limits", _limits(rule)]
    if rule.exceptions:
        parts += ["## Exceptions", "\n".join(_exceptions(rule))]
    if rule.doubt:
        parts += ["## What is not settled", rule.doubt.strip()]
    parts += [
        "## If it is not met",
        f"**{rule.severity.level.capitalize()}.** {rule.severity.because}",
        rule.remedy.strip(),
        "## Examples",
        *_examples(rule),
        "## History",
        "\n".join(_history(rule)),
    ]
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> Iterator[str]:
    yield "\n".join(
        [
            f"- Class: {_CLASS[rule.rule_class.value]}.",
            f"- Key `{rule.key}`, revision {rule.revision}, {rule.status}.",
            f"- Obligations: {', '.join(f'`{name}`' for name in rule.obligations)}.",
            f"- Applies to: {bound_words(rule)}.",
        ]
    )


def _law(rule: Rule) -> Iterator[str]:
    for legal in rule.legal:
        yield f"[{legal.act}, {legal.provision}]({legal.eli}): {legal.duty}. Its measure: *{legal.standard}*."


def _limits(rule: Rule) -> str:
    rows = ["| name | from | value | origin | why |", "|---|---|---|---|---|"]
    for name, parameter in rule.parameters.items():
        rows += [
            f"| {name} | {entry.since} | {spoken(parameter, entry.value)} | {origin_words(parameter)} | {parameter.because} |"
            for entry in parameter.values
        ]
    return "\n".join(rows)


def _exceptions(rule: Rule) -> Iterator[str]:
    for case in rule.exceptions:
        provision = f" ({case.provision})" if case.provision else ""
        yield f"- **{case.id}**: {exception_words(rule, case)}. {case.because}{provision}"


def _examples(rule: Rule) -> Iterator[str]:
    for title, verdicts in (("It is met", _MET), ("It is not met", _MISSED)):
        shown = next((test for test in rule.tests if verdicts & set(test.expect.values())), None)
        if shown is not None:
            yield f"**{title}**: {shown.name}. The log, known up to {shown.as_of:%Y-%m-%d %H:%M} UTC:"
            yield f"```text\n{shown.events.rstrip()}\n```"
    rows = ["| what happens | verdict |", "|---|---|"]
    rows += [f"| {test.name} | {_outcome(test)} |" for test in rule.tests]
    rows += [f"| the service on {row.day}{_answers(row.profile)} | {_said(row.expect)} |" for row in rule.binds]
    yield "\n".join(rows)


def _outcome(test: RuleTest) -> str:
    if test.expect:
        return _said(", ".join(dict.fromkeys(test.expect.values())))
    return _said(f"no instance (rule: {test.rule})" if test.rule else "no instance")


def _answers(profile: Mapping[str, Any] | None) -> str:
    said = [f"{_said(name)}: {str(answer).lower()}" for name, answer in (profile or {}).items()]
    return f" ({', '.join(said)})" if said else ""


def _said(word: str) -> str:
    return word.replace("_", " ")


def _history(rule: Rule) -> Iterator[str]:
    """Latest first; what each revision changed."""
    changes = {edition.revision: f"{edition.day}: {edition.change}" for edition in rule.history}
    for revision in range(rule.revision, 1, -1):
        yield f"- Revision {revision}, {changes.get(revision, 'with no word on what changed.')}"
    yield "- Revision 1: first edition."
    if rule.superseded_by:
        yield f"- Superseded by [{rule.superseded_by}]({rule.superseded_by}.md)."


def _index(rules: Sequence[Rule]) -> str:
    rows = ["| rule | what | class | provision | limit |", "|---|---|---|---|---|"]
    for rule in rules:
        limits = ", ".join(short_limit(parameter) for parameter in rule.parameters.values())
        rows.append(
            f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.rule_class} | {rule.legal[0].provision} | {limits} |"
        )
    head = (
        "# Rules\n\nOne page per rule, written from the rule files. How to write one: [write-a-rule](../write-a-rule.md). "
        "What each pattern means, exactly: [semantics](../semantics.md).\n\n"
    )
    return head + "\n".join(rows) + "\n\n## By article\n" + _by_article(rules)


def _by_article(rules: Sequence[Rule]) -> str:
    found: dict[str, dict[str, list[str]]] = {}
    for rule in rules:
        for legal in rule.legal:
            for article in articles_of(legal.provision):
                held = found.setdefault(legal.act, {}).setdefault(article, [])
                held += [rule.id] if rule.id not in held else []
    text = ""
    for act in sorted(found):
        text += f"\n### {act}\n\n| article | rules |\n|---|---|\n"
        for article in sorted(found[act], key=_in_order):
            links = ", ".join(f"[{name}]({name}.md)" for name in found[act][article])
            text += f"| {article} | {links} |\n"
    return text


def articles_of(provision: str) -> tuple[str, ...]:
    """Articles that a provision names: `Articles 3(2), 3(3) and 13(a), (b)` gives 3 and 13; else the provision itself."""
    if not re.match(r"Articles?\b", provision):
        return (provision,)
    numbers = re.findall(r"(?<![\w(/.])\d+[a-z]?(?![\w/])", provision.partition(" of ")[0])
    return tuple(dict.fromkeys(numbers)) or (provision,)


def _in_order(article: str) -> tuple[int, str]:
    number = re.match(r"\d+", article)
    return (int(number[0]) if number else 10_000, article)
