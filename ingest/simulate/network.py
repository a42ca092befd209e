"""The oblast itself: regions, institutions, successions, clusters and their dated members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ingest.simulate import names
from ingest.simulate.identifiers import bins
from ingest.simulate.names import Name
from ingest.simulate.profile import Profile

COUNTRY_CODE = "000000000"
OBLAST_CODE = "990000000"
CITY_CODE = "991010000"
TOWN_CODE = "993210000"

#: Mean head counts by kind, relative to each other.
WEIGHTS = {
    "school": 50.0,
    "small_school": 16.0,
    "college": 45.0,
    "university": 90.0,
    "kindergarten": 18.0,
    "pd_centre": 20.0,
    "hobby_school": 14.0,
    "resource_centre": 12.0,
    "authority": 12.0,
    "psychology_centre": 10.0,
    "enterprise": 6.0,
    "other": 4.0,
    "closed": 0.0,
}


@dataclass(frozen=True)
class Network:
    """Frames with the columns of their feeds; `institutions` has besides `number` (0..), `register` (kz or ehis),
    `known_from` (day from which the department knows the institution), `weight`, and for EHIS `tyyp` and `in_list`
    (whether the department's list holds it too)."""

    regions: pl.DataFrame
    institutions: pl.DataFrame
    successions: pl.DataFrame
    clusters: pl.DataFrame
    members: pl.DataFrame
    merged: tuple[int, int, date] | None  # old number, new number, first day of the new one


def build(profile: Profile, rng: np.random.Generator) -> Network:
    """The oblast of a profile; numbers of institutions follow the order of `profile.kinds`."""
    regions = _regions()
    institutions = _institutions(profile, rng)
    clusters, members = _clusters(profile, institutions)
    merged = _merger(institutions)
    if merged:
        old, new, day = merged
        ids = institutions["institution_id"]
        institutions = institutions.with_columns(
            closed_on=pl.when(pl.col("number") == old).then(pl.lit(day - timedelta(days=1))).otherwise("closed_on"),
        )
        rows = [{"old_id": ids[old], "new_id": ids[new], "on": day, "kind": "merger"}]
    else:
        rows = []
    successions = pl.DataFrame(
        rows, schema={"old_id": pl.String, "new_id": pl.String, "on": pl.Date, "kind": pl.String}
    )
    return Network(regions, institutions, successions, clusters, members, merged)


def _regions() -> pl.DataFrame:
    rows: list[tuple[str, Name, str, str | None, str | None]] = [
        (COUNTRY_CODE, names.COUNTRY, "country", None, None),
        (OBLAST_CODE, names.OBLAST, "oblast", COUNTRY_CODE, None),
        (CITY_CODE, names.CITY, "city", OBLAST_CODE, "urban"),
    ]
    for number, district in enumerate(names.DISTRICTS):
        code = f"9930{number + 1:02d}000"
        rows.append((code, district, "district", OBLAST_CODE, None))
        for order, village in enumerate(names.VILLAGES[number * 4 : number * 4 + 4]):
            rows.append((village_code(number * 4 + order), village.name, "settlement", code, "rural"))
    rows.append((TOWN_CODE, names.TOWN, "city", "993002000", "urban"))
    return pl.DataFrame(
        [
            {
                "region_code": code,
                "name_kk": name.kk,
                "name_ru": name.ru,
                "name_en": name.en,
                "level": level,
                "parent_code": parent,
                "urban_rural": kind,
            }
            for code, name, level, parent, kind in rows
        ]
    )


def village_code(number: int) -> str:
    """Code of the settlement with that number: its district's code and its own two digits."""
    return f"9930{number // 4 + 1:02d}{number % 4 + 1:02d}0"


def _institutions(profile: Profile, rng: np.random.Generator) -> pl.DataFrame:
    kinds = [kind for kind, n in profile.kinds.items() for _ in range(n)]
    registered = np.datetime64("1994-01-01", "D") + rng.integers(0, 7000, len(kinds)).astype("timedelta64[D]")
    identifiers = bins(registered, rng.permutation(90_000)[: len(kinds)] + 10_000)
    order: dict[str, int] = {}
    rows = []
    for number, (kind, identifier) in enumerate(zip(kinds, identifiers, strict=True)):
        place = order.get(kind, 0)
        order[kind] = place + 1
        name, region = _placed(kind, place, profile.kinds[kind])
        rows.append(
            {
                "institution_id": identifier,
                "name_kk": name.kk,
                "name_ru": name.ru,
                "name_en": name.en,
                "name_local": None,
                "kind": kind,
                "region_code": region,
                "ownership": "private" if kind == "enterprise" else "state",
                "teaching_languages": ("kk", "kk;ru", "ru")[number % 3],
                "opened_on": registered[number].item(),
                "register": "kz",
                "weight": WEIGHTS[kind] * float(np.exp(rng.normal(0, 0.25))),
                "tyyp": None,
                "in_list": True,
            }
        )
    rows += ehis_institutions(profile.ehis_kinds, EhisPlace(TOWN_CODE, 1.0))
    frame = pl.DataFrame(rows, schema_overrides={"name_local": pl.String, "tyyp": pl.String}).with_row_index("number")
    newest = frame.filter(kind="resource_centre")["number"].to_list()[-1:]  # opens late: its first staff rows wait
    opened = date(2021, 8, 16)
    return frame.with_columns(
        pl.col("number").cast(pl.Int64),
        opened_on=pl.when(pl.col("number").is_in(newest)).then(pl.lit(opened)).otherwise("opened_on"),
        closed_on=pl.when(pl.col("name_local") == "Vetla Algkool").then(pl.lit(date(2016, 8, 31))),
        known_from=pl.when(pl.col("number").is_in(newest))
        .then(pl.lit(date(2022, 1, 1)))
        .otherwise(pl.lit(date(2000, 1, 1))),
        support_school=pl.col("kind").eq("school") & pl.col("number").mod(7).eq(0),
        target_school=pl.col("kind").is_in(["school", "small_school"]) & pl.col("number").mod(5).eq(3),
    )


@dataclass(frozen=True)
class EhisPlace:
    """Where the institutions kept in EHIS lie, and what head counts are multiplied with."""

    region_code: str
    scale: float


def ehis_institutions(kinds: dict[str, int], place: EhisPlace) -> list[dict[str, object]]:
    """Rows of the institutions that are kept in EHIS, so many of each kind."""
    return [
        {
            "institution_id": identifier,
            "name_kk": listed.kk if listed else None,
            "name_ru": listed.ru if listed else None,
            "name_en": listed.en if listed else None,
            "name_local": local,
            "kind": "school" if kind == "closed" else kind,
            "region_code": place.region_code if listed else None,
            "ownership": "munitsipaalomand",
            "teaching_languages": "eesti keel",
            "opened_on": date(1998, 9, 1) if listed else None,
            "register": "ehis",
            "weight": WEIGHTS[kind] * 0.8 * place.scale,
            "tyyp": tyyp,
            "in_list": listed is not None,
        }
        for kind, n in kinds.items()
        for identifier, local, tyyp, listed in names.EHIS[kind][:n]
    ]


def _placed(kind: str, order: int, kind_n: int) -> tuple[Name, str]:
    """Name and region of the `order`-th institution of a kind of which there are `kind_n`."""
    if kind == "school":
        if order % 4 == 3:
            name = names.NAMED_SCHOOLS[order // 4 % len(names.NAMED_SCHOOLS)]
        else:
            pattern = names.NUMBERED_SCHOOLS[order % 3]
            name = Name(*(text.format(n=order + 1) for text in pattern))
        rural = order >= kind_n * 3 // 4
        return name, village_code(order % 16) if rural else (TOWN_CODE if order % 4 == 2 else CITY_CODE)
    if kind == "small_school":
        village = names.VILLAGES[order % len(names.VILLAGES)]
        kk, ru, en = names.SMALL_SCHOOL
        plain = (village.name.kk.removesuffix(" ауылы"), village.name.en.removesuffix(" village"))
        return Name(
            kk.format(place=plain[0]), ru.format(adjective=village.ru_adjective), en.format(place=plain[1])
        ), village_code(order)
    if kind == "kindergarten":
        return names.KINDERGARTENS[order], CITY_CODE if order % 2 == 0 else TOWN_CODE
    if kind == "college":
        return names.COLLEGES[order], TOWN_CODE if order == 1 else CITY_CODE
    if kind == "hobby_school":
        return names.HOBBY_SCHOOLS[order], CITY_CODE
    return names.OTHERS[kind][order], CITY_CODE


def _merger(institutions: pl.DataFrame) -> tuple[int, int, date] | None:
    """The last small school is merged into the one before it on 1 September 2022; neither is ever in a network."""
    small = institutions.filter(kind="small_school")["number"].to_list()
    return (small[-1], small[-2], date(2022, 9, 1)) if len(small) > 2 else None


def _clusters(profile: Profile, institutions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    schools = institutions.filter(kind="school", register="kz")["institution_id"].to_list()
    small = institutions.filter(kind="small_school")["institution_id"].to_list()
    other = {
        kind: institutions.filter(kind=kind, register="kz")["institution_id"].to_list()
        for kind in ("college", "university", "resource_centre")
    }
    chosen: list[tuple[list[str], list[str], list[str]]]
    if profile.name == "tiny":
        chosen = [(schools[:2], [], other["college"])]
        founded = [date(2021, 9, 1)]
    else:
        chosen = [
            (schools[:7], small[:1], [*other["university"], other["college"][0]]),
            (schools[18:22], small[1:7], [other["university"][0], *other["resource_centre"]]),
            (schools[7:12], [], [other["college"][1], other["college"][2]]),
        ]
        founded = [date(2016, 9, 1), date(2018, 9, 1), date(2020, 9, 1)]
    kinds = ("pedagogical_network", "pedagogical_network", "education_production")
    clusters = pl.DataFrame(
        [
            {
                "cluster_id": f"K{number + 1}",
                "name_kk": names.CLUSTERS[number].kk,
                "name_ru": names.CLUSTERS[number].ru,
                "name_en": names.CLUSTERS[number].en,
                "kind": kinds[number],
                "region_code": (CITY_CODE, OBLAST_CODE, TOWN_CODE)[number],
                "founded_on": founded[number],
                "legal_form": "consortium agreement",
                "specialisations": ("mathematics;languages", "small-class teaching", "construction;engineering")[
                    number
                ],
                "stage": ("scaling", "pilot", "pilot")[number],
                "goals": "To keep young teachers; to share mentors and practicum schools.",
                "monitoring_kpis": "R12;R36;L1;T1",
            }
            for number in range(profile.clusters_n)
        ]
    )
    rows = [
        {
            "cluster_id": f"K{number + 1}",
            "institution_id": identifier,
            "joined_on": date(2022, 9, 1) if role == "support_centre" else founded[number],
            "left_on": None,
            "role": role,
            "founder": role != "support_centre",
            "duties": "mentoring, practicum" if role == "base_school" else None,
        }
        for number, (base, rural, partners) in enumerate(chosen)
        for identifier, role in [
            *((school, "lead" if order == 0 else "base_school") for order, school in enumerate(base)),
            *((school, "partner_school") for school in rural),
            *((partner, _partner_role(institutions, partner)) for partner in partners),
        ]
    ]
    if profile.name != "tiny":
        rows[5]["left_on"] = date(2023, 6, 30)  # one school of K1 leaves
        joins = {**rows[0], "cluster_id": "K2", "institution_id": small[7], "role": "partner_school", "founder": False}
        rows.append({**joins, "joined_on": date(2022, 9, 1), "duties": None})  # one joins K2 later
    members = pl.DataFrame(rows, schema_overrides={"left_on": pl.Date, "joined_on": pl.Date, "duties": pl.String})
    return clusters, members.sort("cluster_id", "joined_on", "institution_id")


def _partner_role(institutions: pl.DataFrame, identifier: str) -> str:
    kind = str(institutions.filter(institution_id=identifier)["kind"][0])
    return "support_centre" if kind == "resource_centre" else kind
