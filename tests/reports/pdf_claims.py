"""Holds a PDF of ours to what it claims (PDF/UA-1, PDF/A-3a): each check names what it found, none is vacuous."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

KINDS = {"Document", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Figure", "Link", "Form"} | {
    *("TOC", "TOCI", "Reference"),
    *(f"H{level}" for level in range(1, 7)),
}


def elements(pdf: Pdf) -> Iterator[Any]:
    """Every structure element, in reading order."""
    waiting = list(reversed(list(pdf.Root.StructTreeRoot.K)))
    while waiting:
        element = waiting.pop()
        if _element(element):
            yield element
            waiting += reversed(kids(element))


def kids(element: Any) -> list[Any]:
    """What an element holds, in order."""
    held = element.get("/K")
    return [] if held is None else list(held) if isinstance(held, Array) else [held]


def kind(element: Any) -> str:
    """Standard type of an element."""
    return str(element.S)[1:]


def parents(pdf: Pdf) -> dict[int, Any]:
    """The parent tree: key to array (of a page) or element (of an annotation)."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}


def content_faults(pdf: Pdf) -> list[str]:
    """Content that is neither tagged nor an ornament, marks that nest, and marks that the tree does not know."""
    faults = []
    found, tree = set(), parents(pdf)
    for number, page in enumerate(pdf.pages):
        depth, seen = 0, []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in {"BDC", "BMC"}:
                depth += 1
                if len(operands) > 1 and "/MCID" in operands[1]:
                    seen.append(int(operands[1].MCID))
                elif str(operands[0]) != "/Artifact":
                    faults.append(f"page {number}: {operands[0]} without a number")
            elif name == "EMC":
                depth -= 1
            elif (
                name in {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}
                and depth != 1
            ):
                faults.append(f"page {number}: {name} at depth {depth}")
        owners = tree.get(int(page.obj.StructParents), [])
        if depth or seen != list(range(len(seen))) or len(owners) != len(seen):
            faults.append(f"page {number}: marks {len(seen)}, owners {len(owners)}, depth {depth}")
        found |= {(number, mark) for mark in seen}
    held = marks_held(pdf)
    if found != held:
        faults.append(f"marks on pages and in the tree differ: {sorted(found ^ held)[:5]}")
    return faults


def marks_held(pdf: Pdf) -> set[tuple[int, int]]:
    """Page and number of every stretch of content that an element holds."""
    place = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    held = set()
    for element in elements(pdf):
        for kid in kids(element):
            if isinstance(kid, int):
                held.add((place[element.Pg.objgen], kid))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                held.add((place[kid.Pg.objgen], int(kid.MCID)))
    return held


def annotation_faults(pdf: Pdf) -> list[str]:
    """Annotations without words, print flag, or a place in the tree."""
    faults, tree = [], parents(pdf)
    for number, page in enumerate(pdf.pages):
        for each in page.obj.get("/Annots", []):
            words = str(each.get("/Contents", each.get("/TU", "")))
            owner = tree.get(int(each.get("/StructParent", -1)))
            if not words.strip() or not int(each.get("/F", 0)) & 4 or int(each.F) & 2:
                faults.append(f"page {number}: {each.Subtype} {words!r} flags {each.get('/F')}")
            if owner is None or kind(owner) not in {"Link", "Form"}:
                faults.append(f"page {number}: {each.Subtype} {words!r} has no element")
            elif not any(isinstance(kid, Dictionary) and kid.get("/Obj") == each for kid in kids(owner)):
                faults.append(f"page {number}: {each.Subtype} {words!r} is not held by its element")
    return faults


def heading_faults(every: list[Any]) -> list[str]:
    """Headings that skip a level, or none at all."""
    levels = [int(kind(each)[1]) for each in every if re.fullmatch("H[1-6]", kind(each))]
    skipped = [f"H{after} after H{before}" for before, after in itertools.pairwise([0, *levels]) if after > before + 1]
    return skipped if levels else ["no heading at all"]


def table_faults(every: list[Any]) -> list[str]:
    """Ragged tables, heading cells without scope, and cells whose headings are missing."""
    faults = []
    heads = [each for each in every if kind(each) == "TH"]
    names = {str(each.ID) for each in heads}
    faults += ["a heading cell without scope" for each in heads if str(each.A.Scope) not in {"/Column", "/Row"}]
    for table in (each for each in every if kind(each) == "Table"):
        widths = {len(kids(row)) for row in kids(table)}
        if len(widths) != 1 or {kind(row) for row in kids(table)} != {"TR"}:
            faults.append(f"a table with rows of {sorted(widths)} cells")
        if not any(kind(cell) == "TH" for row in kids(table) for cell in kids(row)):
            faults.append("a table that nothing heads")
    for cell in (each for each in every if kind(each) in {"TD", "TH"} and "/A" in each and "/Headers" in each.A):
        faults += [f"no heading cell {name}" for name in map(str, cell.A.Headers) if name not in names]
    return faults


def list_faults(every: list[Any]) -> list[str]:
    """Lists of something else, and entries without dash or body."""
    lists = [each for each in every if kind(each) == "L"]
    entries = [[kind(kid) for kid in kids(each)] for each in every if kind(each) == "LI"]
    faults = ["a list of something else" for each in lists if {kind(kid) for kid in kids(each)} != {"LI"}]
    return faults + [f"an entry of {held}" for held in entries if held != ["Lbl", "LBody"]]


