"""The networks of an oblast and their dated members: schools join on the first of September, some from the start, some later."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.country.names import place_name
from ingest.simulate.country.schools import Schools
from ingest.simulate.country.size import Size


def cluster_id(oblast: int, number: int) -> str:
    """Code of a network of an oblast."""
    return f"K{80 + oblast}-{number + 1:02d}"


def networks(size: Size, schools: Schools, code: str, institutions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Networks, each with a college, and the university in all of them; schools join on the first of September."""
    n = len(schools.founded)
    clusters = pl.DataFrame(
        {
            "cluster_id": [cluster_id(schools.oblast, number) for number in range(n)],
            "name_kk": [f"«{place_name(number + 30).kk}» педагогикалық желісі" for number in range(n)],
            "name_ru": [f"Педагогическая сеть «{place_name(number + 30).ru}»" for number in range(n)],
            "name_en": [f"{place_name(number + 30).en} Pedagogical Network" for number in range(n)],
            "kind": pl.repeat("pedagogical_network", n, eager=True),
            "region_code": pl.repeat(code, n, eager=True),
            "founded_on": [date(int(year), 9, 1) for year in schools.founded],
            "legal_form": pl.repeat("consortium agreement", n, eager=True),
            "stage": np.where(schools.founded < size.first_year + 2, "scaling", "pilot"),
            "monitoring_kpis": pl.repeat("R12;R36", n, eager=True),
        }
    )
    at = np.flatnonzero(schools.cluster >= 0)
    first = np.zeros(len(at), dtype=bool)
    founders = schools.joined[at] == schools.founded[schools.cluster[at]]
    _, lead = np.unique(np.where(founders, schools.cluster[at], n), return_index=True)
    first[lead] = founders[lead]
    of_schools = pl.DataFrame(
        {
            "cluster_id": [cluster_id(schools.oblast, number) for number in schools.cluster[at].tolist()],
            "institution_id": pl.Series(schools.bins).gather(at),
            "joined_on": [date(int(year), 9, 1) for year in schools.joined[at]],
            "role": np.where(first, "lead", np.where(founders, "base_school", "partner_school")),
            "founder": founders,
        }
    )
    colleges = institutions.filter(kind="college", register="kz")["institution_id"].to_list()
    university = institutions.filter(kind="university")["institution_id"].to_list()[0]
    partners = pl.DataFrame(
        [
            (cluster_id(schools.oblast, number), identifier, date(int(schools.founded[number]), 9, 1), role, True)
            for number in range(n)
            for identifier, role in ((colleges[number % len(colleges)], "college"), (university, "university"))
        ],
        schema=of_schools.schema,
        orient="row",
    )
    members = pl.concat([of_schools, partners]).with_columns(
        left_on=pl.lit(None, pl.Date), duties=pl.lit(None, pl.String)
    )
    return clusters, members.sort("cluster_id", "joined_on", "institution_id")
