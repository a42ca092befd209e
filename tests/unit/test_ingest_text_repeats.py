"""Two rows of one key that differ in their free text alone: none of it vanishes, and no order of rows decides."""

from __future__ import annotations

import pytest
from ingest_reading import Desk

PASSPORT = "cluster_id,section,version_on,text_ru\n"
ENTRY = "entry_id,placement_id,entry_date,kind,text\n"


def test_texts_without_a_hash_that_differ_are_a_conflict(reading_desk: Desk) -> None:
    """The wording of a section is all there is of it: the second is no repeat of the first."""
    rows = "k1,1,2026-03-01,Цель\nk1,1,2026-03-01,Другая цель\n"
    done = reading_desk.read((PASSPORT + rows).encode(), "cluster_passport.csv", "cluster_passport")
    assert done.bad == [(2, "", "conflict", "cluster_id"), (3, "", "conflict", "cluster_id")]
    assert (done.landed, reading_desk.texts) == ([], [])


def test_the_same_text_twice_is_a_repeat(reading_desk: Desk) -> None:
    rows = "k1,1,2026-03-01,Цель\n" * 2
    done = reading_desk.read((PASSPORT + rows).encode(), "cluster_passport.csv", "cluster_passport")
    assert (done.rows, done.bad) == ([2], [])
    assert reading_desk.texts == [(2, "text_ru", "Цель")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_texts_with_the_same_letters_one_is_kept_whatever_the_order(
    reading_desk: Desk, order: tuple[int, int]
) -> None:
    rows = ("e1,p1,2026-03-01,lesson_plan,Сабақ жоспары\n", "e1,p1,2026-03-01,lesson_plan,Сабақ жоспары!\n")
    text = ENTRY + "".join(rows[number] for number in order)
    done = reading_desk.read(text.encode(), "practicum_journal.csv", "practicum_journal")
    assert done.parsed.counts["practicum_journal"].repeated_n == 1
    assert [wording for _, _, wording in reading_desk.texts] == ["Сабақ жоспары"]
