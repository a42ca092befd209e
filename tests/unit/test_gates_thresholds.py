"""The bounds of the gates: inclusive or not, and the seed that holds them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from expectations.thresholds import Threshold, read_thresholds

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "thresholds.csv"
THRESHOLDS = read_thresholds(SEED)


def test_a_bound_that_is_not_inclusive_fails_at_itself() -> None:
    exclusive = Threshold("x", Decimal("0.20"), False, "share")
    inclusive = Threshold("x", Decimal("0.20"), True, "share")
    assert (exclusive.at_most(Decimal("0.20")), inclusive.at_most(Decimal("0.20"))) == (False, True)
    assert (exclusive.at_least(Decimal("0.20")), inclusive.at_least(Decimal("0.20"))) == (False, True)
    assert exclusive.at_most(Decimal("0.19"))
    assert not inclusive.at_most(Decimal("0.21"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [("a,1,true,share\na,2,true,share\n", "twice"), ("a,1,yes,share\n", "true or false")],
)
def test_a_seed_that_is_not_well_formed(tmp_path: Path, rows: str, words: str) -> None:
    seed = tmp_path / "thresholds.csv"
    seed.write_text("code,bound,inclusive,unit\n" + rows, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_thresholds(seed)


def test_the_seed_says_what_to_do_in_three_languages() -> None:
    header, *rows = SEED.read_text(encoding="utf-8").splitlines()
    assert (
        header
        == "code,bound,inclusive,unit,margin,owner_role,indicator,reaction_kk,reaction_ru,reaction_en,description"
    )
    assert len(rows) == len(THRESHOLDS) == 31
