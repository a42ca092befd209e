"""The revision table as a steward reads it, and how releases are named, listed and refused."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
import revision_marts as marts
from release_world import AS_OF, INPUTS, make_world, publish
from revision_marts import GONE, RETAINED, UNKNOWN, Member
from terminal import Terminal

from bilimkoz.texts import has
from ingest.contract import LANGUAGES
from publish.release_record import Release
from publish.revision_sql import REASONS

OLDER = date(2026, 3, 31)
#: One came, one is gone and one is known; 2 of 3 known of four were retained, 3 of 5 are: 66.7 % and 60.0 %.
OLD = {"a": RETAINED, "b": RETAINED, "c": GONE, "d": UNKNOWN}
NEW = {"a": RETAINED, "b": GONE, "c": GONE, "d": RETAINED, "e": RETAINED}
WHY = {
    "kk": (
        "Тұрақтау көрсеткіштері неге өзгерді",
        "адамдар қосылды немесе шығарылды; қосылғаны: 1; нәтижесі басқа: 1; белгілі болғаны: 1",
    ),
    "ru": (
        "Почему изменились показатели удержания",
        "люди добавлены или исключены; добавлено: 1; другой исход: 1; стало известно: 1",
    ),
    "en": ("Why retention figures moved", "people added or taken out; added: 1; other outcome: 1; now known: 1"),
}


def released(terminal: Terminal, states: dict[str, int], as_of: date, **inputs: str) -> Release:
    world = make_world(terminal.root)
    members = {name: Member(2020, states={("workplace", "employed_at", 12): state}) for name, state in states.items()}
    marts.write(world.candidate, members, [(2020, 12)])
    return publish(world, as_of=as_of, inputs=INPUTS | inputs)


@pytest.fixture
def releases(terminal: Terminal) -> tuple[Release, Release]:
    """The current one, and before it, though built later, one of an older day."""
    new = released(terminal, NEW, AS_OF)
    return released(terminal, OLD, OLDER, deliveries="older"), new


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_that_moved_is_told_with_its_reason(
    terminal: Terminal, releases: tuple[Release, Release], language: str
) -> None:
    code, said = terminal.call("release", "revision", str(OLDER), str(AS_OF), language=language)
    assert code == 0
    assert f"{releases[0].id} → {releases[1].id}" in said
    for words in (*WHY[language], "66.7%", "60.0%"):
        assert words in said
    # Six figures at 12 months; those at 24 are observed in neither.
    assert said.count("2020/21") == 6
    for code_word in (
        "employed_at",
        "workplace",
        "became_known",
        "entered_n",
        "deliveries" if language != "en" else "None",
    ):
        assert code_word not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_terminal(terminal: Terminal, releases: tuple[Release, Release], language: str) -> None:
    _, lines = terminal.lines("release", "revision", releases[0].id, language=language)
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line.strip().startswith("2020/21")]


def test_the_file_is_its_owners_and_has_every_split(terminal: Terminal, releases: tuple[Release, Release]) -> None:
    file = terminal.root / "revision.csv"
    assert terminal.call("release", "revision", releases[0].id, "--csv", str(file))[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    table = pl.read_csv(file)
    assert set(table["segment"]) == {"all", "sex", "region", "cluster"}
    (row,) = table.filter(
        level="workplace", estimand="employed_at", segment="sex", segment_value="f", horizon_months=12
    ).to_dicts()
    assert (row["entered_n"], row["outcome_changed_n"], row["now_known_n"], row["reason"]) == (1, 1, 1, "people")


def test_every_reason_and_every_input_has_words() -> None:
    """What a release is made of is told in `orchestration.inputs`."""
    assert [reason for reason in REASONS if not has(f"reason.{reason}")] == []
    assert [name for name in ("deliveries", "senders", "code", "settings", "key") if not has(f"input.{name}")] == []


def test_a_release_of_before_is_refused_with_what_to_do(terminal: Terminal) -> None:
    old = publish(make_world(terminal.root))
    released(terminal, NEW, AS_OF, deliveries="newer")
    code, said = terminal.call("release", "revision")
    assert code == 2
    assert f"Release {old.id} was built before" in said
    assert "bilimkoz run --as-of DAY" in said


@pytest.mark.parametrize(("language", "word"), [("kk", "бөлек"), ("ru", "отдельно"), ("en", "aside")])
def test_a_release_kept_aside_is_listed_as_such(
    terminal: Terminal, releases: tuple[Release, Release], language: str, word: str
) -> None:
    _, lines = terminal.lines("release", "list", language=language)
    (line,) = (line for line in lines if releases[0].id in line)
    assert line.split()[-1] == word
    assert [line for line in lines if word in line.split()] == [line]


def test_nobody_goes_back_to_one_kept_aside(terminal: Terminal, releases: tuple[Release, Release]) -> None:
    code, said = terminal.call("release", "rollback", releases[0].id)
    assert code == 2
    assert f"Release {releases[0].id} was built aside" in said


def test_the_one_before_is_one_that_readers_had(terminal: Terminal, releases: tuple[Release, Release]) -> None:
    """Not the one kept aside, though that was built in between."""
    newer = released(terminal, NEW, date(2026, 10, 1))
    assert f"{releases[1].id} → {newer.id}" in terminal.call("release", "diff")[1]


def test_a_day_names_the_current_release_of_that_day(terminal: Terminal) -> None:
    """Two of one day, of which a person went back to the first; of another day the last built."""
    first, _ = released(terminal, OLD, AS_OF), released(terminal, NEW, AS_OF, deliveries="newer")
    assert terminal.call("release", "rollback", first.id)[0] == 0
    _, last = (released(terminal, OLD, OLDER, deliveries=name) for name in "ab")
    assert f"{last.id} → {first.id}" in terminal.call("release", "revision", str(OLDER), str(AS_OF))[1]
    code, said = terminal.call("release", "revision", "2026-01-01")
    assert (code, "There is no release «2026-01-01»" in said) == (2, True)
