"""Where an oblast's institutions lie, what they are called, and the networks they are in: the reference lists of a country.

Nothing here exists: codes of oblasts begin with numbers that the classifier of places has not given out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate import names
from ingest.simulate.country.clusters import networks
from ingest.simulate.country.names import place_name
from ingest.simulate.country.schools import BIN_SERIALS, LANGUAGES, Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import stream
from ingest.simulate.dates import day_column
from ingest.simulate.identifiers import bins
from ingest.simulate.names import Name
from ingest.simulate.network import COUNTRY_CODE, WEIGHTS, EhisPlace, Network, ehis_institutions

TOWNS_N, DISTRICTS_N, VILLAGES_N = 2, 12, 4  # of an oblast; the last of a district
COLLEGES_N = 8
EHIS_KINDS = {"school": 4, "kindergarten": 1, "college": 1, "other": 1, "closed": 1}
#: A school with so many pupils or fewer is a small one, where classes are taught together.
SMALL = 120
#: The oblast that the second half of the districts of the first one becomes where an oblast is split, and the day of it.
NEW_OBLAST = "680000000"
FIRST_OF_NEW = DISTRICTS_N // 2


@dataclass(frozen=True)
class Places:
    """An oblast as reference lists tell of it."""

    oblast: int
    code: str
    network: Network


def oblast_code(oblast: int) -> str:
    """Code of the oblast with that number, from 0 on."""
    return f"{80 + oblast}0000000"


def build(size: Size, schools: Schools, seed: int) -> Places:
    """The oblast's regions, institutions, networks and members; schools first, by their number."""
    code = oblast_code(schools.oblast)
    rng = stream(seed, "places", schools.oblast)
    n = schools.n
    towns = _codes(code, "town")
    villages = _codes(code, "village")
    where = np.where(schools.is_rural, rng.integers(0, len(villages), n), rng.integers(0, len(towns), n))
    region = np.where(schools.is_rural, np.array(villages)[where], np.array(towns)[where % len(towns)])
    small = schools.is_rural & (schools.pupils_n <= SMALL)
    order = np.arange(1, n + 1)
    kinds = [Name(*texts) for texts in zip(*_school_names(order, small, where), strict=True)]
    frame = pl.DataFrame(
        {
            "institution_id": schools.bins,
            "name_kk": [name.kk for name in kinds],
            "name_ru": [name.ru for name in kinds],
            "name_en": [name.en for name in kinds],
            "kind": np.where(small, "small_school", "school"),
            "region_code": region,
            "ownership": pl.repeat("state", n, eager=True),
            "teaching_languages": np.array(LANGUAGES)[schools.language],
            "opened_on": pl.Series(schools.registered.astype("datetime64[ms]")).cast(pl.Date),
            # Head counts follow pupils, and small schools need more people for each.
            "weight": schools.pupils_n**0.85,
        }
    )
    others = _others(schools, towns, float(frame["weight"].sum()), rng)
    ehis = (
        ehis_institutions(EHIS_KINDS, EhisPlace(towns[0], float(np.mean(schools.pupils_n**0.85)) / WEIGHTS["school"]))
        if schools.oblast == 0
        else []
    )
    frame = pl.concat([frame, others], how="diagonal_relaxed").with_columns(
        register=pl.lit("kz"), in_list=pl.lit(True), name_local=pl.lit(None, pl.String), tyyp=pl.lit(None, pl.String)
    )
    if ehis:
        frame = pl.concat(
            [frame, pl.DataFrame(ehis, schema_overrides={"name_local": pl.String})], how="diagonal_relaxed"
        )
    frame = frame.with_columns(
        number=pl.int_range(pl.len()),
        closed_on=pl.lit(None, pl.Date),
        known_from=pl.lit(date(2000, 1, 1)),
        support_school=(pl.col("kind") == "school") & (pl.int_range(pl.len()) % 7 == 0),
        target_school=pl.col("kind").is_in(["school", "small_school"]) & (pl.int_range(pl.len()) % 5 == 3),
    )
    clusters, members = networks(size, schools, code, frame)
    return Places(
        schools.oblast, code, Network(_regions(schools.oblast), frame, _no_successions(), clusters, members, None)
    )


def _codes(code: str, kind: str) -> list[str]:
    if kind == "town":
        return [f"{code[:2]}10{number}0000" for number in range(1, TOWNS_N + 1)]
    return [
        f"{code[:2]}{30 + district}{village}0000"
        for district in range(1, DISTRICTS_N + 1)
        for village in range(1, VILLAGES_N + 1)
    ]


def _school_names(order: np.ndarray, small: np.ndarray, where: np.ndarray) -> tuple[list[str], list[str], list[str]]:
    texts: list[list[str]] = []
    for language in range(3):
        plain = [names.NUMBERED_SCHOOLS[number % 3][language].format(n=number) for number in order.tolist()]
        place = [place_name(number)[language] for number in where.tolist()]
        pattern = ("{} № {} шағын жинақты мектебі", "{}: малокомплектная школа № {}", "{} Small-Class School No. {}")[
            language
        ]
        of_village = [pattern.format(name, number) for name, number in zip(place, order.tolist(), strict=True)]
        texts.append(np.where(small, of_village, plain).tolist())
    return texts[0], texts[1], texts[2]


