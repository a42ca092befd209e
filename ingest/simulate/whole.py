"""A simulated world comes into a data root whole: it is written aside and moved in at the end.

What belongs here: how an interrupted simulation goes on, and that two worlds are never mixed. A stump of a world would
look like schools that stopped sending, and two worlds in one inbox like people who work in both.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from ingest.problems import Refusal
from ingest.simulate.country import SCENARIOS, SIZES, Order, write_country
from ingest.simulate.country.scenario import BASE
from ingest.simulate.dialects import Format
from ingest.simulate.generate import write_world
from ingest.simulate.summary import SimulationSummary

_ASIDE, _WHOLE = ".simulating", "whole"
_WORLD = Path("truth") / "world.json"
_FOLDERS = ("senders", "inbox", "truth")


def simulate(
    root: Path,
    profile: str,
    seed: int = 1,
    *,
    scenario: str = BASE.name,
    form: Format | None = None,
    threads: int = 1,
) -> SimulationSummary:
    """Writes root/senders, root/inbox and root/truth; the same bytes for the same profile, seed, scenario and form.

    Args:
        profile: tiny or demo, or a size of country.
        scenario: what holds in a country.
        form: the format of all tables of a country; each sender's own where none is given.
        threads: how many oblasts of a country are made at once.

    Raises:
        Refusal: the data root holds senders or deliveries of another world, or real ones; or a scenario or a form is asked
            for of a profile that is no country, or a form that cannot hold its tables.
        KeyError: no profile or scenario has that name.
    """
    told: dict[str, object] = {"profile": profile, "seed": seed}
    if profile in SIZES:
        told |= {"scenario": scenario, "form": form}
        if form == "xlsx" and not SIZES[profile].fits_sheets:
            raise Refusal("sheet_too_small", profile=profile)
    elif scenario != BASE.name or form:
        raise Refusal("scenario_of_country", profile=profile, profiles=list(SIZES))
    world = (json.dumps(told, sort_keys=True) + "\n").encode()
    if is_occupied(root) and not _is(root, world):
        options = " ".join([f"--scenario {scenario}"] * (scenario != BASE.name) + [f"--format {form}"] * bool(form))
        raise Refusal("another_world", path=root, profile=f"{profile} {options}".strip(), seed=seed)
    aside = root / _ASIDE
    if profile in SIZES:
        made = write_country(Order(aside, SIZES[profile], SCENARIOS[scenario], seed, form), threads)
    else:
        made = write_world(aside, profile, seed)
    (aside / _WORLD).write_bytes(world)
    (aside / _WHOLE).touch()
    _move_in(root)
    return replace(made, paths={name: root / name for name in _FOLDERS})


def is_occupied(root: Path) -> bool:
    """Whether the data root holds a sender or a delivery. What an interrupted simulation left is settled first."""
    _move_in(root)
    return any((root / "inbox").glob("*/*")) or any((root / "senders").glob("*.toml"))


def world_of(root: Path) -> tuple[str, int, str] | None:
    """Profile, seed and scenario of the simulated world in a data root; none where there is no such world."""
    path = root / _WORLD
    if not path.exists():
        return None
    told = json.loads(path.read_bytes())
    return told["profile"], told["seed"], told.get("scenario", BASE.name)


def _is(root: Path, world: bytes) -> bool:
    path = root / _WORLD
    return path.exists() and path.read_bytes() == world


def _move_in(root: Path) -> None:
    """Moves in what was written whole, manifests last, and drops what was not; again from anywhere it was stopped."""
    aside = root / _ASIDE
    if (aside / _WHOLE).exists():
        files = [path for name in _FOLDERS for path in (aside / name).rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda path: (path.name == "manifest.json", path)):
            target = root / path.relative_to(aside)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        (aside / _WHOLE).unlink()
    if aside.exists():
        shutil.rmtree(aside)
