"""What is new since an earlier run: findings by their stable ids."""

from __future__ import annotations

from dataclasses import replace

from compliance.assess.model import Assessment


def new_only(assessment: Assessment, earlier: Assessment) -> Assessment:
    """The assessment with only those findings that the earlier one did not list with the same verdict; counts stay."""
    known = {(finding.id, finding.verdict) for finding in earlier.findings}
    fresh = tuple(finding for finding in assessment.findings if (finding.id, finding.verdict) not in known)
    hidden = len(assessment.findings) - len(fresh)
    note = f"{hidden} finding(s) of the earlier run are not listed again; the counts hold all of them"
    return replace(assessment, findings=fresh, warnings=(*assessment.warnings, note))
