"""What a PDF says of itself, twice and the same: in the document information and as XMP (ISO 16684-1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from xml.sax.saxutils import escape

PRODUCER = "compliance"


@dataclass(frozen=True, slots=True)
class Properties:
    """Properties of a document. `dated`: the instant it bears, RFC 3339, or empty."""

    title: str
    author: str
    subject: str
    language: str
    dated: str

    @property
    def instant(self) -> dt.datetime | None:
        """The instant in UTC; none where there is none, or what is there is not an instant."""
        try:
            found = dt.datetime.fromisoformat(self.dated)
        except ValueError:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)


def pdf_date(instant: dt.datetime) -> str:
    """An instant in UTC as PDF writes it (ISO 32000-1 §7.9.4)."""
    return f"D:{instant:%Y%m%d%H%M%S}+00'00'"


def information(facts: Properties) -> dict[str, str]:
    """Entries of the document information; nothing is said where there is nothing to say."""
    made = {
        "/Title": facts.title,
        "/Author": facts.author,
        "/Subject": facts.subject,
        "/Creator": PRODUCER,
        "/Producer": PRODUCER,
    }
    if facts.instant:
        made |= {"/CreationDate": pdf_date(facts.instant), "/ModDate": pdf_date(facts.instant)}
    return {name: value for name, value in made.items() if value}


def xmp(facts: Properties) -> bytes:
    """The same as XMP, with the claims of PDF/A-3a (ISO 19005-3 §6.6.4) and PDF/UA-1 (ISO 14289-1 §5)."""
    simple = {"xmp:CreatorTool": PRODUCER, "pdf:Producer": PRODUCER}
    if facts.instant:
        simple |= {"xmp:CreateDate": facts.instant.isoformat(), "xmp:ModifyDate": facts.instant.isoformat()}
    lines = [f"   <{name}>{_plain(value)}</{name}>" for name, value in simple.items()]
    for name, value in (("dc:title", facts.title), ("dc:description", facts.subject)):
        if value:
            item = f'<rdf:li xml:lang="x-default">{_plain(value)}</rdf:li>'
            lines.append(f"   <{name}><rdf:Alt>{item}</rdf:Alt></{name}>")
    if facts.author:
        lines.append(f"   <dc:creator><rdf:Seq><rdf:li>{_plain(facts.author)}</rdf:li></rdf:Seq></dc:creator>")
    lines.append(f"   <dc:language><rdf:Bag><rdf:li>{_plain(facts.language)}</rdf:li></rdf:Bag></dc:language>")
    return _PACKET.format(lines="\n".join(lines)).encode("utf-8")


def _plain(text: str) -> str:
    return escape(text.replace("\n", " "))


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
    xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>A</pdfaid:conformance>
   <pdfuaid:part>1</pdfuaid:part>
{lines}
   <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
     <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
     <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
     <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
     <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
       <pdfaProperty:category>internal</pdfaProperty:category>
       <pdfaProperty:description>Part of ISO 14289 that the document conforms to</pdfaProperty:description>
       <pdfaProperty:name>part</pdfaProperty:name>
       <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
     </rdf:li></rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
