"""What an engine gets of the memory that a run may take."""

from __future__ import annotations

import pytest

from compliance.errors import UsageError
from compliance.events.session import for_engine


@pytest.mark.parametrize(
    ("given", "engine"),
    [("2GB", "1700MB"), ("1.5 GiB", "1369MB"), ("512MB", "435MB"), ("1TB", "850000MB"), ("3KB", "1MB")],
)
def test_the_engine_gets_its_part(given: str, engine: str) -> None:
    """Fifteen per cent are left for what lies outside the engine, in decimal megabytes whatever the unit."""
    assert for_engine(given) == engine


@pytest.mark.parametrize("given", ["much", "2", "GB", "-1GB", "2GB or so"])
def test_what_is_no_amount_is_refused(given: str) -> None:
    """With its code."""
    with pytest.raises(UsageError, match="USE-MEMORY"):
        for_engine(given)
