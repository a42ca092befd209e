"""The truth that the simulator saves: expected shares by hand and by another way, realised ones day by day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from simulated_files import day, manifests, records

from ingest.simulate import chain, simulate

TEACHING = {"teacher", "mentor", "school_leader", "college_lecturer", "university_lecturer"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    simulate(root, "demo", seed=1)
    return root


def test_rows_of_every_matrix_sum_to_one() -> None:
    tables = chain.matrices()
    assert tables.shape == (6, 3, 12, 19, 19)
    assert tables.min() >= 0
    np.testing.assert_allclose(tables.sum(axis=-1), 1, atol=1e-12)


def test_unbroken_stay_in_the_first_year_by_hand() -> None:
    """Whoever never left the institution was spared in each month: the product of 1 - exit x season - removed. From
    September the seasons are .4875 (September to December), .8 (January), .4875 (February to May), 4 (June), .3 (July)
    and 3 (August); exit .019 and removed .00005 a month."""
    seasons = [0.4875] * 4 + [0.8] + [0.4875] * 4 + [4.0, 0.3, 3.0]
    product = 1.0
    for season in seasons:
        product *= 1 - 0.019 * season - 0.00005
    retained, _ = chain.expected("beginner", 9, 12, "workplace", "continuous")
    assert retained == pytest.approx(product, abs=1e-12)


def test_the_network_lowers_exits_by_its_known_ratio() -> None:
    """12 unbroken months at the workplace: log-survival is to first order proportional to the hazard, exactly it is the
    product with .65 x .019."""
    product = 1.0
    for season in [0.4875] * 4 + [0.8] + [0.4875] * 4 + [4.0, 0.3, 3.0]:
        product *= 1 - 0.65 * 0.019 * season - 0.00005
    retained, _ = chain.expected("beginner_in_cluster", 9, 12, "workplace", "continuous")
    assert retained == pytest.approx(product, abs=1e-12)


def test_expected_shares_nest_and_lie_where_the_guide_puts_them() -> None:
    for group in ("beginner", "beginner_in_cluster"):
        for horizon in (12, 24, 36, 60):
            cells = {
                (level, estimand): chain.expected(group, 9, horizon, level, estimand)[0]
                for level in chain.LEVELS
                for estimand in chain.ESTIMANDS
            }
            for estimand in chain.ESTIMANDS:
                assert cells["workplace", estimand] <= cells["network", estimand] + 1e-12
                assert cells["network", estimand] <= cells["profession", estimand] + 1e-12
            for level in chain.LEVELS:
                assert cells[level, "continuous"] <= cells[level, "employed_at"]
    assert 0.75 < chain.expected("beginner", 9, 12, "workplace", "employed_at")[0] < 0.9
    assert 0.58 < chain.expected("beginner", 9, 36, "network", "employed_at")[0] < 0.62
    assert 0.77 < chain.expected("beginner_in_cluster", 9, 36, "network", "employed_at")[0] < 0.81


def _later(start: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    month = start.month - 1 + months
    first = date(start.year + month // 12, month % 12 + 1, 1)
    length = ((first + timedelta(days=31)).replace(day=1) - first).days
    return first.replace(day=min(start.day, length))


def _held(posts: list[dict[str, Any]], on: date) -> bool:
    """Whether a post is held on a day: in it, in a gap of at most 120 days, or in a leave of at most 1 095."""
    if any(post["start"] <= on <= (post["end"] or date.max) for post in posts):
        return True
    before = [post for post in posts if post["end"] and post["end"] < on]
    if not before or min(post["start"] for post in posts) > on:
        return False
    last = max(before, key=lambda post: post["end"])
    starts = [post["start"] for post in posts if post["start"] > on]
    if starts and (min(starts) - last["end"]).days - 1 <= 120:
        return True
    return last["end_reason"] == "maternity" and (on - last["end"]).days <= 1095


@pytest.mark.parametrize(("cohort", "horizon"), [("2018/19", 12), ("2018/19", 36), ("2020/21", 60)])
def test_realised_share_of_a_cohort_recounted_person_by_person(demo: Path, cohort: str, horizon: int) -> None:
    """At work at the end, and without a break: a person has no break when every day up to the horizon is held."""
    people = pl.read_parquet(demo / "truth" / "people.parquet").filter(cohort_year=cohort)
    posts = pl.read_parquet(demo / "truth" / "posts.parquet").filter(pl.col("role").is_in(TEACHING))
    merger = records(demo / "inbox/oblast-department/2022-09-12/institution_successions.csv", "institution_successions")
    successor = {row["old_id"]: row["new_id"] for _, row in merger[0]}
    counts = {"retained": 0, "unbroken": 0, "removed": 0}
    for person in people.iter_rows(named=True):
        own = posts.filter(person=person["person"]).to_dicts()
        until = _later(person["t0"], horizon)
        last = max(own, key=lambda post: post["end"] or date.max)
        if last["end"] and last["end"] < until and last["end_reason"] in ("retired", "died"):
            counts["removed"] += 1
            continue
        places = {person["entry_institution"], successor.get(person["entry_institution"])}
        here = [post for post in own if post["institution_id"] in places]
        days = [person["t0"] + timedelta(days=n) for n in range((until - person["t0"]).days + 1)]
        counts["retained"] += _held(here, until)
        counts["unbroken"] += all(_held(here, on) for on in days)
    truth = pl.read_parquet(demo / "truth" / "true_retention.parquet").filter(
        cohort_year=cohort, level="workplace", segment="all", horizon_months=horizon
    )
    cells = {row["estimand"]: row for row in truth.to_dicts()}
    assert cells["employed_at"]["hired_n"] == people.height
    assert cells["employed_at"]["removed_n"] == counts["removed"]
    assert cells["employed_at"]["retained_n"] == counts["retained"]
    assert cells["continuous"]["retained_n"] == counts["unbroken"]


def test_what_happened_agrees_with_what_was_to_be_expected(demo: Path) -> None:
    """All cohorts together lie within four standard errors of the expected share at every level and horizon."""
    cells = pl.read_parquet(demo / "truth" / "true_retention.parquet").filter(cohort_year="all", segment="all")
    assert cells.height == 24
    for row in cells.iter_rows(named=True):
        base = row["hired_n"] - row["removed_n"] - row["unlinked_n"]
        error = (row["expected_share"] * (1 - row["expected_share"]) / base) ** 0.5
        assert abs(row["realised_share"] - row["expected_share"]) < 4 * error


def test_career_traits_are_there(demo: Path) -> None:
    posts = pl.read_parquet(demo / "truth" / "posts.parquet")
    reasons = set(posts["end_reason"].drop_nulls())
    assert reasons == {
        "resigned", "transferred", "retired", "maternity", "contract_end", "dismissed", "died", "not_started", "unknown"
    }  # fmt: skip
    assert {"parental", "study"} == set(posts["on_leave"].drop_nulls())
    main = posts.filter(kind="main").sort("person", "start")
    gap = (pl.col("start") - pl.col("end").shift(1)).dt.total_days().over("person") - 1
    same = (pl.col("institution_id") == pl.col("institution_id").shift(1)).over("person")
    gaps = main.with_columns(gap=gap, same=same).filter(pl.col("gap").is_not_null())
    assert gaps.filter("same", pl.col("gap").is_between(50, 75)).height > 100  # summers
    assert gaps.filter(pl.col("gap") > 121).height > 100  # returners and leaves
    assert gaps.filter(~pl.col("same"), pl.col("gap") <= 1).height > 100  # moves without a gap
    assert posts.filter(kind="second").height > 100
    people = pl.read_parquet(demo / "truth" / "people.parquet")
    assert people["lost_after"].drop_nulls().len() > 20
    assert (~people["is_linked"]).sum() > 20
    assert people.filter(t0=date(2024, 2, 29), way="beginner").height == 1
    assert people.filter(pl.col("born_on").dt.year().is_between(2000, 2004), register="kz.iin").height > 100


def test_lists_taken_together_are_the_truth(tmp_path: Path) -> None:
    """Of tiny, newest delivery first by person, institution, position and first day: what is left, but for the planted
    rows, are the true posts that ended after the registry was complete."""
    simulate(tmp_path, "tiny", seed=1)
    planted = [
        pl.read_parquet(tmp_path / "truth" / f"planted_{name}.parquet").filter(pl.col("row").is_not_null())
        for name in ("defects", "notes")
    ]
    skipped = {row for frame in planted for row in frame.select("sender", "delivery", "path", "row").rows()}
    newest: dict[tuple[str | None, ...], tuple[str, date | None]] = {}
    for folder, manifest in sorted(manifests(tmp_path), key=lambda pair: str(pair[1]["created"])):
        for entry in manifest["files"]:
            if entry["feed"] != "staff_employment":
                continue
            # A full list withdraws the rows of its period; here only the correction that was taken back needs it.
            for line, row in records(folder / entry["path"], entry["feed"])[0]:
                if (manifest["sender"], folder.name, entry["path"], line) in skipped or row[
                    "start_date"
                ] == "2010-01-11":
                    continue
                start, end = day(row["start_date"] or ""), row["end_date"] and day(row["end_date"])
                key = (row["person_id"], row["institution_id"], row["position"], str(start))
                newest[key] = (str(row["position_group"]), end or None)
    people = (
        pl.read_parquet(tmp_path / "truth" / "people.parquet").filter(register="kz.iin").select("person", "person_id")
    )
    posts = (
        pl.read_parquet(tmp_path / "truth" / "posts.parquet")
        .join(people, on="person")
        .filter(pl.col("end").is_null() | (pl.col("end") >= date(2019, 9, 1)), pl.col("start") <= date(2026, 9, 5))
    )
    told = sorted((key[0], key[1], key[3], value[0], str(value[1])) for key, value in newest.items())
    true = sorted(
        (str(row["person_id"]), str(row["institution_id"]), str(row["start"]), str(row["role"]), str(row["end"]))
        for row in posts.iter_rows(named=True)
    )
    # Posts that ended between a sender's last list and the day of the truth are still open in the lists.
    assert [row[:4] for row in told] == [row[:4] for row in true]
    assert sum(one != other for one, other in zip(told, true, strict=True)) <= 3
