"""What changed between two releases, for a steward at a terminal of 80 letters."""

from __future__ import annotations

import csv

import pytest
import yaml
from release_world import make_world, publish
from terminal import Terminal

from bilimkoz.connection import connect
from bilimkoz.settings import PROJECT, segments
from bilimkoz.texts import has
from ingest.contract import LANGUAGES

#: 31 of 40 are 77.5 %, 30 of 40 are 75 %.
MOVED = {
    "kk": ("сол жұмыс орны, сол күні жұмыс істейді, 12 айдан кейін", "77.5%; қалғаны 31,", "75.0%; қалғаны 30,"),
    "ru": ("то же место работы, работает на эту дату, через 12 мес.", "77.5%; осталось 31,", "75.0%; осталось 30,"),
    "en": ("same institution, in post on the day, after 12 months", "77.5%; 31 retained,", "75.0%; 30 retained,"),
}
UNCHANGED = {"kk": "Өзгермеген кестелер: 4.", "ru": "Таблиц без изменений: 4.", "en": "Tables that did not change: 4."}


@pytest.fixture
def releases(terminal: Terminal) -> tuple[str, str]:
    """2019/20 goes from 31 to 30 of 40, 2020/21 is no more and was hidden by a status."""
    world = make_world(terminal.root, figures=(("2019/20", 31), ("2020/21", 33)))
    with connect(world.candidate) as connection:
        connection.execute("update marts.retention_index set status = 'too_few' where cohort_year = '2020/21'")
    old = publish(world)
    new = publish(make_world(terminal.root, figures=(("2019/20", 30),)), inputs={"deliveries": "newer"})
    return old.id, new.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_that_moved_is_told_in_words(terminal: Terminal, releases: tuple[str, str], language: str) -> None:
    code, said = terminal.call("release", "diff", *releases, language=language)
    assert code == 0
    for words in (*MOVED[language], UNCHANGED[language], "marts.retention_index"):
        assert words in said
    for code_word in ("employed_at", "workplace", "retained_n", "too_few", "marts.dim_region", "None"):
        assert code_word not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_terminal(terminal: Terminal, releases: tuple[str, str], language: str) -> None:
    """80 letters wide, each of its four columns wide enough for a word, and no cohort broken."""
    _, lines = terminal.lines("release", "diff", *releases, language=language)
    assert max(map(len, lines)) <= 80
    row = next(line for line in lines if line.strip().startswith("2019/20"))
    assert len([cell for cell in row.split("  ") if cell.strip()]) == 4


def test_a_split_is_named_with_its_value(terminal: Terminal) -> None:
    world = make_world(terminal.root, figures=(("2019/20", 31),))
    split = "update marts.retention_index set segment = 'sex', segment_value = 'f'"
    with connect(world.candidate) as connection:
        connection.execute(split)
    old = publish(world)
    world = make_world(terminal.root, figures=(("2019/20", 30),))
    with connect(world.candidate) as connection:
        connection.execute(split)
    new = publish(world, inputs={"deliveries": "newer"})
    assert "after 12 months; sex: f" in terminal.call("release", "diff", old.id, new.id)[1]


def test_the_csv_has_headings_in_the_language_and_codes_below(terminal: Terminal, releases: tuple[str, str]) -> None:
    path = terminal.root / "figures.csv"
    assert terminal.call("release", "diff", *releases, "--csv", str(path), language="ru")[0] == 0
    with path.open(encoding="utf-8-sig") as file:
        heading, first, *_ = csv.reader(file)
    assert heading[:3] == ["Был закрыт", "Когорта", "Уровень"]
    assert heading[7:11] == ["Было принято", "Было осталось", "Было доля", "Было состояние"]
    assert first[:3] == ["1", "2019/20", "workplace"]


def test_every_code_of_the_mart_has_words() -> None:
    """As the suite that judges the mart lists them; `all` and `ok` are left unsaid."""
    suite = yaml.safe_load((PROJECT / "expectations" / "suites" / "marts" / "retention_index.yaml").read_bytes())
    sets = {**suite["one_of"], "segment": segments()}
    codes = {f"{name}.{code}" for name in ("level", "estimand", "segment", "status") for code in sets[name]}
    assert len(codes) > 15
    assert sorted(code for code in codes - {"segment.all", "status.ok"} if not has(code)) == []


@pytest.mark.parametrize("command", ["diff", "revision"])
def test_the_first_release_has_none_before_it(terminal: Terminal, command: str) -> None:
    first = publish(make_world(terminal.root))
    code, said = terminal.call("release", command)
    assert code == 2
    assert f"{first.id} is the first release" in " ".join(said.split())


@pytest.mark.parametrize("command", ["diff", "revision"])
def test_a_release_is_not_compared_with_itself(terminal: Terminal, releases: tuple[str, str], command: str) -> None:
    code, said = terminal.call("release", command, releases[1], releases[1])
    assert code == 2
    assert f"Both are {releases[1]}." in " ".join(said.split())


@pytest.mark.parametrize("command", ["diff", "revision"])
def test_where_nothing_can_be_written_nothing_is_compared(
    terminal: Terminal, releases: tuple[str, str], command: str
) -> None:
    for path in (terminal.root / "no such folder" / "figures.csv", terminal.root):
        code, said = terminal.call("release", command, *releases, "--csv", str(path))
        assert code == 2
        assert "cannot be written" in " ".join(said.split())
        assert "→" not in said


def test_figures_that_differ_are_for_their_owner(terminal: Terminal, releases: tuple[str, str]) -> None:
    """What two releases differ in may be one person."""
    path = terminal.root / "figures.csv"
    assert terminal.call("release", "diff", *releases, "--csv", str(path))[0] == 0
    assert path.stat().st_mode & 0o777 == 0o600
