"""Findings as one HTML file: no server, no network, complete without script, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from compliance.reports import look
from compliance.reports.text import visible
from compliance.resources import data_dir
from compliance.transparency.check import SEVERITIES, checks
from compliance.transparency.finding import Finding, Linted
from compliance.transparency.render.table import CLEAN

_COLOURS = ("ink", "muted", "accent", "rule", "soft", "paper", "missed", "over", "unknown", "fine")
_CLASS = {"error": "missed", "warning": "over", "note": "muted"}
_HEADS = ("Severity", "Part", "Cell", "Found", "Wanted", "Next step", "Check")


def to_html(reports: Sequence[Linted]) -> str:
    """The findings as an HTML document, the same for the same findings."""
    folder = data_dir("reports") / "page"
    colours = " ".join(f"--{name}: {getattr(look, name.upper())};" for name in _COLOURS)
    style = f":root {{ {colours} }}\n{(folder / 'style.css').read_text('utf-8')}"
    script = (folder / "script.js").read_text("utf-8")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    sections = "\n".join(_section(report, number) for number, report in enumerate(reports, start=1))
    links = "".join(
        f'<li><a href="#r{number}">{_t(_title(report))}</a></li>' for number, report in enumerate(reports, start=1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<title>Findings in transparency reports</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the findings</a>\n<header class="top"><div>'
        "<h1>Findings in transparency reports</h1><p>Against the harmonised template of Implementing Regulation (EU) "
        f'2024/2835</p></div></header>\n<div class="shell"><nav aria-label="Contents"><ol>{links}'
        f'<li><a href="#checks">The checks</a></li></ol></nav>\n<main id="main">\n{sections}\n{_legend(reports)}\n'
        f"</main></div>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _t(text: str) -> str:
    return escape(visible(text), quote=True)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title(report: Linted) -> str:
    return ", ".join(report.services) or report.name


def _section(report: Linted, number: int) -> str:
    facts = {
        "Read from": report.name,
        "Period": report.period or "not readable",
        "Parts": ", ".join(map(str, report.parts)),
        "Rows": f"{report.rows:,}",
        **{f"{severity.capitalize()}s": f"{report.counts.get(severity, 0):,}" for severity in SEVERITIES},
    }
    pairs = "".join(f"<dt>{_t(term)}</dt><dd>{_t(text)}</dd>" for term, text in facts.items())
    head = (
        f'<section id="r{number}" aria-labelledby="r{number}-title"><h2 id="r{number}-title">{_t(_title(report))}</h2>'
    )
    if not report.findings:
        return f'{head}<dl>{pairs}</dl><p class="note">{_t(CLEAN)}</p></section>'
    heads = "".join(f'<th scope="col" class="text">{name}</th>' for name in _HEADS)
    rows = "\n".join(_row(finding) for finding in report.findings)
    more = f'<p class="small">{report.unlisted:,} more are counted and not listed.</p>' if report.unlisted else ""
    return (
        f'{head}<dl>{pairs}</dl><div class="scroll" role="region" aria-labelledby="r{number}-title" tabindex="0">'
        f'<table class="data"><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>{more}</section>'
    )


def _row(finding: Finding) -> str:
    spot = f"{finding.letter}{finding.row}" if finding.row else ""
    cell = " ".join(filter(None, (spot, finding.cell))) or finding.file
    fix = finding.fix + (" (done by --fix)" if finding.mended else "")
    texts = (cell, finding.found, finding.wanted, fix)
    middle = "".join(f'<td class="text">{_t(text)}</td>' for text in texts)
    part = str(finding.part or "")
    return (
        f'<tr><td class="text {_CLASS[finding.severity]}">{finding.severity}</td><td class="text" data-v="{part}">{part}</td>'
        f'{middle}<td class="text"><a href="#{finding.check}">{_t(finding.title)}</a></td></tr>'
    )


def _legend(reports: Sequence[Linted]) -> str:
    used = {finding.check for report in reports for finding in report.findings}
    terms = "".join(
        f'<dt id="{check.id}">{_t(check.id)}</dt><dd>{_t(check.title)}. {_t(check.why)} Basis: {_t(check.basis)}.</dd>'
        for check in checks().values()
        if check.id in used
    )
    return (
        f'<section id="checks"><h2>The checks</h2><dl>{terms}</dl></section>'
        if used
        else '<section id="checks"></section>'
    )
