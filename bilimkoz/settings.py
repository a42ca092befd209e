"""Settings: one place for all of them, from the environment (`BILIMKOZ_…`) or `bilimkoz.toml`.

What belongs here: where things lie, language, limits of the machine, and the settings of methods that a steward may
change. What does not: thresholds of gates (seed `thresholds.csv`), definitions of indicators.
"""

from __future__ import annotations

import os
import tomllib
from calendar import monthrange
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

PROJECT = Path(__file__).resolve().parent.parent
#: Read from the folder one stands in.
FILE = "bilimkoz.toml"
Language = Literal["kk", "ru", "en"]
#: A day of any year, such as 08-01.
_DAY_OF_YEAR = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


@cache
def segments() -> tuple[str, ...]:
    """What retention is split by, as `dbt_project.yml` lists it."""
    told = yaml.load((PROJECT / "dbt_project" / "dbt_project.yml").read_bytes(), yaml.CSafeLoader)["vars"]
    return (*told["place_segments"], *told["person_segments"], *told["network_segments"])


def _known_segment(value: str) -> str:
    if value not in segments():
        raise PydanticCustomError("segment_unknown", "no such segment", {"known": list(segments())})
    return value


Segment = Annotated[str, AfterValidator(_known_segment)]
Pair = Annotated[list[Segment], Field(min_length=2, max_length=2)]


def _no_pair_twice(pairs: list[list[str]]) -> list[list[str]]:
    """A pair that stands twice would be counted twice."""
    if any(first == second for first, second in pairs) or len({frozenset(pair) for pair in pairs}) < len(pairs):
        raise PydanticCustomError("pair_twice", "a segment beside itself, or a pair twice")
    return pairs


def _day_of_a_school_year(value: str) -> str:
    month, day = (int(part) for part in value.split("-"))
    if month > 8 or day > monthrange(2001, month)[1]:
        raise PydanticCustomError("string_pattern_mismatch", "no day between 1 January and 31 August")
    return value


def language() -> Language:
    """The language people are spoken to in, also where the settings are wrong: then as far as they can be read."""
    asked = os.environ.get("BILIMKOZ_LANGUAGE")
    if asked is None:
        try:
            asked = tomllib.loads(Path(FILE).read_text(encoding="utf-8")).get("language")
        except (OSError, ValueError):
            asked = None
    return next((known for known in get_args(Language) if known == asked), "ru")


class Retention(BaseModel, extra="forbid"):
    """Settings of the retention marts; the defaults stand in `dbt_project.yml` and hold where nothing is set here."""

    gap_tolerance_days: int | None = Field(None, ge=0)
    leave_limit_days: int | None = Field(None, ge=0)
    same_post_days: int | None = Field(None, ge=0)
    lookback_years: int | None = Field(None, ge=0)
    diploma_months: int | None = Field(None, ge=0)
    proving_age_years: int | None = Field(None, ge=0)
    landmark_days: int | None = Field(None, ge=0)
    staff_years: int | None = Field(None, ge=1)
    next_cohort_from: str | None = Field(None, pattern=_DAY_OF_YEAR)
    last_school_day: Annotated[str, Field(pattern=_DAY_OF_YEAR), AfterValidator(_day_of_a_school_year)] | None = None
    #: Pairs of segments that are told together, such as `["region", "sex"]`; for the marts inside only.
    pairs: Annotated[list[Pair], AfterValidator(_no_pair_twice)] | None = None


class ValueAdded(BaseModel, extra="forbid"):
    """Settings of value added; as with retention, the defaults stand in `dbt_project.yml`."""

    #: Other forms of the model that are fitted beside the usual one.
    forms: (
        Annotated[list[Literal["intake", "district", "slope"]], AfterValidator(lambda told: sorted(set(told)))] | None
    ) = None
    #: Who has taught for over ten years is young by nobody's words.
    young_months: int | None = Field(None, ge=0, le=120)
    #: Of a school year.
    exposure_days: int | None = Field(None, ge=0, le=365)
    #: Longer than a year no course lasts.
    course_days: int | None = Field(None, ge=0, le=365)


class Index(BaseModel, extra="forbid"):
    """How the index of clusters is made; the defaults stand in `dbt_project.yml`."""

    normalisation: Literal["minmax", "z", "rank"] | None = None
    aggregation: Literal["geometric", "arithmetic"] | None = None


class Settings(BaseSettings):
    """All settings. An environment variable wins over the file."""

    model_config = SettingsConfigDict(env_prefix="BILIMKOZ_", env_nested_delimiter="__", toml_file=FILE, extra="forbid")

    data_root: Path = Path("data")
    language: Language = "ru"
    key_file: Path = Path("~/.config/bilimkoz/pseudonym.key")
    memory_limit: str = Field("4GB", pattern=r"^\d+(\.\d+)?\s*[KMGT]i?B$")
    threads: int = Field(2, ge=1)
    releases_kept: int = Field(3, ge=1)
    #: Every folder of the inbox without a manifest is vouched for, as `run --no-manifest` vouches for one.
    no_manifest: bool = False
    retention: Retention = Retention()
    value_added: ValueAdded = ValueAdded()
    index: Index = Index()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @cached_property
    def root(self) -> Path:
        return self.data_root.expanduser().resolve()

    def place(self, name: str) -> Path:
        """A folder of the data root: inbox, landing, senders, work, quarantine, published, logs."""
        return self.root / name

    @property
    def dbt_project(self) -> Path:
        return PROJECT / "dbt_project"

    @property
    def code_map(self) -> Path:
        return self.dbt_project / "seeds" / "code_map.csv"

    @property
    def dbt_vars(self) -> dict[str, Any]:
        """What dbt is told: the settings of marts that differ from its own. The as-of date is in its environment,
        since another value of a variable would make it parse the whole project anew."""
        sections = (self.retention, self.value_added, self.index)
        told = {name: value for section in sections for name, value in section.model_dump(exclude_none=True).items()}
        names = {
            "pairs": "retention_pairs",
            "forms": "value_added_forms",
            "normalisation": "index_normalisation",
            "aggregation": "index_aggregation",
        }
        return {names.get(name, name): value for name, value in told.items()}
