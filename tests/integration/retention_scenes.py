"""The scenes of the retention tests: each has a subject of its own, which the marts carry as a segment.

Unless a scene says otherwise t0 is 2018-09-01, the as-of date 2026-09-15, and so the window ends on 2026-05-18.
"""

from __future__ import annotations

from pathlib import Path

from once import Once
from retention_world import World, build

AS_OF = "2026-09-15"
T0 = "2018-09-01"


def network(world: World) -> None:
    """N1 and N2 are in K1; X1 to X3 are in no cluster; D1 to D3, P1 and P2, G1 and G2 come and go."""
    for cluster in ("K1", "K2", "K3", "K4"):
        world.cluster(cluster)
    for school in ("N1", "N2", "X1", "X2", "X3", "D1", "D2", "D3", "D4", "P1", "P2", "G1", "G2", "L", "S1", "S2", "S3"):
        world.school(school)
    for school in ("N1", "N2"):
        world.joins("K1", school, "2010-01-01")
    world.joins("K2", "D1", "2010-01-01")
    world.joins("K2", "D2", "2010-01-01", "2019-12-31")
    world.joins("K2", "D3", "2021-01-01")
    world.joins("K2", "D4", "2020-01-01")
    world.joins("K3", "P1", "2010-01-01")
    world.joins("K3", "P2", "2010-01-01", "2020-01-31")
    world.joins("K4", "G1", "2010-01-01")
    world.joins("K4", "G2", "2010-01-01")
    world.succeeds("S1", "S2", "2019-09-01")
    world.succeeds("S2", "S3", "2021-09-01", "renaming")


def comings_and_goings(world: World) -> None:
    world.post("returner", "N1", T0, "2019-06-30", subject="returner")
    world.post("returner", "N1", "2020-09-01", subject="returner")

    world.post("leave", "N1", T0, subject="leave", on_leave="parental", on_leave_from="2019-05-01")

    maternity = {"subject": "maternity", "end_reason": "maternity"}
    world.post("mother-away", "N1", T0, "2019-05-31", **maternity)
    world.post("mother-back", "N1", T0, "2019-05-31", **maternity)
    world.post("mother-back", "N1", "2021-09-01", subject="maternity")
    world.post("mother-elsewhere", "N1", T0, "2019-05-31", **maternity)
    world.post("mother-elsewhere", "X1", "2020-01-10", subject="maternity")

    world.post("two-schools", "N1", T0, load_fte="0.5", subject="two schools")
    world.post("two-schools", "X1", T0, "2019-06-30", load_fte="0.6", subject="two schools")
    world.post("two-equal", "X2", T0, "2019-06-30", load_fte="0.5", subject="two equal schools")
    world.post("two-equal", "N2", T0, load_fte="0.5", subject="two equal schools")

    world.post("inside", "N1", T0, "2019-06-30", subject="move inside")
    world.post("inside", "N2", "2019-08-25", subject="move inside")
    world.post("outside", "N1", T0, "2019-06-30", subject="move outside")
    world.post("outside", "X1", "2019-08-25", subject="move outside")

    for days, start in ((120, "2019-10-29"), (121, "2019-10-30")):
        world.post(f"gap-{days}", "N1", T0, "2019-06-30", subject=f"gap {days}")
        world.post(f"gap-{days}", "N1", start, subject=f"gap {days}")


def membership(world: World) -> None:
    world.post("school-leaves", "D1", T0, "2019-08-31", subject="school leaves")
    world.post("school-leaves", "D2", "2019-09-01", subject="school leaves")
    world.post("school-joins", "D1", T0, "2019-08-31", subject="school joins later")
    world.post("school-joins", "D3", "2019-09-01", subject="school joins later")
    world.post("into-member", "D1", T0, "2021-08-31", subject="into a new member")
    world.post("into-member", "D3", "2021-09-01", subject="into a new member")
    world.post("own-joins", "D4", T0, "2020-08-31", subject="own school joins")
    world.post("own-joins", "D1", "2020-09-01", subject="own school joins")

    for days, start in ((45, "2020-02-24"), (46, "2020-02-25")):
        person, subject = f"same-{days}", f"same post {days}"
        world.post(person, "P1", T0, "2019-12-31", subject=subject)
        world.post(person, "P2", "2020-01-10", "2020-02-10", subject=subject)
        world.post(person, "P2", start, subject=subject, position="teacher of physics")

    world.post("merged", "S1", T0, "2019-08-31", subject="succession")
    world.post("merged", "S2", "2019-09-01", "2021-08-31", subject="succession")
    world.post("merged", "S3", "2021-09-01", subject="succession")
    world.post("ahead", "S1", T0, "2019-01-31", subject="successor ahead")
    world.post("ahead", "S2", "2019-02-01", subject="successor ahead")


def sight(world: World) -> None:
    """School L was last confirmed on 2020-03-01, so its window ends on 2019-11-02."""
    lost = {"subject": "lost from sight", "confirmed_on": "2020-03-01"}
    world.post("lost-open", "L", T0, **lost)
    world.post("lost-left", "L", T0, "2019-06-30", **lost)
    world.post("lost-late", "L", T0, "2019-12-15", **lost)
    world.post("lost-found", "L", T0, **lost)
    world.post("lost-found", "X1", "2020-04-01", subject="lost from sight")
    world.post("unvouched", "N1", T0, subject="not vouched for", confirmed_on="2020-03-01")

    world.post("never", "N1", T0, T0, subject="never started", end_reason="not_started")
    world.post("came", "N1", T0, subject="never started")

    world.post("dies", "N1", T0, "2019-03-31", subject="removed", end_reason="died")
    world.post("unretires", "N1", T0, "2019-03-31", subject="removed", end_reason="retired")
    world.post("unretires", "X1", "2019-12-01", subject="removed")
    world.post("moves-dies", "N1", T0, "2019-01-31", subject="removed")
    world.post("moves-dies", "X1", "2019-02-01", "2019-06-30", subject="removed", end_reason="died")

    local = {"subject": "local id", "person_is_local": True}
    world.post("local-stays", "N1", T0, **local)
    world.post("local-leaves", "N1", T0, "2019-06-30", **local)
    world.post("local-linked", "N1", T0, "2019-06-30", **local)
    world.link("local-linked", "national")
    world.post("national", "X1", "2019-07-10", subject="local id", teaching_since=T0)


