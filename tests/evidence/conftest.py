"""A small bundle over a small sealed log, made anew for each test that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.signer import Signer
from compliance.evidence.testkey import TestAuthority, make_test_authority
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle


@pytest.fixture(scope="session")
def authority() -> TestAuthority:
    """One test authority for the session: keys are slow to make."""
    return make_test_authority()


@pytest.fixture(scope="session")
def signer(authority: TestAuthority) -> Signer:
    """The signer whose fingerprint recipients pin."""
    return authority.signer()


@pytest.fixture
def make_bundle(tmp_path: Path, signer: Signer, authority: TestAuthority) -> Callable[..., Sealed]:
    """Writes the small bundle under a name: its first three events, or those asked for; signed, or not."""

    def make(
        name: str = "bundle",
        *,
        shown: tuple[int, ...] = (0, 1, 2),
        seal: Signer | None = signer,
        stamp: bool = False,
    ) -> Sealed:
        tsa = authority.tsa(lambda: WHEN) if stamp else None
        content = small_bundle(SmallLog(), list(shown))
        return write_bundle(tmp_path / name, content, signer=seal, signed_at=WHEN, tsa=tsa)

    return make
