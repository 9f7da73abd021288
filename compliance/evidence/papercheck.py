"""What an answer's PDF carries as attachments, read back."""

from __future__ import annotations

import json
from pathlib import Path

FIGURES = "figures.json"


def figures_in_paper(path: Path) -> list[tuple[str, str, str]]:
    """Question, id and value of every figure attached to a PDF, in order. ValueError where it is no such PDF."""
    import pikepdf

    try:
        with pikepdf.open(path) as paper:
            if FIGURES not in paper.attachments:
                return []
            raw = paper.attachments[FIGURES].get_file().read_bytes()
    except pikepdf.PdfError as error:
        raise ValueError(f"{path.name} is no readable PDF: {error}") from error
    return [(each["question"], each["id"], each["value"]) for each in json.loads(raw)["figures"]]
