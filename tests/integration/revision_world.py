"""A department that delivers a list, learns better and delivers it again: each person is one case of a revision.

The list of `THEN` says what was known then, that of `NOW` what is known now; both are full lists of one school year, so the
second withdraws what it no longer holds. School s3 speaks for itself and fell silent in between.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import dbt_in_process
from ingest_reading import iin
from release_world import World, log_passed, write_manifest
from staged import CODE_MAP, KEY, Root, table

from bilimkoz.connection import connect
from ingest.expose import expose
from ingest.sender import read_all
from publish.release import publish_release
from publish.release_record import Release

THEN, NOW = "2025-10-01", "2026-02-01"
T0 = "2023-09-01"
LOCAL = "staffroom:7"
AT = datetime(2026, 2, 2, tzinfo=UTC)
#: What is built and compared; all that stands on lists of staff.
MARTS = (
    *("retention_index", "retention_quarter", "retention_curve", "retention_incidence"),
    *(
        "fct_employment_spell",
        "dim_person",
        "dim_institution",
        "institution_coverage",
        "fct_delivery",
        "fct_delivery_due",
    ),
)
Row = dict[str, Any]


def _numbers() -> Iterator[str]:
    """Numbers of nobody, with a valid check digit; a body that has none is passed over."""
    for number in itertools.count(1):
        try:
            yield iin(f"9501013{number:04d}")
        except ValueError:
            continue


PEOPLE = dict(
    zip(
        (
            "earlier",
            "stays",
            "stays too",
            "leaves",
            "moves",
            "started",
            "hired late",
            "linked",
            "veteran",
            "silent",
            "dies",
        ),
        _numbers(),
        strict=False,
    )
)


def post(name: str, start: str = T0, end: str = "", school: str = "s1", **more: Any) -> Row:
    """A teacher's post whose labour record begins with it."""
    given = {
        "person_id": PEOPLE.get(name, name),
        "institution_id": school,
        "position": "teacher",
        "position_group": "teacher",
        "start_date": start,
        "end_date": end,
        "end_reason": "resigned" if end else "",
        "load_fte": "1",
        "teaching_since": "",
        "subject": "physics",
    }
    return given | more


def known_then() -> list[Row]:
    return [
        post("earlier", "2022-09-01"),
        post("stays"),
        post("stays too"),
        post("leaves"),
        post("moves", end="2024-06-30"),
        post("started"),
        post(LOCAL, end="2023-12-31"),
        post("linked", "2024-02-01", school="s2"),
        post("veteran", teaching_since=T0),
        post("dies", end="2024-05-31"),
    ]


def known_now() -> list[Row]:
    """A late exit, a late move, a corrected start, a late hire, a labour record, a death; and a subject corrected."""
    return [
        post("earlier", "2022-09-01"),
        post("stays"),
        post("stays too", subject="maths"),
        post("leaves", end="2024-06-30"),
        post("moves", end="2024-06-30"),
        post("moves", "2024-08-15", school="s2"),
        post("started", "2022-09-01"),
        post("hired late", "2023-09-15"),
        post(LOCAL, end="2023-12-31"),
        post("linked", "2024-02-01", school="s2"),
        post("veteran", teaching_since="2015-09-01"),
        post("dies", end="2024-05-31", end_reason="died"),
    ]


def deliver_then(root: Root) -> None:
    root.sender("department", 'register = "kz.iin"\n')
    root.sender("s3", 'register = "kz.iin"\ninstitutions = ["s3"]\n')
    names = {"name_kk": "А", "name_ru": "А", "name_en": "A"}
    regions = [{"region_code": "750000000", **names, "level": "oblast", "parent_code": ""}]
    schools = [
        {"institution_id": school, "name_kk": school, "kind": "school", "region_code": "750000000", "status": "active"}
        for school in ("s1", "s2", "s3")
    ]
    base = {"regions.csv": table(regions), "institutions.csv": table(schools)}
    root.deliver("department", "base", "2023-08-01T06:00:00Z", base, period=None)
    silent = {"staff_employment.csv": table([post("silent", school="s3")])}
    root.deliver("s3", "1", "2024-01-10T06:00:00Z", silent, period="2023/24", full=True)
    root.deliver("department", "1", f"{THEN}T06:00:00Z", {"staff_employment.csv": table(known_then())}, full=True)


def deliver_now(root: Root) -> None:
    silent = {"staff_employment.csv": table([post("silent", school="s3")])}
    root.deliver("s3", "2", "2026-01-15T06:00:00Z", silent, full=True)
    files = {"staff_employment.csv": table(known_now())}
    root.deliver("department", "2", f"{NOW}T06:00:00Z", files, full=True)
    links = {"person_links.csv": table([{"local_id": LOCAL, "person_id": PEOPLE["linked"]}])}
    root.deliver("department", "links", f"{NOW}T07:00:00Z", links, period=None)


def publish(root: Root, as_of: str, **inputs: str) -> Release:
    """Takes in what is new, builds as of a day and publishes."""
    root.ingest()
    world = World(root.folder)
    world.run.mkdir(parents=True, exist_ok=True)
    world.candidate.unlink(missing_ok=True)
    with connect(world.candidate) as connection:
        expose(connection, root.places.landing, read_all(root.places.senders), KEY.id, CODE_MAP)
    dbt_in_process.build(world.candidate, as_of, [f"+{mart}" for mart in MARTS], tests=False)
    write_manifest(world.manifest, dict.fromkeys(MARTS))
    log_passed(world)
    return publish_release(
        root.folder,
        world.candidate,
        as_of=date.fromisoformat(as_of),
        inputs=inputs,
        run_id="run-1",
        gates_path=world.gates,
        manifest_json=world.manifest,
        at=AT,
        by="steward",
    )
