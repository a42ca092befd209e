"""One landing with all that staging knows of: lists that withdraw, bad rows, cards, senders of a region, lists of references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from staged import Root, table
from withdrawal_scenes import NATIONAL, OBLAST, SCENES, Scenes

Row = dict[str, Any]


def told(folder: Path) -> Root:
    """The scenes of the tests of withdrawal, and those below."""
    scenes = Scenes(folder)
    for scene in [*SCENES, strangers]:
        scene(scenes)
    scenes.registry()
    network(scenes.root)
    return scenes.root


def strangers(scenes: Scenes) -> None:
    """A sender of another region tells otherwise of a post, by list and by card; one post is at a school nobody knows."""
    scenes.school("elsewhere")
    scenes.list("elsewhere", "2025-09-10", [scenes.row("elsewhere", "elsewhere"), scenes.row("unknown", "nowhere")])
    scenes.root.sender("oblast76", NATIONAL + 'region = "760000000"\n')
    scenes.root.sender("ehis76", 'register = "ee.isikukood"\nregion = "760000000"\n')
    scenes.list("oblast76", "2025-10-10", [scenes.row("elsewhere", "elsewhere", load_fte="0.5")])
    post = {
        "liik": "POHIKOOL", "oppeasutusId": "elsewhere", "ametikoht": "õpetaja", "ametikohtAlgus": "2012-08-14",
        "ametikohtLopp": None, "kehtiv": 1,
    }  # fmt: skip
    value = {"isikuandmed": {"isikukood": "37605030299", "synniKp": "1976-05-03"}, "tootamine": [post]}
    card = json.dumps({"request_timestamp": 1759276800, "value": value}).encode()
    rows = {"ehis_person_cards.json": 1}
    scenes.root.deliver("ehis76", "a", "2025-11-20T00:00:00Z", {"ehis_person_cards.json": card}, rows=rows)


def network(root: Root) -> None:
    """Two clusters, of which one lies in a region nobody knows, and projects: of one school, of two, of one twice, of one
    that nobody knows, of a cluster that waits; then the newer full list, which leaves one project out."""
    cluster = {"name_kk": "Кластер «Бірлік»", "name_ru": "К", "name_en": "K", "kind": "pedagogical_network"}
    cluster |= {"region_code": OBLAST["region_code"], "founded_on": "2024-09-01", "legal_form": "", "stage": "pilot"}
    root.deliver(
        "registry", "region", "2024-01-02T00:00:00Z", {"regions.csv": table([_region("760000000")])}, period=None
    )
    clusters = [cluster | {"cluster_id": "k1"}, cluster | {"cluster_id": "k2", "region_code": "780000000"}]
    root.deliver("registry", "clusters", "2025-01-01T00:00:00Z", {"clusters.csv": table(clusters)}, period=None)
    rows = [
        _project("one", "leaver", income_kzt="1000.5"),
        _project("two", "leaver;returner", implemented_in_practice="true"),
        _project("twice", "leaver; leaver", ended_on="2025-06-30"),
        _project("unknown", "leaver;nobody"),
        _project("orphan", "leaver", cluster_id="k2"),
        _project("dropped", "leaver"),
    ]
    root.deliver("registry", "projects", "2025-02-01T00:00:00Z", {"projects.csv": table(rows)}, full=True)
    newer = [rows[0] | {"income_kzt": "2000"}, *rows[1:5]]
    root.deliver("registry", "newer", "2025-03-01T00:00:00Z", {"projects.csv": table(newer)}, full=True)


def _region(code: str) -> Row:
    return OBLAST | {"region_code": code}


def _project(name: str, institutions: str, **more: str) -> Row:
    row = {"project_id": name, "cluster_id": "k1", "kind": "pbl", "started_on": "2024-10-01", "ended_on": ""}
    return row | {"implemented_in_practice": "false", "income_kzt": "", "institutions": institutions} | more
