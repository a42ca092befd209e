"""What a full list withdraws and what it must not: leavers, parts that wait, bad rows, corrected days, silent schools.

All scenes lie in one data root and are built once; each has a sender and a school of its own name, and names a person by
the title of the post.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import iin
from staged import Root, table

NATIONAL = 'register = "kz.iin"\n'
OBLAST = {
    "region_code": "750000000",
    "name_kk": "А",
    "name_ru": "А",
    "name_en": "A",
    "level": "oblast",
    "parent_code": "",
    "urban_rural": "",
}
Row = dict[str, Any]


def _people() -> Iterator[str]:
    """Identifiers of people who do not exist; one in eleven bodies has no valid check digit and is left out."""
    for number in itertools.count(1):
        try:
            yield iin(f"8501013{number:04d}")
        except ValueError:
            continue


class Scenes:
    """The data root of all scenes. A scene is a school and its sender; rows of `name` are about one person."""

    def __init__(self, folder: Path) -> None:
        self.root = Root(folder)
        self.people: dict[str, str] = {}
        self.free = _people()
        self.schools: list[str] = []
        self.root.sender("registry", NATIONAL)

    def school(self, name: str, *senders: str, more: str = "") -> None:
        """A school, and senders (its own by default) that speak for it alone."""
        self.schools.append(name)
        for sender in senders or (name,):
            self.root.sender(sender, NATIONAL + more + f'institutions = ["{name}"]\n')

    def row(self, name: str, school: str, start: str = "2020-09-01", end: str = "", **more: Any) -> Row:
        person = self.people.setdefault(name, "") or self.people.update({name: next(self.free)}) or self.people[name]
        given = {"person_id": person, "institution_id": school, "position": name, "start_date": start}
        return given | {"end_date": end, "load_fte": "1", "confirmed_on": ""} | more

    def crowd(self, school: str, people_n: int) -> list[Row]:
        """Colleagues, so that one bad row among them does not hold up the file."""
        return [self.row(f"{school} colleague {number}", school) for number in range(people_n)]

    def list(self, sender: str, created: str, *parts: list[Row], full: bool = True, **more: Any) -> None:
        files = {f"staff_employment_{number}.csv": table(part) for number, part in enumerate(parts)}
        self.root.deliver(sender, created, f"{created}T06:00:00Z", files, full=full, **more)

    def registry(self, *more: Row) -> None:
        schools = [
            {"institution_id": name, "name_kk": name, "kind": "school", "region_code": "750000000", "status": "active"}
            for name in self.schools
        ]
        files = {"regions.csv": table([OBLAST, *more]), "institutions.csv": table(schools)}
        self.root.deliver("registry", "base", "2024-01-01T00:00:00Z", files, period=None)


def leaver(scenes: Scenes) -> None:
    """Open in 2024/25, ended in the next year's list, and no longer listed after that."""
    scenes.school("leaver")
    stays = scenes.row("stays", "leaver")
    scenes.list("leaver", "2025-01-10", [scenes.row("leaver", "leaver"), stays], period="2024/25")
    scenes.list("leaver", "2025-09-10", [scenes.row("leaver", "leaver", end="2025-06-25"), stays])
    scenes.list("leaver", "2026-01-10", [stays])


def returner(scenes: Scenes) -> None:
    """Left out of one full list, and told of again by a correction of a single row."""
    scenes.school("returner")
    stays = scenes.row("kept", "returner")
    scenes.list("returner", "2025-10-10", [scenes.row("returner", "returner"), stays])
    scenes.list("returner", "2025-11-10", [stays])
    scenes.list("returner", "2025-12-10", [scenes.row("returner", "returner", load_fte="0.5")], full=False)


def back_and_forth(scenes: Scenes) -> None:
    """Full lists A, B and again A, byte for byte."""
    scenes.school("back")
    for created, load in (("2025-10-10", "1"), ("2025-11-10", "0.5"), ("2025-12-10", "1")):
        scenes.list("back", created, [scenes.row("back", "back", load_fte=load)])


