"""The service's own configuration: `compliance.toml`, else `[tool.compliance]` in `pyproject.toml`."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from compliance.clock import parse_duration
from compliance.errors import InputError, Place, fault_words

Name = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Size = Literal["micro", "small", "medium", "large"]
Gate = Literal["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8"]


def _elapsed(value: str, what: str) -> str:
    duration = parse_duration(value)
    if duration.years or duration.months or duration.weeks or duration.days or duration.working_days:
        raise ValueError(f"{what} is in hours, minutes or seconds, e.g. PT2S")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(_Strict):
    """Who is judged: the service, its provider, and the zone and calendar in which its days are counted."""

    id: Name
    name: Name = ""
    provider: str = ""
    zone: str = "UTC"
    calendar: str = "BE"
    """ISO 3166 code whose public holidays count where the act is due (Reg. 1182/71 Art. 2(1))."""
    synthetic: bool = False
    started: date | None = None
    """First day of the service's logs; bounds a look-back that has no limit of its own."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Dublin") from error
        return value


class Profile(_Strict):
    """Facts that decide applicability (register §1). None means not answered, which gives `undetermined`."""

    intermediary: bool | None = None
    offered_in_union: bool | None = None
    hosting: bool | None = None
    online_platform: bool | None = None
    marketplace: bool | None = None
    search_engine: bool | None = None
    enterprise_size: Size | None = None
    small_status_lost: date | None = None
    """Day on which the provider ceased to be a micro or small enterprise (Rec. 2003/361/EC, Annex, Art. 4(2)): twelve
    months of grace follow for Sections 3 and 4 of Chapter III (DSA Arts. 19(1), 29(1))."""
    designated: Literal["no", "vlop", "vlose"] | None = None
    designation_notified: date | None = None
    """Date on which the designation was notified; the duties of Section 5 follow four months later (Art. 33(6))."""
    disseminates_to_public: bool | None = None
    nis2_important_entity: bool | None = None
    publishes_political_ads: bool | None = None
    """Publisher of political advertising (Regulation (EU) 2024/900)."""
    european_ad_repository_open: bool | None = None
    """Whether the European repository of Regulation (EU) 2024/900, Art. 13, accepts entries."""
    data_controller: bool | None = None
    """Controller of personal data (GDPR Art. 4(7))."""
    hate_speech_code_signatory: bool | None = None
    """Signed the code of conduct on hate speech (DSA Art. 45; voluntary)."""
    transposition: dict[str, date] = Field(default_factory=dict)
    """Directive (`nis2`) to the date from which its national transposition applies to the service."""
    owner: str = ""
    """Role that attests these answers."""
    as_of: date | None = None
    """Day on which they were attested."""
    expires: date | None = None
    """Day from which they no longer count; left out: one year after `as_of` (gate E7)."""

    @property
    def counts_until(self) -> date | None:
        """Day from which the answers no longer count; None where no date of attestation is given."""
        if self.expires is not None or self.as_of is None:
            return self.expires
        leap = (self.as_of.month, self.as_of.day) == (2, 29)
        return self.as_of.replace(year=self.as_of.year + 1, day=28 if leap else self.as_of.day)

    @model_validator(mode="after")
    def _size_fits(self) -> Profile:
        if self.small_status_lost is not None and self.enterprise_size in {"micro", "small"}:
            raise ValueError(
                "`small_status_lost` says that the provider is no longer small, `enterprise_size` says that it is"
            )
        return self


class DeclaredCoverage(_Strict):
    """A signed statement that a source is complete in a window. Shown everywhere as *declared*."""

    source: Name
    event_types: tuple[str, ...] = Field(min_length=1)
    since: datetime = Field(alias="from")
    until: datetime
    declared_by: Name

    @field_validator("since", "until")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("an instant needs an offset, e.g. 2026-01-01T00:00:00Z")
        return value


class Source(_Strict):
    """What a source records. A field that it does not capture is unknown, not empty."""

    name: Name
    event_types: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    tolerance: float = Field(default=0.001, ge=0, le=1)
    """Share of unreadable lines in a window above which they open a gap."""
    lateness: str = "PT0S"
    """How late its events may still arrive: so long before the latest event nothing is settled (gate E6)."""
    sampled: float | None = Field(default=None, gt=0, le=1)
    """Share of its events that it records; below 1 it is a sample (gate E8). None: it says nothing about it."""

    @field_validator("lateness")
    @classmethod
    def _clock_duration(cls, value: str) -> str:
        return _elapsed(value, "how late events may arrive")