def _others(schools: Schools, towns: list[str], weight: float, rng: np.random.Generator) -> pl.DataFrame:
    """Colleges, a university, a training centre and the department; together a tenth of the people."""
    kinds = [*["college"] * COLLEGES_N, "university", "pd_centre", "authority"]
    n = len(kinds)
    own = place_name(schools.oblast)
    titles = {
        "college": (
            "{} № {} педагогикалық колледжі",
            "Педагогический колледж № {1}, {0}",
            "{} Pedagogical College No. {}",
        ),
        "university": ("{} педагогикалық университеті", "Педагогический университет, {}", "{} Pedagogical University"),
        "pd_centre": ("{} біліктілікті арттыру орталығы", "Центр повышения квалификации, {}", "{} Training Centre"),
        "authority": ("{} білім басқармасы", "Управление образования, {}", "{} Education Department"),
    }
    months = np.datetime64("1990-01", "M") + rng.integers(0, 240, n).astype("timedelta64[M]")
    registered = months.astype("datetime64[D]")
    # The department sends no list of its own people, so it has none here.
    heads = {"college": 0.08 / COLLEGES_N, "university": 0.015, "pd_centre": 0.003, "authority": 0.0}
    return pl.DataFrame(
        {
            "institution_id": bins(registered, schools.oblast * BIN_SERIALS + (np.arange(n) + schools.n) * 2),
            **{
                f"name_{language}": [
                    titles[kind][place].format(own[place], number + 1) for number, kind in enumerate(kinds)
                ]
                for place, language in enumerate(("kk", "ru", "en"))
            },
            "kind": kinds,
            "region_code": [towns[number % len(towns)] for number in range(n)],
            "ownership": "state",
            "teaching_languages": "kk;ru",
            "opened_on": day_column("opened_on", registered),
            "weight": [weight * heads[kind] for kind in kinds],
        }
    )


def _regions(oblast: int) -> pl.DataFrame:
    code = oblast_code(oblast)
    rows = [_oblast_row(code, place_name(oblast))]
    for number, town in enumerate(_codes(code, "town")):
        name = place_name(79 - oblast * TOWNS_N - number)
        rows.append((town, f"{name.kk} қаласы", f"город {name.ru}", f"{name.en} city", "city", code, "urban"))
    for district in range(DISTRICTS_N):
        name = place_name(20 + oblast + district)
        of = f"{code[:2]}{31 + district}00000"
        rows.append((of, f"{name.kk} ауданы", f"район {name.ru}", f"{name.en} District", "district", code, None))
        for village in range(VILLAGES_N):
            number = district * VILLAGES_N + village
            name = place_name(number)
            settlement = _codes(code, "village")[number]
            rows.append(
                (settlement, f"{name.kk} ауылы", f"село {name.ru}", f"{name.en} village", "settlement", of, "rural")
            )
    columns = ["region_code", "name_kk", "name_ru", "name_en", "level", "parent_code", "urban_rural"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _oblast_row(code: str, name: Name) -> tuple[str | None, ...]:
    return code, f"{name.kk} облысы", f"область {name.ru}", f"{name.en} Region", "oblast", COUNTRY_CODE, None


def country_region() -> pl.DataFrame:
    """The row of the country itself."""
    name = names.COUNTRY
    row = (COUNTRY_CODE, name.kk, name.ru, name.en, "country", None, None)
    columns = _regions(0).schema
    return pl.DataFrame([row], schema=columns, orient="row")


def split(frame: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    """The frame with the codes that its places have once the oblast `code` is split."""
    districts = [f"{code[:2]}{31 + district}" for district in range(FIRST_OF_NEW, DISTRICTS_N)]
    moved = pl.col(column).str.slice(0, 4).is_in(districts)
    return frame.with_columns(
        pl.when(moved).then(NEW_OBLAST[:2] + pl.col(column).str.slice(2)).otherwise(column).alias(column)
    )


def new_regions(regions: pl.DataFrame, code: str) -> pl.DataFrame:
    """The rows that a split adds: the new oblast and its districts and villages; the old codes stay in the list."""
    own = place_name(78)
    oblast = _oblast_row(NEW_OBLAST, own)
    renamed = split(split(regions, "region_code", code), "parent_code", code).filter(
        pl.col("region_code").str.starts_with(NEW_OBLAST[:2])
    )
    renamed = renamed.with_columns(
        parent_code=pl.when(pl.col("level") == "district").then(pl.lit(NEW_OBLAST)).otherwise("parent_code")
    )
    return pl.concat([pl.DataFrame([oblast], schema=regions.schema, orient="row"), renamed])


def _no_successions() -> pl.DataFrame:
    return pl.DataFrame(schema={"old_id": pl.String, "new_id": pl.String, "on": pl.Date, "kind": pl.String})
