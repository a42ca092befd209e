"""Getting ready: the key, demo deliveries, and an examination of the machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bilimkoz import secret, texts
from bilimkoz.cli.console import console, language, settings, table, tell, words
from bilimkoz.lock import run_lock
from bilimkoz.settings import PROJECT
from ingest import pseudonym
from ingest.contract import contract, feeds
from ingest.problems import Refusal
from ingest.sender import read_all

key = typer.Typer(no_args_is_help=True, help="The pseudonym key.")
_LEAST_FREE_BYTES = 5 << 30


class Profile(StrEnum):
    """Sizes of the deliveries that `simulate` makes."""

    TINY = "tiny"
    DEMO = "demo"
    DISTRICT = "district"
    OBLAST = "oblast"
    COUNTRY = "country"


class Scenario(StrEnum):
    """What holds in a country that `simulate` makes."""

    BASE = "base"
    CLEAN = "clean"
    SORTING = "sorting"
    NOISY_PRIOR = "noisy_prior"
    DRIFT = "drift"
    HEAVY_TAILS = "heavy_tails"
    MISSING_NOT_AT_RANDOM = "missing_not_at_random"
    NO_EFFECT = "no_effect"
    FEW_CLUSTERS = "few_clusters"
    LATE_REGISTRY = "late_registry"
    REGION_SPLIT = "region_split"
    TEACHERS = "teachers"


class Form(StrEnum):
    """Formats that all tables of a country can be written in."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


@key.command("init")
def key_init(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing where there is one.")] = False,
) -> int:
    """Makes the pseudonym key outside the data root, readable by its owner only; never overwrites one."""
    if if_missing and secret.is_given():
        return 0
    path = secret.file(settings())
    if if_missing and path.exists():
        return 0
    made = pseudonym.create(path)
    tell("key.made", "green", path=path, id=made.id)
    return 0


@key.callback()
def _key() -> None:
    """The pseudonym key."""


def simulate(
    profile: Annotated[Profile, typer.Option(help="How large.")] = Profile.DEMO,
    seed: Annotated[int, typer.Option(help="The same seed makes the same bytes.")] = 1,
    scenario: Annotated[Scenario, typer.Option(help="What holds in a country.")] = Scenario.BASE,
    form: Annotated[Form | None, typer.Option("--format", help="The format of all tables of a country.")] = None,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where there are deliveries or senders.")
    ] = False,
) -> int:
    """Writes deliveries with known truth into the data root."""
    from ingest.simulate import is_occupied, world_of
    from ingest.simulate import simulate as make

    with run_lock(settings().place("work")):
        if if_empty and is_occupied(settings().root):
            there = world_of(settings().root)
            if there and there != (profile.value, seed, scenario.value):
                tell(
                    "simulate.other_world",
                    "yellow",
                    path=settings().root,
                    profile=there[0],
                    seed=there[1],
                    scenario=there[2],
                )
            return 0
        with console.status(words("run.working")):
            made = make(
                settings().root,
                profile.value,
                seed,
                scenario=scenario.value,
                form=form.value if form else None,
                threads=settings().threads,
            )
    tell(
        "simulate.done",
        deliveries=made.deliveries_n,
        files=made.files_n,
        rows=made.rows_n,
        defects=made.defects_n,
        path=settings().root,
    )
    return 0


def doctor() -> int:
    """Checks the machine, the settings, the key and the versions."""
    findings = list(_examine())
    styles = {"good": "green", "warn": "yellow", "bad": "red"}
    rows = [
        [words(f"doctor.{name}"), found, Text(words(f"doctor.{verdict}"), style=styles[verdict])]
        for name, found, verdict in findings
    ]
    table(words("doctor.title"), [words("doctor.check"), words("doctor.found"), words("doctor.verdict")], rows)
    return 2 if any(verdict == "bad" for _, _, verdict in findings) else 0


def _examine() -> Iterator[tuple[str, str, str]]:
    root = settings().root
    yield "python", platform.python_version(), "good"
    differing = _differing_packages()
    yield (
        "packages",
        words("doctor.packages_differ", names=differing) if differing else words("doctor.packages_match"),
        "warn" if differing else "good",
    )
    there = root.is_dir()
    yield "data_root", str(root) if there else words("doctor.no_data_root", path=root), "good" if there else "warn"
    try:
        held = secret.key(settings())
        pseudonym.is_noted(held, settings().place("landing") / "_log")
        yield "key", f"{settings().key_file} ({held.id})", "good"
    except Refusal as why:
        yield "key", texts.refusal(language(), why), "bad"
    encrypted = _is_encrypted(root)
    yield (
        "encryption",
        words("doctor.encrypted" if encrypted else "doctor.not_encrypted"),
        "good" if encrypted else "warn",
    )
    free = shutil.disk_usage(root if root.exists() else Path.cwd()).free
    yield "disk", f"{free / (1 << 30):.0f} GiB", "good" if free > _LEAST_FREE_BYTES else "bad"
    yield "memory", words("doctor.memory_is", memory=settings().memory_limit, threads=settings().threads), "good"
    try:
        yield "senders", str(len(read_all(settings().place("senders")))), "good"
    except Refusal as why:
        yield "senders", texts.refusal(language(), why), "bad"
    classes = sorted({contract(feed).retention_class for feed in feeds()} - {"reference"})
    yield "retention", words("doctor.retention_unset", classes=classes), "warn"


def _differing_packages() -> list[str]:
    """Installed packages whose version is not the one of the lock file."""
    lock = PROJECT / "requirements.lock"
    pins = [line.split("==") for line in lock.read_text().splitlines() if "==" in line and not line.startswith("#")]
    found = []
    for name, version in pins:
        try:
            if importlib.metadata.version(name) != version:
                found.append(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _is_encrypted(root: Path) -> bool:
    """Whether the volume of the data root is a device-mapper crypt target (Linux); elsewhere it is not known."""
    mounts = (
        [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
        if Path("/proc/mounts").exists()
        else []
    )
    holding = [mount for mount in mounts if str(root).startswith(mount[1].rstrip("/") + "/") or mount[1] == "/"]
    device = max(holding, key=lambda mount: len(mount[1]))[0] if holding else ""
    name = Path(device).resolve().name
    uuid = Path("/sys/block") / name / "dm" / "uuid"
    return uuid.exists() and uuid.read_text().startswith("CRYPT-")


def dev() -> int:
    """Starts the web server of Dagster on this machine, with the whole graph."""
    from orchestration import instance

    instance.home(settings())
    os.environ["BILIMKOZ_DATA_ROOT"] = str(settings().root)
    dagster = str(Path(sys.executable).parent / "dagster")
    # Its successor `dg dev` wants a project laid out in its own way.
    quiet = ["-W", "ignore:Function `dev_command` is superseded"]
    where = ["--module-name", "orchestration.definitions", "--working-directory", str(PROJECT)]
    os.execv(sys.executable, [sys.executable, *quiet, dagster, "dev", *where])
