"""Patterns of contracts as formulas of a spreadsheet; that an office program reads them so is in test_form_office.py."""

from __future__ import annotations

import re

import pytest

from bilimkoz.form.patterns import LONGEST, Piece, alternatives, formula, sample
from ingest.contract import contract, feeds

PATTERNS = sorted({column.pattern for feed in feeds() for column in contract(feed).columns if column.pattern})


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_of_a_contract_has_a_formula_and_a_sample(pattern: str) -> None:
    """Also in a column far to the right, whose name is longer."""
    for cell in ("B2", "AZ2"):
        found = formula(cell, pattern)
        assert found is not None
        assert len(found) <= LONGEST
        assert cell in found
    assert re.fullmatch(pattern, sample(pattern) or "")


def test_what_a_pattern_may_be() -> None:
    digits = "0123456789"
    assert alternatives("[0-9]{2}-Q[1-4]") == [(Piece(digits, 2, 2), Piece("-"), Piece("Q"), Piece("1234"))]
    assert alternatives("(a|b)c") == [(Piece("a"), Piece("c")), (Piece("b"), Piece("c"))]
    assert alternatives("[0-9]{2}|EE") == [(Piece(digits, 2, 2),), (Piece("E"), Piece("E"))]


@pytest.mark.parametrize("pattern", ["a.*", "[^a]", r"\d+", "a?", "(a", "(a|(b|c))+"])
def test_a_pattern_of_another_make_has_no_formula(pattern: str) -> None:
    assert formula("B2", pattern) is None
    assert sample(pattern) is None


def test_too_many_pieces_are_asked_for_by_their_letters_only() -> None:
    found = formula("B2", "-".join("[0-9]{2}" for _ in range(9)))
    assert found is not None
    assert len(found) <= LONGEST
    assert "places_1_26" in found
