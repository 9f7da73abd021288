"""The quarterly report: one assessment and one set of figures, put into sections once, drawn by every renderer."""

from __future__ import annotations

from dataclasses import replace

from compliance.errors import InputError
from compliance.reports.compare import changes
from compliance.reports.content import Block, Report, Section, Table, Words
from compliance.reports.front import front
from compliance.reports.layout import SectionLayout
from compliance.reports.material import Material
from compliance.reports.numbers import block_of
from compliance.reports.parts import PARTS
from compliance.reports.wording import period_words


def build_quarterly(material: Material) -> Report:
    """The report, ready to be drawn. It is a draft until every role of the layout has signed off."""
    service = material.project.service
    changed = changes(material.now, material.before, material.earlier)
    return Report(
        title=material.layout.title,
        service=service.name or service.id,
        provider=service.provider,
        audience=material.layout.audience,
        period=material.period.label,
        period_words=period_words(material.period.first, material.period.last),
        as_of=material.now.as_of,
        zone=service.zone,
        draft=not set(material.layout.signatures) <= set(material.signed_off),
        synthetic=service.synthetic,
        front=front(material, changed),
        sections=tuple(_section(section, material) for section in material.layout.sections),
        tool=f"compliance {material.now.tool_version}",
    )


def _section(layout: SectionLayout, material: Material) -> Section:
    blocks: list[Block] = [Words(layout.intro)] if layout.intro else []
    for number, block in enumerate(layout.blocks, start=1):
        if not block.part:
            blocks += block_of(block, material, layout.id, number)
        elif block.part in PARTS:
            blocks += (_listed(part) for part in PARTS[block.part](material))
        else:
            raise InputError(
                "REP-PART",
                f"there is no part {block.part!r} (section {layout.id})",
                hint=f"one of {', '.join(PARTS)}, or name figures",
            )
    return Section(layout.id, layout.title, tuple(blocks))


def _listed(block: Block) -> Block:
    """A table made in code stands in the table of contents."""
    return replace(block, listed=True) if isinstance(block, Table) else block
