"""The fonts of every PDF: DejaVu Sans, shipped with its licence; it covers the 24 official languages of the Union."""

from __future__ import annotations

from functools import cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from compliance.reports.text import visible
from compliance.resources import data_dir

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
MONO = "DejaVuSansMono"


@cache
def register_fonts() -> None:
    """Register the three faces under their names. FileNotFoundError where the shipped files are missing."""
    for name in (REGULAR, BOLD, MONO):
        font = TTFont(name, str(data_dir("reports") / "fonts" / f"{name}.ttf"))
        _restore_widths(font.face)
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def _restore_widths(face: Any) -> None:
    """Undo reportlab's scaling of advance widths past numberOfHMetrics, else subsets carry wrong `hmtx`."""
    face.seek_table("hhea")
    face.skip(34)
    full = face.read_ushort()
    width = face.hmetrics[full - 1][0]
    face.hmetrics[full:] = [(width, bearing) for _, bearing in face.hmetrics[full:]]


@cache
def glyphs(name: str = REGULAR) -> frozenset[int]:
    """Code points for which the face has a glyph."""
    register_fonts()
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)


def width(text: str, name: str, size: float) -> float:
    """Width of a line in points."""
    return float(pdfmetrics.stringWidth(text, name, size))


def fitted(text: str, name: str, size: float, space: float) -> str:
    """One line of foreign text made visible, cut with an ellipsis where it is wider than the space (points)."""
    shown = visible(text, glyphs(name)).replace("\n", " ")[:400]
    if width(shown, name, size) <= space:
        return shown
    while shown and width(shown + "…", name, size) > space:
        shown = shown[:-1]
    return shown + "…"
