"""Personal data of deliveries stay in the inbox: none of them is elsewhere below the data root, in HOME, or is said.

Deliveries full of canaries, sound and broken, go through the commands as a sender and a steward run them. Then
everything that any of them left behind is opened and searched. That the search sees what is there, `test_canary_search`
shows for each kind of container; here the pseudonyms of the same people show it for the product's own files.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from canary import Canary, Finding, search
from canary_containers import Piece, opened, pieces_below, uncompressed
from canary_deliveries import CREATED, Plan, plans

from bilimkoz.settings import PROJECT
from ingest.simulate import simulate

PLANS = {plan.origin: plan for plan in plans()}
KEY = hashlib.sha256(b"a key for canaries").digest()
_MARKS = {b"PAR1": "parquet", b"SQLi": "sqlite", b"PK\x03\x04": "xlsx"}


@dataclass(frozen=True)
class Product:
    """What the commands left behind: places, exit codes by command, what they said, and what the search found."""

    base: Path
    codes: dict[str, int]
    said: list[Piece]
    found: list[Finding]

    @property
    def root(self) -> Path:
        return self.base / "data"

    def of(self, origin: str) -> list[Finding]:
        return [finding for finding in self.found if finding.canary.origin == origin]


class _Commands:
    """Runs `bilimkoz` with a HOME, a temporary folder and a data root of its own, and keeps what it says."""

    def __init__(self, base: Path) -> None:
        self._base, self._running = base, dict[str, subprocess.Popen[bytes]]()
        self.codes = dict[str, int]()
        for name in ("home", "temp", "here", "said"):
            (base / name).mkdir()

    def start(self, *words: str | Path) -> str:
        name = " ".join(map(str, words))
        places = {"HOME": "home", "TMPDIR": "temp", "BILIMKOZ_DATA_ROOT": "data"}
        env = {variable: str(self._base / place) for variable, place in places.items()}
        number = len(self._running) + len(self.codes)
        with (self._base / "said" / f"{number}.out").open("wb") as out:
            self._running[name] = subprocess.Popen(
                [str(Path(sys.executable).with_name("bilimkoz")), *map(str, words)],
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COLUMNS": "240", **env},
                cwd=self._base / "here",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

        return name

    def wait(self, *names: str) -> None:
        """Waits for the commands named, or for all that run."""
        for name in names or tuple(self._running):
            self.codes[name] = self._running.pop(name).wait()

    def run(self, *words: str | Path) -> None:
        self.wait(self.start(*words))

    def said(self) -> list[Piece]:
        return [Piece(f"output {path.name}", path.read_bytes()) for path in sorted((self._base / "said").iterdir())]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    base, began = tmp_path_factory.mktemp("canary"), time.time()
    simulate(base / "data", "tiny", 1)
    canaries = [canary for plan in PLANS.values() for canary in plan.canaries()] + _keys()
    # An empty search afterwards must not owe itself to values that other data hold as well.
    assert not search(pieces_below(base), canaries)
    folders = {origin: plan.write(base / "data") for origin, plan in PLANS.items()}
    commands = _Commands(base)
    key_file = base / "home" / ".config" / "bilimkoz" / "pseudonym.key"
    key_file.parent.mkdir(parents=True)
    key_file.touch(mode=0o600)
    key_file.write_text(KEY.hex())
    (folders["csv-utf-8-sig"] / "manifest.json").unlink()
    commands.run("manifest", folders["csv-utf-8-sig"], "--created", CREATED)
    commands.start("run")
    # Checks take no lock, and their start-up fits into that of the run.
    for origin in ("bad-check-digit", "cells-of-wrong-columns", "no-header", "cut-off"):
        commands.run("check", folders[origin], *(["--json"] if origin == "cells-of-wrong-columns" else []))
    commands.wait()
    for words in ("quarantine", "quarantine --xlsx", "quarantine --with-values", "release show", "doctor"):
        commands.start(*words.split())
    commands.wait()
    looked_for = canaries + [pseudonym for plan in PLANS.values() for pseudonym in _pseudonyms(plan)]
    without = frozenset({base / "data" / "inbox", key_file})
    said = commands.said()
    pieces = itertools.chain(_left_behind(base, without), _written_to_the_project(began), said)
    return Product(base, commands.codes, said, search(pieces, looked_for))


def _keys() -> list[Canary]:
    """The key, and the two padded blocks it is as good as."""
    pads = [bytes(byte ^ pad for byte in KEY.ljust(64, b"\0")) for pad in (0x36, 0x5C)]
    return [
        Canary("key", kind, secret=value) for kind, value in zip(("key", "ipad", "opad"), (KEY, *pads), strict=True)
    ]


def _pseudonyms(plan: Plan) -> Iterator[Canary]:
    if plan.fate == "lands":
        for person in plan.people:
            yield Canary(plan.origin, "pseudonym", (person.pseudonym(KEY),))


def _left_behind(base: Path, without: frozenset[Path]) -> Iterator[Piece]:
    for name in ("data", "home", "temp", "here"):
        yield from pieces_below(base / name, without)
    for path in _files(base, "duckdb"):
        yield Piece(f"{path} > written without compression", uncompressed(path))


def _files(base: Path, kind: str) -> list[Path]:
    """Files of a kind, told by their first bytes, that are not in the inbox."""
    found = defaultdict(list)
    for path in base.rglob("*"):
        if path.is_file() and not path.is_relative_to(base / "data" / "inbox"):
            with path.open("rb") as file:
                head = file.read(12)
            found["duckdb" if head[8:12] == b"DUCK" else _MARKS.get(head[:4], "other")].append(path)
    return found[kind]


def _written_to_the_project(since: float) -> Iterator[Piece]:
    """Files that were written into the project's own folders meanwhile, tests apart, which hold canaries."""
    for folder in ("bilimkoz", "dbt_project", "expectations", "ingest", "orchestration", "publish"):
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and path.stat().st_mtime >= since:
                yield from opened(Piece(str(path), path.read_bytes()), path)


