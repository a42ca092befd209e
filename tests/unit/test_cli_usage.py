"""A command that is typed wrongly says what is wrong and exits 2; Ctrl-C exits 130; neither shows a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bilimkoz.cli import app, check, usage
from bilimkoz.cli.console import settings

WRONG = {
    "unknown command": (["nope"], "nope"),
    "unknown command of a group": (["release", "nope"], "nope"),
    "unknown option": (["--nope"], "--nope"),
    "unknown option of a command": (["simulate", "--sed", "1"], "--seed"),
    "bad choice": (["simulate", "--profile", "big"], "tiny, demo"),
    "not a number": (["simulate", "--seed", "many"], "--seed"),
    "missing argument": (["check"], "PATH"),
    "missing option": (["quarantine", "accept", "file"], "--reason"),
    "missing value": (["run", "--as-of"], "--as-of"),
    "value where there is none": (["run", "--full-refresh=yes"], "--full-refresh"),
    "too many arguments": (["doctor", "extra"], "extra"),
}
OPENING = {"kk": "Жазылуы: bilimkoz", "ru": "Как писать: bilimkoz", "en": "Usage: bilimkoz"}


def _call(monkeypatch: pytest.MonkeyPatch, root: Path, language: str, arguments: list[str]) -> int:
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(root))
    monkeypatch.setattr(sys, "argv", ["bilimkoz", *arguments])
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        app.main()
    settings.cache_clear()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize("language", OPENING)
@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_is_named_and_exits_2(
    name: str,
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, named = WRONG[name]
    assert _call(monkeypatch, tmp_path, language, arguments) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert named in said
    assert OPENING[language] in said
    assert not [word for word in ("Invalid", "Missing", "No such", "unexpected", "Error") if word in said]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["key"], ["release"]])
def test_a_group_alone_shows_its_help(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, as is usual for a command that was left out, and not a word about a fault."""
    assert _call(monkeypatch, tmp_path, "en", arguments) == 2
    printed = capsys.readouterr()
    assert "bilimkoz" in printed.out
    assert not printed.err
    assert not list(tmp_path.iterdir())


def test_help_exits_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _call(monkeypatch, tmp_path, "en", ["run", "--help"]) == 0


def test_an_unknown_kind_of_wrong_usage_has_words() -> None:
    class NewKind(Exception):
        pass

    assert usage.sentence(NewKind())


@pytest.mark.parametrize("kind", [KeyboardInterrupt, type("DagsterExecutionInterruptedError", (BaseException,), {})])
def test_an_interrupt_exits_130_in_one_line(
    kind: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise kind

    monkeypatch.setattr(check, "examine", interrupted)
    file = tmp_path / "staff_employment.csv"
    file.write_text("x\n")
    assert _call(monkeypatch, tmp_path / "data", "en", ["check", str(file)]) == 130


SLOW = """
import sys, time
import bilimkoz.cli.check as check
def slow(*_):
    print("begun", flush=True)
    time.sleep(60)
check.examine = slow
from bilimkoz.cli.app import main
sys.argv = ["bilimkoz", "check", sys.argv[1]]
main()
"""


def test_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "staff_employment.csv"
    file.write_text("x\n")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert len(out.strip().splitlines()) == 1
    assert not err.strip()
