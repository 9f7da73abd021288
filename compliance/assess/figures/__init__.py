"""Figures: every number a report or an answer states, defined once in `reports/figures/` and counted over the log."""

from compliance.assess.figures.compute import compute, figure
from compliance.assess.figures.definition import Definition, definition_of, definitions, requirement_of_figures
from compliance.assess.figures.model import (
    Breakdown,
    Distribution,
    Figure,
    FigureSet,
    Holding,
    Measure,
    Row,
    figure_dict,
)

__all__ = [
    "Breakdown",
    "Definition",
    "Distribution",
    "Figure",
    "FigureSet",
    "Holding",
    "Measure",
    "Row",
    "compute",
    "definition_of",
    "definitions",
    "figure",
    "figure_dict",
    "requirement_of_figures",
]