def structure_faults(pdf: Pdf) -> list[str]:
    """Faults of headings, tables and lists, figures without words, elements of unknown type or with another parent."""
    every = list(elements(pdf))
    faults = [f"type {kind(each)}" for each in every if kind(each) not in KINDS]
    for each in every:
        faults += ["a parent that is not" for kid in kids(each) if _element(kid) and kid.P.objgen != each.objgen]
        if kind(each) == "Figure" and (len(str(each.get("/Alt", ""))) < 10 or len(each.A.BBox) != 4):
            faults.append("a figure without alternative text or box")
    return [*faults, *heading_faults(every), *table_faults(every), *list_faults(every)]


def _element(kid: Any) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem


def font_faults(pdf: Pdf) -> list[str]:
    """Fonts that are not embedded, say nothing of their characters, or whose widths differ from the font program's."""
    faults, seen = [], 0
    for obj in pdf.objects:
        if not isinstance(obj, Dictionary) or obj.get("/Type") != Name.Font:
            continue
        seen += 1
        name = str(obj.BaseFont)
        if "/FontDescriptor" not in obj or "/FontFile2" not in obj.FontDescriptor or "/ToUnicode" not in obj:
            faults.append(f"{name} is not embedded, or cannot be read back")
            continue
        advance, unit = advances(obj.FontDescriptor.FontFile2.read_bytes())
        for code, width in enumerate(obj.Widths, start=int(obj.FirstChar)):
            if code < len(advance) and abs(float(width) - advance[code] * 1000 / unit) > 1:
                faults.append(f"{name} code {code}: {width} and {advance[code] * 1000 / unit:.0f}")
    return faults if seen else ["no font at all"]


def advances(program: bytes) -> tuple[list[int], int]:
    """Advance width per code of a subset with one (1, 0) character map, in font units, and units per em."""
    tables = {}
    for n in range(int.from_bytes(program[4:6], "big")):
        entry = program[12 + 16 * n : 28 + 16 * n]
        start, size = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
        tables[entry[:4]] = program[start : start + size]
    full = int.from_bytes(tables[b"hhea"][34:36], "big")
    glyphs = int.from_bytes(tables[b"maxp"][4:6], "big")
    widths = [int.from_bytes(tables[b"hmtx"][4 * n : 4 * n + 2], "big") for n in range(full)]
    widths += [widths[-1]] * (glyphs - full)
    unit = int.from_bytes(tables[b"head"][18:20], "big")
    cmap = tables[b"cmap"]
    start = int.from_bytes(cmap[8:12], "big")
    form = int.from_bytes(cmap[start : start + 2], "big")
    assert form == 6, f"a character map of format {form}"
    first, count = (
        int.from_bytes(cmap[start + 6 : start + 8], "big"),
        int.from_bytes(cmap[start + 8 : start + 10], "big"),
    )
    coded = [int.from_bytes(cmap[start + 10 + 2 * n : start + 12 + 2 * n], "big") for n in range(count)]
    return [widths[0]] * first + [widths[glyph] for glyph in coded], unit


def document_faults(pdf: Pdf, language: str) -> list[str]:
    """What the document must say of itself: language, title, claims, colours, marks; and what it must not hold."""
    root, xmp = pdf.Root, pdf.Root.Metadata.read_bytes().decode()
    info = {str(key): str(value) for key, value in pdf.trailer.Info.items()}
    profile = root.OutputIntents[0].DestOutputProfile.read_bytes()
    checks = {
        "language": str(root.Lang) == language,
        "marked": bool(root.MarkInfo.Marked),
        "title shown": bool(root.ViewerPreferences.DisplayDocTitle) and bool(info.get("/Title")),
        "claim of PDF/A": "<pdfaid:part>3<" in xmp and "<pdfaid:conformance>A<" in xmp,
        "claim of PDF/UA": "<pdfuaid:part>1<" in xmp,
        "title in both": xmp_plain(info.get("/Title", "?")) in xmp,
        "profile": profile[36:40] == b"acsp" and int.from_bytes(profile[:4], "big") == len(profile),
        "no encryption": not pdf.is_encrypted,
        "version": pdf.pdf_version == "1.7",
        "tab order": all(page.obj.get("/Tabs") == Name.S for page in pdf.pages),
        "no script": "/OpenAction" not in root or "/JS" not in str(root.OpenAction),
        "no transparency": not any(
            isinstance(each, Dictionary) and ("/SMask" in each or float(each.get("/ca", 1)) < 1) for each in pdf.objects
        ),
    }
    return [name for name, holds in checks.items() if not holds]


def xmp_plain(text: str) -> str:
    """Text as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def faults(raw: bytes, language: str = "en") -> list[str]:
    """Everything that does not hold of the PDF."""
    with Pdf.open(io.BytesIO(raw)) as pdf:
        return [
            *document_faults(pdf, language),
            *content_faults(pdf),
            *annotation_faults(pdf),
            *structure_faults(pdf),
            *font_faults(pdf),
        ]
