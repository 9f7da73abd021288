"""The eleven parts of the template, read from `reports/transparency/`: columns, labels, codes and rows in official bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compliance.resources import data_dir
from compliance.transparency.model import OTHER, TOTAL, Category, Column, Part, Row, Template

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def template() -> Template:
    """The shipped template."""
    folder = data_dir("reports") / "transparency"
    codes, common = _yaml(folder / "categories.yaml"), _yaml(folder / "template.yaml")
    categories = tuple(_category(item) for item in codes["categories"])
    maker = _Maker(codes, common, categories)
    parts = (maker.part(_yaml(path)) for path in sorted((folder / "parts").glob("*.yaml")))
    periods = common["periods"]
    return Template(
        parts={part.number: part for part in parts},
        categories=categories,
        applicability=maker.labels,
        tiers={key: frozenset(item["tiers"]) for key, item in common["applicability"].items()},
        open_tiers={key: frozenset(item.get("open", ())) for key, item in common["applicability"].items()},
        member_states=common["member_states"],
        also_written=common["also_written"],
        languages=tuple(common["languages"]),
        restrictions={key: tuple(value) for key, value in common["restrictions"].items()},
        applies_from=periods["applies_from"],
        half_year_tiers=frozenset(periods["cycles"]["half_years"]["tiers"]),
        publish_within_months=periods["publish_within_months"],
        keep_years=periods["keep_years"],
        text_at_most=common["format"]["text_at_most"]["is"],
        median_at_most=common["median_at_most"],
        other_description=codes["other_description"],
        official_period=common["official_period"],
    )


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - the safe loader, in C
    return loaded


def _category(item: Mapping[str, Any]) -> Category:
    keywords = tuple((one["label"], one["code"], one["description"]) for one in item.get("keywords", ()))
    return Category(
        item["label"], item["code"], item["description"], frozenset(item["parts"]), keywords, item.get("context", "")
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Builds parts from their files; the rows of parts 2 to 6 come from the categories."""

    codes: Mapping[str, Any]
    common: Mapping[str, Any]
    categories: tuple[Category, ...]

    @property
    def labels(self) -> dict[str, str]:
        return {key: item["label"] for key, item in self.common["applicability"].items()}

    def part(self, item: Mapping[str, Any]) -> Part:
        columns = tuple(Column(**column) for column in item["columns"])
        expand = item.get("expand", {})
        rows = {"codebook": self._codebook, "categories": self._categories}.get(item["shape"], self._listed)
        return Part(
            number=item["part"],
            key=item["key"],
            sheet=item["sheet"],
            official_file=item["official_file"],
            title=item["title"],
            provision=item["provision"],
            shape=item["shape"],
            columns=columns,
            rows=tuple(rows(item, columns)),
            sections=item.get("sections", {}),
            indicators=item.get("indicators", {}),
            scopes=item.get("scopes", {}),
            expands=expand.get("of", "") or next((b["of"] for b in item.get("blocks", ()) if "of" in b), ""),
            expansion=tuple(self._row(item, columns, expand, row, "") for row in expand.get("indicators", ())),
        )

    def _codebook(self, _item: Mapping[str, Any], _columns: tuple[Column, ...]) -> list[Row]:
        total = self.codes["total"]
        texts = [(total["label"], total["description"], total["code"], "")]
        for category in self.categories:
            texts.append((category.label, category.description, category.code, category.context))
            texts += [(label, description, code, "") for label, code, description in category.keywords]
        return [Row((cells[0],), "", cells) for cells in texts]

    def _categories(self, item: Mapping[str, Any], columns: tuple[Column, ...]) -> list[Row]:
        made = []
        for block in item.get("blocks", ({"scope": ""},)):
            omitted = set(block.get("omits", ()))
            pairs = [(TOTAL, "")]
            for category in self.categories:
                if item["part"] in category.parts:
                    pairs += [(category.code, ""), *((category.code, code) for _, code, _ in category.keywords)]
            for category_code, keyword in pairs:
                if keyword not in omitted:
                    made.append(self._category_row(item, columns, block, category_code, keyword))
        return made

    def _category_row(
        self, item: Mapping[str, Any], columns: tuple[Column, ...], block: Mapping[str, Any], code: str, keyword: str
    ) -> Row:
        cells = {
            "applicability": self.labels[item["applicability"]],
            "period": self.common["official_period"],
            "category": keyword or code,
            "other": self.codes["other_description"] if keyword == OTHER else "",
            "scope": block["scope"],
        }
        texts = tuple(cells.get(column.key, "") for column in columns)
        return Row((block["scope"], code, keyword), item["applicability"], texts, placeholder="of" in block)

    def _listed(self, item: Mapping[str, Any], columns: tuple[Column, ...]) -> list[Row]:
        made = [self._row(item, columns, row, row, row.get("scope", "")) for row in item["rows"]]
        expand = item.get("expand", {})
        types = {one["indicator"]: one["type"] for one in expand.get("indicators", ())}
        for row in expand.get("official", ()):
            typed = {**row, "type": types[row["indicator"]]}
            made.append(self._row(item, columns, expand, typed, row["scope"], placeholder=True))
        return made

    def _row(
        self,
        item: Mapping[str, Any],
        columns: tuple[Column, ...],
        group: Mapping[str, Any],
        row: Mapping[str, Any],
        scope: str,
        *,
        placeholder: bool = False,
    ) -> Row:
        cells = {
            "applicability": self.labels[group["applicability"]],
            "period": self.common["official_period"],
            "section": item.get("sections", {}).get(group.get("section"), ""),
            "indicator": item["indicators"][row["indicator"]],
            "scope": item.get("scopes", {}).get(scope, scope),
            "value": row.get("placeholder", ""),
        }
        key = (row["indicator"], scope) if item["shape"] == "indicators" else (row["indicator"],)
        texts = tuple(cells.get(column.key, "") for column in columns)
        return Row(key, group["applicability"], texts, row["type"], placeholder)
