"""The bars of a run: a bar a step in the reader's language, how far it is, and no trace when it is over."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from bilimkoz.cli import run
from bilimkoz.settings import PROJECT
from bilimkoz.texts import has, say
from estimators.registry import STAGES
from ingest.contract import LANGUAGES
from orchestration import progress
from orchestration.dbt_assets import BUILDS
from orchestration.definitions import MARTS

UP, CLEAR, HIDE_CURSOR, SHOW_CURSOR = "\x1b[1A", "\x1b[2K", "\x1b[?25l", "\x1b[?25h"


def _drawn(monkeypatch: pytest.MonkeyPatch, language: str, is_terminal: bool, *told: tuple[str, int, int]) -> str:
    """What a terminal is sent while a run tells these steps."""
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", language)
    paper = io.StringIO()
    monkeypatch.setattr(run, "console", Console(file=paper, force_terminal=is_terminal, width=100))
    with run._bar() as listener, progress.heard_by(listener):
        for step in told:
            progress.tell(*step)
    return paper.getvalue()


def _lines(drawn: str) -> list[str]:
    return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in drawn.splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_has_a_bar_with_how_far_it_is(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _drawn(monkeypatch, language, True, ("ingest", 1, 18), ("ingest", 18, 18), ("dbt", 40, 137))
    last = {
        step: [line for line in _lines(drawn) if say(language, f"run.step_{step}") in line]
        for step in ("ingest", "dbt")
    }
    assert re.search(r"━+ +18/18 +0:00:0\d$", last["ingest"][-1])
    assert re.search(r"40/137 +0:00:0\d$", last["dbt"][-1])


def test_until_a_step_tells_something_the_run_is_said_to_be_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("Running" in line for line in _lines(_drawn(monkeypatch, "en", True)))
    drawn = _drawn(monkeypatch, "en", True, ("ingest", 1, 2))
    assert "Running" not in _lines(drawn)[-1]


def _screen(drawn: str) -> list[str]:
    """What stands on a terminal that was sent this: it knows line ends, one line up, and a line that is cleared."""
    screen, place = [""], 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\n|[^\x1b\n]+", drawn):
        if piece == "\n":
            place += 1
            screen += [""] * (place + 1 - len(screen))
        elif piece == UP:
            place -= 1
        elif piece == CLEAR:
            screen[place] = ""
        elif not piece.startswith("\x1b"):
            screen[place] += piece.replace("\r", "")
    return screen


def test_nothing_is_left_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are empty and the cursor, hidden meanwhile, is shown again."""
    drawn = _drawn(monkeypatch, "en", True, ("ingest", 1, 2), ("dbt", 1, 2))
    shown = drawn[: drawn.rindex(SHOW_CURSOR)]
    assert [line for line in _screen(shown) if "Building marts" in line]
    assert not any(_screen(drawn))
    assert drawn.startswith(HIDE_CURSOR)


def test_a_file_gets_no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _drawn(monkeypatch, "en", False, ("ingest", 1, 2), ("ingest", 2, 2))
    assert "\x1b" not in drawn
    assert "2/2" not in drawn


def test_nobody_is_told_when_the_run_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, int, int]] = []
    with progress.heard_by(lambda *step: heard.append(step)):
        progress.tell("dbt", 1, 2)
    progress.tell("dbt", 2, 2)
    assert heard == [("dbt", 1, 2)]
    assert _drawn(monkeypatch, "en", True)


def test_every_step_that_is_told_has_words() -> None:
    code = "\n".join(path.read_text() for path in (PROJECT / "orchestration").glob("*.py"))
    steps = set(re.findall(r'progress\.tell\(\s*f?"([\w{}]+)"', code))
    named = {step.replace("{name}", name) for step in steps for name in ("raw", *MARTS)}
    # Builds and stages tell their own names.
    named |= {*BUILDS, *STAGES}
    assert {"ingest", "estimates", "release", "expectations_raw", "expectations_marts"} <= named
    assert not [step for step in named if not has(f"run.step_{step}")]
