"""A simulated world is in the data root whole or not at all, and never beside another one."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from country_village import VILLAGES
from terminal import Terminal

from bilimkoz.cli import app, machine
from bilimkoz.cli.console import settings
from ingest.problems import Refusal
from ingest.simulate import deliveries, is_occupied, simulate
from ingest.simulate import whole as whole_world
from ingest.simulate.dialects import Format
from ingest.simulate.profile import PROFILES


class Stopped(RuntimeError):
    pass


def _hashes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("senders", "inbox", "truth")
        for path in (root / name).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = tmp_path_factory.mktemp("whole")
    simulate(root, "tiny", 1)
    assert sorted(path.name for path in root.iterdir()) == ["inbox", "senders", "truth"]
    return _hashes(root)


def _stop_after(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, calls_n: int) -> None:
    """The given number of calls goes well; after them the process might as well be dead."""
    done, original = [0], getattr(owner, name)

    def counted(*arguments: object, **options: object) -> object:
        if done[0] == calls_n:
            raise Stopped
        done[0] += 1
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, counted)


def _command(monkeypatch: pytest.MonkeyPatch, root: Path, *arguments: str) -> int:
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(root))
    monkeypatch.setattr(sys, "argv", ["bilimkoz", "simulate", *arguments])
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        app.main()
    settings.cache_clear()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_stopped_while_it_is_written_nothing_is_there(
    tmp_path: Path, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _stop_after(patch, deliveries.Inbox, "write", 9)
        with pytest.raises(Stopped):
            simulate(tmp_path, "tiny", 1)
    assert not (tmp_path / "inbox").exists()
    assert _command(monkeypatch, tmp_path, "--if-empty", "--profile", "tiny") == 0
    assert _hashes(tmp_path) == whole


@pytest.mark.parametrize("moved_n", [0, 3, 20])
def test_stopped_while_it_moves_in_it_goes_on(
    moved_n: int, tmp_path: Path, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _stop_after(patch, type(tmp_path), "replace", moved_n)
        with pytest.raises(Stopped):
            simulate(tmp_path, "tiny", 1)
    assert _command(monkeypatch, tmp_path, "--if-empty", "--profile", "demo") == 0
    assert _hashes(tmp_path) == whole


def test_a_manifest_comes_after_the_files_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    replace = type(tmp_path).replace

    def noted(path: Path, target: Path) -> Path:
        moved.append(path.name)
        return replace(path, target)

    monkeypatch.setattr(type(tmp_path), "replace", noted)
    simulate(tmp_path, "tiny", 1)
    first = moved.index("manifest.json")
    assert set(moved[first:]) == {"manifest.json"}


def test_the_same_world_again_changes_nothing(tmp_path: Path, whole: dict[str, str]) -> None:
    simulate(tmp_path, "tiny", 1)
    simulate(tmp_path, "tiny", 1)
    assert _hashes(tmp_path) == whole


def test_another_world_is_refused(tmp_path: Path, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another seed, another profile; and real deliveries or senders, of which no record says that they are made up."""
    simulate(tmp_path, "tiny", 1)
    with pytest.raises(Refusal, match="another_world"):
        simulate(tmp_path, "tiny", 2)
    assert _command(monkeypatch, tmp_path, "--profile", "demo") == 2
    assert _hashes(tmp_path) == whole
    for name in ("inbox/school/first/staff.csv", "senders/school.toml"):
        real = tmp_path / name.split("/")[0]
        (real / name).parent.mkdir(parents=True)
        (real / name).touch()
        assert is_occupied(real)
        with pytest.raises(Refusal, match="another_world"):
            simulate(real, "tiny", 1)


def test_a_country_says_its_scenario_and_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another scenario is another world, and small worlds have neither scenarios nor a choice of form."""
    monkeypatch.setitem(whole_world.SIZES, "villages", replace(VILLAGES, oblasts_n=1))
    simulate(tmp_path, "villages", 1, scenario="clean", form="csv")
    world = json.loads((tmp_path / "truth" / "world.json").read_text())
    assert world == {"profile": "villages", "seed": 1, "scenario": "clean", "form": "csv"}
    assert not {path.suffix for path in tmp_path.glob("inbox/*/*/*")} & {".parquet", ".xlsx", ".jsonl"}
    before = _hashes(tmp_path)
    simulate(tmp_path, "villages", 1, scenario="clean", form="csv")
    assert _hashes(tmp_path) == before
    with pytest.raises(Refusal, match="another_world"):
        simulate(tmp_path, "villages", 1, scenario="clean")
    with pytest.raises(Refusal, match="another_world"):
        simulate(tmp_path, "villages", 1, form="csv")
    with pytest.raises(Refusal, match="scenario_of_country"):
        simulate(tmp_path / "small", "tiny", 1, scenario="clean")
    with pytest.raises(Refusal, match="scenario_of_country"):
        simulate(tmp_path / "small", "tiny", 1, form="csv")
    for profile in ("oblast", "country"):
        with pytest.raises(Refusal, match="sheet_too_small"):
            simulate(tmp_path / "small", profile, 1, form="xlsx")
    assert whole_world.SIZES["district"].fits_sheets
    assert not (tmp_path / "small" / "inbox").exists()


def test_every_scenario_and_size_can_be_asked_for() -> None:
    """What the command line offers is what there is."""
    assert [scenario.value for scenario in machine.Scenario] == list(whole_world.SCENARIOS)
    assert {profile.value for profile in machine.Profile} == {*PROFILES, *whole_world.SIZES}
    assert tuple(form.value for form in machine.Form) == get_args(Format)


def test_who_asks_for_another_world_is_told_which_is_there(terminal: Terminal) -> None:
    """With --if-empty nothing is made, and that is said where another world was asked for."""
    simulate(terminal.root, "tiny", 1)
    before = _hashes(terminal.root)
    assert terminal.call("simulate", "--profile", "tiny", "--if-empty") == (0, "")
    for asked in (("--profile", "demo"), ("--profile", "tiny", "--seed", "2")):
        code, said = terminal.call("simulate", *asked, "--if-empty")
        assert code == 0
        assert "profile tiny, seed 1, scenario base" in said
    assert _hashes(terminal.root) == before
