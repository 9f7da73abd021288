"""Rows of the `rules` verbs as a table, JSON, CSV or JUnit XML; the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence

Row = Mapping[str, str]


def to_table(rows: Sequence[Row]) -> str:
    """Columns under their headings, as wide as their widest value."""
    if not rows:
        return ""
    names = list(rows[0])
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in names}
    lines = [{name: name for name in names}, *rows]
    return "".join("  ".join(line[name].ljust(widths[name]) for name in names).rstrip() + "\n" for line in lines)


def to_json(rows: Sequence[Row]) -> str:
    """A JSON array with one object per row."""
    return json.dumps([dict(row) for row in rows], indent=2, ensure_ascii=False) + "\n"


def to_csv(rows: Sequence[Row]) -> str:
    """CSV with a header line."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def to_junit(rows: Sequence[Row]) -> str:
    """JUnit XML of test rows (`rule`, `test`, `outcome`, `place`, `problem`): one suite per rule."""
    top = ET.Element("testsuites", tests=str(len(rows)), failures=str(sum(row["outcome"] != "passed" for row in rows)))
    for rule in dict.fromkeys(row["rule"] for row in rows):
        own = [row for row in rows if row["rule"] == rule]
        failures = str(sum(row["outcome"] != "passed" for row in own))
        suite = ET.SubElement(top, "testsuite", name=rule, tests=str(len(own)), failures=failures)
        for row in own:
            case = ET.SubElement(suite, "testcase", classname=rule, name=row["test"])
            if row["outcome"] != "passed":
                ET.SubElement(case, "failure", message=row["problem"]).text = f"{row['place']}: {row['problem']}"
    ET.indent(top)
    return ET.tostring(top, encoding="unicode", xml_declaration=True) + "\n"


def to_github(rows: Sequence[Row]) -> str:
    """Workflow annotations of note rows (`level`, `file`, `line`, `column`, `code`, `message`, `next`)."""
    text = ""
    for row in rows:
        kind = "error" if row["level"] == "fault" else "warning"
        said = _escaped(f"{row['message']} - {row['next']}")
        text += f"::{kind} file={_escaped(row['file'])},line={row['line']},col={row['column']},title={row['code']}::{said}\n"
    return text


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


FORMATS: dict[str, Callable[[Sequence[Row]], str]] = {"table": to_table, "json": to_json, "csv": to_csv}
"""Formats of every listing."""
