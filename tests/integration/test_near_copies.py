"""Nearly like texts, of texts at random, as a plain loop finds them: each is compared with the texts of the first three authors
of every band that it has in common with them, and the earliest that is like it counts."""

from __future__ import annotations

import random
from pathlib import Path

import dbt_in_process
import polars as pl
import pytest

from bilimkoz.connection import connect

pytestmark = pytest.mark.usefixtures("dbt")

ELEMENTS, BANDS, ROWS, FIRST, BOUND = 128, 25, 5, 3, 0.7
Signature = tuple[int, ...]


def texts(seed: int) -> list[tuple[str, Signature]]:
    """Authors and signatures in order of time: of ten forms that all fill in, each with more or fewer elements of its own.

    Some are made of a text before, so that likeness is no matter of the form alone. Elements have all bits set, none, the
    uppermost alone, all others, or any.
    """
    told = random.Random(seed)
    forms = [
        tuple(told.choice((0, 1, 0x7FFF, 0x8000, 0xFFFF, told.randrange(1 << 16))) for _ in range(ELEMENTS))
        for _ in range(10)
    ]
    made: list[tuple[str, Signature]] = []
    for _ in range(400):
        base = told.choice(made)[1] if made and told.random() < 0.4 else told.choice(forms)
        changed = set(told.sample(range(ELEMENTS), told.choice((0, 8, 20, 37, 38, 39, 40, 50, 70))))
        signature = tuple(told.randrange(1 << 16) if place in changed else base[place] for place in range(ELEMENTS))
        made.append((f"a{told.randrange(25)}", signature))
    return made


def by_loop(made: list[tuple[str, Signature]]) -> tuple[dict[int, tuple[int, float]], int]:
    """The pairs, by number of the later text; and of how many the one that counts is the first of no band that they share."""
    firsts: dict[tuple[int, Signature], dict[str, int]] = {}
    for number, (author, signature) in enumerate(made, 1):
        for band in range(BANDS):
            firsts.setdefault((band, signature[band * ROWS : (band + 1) * ROWS]), {}).setdefault(author, number)
    pairs, later = {}, 0
    for number, (author, signature) in enumerate(made, 1):
        beside: dict[int, int] = {}
        for band in range(BANDS):
            of_band = sorted(firsts[band, signature[band * ROWS : (band + 1) * ROWS]].values())[:FIRST]
            for place, other in enumerate(of_band):
                beside[other] = min(place, beside.get(other, FIRST))
        for other in sorted(other for other in beside if other < number):
            same = sum(one == two for one, two in zip(signature, made[other - 1][1], strict=True)) / ELEMENTS
            if same >= BOUND:
                if made[other - 1][0] != author:
                    pairs[number] = (other, same)
                    later += beside[other] > 0
                break
    return pairs, later


@pytest.mark.parametrize("seed", [1, 2])
def test_the_earliest_text_that_is_like_it(tmp_path: Path, seed: int) -> None:
    made = texts(seed)
    pairs, later = by_loop(made)
    assert len(pairs) > 100
    # Else it would not matter that texts are compared first with those of the first who had a band.
    assert later > 5
    warehouse = tmp_path / "warehouse.duckdb"
    dbt_in_process.build(warehouse, "2026-06-30", ["thresholds"])
    table = pl.DataFrame(
        {
            "feed": "practicum_journal",
            "record_id": [f"r{number}" for number in range(1, len(made) + 1)],
            "author_id": [author for author, _ in made],
            "text_no": range(1, len(made) + 1),
            "scheme": "letters",
            "signature": ["".join(f"{element:04x}" for element in signature) for _, signature in made],
        }
    )
    with connect(warehouse) as connection:
        for schema in ("indicators", "intermediate"):
            connection.execute(f"create schema if not exists {schema}")
        connection.register("told", table)
        connection.execute(
            "create table indicators.formalism_text as select feed, record_id, author_id, text_no from told"
        )
        connection.execute(
            "create table intermediate.int_text_signature as select feed, record_id as row_key, scheme, signature from told"
        )
    dbt_in_process.build(warehouse, "2026-06-30", ["formalism_pair"])
    with connect(warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select text_no, earlier_no, similarity_share from indicators.formalism_pair"
        ).fetchall()
    assert {number: (other, share) for number, other, share in rows} == pairs
