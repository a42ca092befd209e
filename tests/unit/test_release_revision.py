"""The revision table against a second count, person by person in Python, over random worlds."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
import revision_marts as marts
from release_world import make_world, publish
from revision_marts import GONE, REMOVED, RETAINED, UNKNOWN, Key, Member

from bilimkoz.connection import connect
from publish.release_record import Release
from publish.revision import NotComparableError, moved, revision

STATES = {"retained": RETAINED, "unknown": UNKNOWN, "removed": REMOVED}
Members = dict[str, Member]


def random_member(draw: random.Random) -> Member:
    states = {
        (*measure, months): draw.choice((GONE, UNKNOWN, RETAINED, REMOVED))
        for measure in marts.MEASURES
        for months in marts.HORIZONS
    }
    clusters = tuple(sorted(draw.sample(("k1", "k2", "k3"), draw.randint(0, 2))))
    return Member(draw.choice((2020, 2021, 2022)), draw.choice("fm"), draw.choice(("s1", "s2")), clusters, states)


def random_worlds(seed: int) -> tuple[Members, Members]:
    """Two worlds that share four people in five, of whom half are told alike."""
    draw = random.Random(seed)
    old = {f"p{number:03d}": random_member(draw) for number in range(60)}
    kept = {name: member for name, member in old.items() if draw.random() < 0.8}
    new = {name: member if draw.random() < 0.5 else random_member(draw) for name, member in kept.items()}
    return old, new | {f"q{number:03d}": random_member(draw) for number in range(10)}


def released(root: Path, members: Members, observed: list[tuple[int, int]], number: str) -> Release:
    world = make_world(root)
    marts.write(world.candidate, members, observed)
    return publish(world, inputs={"deliveries": number})


def counted_again(old: Members, new: Members, key: Key) -> dict[str, int]:
    """The flows of one figure, by going through the people one after another."""
    cohort, level, estimand, segment, value, months = key

    def those(members: Members) -> Members:
        return {
            name: one
            for name, one in members.items()
            if one.cohort == int(cohort[:4]) and (segment, value) in one.places()
        }

    before, after = those(old), those(new)
    came, went = after.keys() - before.keys(), before.keys() - after.keys()
    stayed = before.keys() & after.keys()
    pairs = [
        (before[name].state(level, estimand, months), after[name].state(level, estimand, months)) for name in stayed
    ]
    counts = {
        "entered_n": len(came),
        "left_n": len(went),
        "entered_moved_n": sum(name in old and old[name].cohort != after[name].cohort for name in came),
        "entered_revalued_n": sum(name in old and old[name].cohort == after[name].cohort for name in came),
        "left_moved_n": sum(name in new and new[name].cohort != before[name].cohort for name in went),
        "left_revalued_n": sum(name in new and new[name].cohort == before[name].cohort for name in went),
        "now_known_n": sum(was == UNKNOWN != becomes for was, becomes in pairs),
        "now_unknown_n": sum(was != UNKNOWN == becomes for was, becomes in pairs),
        "outcome_changed_n": sum(was != becomes and UNKNOWN not in (was, becomes) for was, becomes in pairs),
    }
    for name, code in STATES.items():
        counts |= {
            f"{name}_entered_n": sum(after[one].state(level, estimand, months) == code for one in came),
            f"{name}_left_n": sum(before[one].state(level, estimand, months) == code for one in went),
            f"{name}_gained_n": sum(was != code == becomes for was, becomes in pairs),
            f"{name}_lost_n": sum(was == code != becomes for was, becomes in pairs),
        }
    return counts


@pytest.mark.parametrize("seed", range(3))
def test_as_counted_person_by_person(tmp_path: Path, seed: int) -> None:
    """Cohort 2021/22 is observed at 24 months in the new release only, 2022/23 at 24 in neither."""
    old, new = random_worlds(seed)
    then = [(2020, 12), (2020, 24), (2021, 12), (2022, 12)]
    one = released(tmp_path, old, then, "1")
    other = released(tmp_path, new, [*then, (2021, 24)], "2")
    table = revision(one, other, every_segment=True)
    before, after = marts.figures(old), marts.figures(new)
    assert [tuple(key) for key in table.select(table.columns[:6]).rows()] == sorted({*before, *after})
    for row in table.to_dicts():
        key: Key = tuple(row[name] for name in table.columns[:6])  # type: ignore[assignment]
        expected = counted_again(old, new, key)
        is_observed = (int(key[0][:4]), key[5]) in then
        for name, n in expected.items():
            always = name.startswith(("entered", "left"))
            assert row[name] == (n if always or is_observed else None), (key, name)
        for side, held in (("before", before), ("after", after)):
            states = held.get(key)
            assert row[f"hired_{side}_n"] == (states.total() if states else 0)
            if is_observed:
                for name, code in STATES.items():
                    assert row[f"{name}_{side}_n"] == (states[code] if states else 0)


def only(table: pl.DataFrame) -> str:
    (found,) = table.filter(level="workplace", estimand="employed_at", horizon_months=12)["reason"]
    return str(found)


def changed(state: int, n: int, of: int = 4) -> Members:
    """Of some people the first so many have that state at the workplace, and the others are retained."""
    states = {("workplace", "employed_at", 12): state}
    return {f"p{number}": Member(2020, states=states if number < n else {}) for number in range(of)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (changed(GONE, 1), changed(GONE, 1), "unchanged"),
        (changed(GONE, 1), changed(GONE, 2), "outcomes"),
        (changed(UNKNOWN, 2), changed(UNKNOWN, 1), "became_known"),
        (changed(UNKNOWN, 1), changed(UNKNOWN, 2), "became_unknown"),
        (changed(GONE, 1), changed(GONE, 1, of=5), "people"),
        # One came and one is counted otherwise: of equals the first.
        (changed(GONE, 1), changed(GONE, 2, of=5), "people"),
        # One came and two are counted otherwise.
        (changed(GONE, 1), changed(GONE, 3, of=5), "outcomes"),
        # One of each: the figure is the same and the people are not.
        ({"p0": Member(2020), "p1": Member(2020)}, {"p0": Member(2020), "p2": Member(2020)}, "people"),
    ],
)
def test_the_reason_is_that_of_the_most_people(tmp_path: Path, old: Members, new: Members, reason: str) -> None:
    observed = [(2020, 12)]
    table = revision(released(tmp_path, old, observed, "1"), released(tmp_path, new, observed, "2"))
    assert only(table) == reason


def test_a_figure_that_moved_though_nobody_did_is_one_of_other_rules(tmp_path: Path) -> None:
    observed = [(2020, 12)]
    one = released(tmp_path, changed(GONE, 1), observed, "1")
    world = make_world(tmp_path)
    marts.write(world.candidate, changed(GONE, 1), observed)
    with connect(world.candidate) as connection:
        connection.execute("update marts.retention_index set status = 'ok'")
    assert only(revision(one, publish(world, inputs={"deliveries": "2"}))) == "other_rules"


def test_a_release_without_members_cannot_be_compared(tmp_path: Path) -> None:
    """As one that was built before releases kept them."""
    one = publish(make_world(tmp_path))
    other = released(tmp_path, changed(GONE, 1), [(2020, 12)], "2")
    with pytest.raises(NotComparableError) as refused:
        revision(one, other)
    assert (refused.value.release, refused.value.why) == (one.id, "no_members")


def test_the_headline_and_the_largest_changes_come_first() -> None:
    columns = ("cohort_year", "estimand", "retained_before_n", "retained_after_n", "reason")
    table = pl.DataFrame(
        [
            ("unchanged", "employed_at", 5, 5, "unchanged"),
            ("other", "continuous", 50, 10, "people"),
            ("small", "employed_at", 5, 6, "people"),
            ("large", "employed_at", 9, 2, "people"),
            ("first seen", "employed_at", None, 3, "not_observed_before"),
            ("never seen", "employed_at", None, None, "people"),
        ],
        schema=columns,
        orient="row",
    )
    assert moved(table)["cohort_year"].to_list() == ["large", "first seen", "small", "other"]
