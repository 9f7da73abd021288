"""The workbook in an office program that is not ours."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from compliance.reports.quarterly import build_quarterly
from compliance.reports.workbook import to_xlsx
from tests.reports.quarter import HOSTILE, assessment, finding, made, rule

SOFFICE = shutil.which("soffice")


@pytest.mark.tool
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_workbook(tmp_path: Path) -> None:
    """It converts without repair, shows the tables, and computes nothing that a log wrote."""
    findings = [finding(n, message=text) for n, text in enumerate(HOSTILE[:-2])]
    (tmp_path / "report.xlsx").write_bytes(
        to_xlsx(build_quarterly(made(assessment([rule(non_compliant=12)], findings))))
    )
    done = subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation={(tmp_path / 'home').as_uri()}",
            "--convert-to",
            "pdf",
            "report.xlsx",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "report.pdf").pages)
    assert "Every notice is decided" in text
    assert "=HYPERLINK" in text
    assert "+1+1" in text