def days(world: World) -> None:
    world.post("on-the-day", "N1", T0, "2019-09-01", subject="boundary day")
    world.post("day-before", "N1", T0, "2019-08-31", subject="day before")
    world.post("leap-on", "N1", "2020-02-29", "2021-02-28", subject="29 February")
    world.post("leap-before", "N1", "2020-02-29", "2021-02-27", subject="29 February, day before")

    for subject, end in (
        ("edge after window", "2026-05-31"),
        ("edge in window", "2026-05-10"),
        ("edge whole month", "2026-04-30"),
    ):
        world.post(subject, "N1", "2023-09-01", end, subject=subject)

    world.post("august", "N1", "2019-08-01", subject="first of August")
    world.post("july", "N1", "2019-07-31", subject="last of July")

    world.post("last-observed", "N1", "2025-05-18", subject="last observed")
    world.post("first-observed", "N1", "2024-09-01", subject="last observed")
    world.post("not-yet", "N1", "2025-09-01", subject="not yet observed")
    world.post("in-open-window", "N1", "2026-09-01", subject="after the window")


def proof(world: World) -> None:
    """Sender `late` holds ended posts from 2018-01-01 on, so three years of looking back prove nothing in 2018."""
    world.sender("late", "2018-01-01")
    told = {"_sender": "late", "teaching_since": None}
    world.post("too-early", "X2", "2017-12-31", subject="late registry", **told)
    world.post("proved-record", "X2", T0, subject="proved", _sender="late", teaching_since="2018-05-04")
    world.post("proved-age", "X2", T0, subject="proved", _sender="late", born=1993)
    world.post("proved-diploma", "X2", T0, subject="proved", **told)
    world.diploma("proved-diploma", "2016-09-01")
    world.post("proved-registry", "X2", "2021-01-01", subject="proved by looking back", **told)
    world.post("unproved-age", "X2", T0, subject="unproved", _sender="late", born=1992)
    world.post("unproved-diploma", "X2", T0, subject="unproved", **told)
    world.diploma("unproved-diploma", "2016-08-31")
    world.post("unproved-other", "X2", T0, subject="unproved", **told)
    world.diploma("unproved-other", "2018-06-30", field="nursing")
    world.post("veteran", "X2", T0, subject="unproved", _sender="late", teaching_since="2018-05-03")
    world.post("lecturer", "X2", "2018-02-01", "2018-08-31", position_group="college_lecturer", **told)
    world.post("lecturer", "X2", T0, subject="unproved", **told)


def ten_people(world: World) -> None:
    """Four move to the sister school after three months and leave it after nine; five are lost after six; one stays."""
    for number in range(4):
        world.post(f"ten-move-{number}", "G1", T0, "2018-11-30", subject="ten people")
        world.post(f"ten-move-{number}", "G2", "2018-12-01", "2019-05-31", subject="ten people")
    for number in range(5):
        world.post(f"ten-lost-{number}", "G1", T0, subject="ten people", confirmed_on="2019-03-01")
    world.post("ten-stay", "G1", T0, subject="ten people")


def ends(world: World) -> None:
    """Ten people of whom five go, each for another reason, and one known to its school only who goes nobody knows where."""
    world.post("ends-network", "N1", T0, "2018-12-31", subject="ends")
    world.post("ends-network", "N2", "2019-01-01", subject="ends")
    world.post("ends-outside", "N1", T0, "2019-01-31", subject="ends")
    world.post("ends-outside", "X1", "2019-02-10", subject="ends")
    world.post("ends-left", "N1", T0, "2019-06-30", subject="ends")
    world.post("ends-retired", "N1", T0, "2019-06-30", subject="ends", end_reason="retired")
    world.post("ends-died", "N1", T0, "2019-08-31", subject="ends", end_reason="died")
    for number in range(5):
        world.post(f"ends-stay-{number}", "N1", T0, subject="ends")
    world.post("ends-local", "N1", T0, "2019-06-30", subject="ends unseen", person_is_local=True)


def institutions(world: World) -> None:
    """Twenty schools that hired two people each in 2015; ten kept both, ten lost both after half a year."""
    for number in range(20):
        world.school(f"E{number:02d}", kind="small_school", region_code="112000000")
        for person in range(2):
            end = None if number < 10 else "2016-02-29"
            world.post(f"effect-{number}-{person}", f"E{number:02d}", "2015-09-01", end, subject="design effect")
    for number, end in enumerate(("2015-09-30", None, None, None)):
        world.post(f"knife-{number}", "X2" if number < 2 else "X3", "2015-09-01", end, subject="jackknife")


def scenes() -> World:
    world = World(as_of=AS_OF)
    for scene in (network, comings_and_goings, membership, sight, days, proof, ten_people, ends, institutions):
        scene(world)
    return world


def built_scenes(once: Once) -> Path:
    """The scenes, built once with every dbt test of the models, for all test files that read them."""
    return once("retention_scenes", lambda folder: build(scenes(), folder)) / "warehouse.duckdb"