def two_senders(scenes: Scenes) -> None:
    """Office and school tell of the same two posts; the school, which spoke last, drops one. Then the office says both."""
    scenes.school("shared", "office", "shared")
    scenes.school("again", "office2", "again")
    for school, office in (("shared", "office"), ("again", "office2")):
        both = [scenes.row(f"{school} dropped", school), scenes.row(f"{school} kept", school)]
        scenes.list(office, "2025-09-10", both)
        scenes.list(school, "2025-10-10", [both[0] | {"load_fte": "0.5"}, both[1]])
        scenes.list(school, "2025-11-10", [both[1]])
    scenes.list("office2", "2025-12-10", both)


def part_that_waits(scenes: Scenes) -> None:
    """The second full list comes in two parts; all rows of the first part are bad, so it waits whole."""
    scenes.school("parts")
    first, second = ([scenes.row(f"parts {half} {n}", "parts") for n in range(2)] for half in "ab")
    scenes.list("parts", "2025-10-10", first, second)
    bad = [row | {"start_date": "soon"} for row in first]
    scenes.list("parts", "2025-11-10", bad, [second[0] | {"load_fte": "0.5"}])


SCENES = [leaver, returner, back_and_forth, two_senders, part_that_waits]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Root, Path]:
    scenes = Scenes(tmp_path_factory.mktemp("scenes"))
    for scene in SCENES:
        scene(scenes)
    scenes.registry()
    return scenes.root, scenes.root.build(as_of="2026-02-01", select="+int_row_balance +institution_coverage")


def held(built: tuple[Root, Path], school: str) -> dict[str, str]:
    """Posts that hold at a school: title of the post -> load."""
    root, warehouse = built
    query = f"""select position, cast(load_fte as double)::varchar from intermediate.int_staff_employment__accepted
        where institution_id = '{school}' and position not like '%colleague%'"""
    return dict(root.rows(warehouse, query))


def test_a_leaver_is_not_employed_again_by_an_older_list(built: tuple[Root, Path]) -> None:
    assert held(built, "leaver") == {"stays": "1.0"}


def test_a_newer_delivery_brings_a_withdrawn_row_back(built: tuple[Root, Path]) -> None:
    assert held(built, "returner") == {"returner": "0.5", "kept": "1.0"}


def test_a_correction_corrected_back_holds(built: tuple[Root, Path]) -> None:
    assert held(built, "back") == {"back": "1.0"}


def test_the_last_word_holds_whichever_sender_speaks_it(built: tuple[Root, Path]) -> None:
    """What the school replaced and then dropped does not come back from the office, until the office says it again."""
    assert held(built, "shared") == {"shared kept": "1.0"}
    assert held(built, "again") == {"again dropped": "1.0", "again kept": "1.0"}


def test_a_list_with_a_part_that_waits_withdraws_nothing(built: tuple[Root, Path]) -> None:
    """What was accepted of it holds; what waits leaves the last accepted rows, and so do rows no part speaks of."""
    assert held(built, "parts") == {"parts a 0": "1.0", "parts a 1": "1.0", "parts b 0": "0.5", "parts b 1": "1.0"}


def test_every_row_has_one_fate(built: tuple[Root, Path]) -> None:
    root, warehouse = built
    unbalanced = """select file from intermediate.int_row_balance
        where read_n <> accepted_n + superseded_n + withdrawn_n + repeated_n + waiting_n + quarantined_n + empty_n"""
    assert root.rows(warehouse, unbalanced) == []
    fates = """select accepted_n, superseded_n, withdrawn_n from intermediate.int_row_balance
        where file like 'leaver/%' order by file"""
    assert root.rows(warehouse, fates) == [(0, 2, 0), (0, 1, 1), (1, 0, 0)]
