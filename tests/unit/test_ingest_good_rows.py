"""Good rows on their way to landing: as codes or not, with consent or without, and where writing fails."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from ingest_reading import ANNA, BOLAT, CODE_MAP, SCHOOL, SECRET, Desk, desk, post, staff

from ingest import good_rows
from ingest.parse import parse
from ingest.pseudonym import Key
from ingest.workshop import Workshop

HEADER = ("instrument", "wave", "respondent_id", "item", "value", "role", "answered_at", "consent")


def _answers(rows: int) -> bytes:
    """Every third respondent says no."""
    lines = [
        ("trust", "w1", f"r{n}", "T1", "4", "teacher", "2026-03-01T10:00:00+05:00", "false" if n % 3 == 0 else "true")
        for n in range(rows)
    ]
    return "\n".join(",".join(line) for line in (HEADER, *lines)).encode()


@pytest.mark.parametrize("rows", [3, 300])
def test_of_rows_without_consent_the_key_stays_however_many_there_are(reading_desk: Desk, rows: int) -> None:
    """Of many rows the flag is kept as codes, of a few as it is."""
    done = reading_desk.read(_answers(rows), "answers.csv", "survey_responses")
    assert done.refusal is None
    counts = done.parsed.counts["survey_responses"]
    assert (counts.landed_n, counts.without_consent_n) == (rows, rows // 3)
    for row in done.landed:
        agreed = (row["_row"] - 2) % 3 != 0
        assert row["consent"] is agreed
        assert row["respondent_id"]
        assert (row["value"] is not None, row["role"], row["answered_at"] is not None) == (
            (True, "teacher", True) if agreed else (False, None, False)
        )


TITLES = {
    "Учитель математики": "teacher",
    "УЧИТЕЛЬ, физика": "teacher",
    "Мұғалім (химия)": "teacher",
    "математика пәнінің мұғалімі": "teacher",
    "Teacher of history": "teacher",
    "Заместитель директора по учебной работе": "school_leader",
    "Директордың оқу ісі жөніндегі орынбасары": "school_leader",
    "Педагог-психолог школы": "psychologist",
    "Социальный педагог": "social_pedagogue",
    "Учитель-логопед": "other",
    "Учитель логопед начальной школы": "other",
    "Assistant to the teacher": "other",
    "Мектеп директорының орынбасары": "school_leader",
}
UNKNOWN = (
    "Социальный работник",
    "Заместитель главного бухгалтера",
    "Директордың хатшысы",
    "Помощник учителя",
    "Мұғалімнің көмекшісі",
    "Библиотекарь",
    "учительская",
)


def test_titles_say_of_which_group_a_post_is(reading_desk: Desk) -> None:
    rows = [post(position=title.replace(",", ";"), start=f"20{n:02d}-09-01") for n, title in enumerate(TITLES)]
    done = reading_desk.read(staff(*rows))
    assert {row["position"].replace(";", ","): row["position_group"] for row in done.landed} == TITLES
    assert "unplaced" not in done.parsed.notes


def test_titles_that_say_nothing_are_counted(reading_desk: Desk) -> None:
    """Of those that name their group nothing is asked."""
    header = ("person_id", "institution_id", "position", "start_date", "position_group")
    rows = [(*post(position=title, start=f"20{n:02d}-09-01"), "") for n, title in enumerate(UNKNOWN)]
    rows += [(*post(position="Библиотекарь", start="2019-09-01"), "other")]
    done = reading_desk.read(staff(*rows, header=header))
    assert [row["position_group"] for row in done.landed] == ["other"] * (len(UNKNOWN) + 1)
    assert done.parsed.notes["unplaced"] == {"position_group": len(UNKNOWN)}


def test_what_cannot_be_written_is_no_fault_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the run, without the words of the machine; no row stays behind."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "secret"))

    monkeypatch.setattr(good_rows._Part, "add", full)
    with desk(tmp_path) as opened, pytest.raises(OSError, match="No space") as caught:
        opened.read(staff(post(), post(BOLAT)))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, MemoryError])
def test_nothing_stays_in_the_folder_of_a_run_that_ends_early(tmp_path: Path, fault: type[BaseException]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()

    def run() -> None:
        with Workshop(folder, CODE_MAP, Key(SECRET), "500MB") as workshop:
            parse(workshop, [Desk(workshop, tmp_path).file(staff(post(), post(ANNA, SCHOOL, "mentor")))])
            (written,) = (folder / "rows").iterdir()
            assert written.stat().st_mode & 0o077 == 0
            raise fault

    with pytest.raises(fault):
        run()
    assert not [path for path in folder.rglob("*") if path.is_file()]