def test_the_commands_do_what_they_are_for(product: Product) -> None:
    """A run that stopped half-way would have little to leak."""
    codes = {name.replace(str(product.root / "inbox"), ""): code for name, code in product.codes.items()}
    assert codes == {
        f"manifest /kanar-csv-utf-8-sig/2026-09-14 --created {CREATED}": 0,
        # Published, and some of what came cannot be read.
        "run": 2,
        "check /kanar-bad-check-digit/2026-09-14": 2,
        "check /kanar-cells-of-wrong-columns/2026-09-14 --json": 2,
        "check /kanar-no-header/2026-09-14": 2,
        "check /kanar-cut-off/2026-09-14": 2,
        "quarantine": 0,
        "quarantine --xlsx": 0,
        "quarantine --with-values": 0,
        "release show": 0,
        "doctor": 0,
    }
    assert all(piece.content.strip() for piece in product.said)


@pytest.mark.parametrize("kind", ["duckdb", "parquet", "sqlite", "xlsx"])
def test_there_are_files_of_each_kind_to_open(product: Product, kind: str) -> None:
    assert _files(product.base, kind)


@pytest.mark.parametrize("origin", PLANS)
def test_the_delivery_has_met_its_fate(product: Product, origin: str) -> None:
    """What was planned to load, to wait or to be refused did so, and thus went all the way it was meant to."""
    lines = (line for path in (product.root / "landing" / "_log").glob("*.jsonl") for line in path.open())
    parses = [
        entry for entry in map(json.loads, lines) if entry.get("sender") == f"kanar-{origin}" and "counts" in entry
    ]
    assert _fates(parses) == {PLANS[origin].fate}
    if PLANS[origin].fate == "lands":
        assert sum(entry["records_n"] for entry in parses) == sum(file[3] for file in PLANS[origin].files)


def _fates(parses: list[dict[str, Any]]) -> set[str]:
    def fate(entry: dict[str, Any]) -> str:
        if entry["problem"]:
            return "unreadable"
        return "quarantined" if any(count["quarantined_n"] for count in entry["counts"].values()) else "lands"

    return {fate(entry) for entry in parses} or {"refused"}


@pytest.mark.parametrize("origin", PLANS)
def test_canaries_are_found_in_the_inbox(product: Product, origin: str) -> None:
    """The same search sees every value as the delivery holds it, whatever the format."""
    found = search(
        _pieces_of_inbox(product.root / "inbox" / f"kanar-{origin}" / "2026-09-14"), PLANS[origin].canaries()
    )
    assert {finding.canary for finding in found} == set(PLANS[origin].canaries())


def _pieces_of_inbox(folder: Path) -> Iterator[Piece]:
    for path in folder.iterdir():
        whole = Piece(str(path), path.read_bytes())
        try:
            yield from list(opened(whole, path))
        except Exception:  # some are broken on purpose
            yield whole


@pytest.mark.parametrize("origin", [origin for origin, plan in PLANS.items() if plan.fate == "lands"])
@pytest.mark.parametrize("place", ["data/landing/staff_employment/", "data/work/"])
def test_pseudonyms_are_found_in_the_warehouse(product: Product, origin: str, place: str) -> None:
    """The search reaches the very rows in which an identifier would stand."""
    if origin == "local-ids" and "staff" in place:
        place = "data/landing/person_links/"
    seen = {found.canary for found in product.of(origin) if found.place.startswith(str(product.base / place))}
    assert set(_pseudonyms(PLANS[origin])) <= seen


@pytest.mark.parametrize("origin", PLANS)
def test_nothing_personal_is_outside_the_inbox(product: Product, origin: str) -> None:
    leaks = [str(finding) for finding in product.of(origin) if finding.canary.kind != "pseudonym"]
    assert not leaks, "\n".join(leaks)


def test_the_key_is_in_its_file_only(product: Product) -> None:
    assert not [str(finding) for finding in product.of("key")]
