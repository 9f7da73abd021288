"""A drawn PDF made fit to be read aloud and kept: structure tree, metadata, colours, attachments, an empty signature field.

What comes out claims PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3); tests hold it to the claim.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from compliance.reports.colour_profile import NAME, srgb_profile
from compliance.reports.metadata import Properties, information, pdf_date, xmp
from compliance.reports.structure import Element, Linked, Marked, Structure

_PRINTED = 4
_LOCKED = 128


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF: the data behind what it shows. `name`: a plain file name of ours."""

    name: str
    media: str
    description: str
    content: bytes


def archived(
    drawn: bytes, structure: Structure, facts: Properties, attachments: Sequence[Attachment], signature: str = ""
) -> bytes:
    """The PDF with everything that reportlab does not write; the same bytes for the same input."""
    with Pdf.open(io.BytesIO(drawn)) as pdf:
        if signature:
            _signature_field(pdf, structure, signature)
        _Tree(pdf, structure).write()
        _describe(pdf, facts)
        if attachments:
            _attach(pdf, facts, attachments)
        out = io.BytesIO()
        pdf.save(
            out,
            force_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return out.getvalue()


def _describe(pdf: Pdf, facts: Properties) -> None:
    root = pdf.Root
    for page in pdf.pages:
        if "/Trans" in page.obj:  # reportlab's empty way of turning the page
            del page.obj.Trans
    root.Lang = String(facts.language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.Metadata = pdf.make_stream(xmp(facts), Type=Name.Metadata, Subtype=Name.XML)
    profile = pdf.make_stream(srgb_profile(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(NAME),
        Info=String(NAME),
        DestOutputProfile=profile,
    )
    root.OutputIntents = Array([pdf.make_indirect(intent)])
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(text) for key, text in information(facts).items()}))


def _attach(pdf: Pdf, facts: Properties, attachments: Sequence[Attachment]) -> None:
    """Embed the files as data of the whole document (ISO 19005-3 §6.8)."""
    specs = []
    for each in sorted(attachments, key=lambda one: one.name):
        checked = String(hashlib.md5(each.content, usedforsecurity=False).digest())
        parameters = Dictionary(Size=len(each.content), CheckSum=checked)
        if facts.instant:
            parameters.ModDate = String(pdf_date(facts.instant))
        media = Name("/" + each.media)
        stream = pdf.make_stream(each.content, Type=Name.EmbeddedFile, Subtype=media, Params=parameters)
        spec = Dictionary(
            Type=Name.Filespec,
            F=String(each.name),
            UF=String(each.name),
            Desc=String(each.description),
            AFRelationship=Name.Data,
            EF=Dictionary(F=stream, UF=stream),
        )
        specs.append((each.name, pdf.make_indirect(spec)))
    names = pdf.Root.get("/Names", Dictionary())
    names.EmbeddedFiles = Dictionary(Names=Array([part for name, spec in specs for part in (String(name), spec)]))
    pdf.Root.Names = names
    pdf.Root.AF = Array([spec for _, spec in specs])


def _signature_field(pdf: Pdf, structure: Structure, name: str) -> None:
    """An empty, unseen signature field of page one. A signature fills it and changes nothing else."""
    page = pdf.pages[0].obj
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(name),
            TU=String(name),
            F=_PRINTED + _LOCKED,
            Rect=Array([0, 0, 0, 0]),
            P=page,
        )
    )
    page.Annots = Array([*page.get("/Annots", Array()), widget])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([widget]), SigFlags=0))
    structure.root.add("Form").kids.append(Linked(0, len(page.Annots) - 1, name))


class _Tree:
    """The elements as PDF objects, and the way back from each page's content and annotations to them."""

    def __init__(self, pdf: Pdf, structure: Structure) -> None:
        self.pdf = pdf
        self.structure = structure
        self.pages = [page.obj for page in pdf.pages]
        self.made: dict[int, Any] = {}
        self.names: list[tuple[str, Any]] = []
        self.annotations: list[Any] = []

    def write(self) -> None:
        """Put the tree into the PDF. Its time grows with the number of elements."""
        root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = Array([self._element(self.structure.root, root)])
        numbers: list[Any] = []
        for index, page in enumerate(self.pages):
            owners = self.structure.pages.get(index, [])
            page.StructParents = index
            page.Tabs = Name.S
            numbers += [index, self.pdf.make_indirect(Array([self.made[id(owner)] for owner in owners]))]
        for number, element in enumerate(self.annotations, start=len(self.pages)):
            numbers += [number, element]
        root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = len(self.pages) + len(self.annotations)
        if self.names:
            pairs = [part for name, made in sorted(self.names, key=lambda one: one[0]) for part in (String(name), made)]
            root.IDTree = self.pdf.make_indirect(Dictionary(Names=Array(pairs)))
        self.pdf.Root.StructTreeRoot = root

    def _element(self, element: Element, parent: Any) -> Any:
        made = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + element.kind), P=parent))
        self.made[id(element)] = made
        own = next((kid.page for kid in element.kids if isinstance(kid, Marked)), None)
        if own is not None:
            made.Pg = self.pages[own]
        kids = [self._kid(kid, made, own) for kid in element.kids]
        if kids:
            made.K = kids[0] if len(kids) == 1 else Array(kids)
        if element.alternative:
            made.Alt = String(element.alternative)
        if attributes := _attributes(element):
            made.A = attributes
        if element.name and element.kind == "TH":
            made.ID = String(element.name)
            self.names.append((element.name, made))
        return made

    def _kid(self, kid: Element | Marked | Linked, parent: Any, page: int | None) -> Any:
        if isinstance(kid, Element):
            return self._element(kid, parent)
        if isinstance(kid, Marked):
            if kid.page == page:
                return kid.number
            return Dictionary(Type=Name.MCR, Pg=self.pages[kid.page], MCID=kid.number)
        annotation = self.pages[kid.page].Annots[kid.position]
        annotation.StructParent = len(self.pages) + len(self.annotations)
        annotation.Contents = String(kid.words)
        if annotation.Subtype == Name.Link:
            annotation.F = _PRINTED
        self.annotations.append(parent)
        return Dictionary(Type=Name.OBJR, Obj=annotation, Pg=self.pages[kid.page])


def _attributes(element: Element) -> Any:
    if element.box:
        box = Array([round(side, 2) for side in element.box])
        return Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block)
    if element.kind == "L":
        return Dictionary(O=Name.List, ListNumbering=Name.Disc)
    if element.scope or element.headers:
        made = Dictionary(O=Name.Table)
        if element.scope:
            made.Scope = Name("/" + element.scope)
        if element.headers:
            made.Headers = Array([String(name) for name in element.headers])
        return made
    return None