class Join(_Strict):
    """Events of one type that must name an event of another, and the share that may not (gate E5)."""

    event: Name
    to: Name
    by: Name
    """Field that both types have."""
    tolerance: float = Field(default=0.0, ge=0, le=1)


class Gates(_Strict):
    """What the service demands of its evidence, beyond what its sources say of themselves (register §3, E1 to E8)."""

    require: tuple[Gate, ...] = ()
    """Gates that must be shown to hold: where nothing shows it, they fail."""
    skew_at_most: str | None = None
    """Largest bound on clock differences under which the order of two events may be relied on (gate E1)."""
    count_tolerance: float = Field(default=0.0, ge=0, le=1)
    """Share by which the log and an independent counter may differ (gate E3)."""
    joins: tuple[Join, ...] = ()

    @field_validator("skew_at_most")
    @classmethod
    def _clock_duration(cls, value: str | None) -> str | None:
        return None if value is None else _elapsed(value, "a bound on clock differences")


class Disposition(_Strict):
    """A person's mark on a finding. It never hides it; a statute cannot be waived (`risk_accepted`: targets only)."""

    finding: Name
    disposition: Literal["under_review", "data_error", "false_positive", "confirmed", "remediated", "risk_accepted"]
    owner: Name
    approver: str = ""
    reason: Name
    until: date | None = None


class Project(_Strict):
    """Everything the service says about itself."""

    service: Service
    profile: Profile = Profile()
    skew: str = "PT0S"
    """Bound on clock differences between sources; closer comparisons are undetermined (gate E1)."""
    coverage: tuple[DeclaredCoverage, ...] = ()
    sources: tuple[Source, ...] = ()
    gates: Gates = Gates()
    required: tuple[str, ...] = ()
    """Rule ids that must see evidence; otherwise exit code 4."""
    rules: tuple[str, ...] = ()
    """Folders with further rules, relative to the configuration file."""
    dispositions: tuple[Disposition, ...] = ()
    transparency: dict[str, Any] = Field(default_factory=dict)
    """What a log cannot hold of the transparency report, as `compliance transparency` reads it."""
    owners: dict[str, str] = Field(default_factory=dict)
    """Rule id or event family to the role that owns findings about it."""

    @field_validator("skew")
    @classmethod
    def _clock_duration(cls, value: str) -> str:
        return _elapsed(value, "a skew bound")

    @property
    def skew_us(self) -> int:
        """Skew bound in microseconds."""
        return parse_duration(self.skew).seconds * 1_000_000


def find_config(folder: Path) -> Path | None:
    """The configuration file that governs `folder`: the nearest `compliance.toml` or `[tool.compliance]` upward."""
    for candidate in (folder.resolve(), *folder.resolve().parents):
        own = candidate / "compliance.toml"
        if own.is_file():
            return own
        shared = candidate / "pyproject.toml"
        if shared.is_file() and "tool.compliance" in shared.read_text("utf-8", errors="replace"):
            return shared
    return None


def load_project(path: Path) -> Project:
    """Project of one configuration file. InputError `CFG-*` with the field and the next step where it is invalid."""
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            "CFG-MISSING",
            "there is no configuration file here",
            place=Place(str(path)),
            hint="run `compliance init`, or name one with --config",
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            "CFG-UNREADABLE",
            f"the configuration cannot be read: {error}",
            place=Place(str(path)),
            hint="it is TOML in UTF-8; compare with `compliance init`",
        ) from error
    if path.name == "pyproject.toml":
        document = document.get("tool", {}).get("compliance", {})
    try:
        return Project.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "CFG-INVALID",
            fault_words(first),
            hint="correct the field named; `compliance init` writes an example",
            place=Place(str(path), field=".".join(map(str, first["loc"]))),
        ) from error


def default_project(service: str = "service") -> Project:
    """Project of a reader who has no configuration yet: nothing is known about the service but its name."""
    return Project(service=Service(id=service, name=service))
