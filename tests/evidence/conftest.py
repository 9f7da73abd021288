"""A small bundle over a small sealed log, made anew for each test that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.evidence.bundle import Sealed, write_bundle
from compliance.evidence.seal import TestAuthority, TestSigner, make_test_authority
from tests.evidence.small_bundle import WHEN, SmallLog, small_bundle


@pytest.fixture(scope="session")
def authority() -> TestAuthority:
    """One test authority for the session: keys are slow to make."""
    return make_test_authority()


@pytest.fixture(scope="session")
def signer(authority: TestAuthority) -> TestSigner:
    """The signer whose fingerprint recipients pin."""
    return authority.signer()


@pytest.fixture
def make_bundle(tmp_path: Path, signer: TestSigner) -> Callable[..., Sealed]:
    """Writes the small bundle under a name: its first three events, or those asked for; signed, or not."""

    def make(name: str = "bundle", *, shown: tuple[int, ...] = (0, 1, 2), seal: TestSigner | None = signer) -> Sealed:
        return write_bundle(tmp_path / name, small_bundle(SmallLog(), list(shown)), signer=seal, signed_at=WHEN)

    return make
