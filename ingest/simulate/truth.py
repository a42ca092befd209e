"""The truth beside the deliveries: people, expected shares from the generating hazards, and what really happened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from ingest.simulate.chain import ESTIMANDS, GROUPS, LEVELS, expected, expected_of
from ingest.simulate.dates import Days, Floats, after, cohort_year, day_column, month_of, school_year
from ingest.simulate.day_rules import outcomes
from ingest.simulate.network import Network
from ingest.simulate.people import ROLES, WAYS, Flags, People
from ingest.simulate.planted import Ledger
from ingest.simulate.profile import Profile

HORIZONS = (12, 24, 36, 60)
WINDOW_DAYS = 120


def people_frame(
    network: Network, people: People, *, complete_from: Days, linked: Flags, lost: pl.DataFrame
) -> pl.DataFrame:
    """One row a person. `in_cohort` marks beginners whose first day lies in a complete registry."""
    ids = network.institutions["institution_id"].to_numpy()
    clusters = [*network.clusters["cluster_id"].to_list(), None]
    groups = list(GROUPS)
    in_cohort = (people.way == 2) & (people.anchor >= complete_from)
    return (
        pl.DataFrame(
            {
                "person": np.arange(people.n),
                "register": np.where(people.is_ehis, "ee.isikukood", "kz.iin"),
                "person_id": people.identifier,
                "way": [WAYS[way] for way in people.way],
                "sex": np.where(people.is_male, "m", "f"),
                "entry_institution": ids[people.entry],
                "entry_role": [ROLES[role] for role in people.role],
                "entry_cluster": [clusters[number] for number in people.cluster],
                "hazard_group": [groups[number] for number in people.group],
                "monthly_exit_1": [GROUPS[groups[number]].exits[0] for number in people.group],
                "monthly_exit_13": [GROUPS[groups[number]].exits[1] for number in people.group],
                "monthly_exit_37": [GROUPS[groups[number]].exits[2] for number in people.group],
                "in_cohort": in_cohort,
                "is_linked": linked,
                "cohort_year": [
                    school_year(int(year)) if there else None
                    for year, there in zip(cohort_year(people.anchor), in_cohort, strict=True)
                ],
                "first_month": month_of(after(people.anchor, 15)),
            }
        )
        .with_columns(
            day_column("born_on", people.born),
            day_column("t0", people.anchor),
            day_column("first_day", people.start),
            day_column("teaching_since", people.teaching_since),
        )
        .join(lost, on="person", how="left", maintain_order="left")
    )


def expected_frame() -> pl.DataFrame:
    """Chances by hazard group, month of the first step, level, estimand and horizon."""
    rows = [
        (group, month, level, estimand, horizon, *expected(group, month, horizon, level, estimand))
        for group in ("beginner", "beginner_in_cluster", "beginner_in_ehis")
        for month in range(1, 13)
        for level in LEVELS
        for estimand in ESTIMANDS
        for horizon in HORIZONS
    ]
    columns = [
        "hazard_group",
        "first_month",
        "level",
        "estimand",
        "horizon_months",
        "expected_retained",
        "expected_removed",
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")


def expected_people(members: pl.DataFrame, pace: Floats) -> pl.DataFrame:
    """Chances of each of the people (person, hazard_group, first_month) at their own pace, by level, estimand and horizon."""
    parts = []
    for (group, month), frame in members.group_by(["hazard_group", "first_month"], maintain_order=True):
        who = frame["person"].to_numpy()
        for level in LEVELS:
            for estimand in ESTIMANDS:
                found = expected_of(str(group), int(str(month)), pace[who], HORIZONS, level, estimand)
                parts += [
                    pl.DataFrame(
                        {
                            "person": who,
                            "level": pl.repeat(level, len(who), eager=True),
                            "estimand": pl.repeat(estimand, len(who), eager=True),
                            "horizon_months": pl.repeat(horizon, len(who), dtype=pl.Int64, eager=True),
                            "expected_retained": retained,
                            "expected_removed": removed,
                        }
                    )
                    for horizon, (retained, removed) in found.items()
                ]
    return pl.concat(parts)


def retention(
    profile: Profile,
    network: Network,
    people: People,
    posts: pl.DataFrame,
    frame: pl.DataFrame,
    pace: Floats | None = None,
) -> pl.DataFrame:
    """Expected and realised retention by cohort, level, estimand, segment and horizon.

    `pace` is what people's own chances to leave are of those of their group (none: all as the group).
    People known by a local id only and not linked count at the workplace only: elsewhere they are in `unlinked_n`.
    Nothing is known here of who was lost from sight: these are the figures of the world, not of the lists.
    """
    members = frame.filter("in_cohort").select(
        "person", "cohort_year", "hazard_group", "first_month", "is_linked", "entry_cluster", "t0"
    )
    happened = outcomes(people, network, posts, HORIZONS)
    long = pl.concat(
        [
            happened.with_columns(estimand=pl.lit(estimand), retained=pl.col(column))
            for estimand, column in (("employed_at", "held"), ("continuous", "held_without_break"))
        ]
    )
    if pace is None:
        chances, whose = expected_frame(), ["hazard_group", "first_month"]
    else:
        chances, whose = expected_people(members, pace), ["person"]
    rows = members.join(long, on="person").join(chances, on=[*whose, "level", "estimand", "horizon_months"])
    counted = pl.col("is_linked") | (pl.col("level") == "workplace")
    rows = rows.with_columns(counted=counted)
    window_end = profile.as_of - timedelta(days=WINDOW_DAYS)
    # A cohort is observed as a whole, whatever it is split by.
    rows = rows.with_columns(
        is_observed=(pl.col("horizon_on") <= window_end).all().over("cohort_year", "horizon_months")
    )
    in_network = pl.when(pl.col("entry_cluster").is_null()).then(pl.lit("false")).otherwise(pl.lit("true"))
    segments = [
        rows.with_columns(segment=pl.lit("all"), segment_value=pl.lit("all")),
        rows.filter(pl.col("entry_cluster").is_not_null()).with_columns(
            segment=pl.lit("cluster"), segment_value=pl.col("entry_cluster")
        ),
        rows.with_columns(segment=pl.lit("in_network_at_entry"), segment_value=in_network),
    ]
    keys = ["cohort_year", "level", "estimand", "segment", "segment_value", "horizon_months"]
    by_cohort = _counts(pl.concat(segments), keys)
    observed = by_cohort.filter("is_observed").select(keys)
    pooled = pl.concat(segments).join(observed, on=keys, how="semi").with_columns(cohort_year=pl.lit("all"))
    return pl.concat([by_cohort, _counts(pooled, keys)]).sort(keys)


def _counts(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    counted = pl.col("counted")
    present = counted & ~pl.col("is_removed")
    return (
        rows.group_by(keys)
        .agg(
            hired_n=pl.len(),
            removed_n=pl.col("is_removed").sum(),
            unlinked_n=(~counted & ~pl.col("is_removed")).sum(),
            retained_n=(present & pl.col("retained")).sum(),
            base_n=present.sum(),
            # Summed as whole numbers of 1e-12: a sum of floats would depend on the order of the rows.
            expected_retained=(pl.col("expected_retained") * 1e12).round().cast(pl.Int64).filter(counted).sum(),
            expected_base=((1 - pl.col("expected_removed")) * 1e12).round().cast(pl.Int64).filter(counted).sum(),
            is_observed=pl.col("is_observed").all(),
        )
        .with_columns(
            expected_share=pl.col("expected_retained") / pl.col("expected_base"),
            realised_share=pl.when("is_observed").then(pl.col("retained_n") / pl.col("base_n")),
            retained_n=pl.when("is_observed").then("retained_n"),
        )
        .drop("expected_retained", "expected_base", "base_n")
    )


def write(root: Path, frames: dict[str, pl.DataFrame], ledger: Ledger) -> None:
    """One Parquet file a frame under root/truth, and the two ledgers."""
    place = root / "truth"
    place.mkdir(parents=True, exist_ok=True)
    everything = {**frames, "planted_defects": ledger.defect_frame(), "planted_notes": ledger.note_frame()}
    for name, frame in everything.items():
        frame.write_parquet(place / f"{name}.parquet", compression="zstd", statistics=False)
