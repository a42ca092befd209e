"""Signatures of texts against exact sets and the standard library, and what of them must not be possible without the key."""

from __future__ import annotations

import hmac
import random

import numpy as np
import pyarrow as pa
import pytest
from ingest_reading import CODE_MAP, SECRET, Desk

from ingest import minhash
from ingest.contract import contract, feeds
from ingest.pseudonym import Key
from ingest.workshop import Workshop

ENTRY = "entry_id,placement_id,entry_date,kind,text"
TEXT = "Бүгін сабақта оқушылар топпен жұмыс істеп, бөлшектерді салыстырды; қорытындысын тақтаға жазып, бірге талдадық."


def signed(texts: list[str], secret: bytes = SECRET) -> list[str | None]:
    with Workshop(None, CODE_MAP, Key(secret), "1GB", threads=1) as workshop:
        made: list[str | None] = minhash.signatures(
            workshop.connection, workshop.key, pa.array(texts, pa.string())
        ).to_pylist()
    return made


def elements(signature: str | None) -> list[str]:
    assert signature is not None
    return [signature[place : place + 4] for place in range(0, len(signature), 4)]


def alike(one: str | None, other: str | None) -> float:
    return float(np.mean([left == right for left, right in zip(elements(one), elements(other), strict=True)]))


def shingles(text: str) -> set[str]:
    return {text[place : place + 5] for place in range(len(text) - 4)}


def jaccard(one: str, other: str) -> float:
    return len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))


def words(seed: int, n: int) -> list[str]:
    turns = random.Random(seed)
    return ["".join(turns.choices("абвгдежзиклмнопрстуфхцшәғқңөұүһі", k=turns.randint(3, 9))) for _ in range(n)]


def test_a_signature_is_what_the_design_says() -> None:
    """Each element by the standard library: HMAC of a shingle, moved by numbers that follow from the key, the least one."""
    text = " ".join(words(1, 20))
    (made,) = signed([text])

    def keyed(domain: str, told: str) -> bytes:
        return hmac.digest(SECRET, f"{domain}\x1f{told}".encode(), "sha256")

    found = [int.from_bytes(keyed("shingle", shingle)[:4], "big") for shingle in shingles(text)]
    expected = []
    for number in range(128):
        told = keyed("permutation", str(number))
        factor, offset = int.from_bytes(told[:8], "big") | 1, int.from_bytes(told[8:16], "big")
        least = min((factor * value + offset) % 2**64 for value in found)
        expected.append(f"{(least >> 32) % 2**16:04x}")
    assert elements(made) == expected


def test_similarity_is_that_of_the_sets() -> None:
    """Exact Jaccard similarity by sets, at five levels; the error of a mean of 40 estimates is under .04 / sqrt(40)."""
    for kept in (0, 15, 30, 45, 60):
        firsts = [words(seed, 60) for seed in range(40)]
        others = [first[:kept] + words(1000 + seed, 60 - kept) for seed, first in enumerate(firsts)]
        one, other = ([" ".join(text) for text in texts] for texts in (firsts, others))
        exact = np.array(
            [len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b)) for a, b in zip(one, other, strict=True)]
        )
        found = np.array([alike(a, b) for a, b in zip(signed(one), signed(other), strict=True)])
        assert abs((found - exact).mean()) < 4 * 0.045 / 40**0.5, kept
        assert np.abs(found - exact).max() < 4.5 * (0.25 / 128) ** 0.5, kept
        if kept in (0, 60):
            assert found.max() < 0.1 if kept == 0 else (found == 1).all()


def test_another_key_tells_nothing() -> None:
    text = " ".join(words(2, 60))
    (one,), (other,) = signed([text]), signed([text], b"another test key of forty bytes, unused!")
    assert alike(one, other) <= 2 / 128


def test_too_few_shingles() -> None:
    """54 letters without a repeat have 50 shingles. What repeats itself has few, however long it is."""
    letters = "".join(chr(ord("а") + place) for place in range(32)) + "abcdefghijklmnopqrstuvw"
    made = signed([letters[:54], letters[:53], "а б " * 100, "", "аб"])
    assert [one is not None for one in made] == [True, False, False, False, False]


def test_parts_of_a_file_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [" ".join(words(seed, 5 + seed)) for seed in range(40)]
    whole = signed(texts)
    monkeypatch.setattr(minhash, "_LETTERS_AT_ONCE", 300)
    assert signed(texts) == whole
    assert None in whole
    assert len(set(whole)) > 30
    assert signed([]) == []


def test_bands_find_what_is_alike() -> None:
    """Of 25 bands of 5 one is the same with probability 1 - (1 - s^5)^25: .9999 at .8, .55 at .5, under .06 at .3."""
    firsts = [words(seed, 80) for seed in range(300)]
    for kept, low, high in ((72, 0.99, 1.0), (23, 0.0, 0.06)):
        others = [first[:kept] + words(5000 + seed, 80 - kept) for seed, first in enumerate(firsts)]
        one, other = (signed([" ".join(text) for text in texts]) for texts in (firsts, others))
        met = [
            any(elements(a)[place : place + 5] == elements(b)[place : place + 5] for place in range(0, 125, 5))
            for a, b in zip(one, other, strict=True)
        ]
        assert low <= np.mean(met) <= high, kept


def test_contracts_name_the_scheme() -> None:
    """Every text that a hash is made of is signed, as signatures are made today."""
    for feed in feeds():
        made_from = {column.made_from for column in contract(feed).columns if column.made_from}
        told = {column.name: column.signature for column in contract(feed).columns if column.signature}
        assert told == dict.fromkeys(made_from, minhash.SCHEME), feed


def _signatures(desk: Desk, *rows: str) -> list[tuple[int, str]]:
    desk.read("\n".join((ENTRY, *rows)).encode(), "rows.csv", "practicum_journal")
    return desk.signatures


def test_texts_of_a_file_are_signed(reading_desk: Desk) -> None:
    """However it is written, and with the numbers in it, which are no letters; a broken row and a short text leave nothing."""
    written = f"{TEXT.upper()}  8 (777) 555-01-44".replace(",", "")
    rows = (
        f'e1,p1,2026-03-01,lesson_plan,"{TEXT}"',
        f'e2,p1,2026-03-01,lesson_plan,"{written}"',
        "e3,p1,2026-03-01,lesson_plan,Орындалды.",
        f'e4,p1,2026-03-01,no such kind,"{TEXT}"',
        "e5,p1,2026-03-01,lesson_plan,",
    )
    found = _signatures(reading_desk, *rows)
    assert [row for row, _ in found] == [2, 3]
    assert len({signature for _, signature in found}) == 1
    assert len(found[0][1]) == 512


def test_a_row_that_stands_twice_is_signed_once(reading_desk: Desk) -> None:
    row = f'e1,p1,2026-03-01,lesson_plan,"{TEXT}"'
    assert [number for number, _ in _signatures(reading_desk, row, row)] == [2]


def test_a_key_says_its_numbers_by_domain() -> None:
    first, second = Key(SECRET).numbers("permutation", 3)
    assert len({*first.tolist(), *second.tolist()}) == 6
    assert not set(first.tolist()) & set(Key(SECRET).numbers("other", 3)[0].tolist())
