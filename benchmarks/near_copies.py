"""How well near-copies are told from other texts: the error of the estimate, what is found and what is found for nothing.

    .venv/bin/python benchmarks/near_copies.py [pairs] > benchmarks/near_copies.md

Texts of sixty words that do not exist, made of the letters and endings of Kazakh and Russian, common words more often (Zipf). Of
each there is a second one: an edited copy, another text of the same template, or just another text. The Jaccard similarity of the
sets of shingles is worked out with Python's sets; what is estimated comes from `ingest.minhash`, under a new key each time.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from bilimkoz.settings import PROJECT
from ingest import minhash
from ingest.pseudonym import Key
from ingest.workshop import Workshop

CODE_MAP = PROJECT / "dbt_project" / "seeds" / "code_map.csv"
LETTERS = {"kk": ("бғджзйкқлмнңпрстшһ", "аәеиоөұүыі"), "ru": ("бвгджзклмнпрстфхцчшщ", "аеиоуыэюя")}
ENDINGS = {
    "kk": ("", "лар", "ның", "да", "ды", "ымен", "ға", "дан"),
    "ru": ("", "а", "ов", "ами", "ать", "ого", "ый", "ых"),
}
WORDS_N = 60
THRESHOLD = 0.7
Text = list[str]


def vocabulary(rng: np.random.Generator, language: str, n: int = 4_000) -> list[str]:
    hard, soft = (np.array(list(letters)) for letters in LETTERS[language])
    return ["".join("".join((rng.choice(hard), rng.choice(soft))) for _ in range(rng.integers(1, 4))) for _ in range(n)]


class Writer:
    """Makes texts of one language, as lists of words."""

    def __init__(self, rng: np.random.Generator, language: str) -> None:
        self.rng, self.endings = rng, ENDINGS[language]
        self.stems = vocabulary(rng, language)
        weights = 1 / np.arange(10, 10 + len(self.stems))
        self.weights = weights / weights.sum()

    def words(self, n: int) -> Text:
        stems = self.rng.choice(len(self.stems), n, p=self.weights)
        ends = self.rng.integers(0, len(self.endings), n)
        return [self.stems[stem] + self.endings[end] for stem, end in zip(stems, ends, strict=True)]

    def swapped(self, text: Text, share: float) -> Text:
        """Some words are others now."""
        others = self.words(len(text))
        return [other if turn < share else word for word, other, turn in self._turns(text, others)]

    def bent(self, text: Text, share: float) -> Text:
        """Some words end otherwise."""
        ends = [word[: max(3, len(word) - 2)] + self.rng.choice(self.endings[1:]) for word in text]
        return [other if turn < share else word for word, other, turn in self._turns(text, ends)]

    def _turns(self, text: Text, others: Text) -> Iterator[tuple[str, str, float]]:
        return zip(text, others, self.rng.random(len(text)), strict=True)

    def longer(self, text: Text, share: float) -> Text:
        """A piece of its own stands in the middle."""
        middle = len(text) // 2
        return text[:middle] + self.words(round(len(text) * share)) + text[middle:]

    def turned(self, text: Text, _: float) -> Text:
        """Its parts stand in another order."""
        third = len(text) // 3
        return text[third : 2 * third] + text[:third] + text[2 * third :]

    def of_template(self, text: Text, share: float) -> Text:
        """Another text that has the same form: headings and set phrases, here and there."""
        blocks = -(-len(text) // 6)
        kept = self.rng.permutation(blocks) < round(blocks * share)
        others = self.words(len(text))
        return [word if kept[place // 6] else others[place] for place, word in enumerate(text)]


#: What is done to a text -> whether who does it copies, and how much.
WAYS: dict[str, tuple[Callable[[Writer, Text, float], Text], float, bool]] = {
    "one word in twenty swapped": (Writer.swapped, 0.05, True),
    "one word in ten swapped": (Writer.swapped, 0.10, True),
    "one word in five swapped": (Writer.swapped, 0.20, True),
    "one ending in five changed": (Writer.bent, 0.20, True),
    "a fifth written in": (Writer.longer, 0.20, True),
    "parts in another order": (Writer.turned, 0.0, True),
    "same template, a half of the text": (Writer.of_template, 0.5, False),
    "same template, two thirds of the text": (Writer.of_template, 0.67, False),
    "another text": (lambda writer, text, _: writer.words(len(text)), 0.0, False),
}


def shingles(text: Text, kind: str, size: int) -> set[str]:
    units = " ".join(text) if kind == "letters" else text
    return {str(units[place : place + size]) for place in range(len(units) - size + 1)}


def jaccard(one: Text, other: Text, kind: str = "letters", size: int = minhash.SHINGLE) -> float:
    left, right = shingles(one, kind, size), shingles(other, kind, size)
    return len(left & right) / len(left | right)


def values(texts: list[Text]) -> np.ndarray:
    """Signatures as numbers, one row a text, under a key of their own."""
    with Workshop(None, CODE_MAP, Key(secrets.token_bytes(32)), "2GB") as workshop:
        made = minhash.signatures(workshop.connection, workshop.key, pa.array([" ".join(text) for text in texts]))
    digits = "".join(made.to_pylist()).encode()
    return np.frombuffer(digits, f"S{minhash.DIGITS}").reshape(len(texts), minhash.PERMUTATIONS)


def of_forms(pairs: dict[str, list[tuple[Text, Text]]]) -> None:
    print("## Which shingles\n\nMean Jaccard similarity, and in brackets the 5th and 95th percentile.\n")
    forms = [("letters", 4), ("letters", 5), ("letters", 7), ("letters", 9), ("words", 1), ("words", 2), ("words", 3)]
    table(["", *(f"{size} {kind}" for kind, size in forms)])
    for way, told in pairs.items():
        cells = []
        for kind, size in forms:
            found = np.array([jaccard(one, other, kind, size) for one, other in told])
            low, high = np.percentile(found, (5, 95))
            cells.append(f"{found.mean():.2f} ({low:.2f}–{high:.2f})")
        row(way, *cells)


LEVELS = np.arange(0, 1, 0.1)


def table(heads: Iterable[str]) -> None:
    """Prints the head of a table."""
    heads = list(heads)
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |")


def at(exact: np.ndarray, low: float) -> np.ndarray:
    """Which pairs are of a level of similarity, unless they are too few to say anything."""
    chosen = (exact >= low) & (exact < low + 0.1)
    return chosen if chosen.sum() > 30 else np.zeros(len(exact), dtype=bool)


def of_estimate(exact: np.ndarray, estimated: np.ndarray) -> None:
    print("\n## Error of the estimate\n")
    table(["Jaccard", "pairs", "mean error", "root of its mean square", "sqrt(J (1 − J) / n)"])
    for low in LEVELS:
        chosen = at(exact, low)
        if chosen.any():
            error = (estimated - exact)[chosen]
            expected = np.sqrt((exact * (1 - exact))[chosen].mean() / minhash.PERMUTATIONS)
            cells = (f"{error.mean():+.4f}", f"{np.sqrt((error**2).mean()):.4f}", f"{expected:.4f}")
            row(f"{low:.1f}–{low + 0.1:.1f}", chosen.sum(), *cells)


def of_bands(same: np.ndarray, exact: np.ndarray, estimated: np.ndarray) -> None:
    print(
        "\n## Bands\n\nShare of pairs that have a band in common, by Jaccard similarity, and of those estimated as near-copies.\n"
    )
    table(["bands × rows", *(f"{low:.1f}–{low + 0.1:.1f}" for low in LEVELS), "near-copies"])
    for bands, rows in ((16, 8), (21, 6), (25, 5), (32, 4)):
        met = same[:, : bands * rows].reshape(len(same), bands, rows).all(axis=2).any(axis=1)
        found = [f"{met[at(exact, low)].mean():.3f}" if at(exact, low).any() else "" for low in LEVELS]
        row(f"{bands} × {rows}", *found, f"{met[estimated >= THRESHOLD].mean():.4f}")


def of_thresholds(estimated: dict[str, np.ndarray]) -> None:
    print("\n## Thresholds\n\nShare of pairs that are called near-copies, by the estimate.\n")
    bounds = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)
    table(["", *(f"{bound:.2f}" for bound in bounds)])
    for way, told in estimated.items():
        row(way, *(f"{(told >= bound).mean():.3f}" for bound in bounds))


def of_speed(texts: list[Text]) -> None:
    letters = [" ".join(text) for text in texts] * 4
    with Workshop(None, CODE_MAP, Key(secrets.token_bytes(32)), "2GB") as workshop:
        begun = time.perf_counter()
        found = workshop.connection.execute(
            "select letters, pseudonym('text', sha256(letters)) as hash from (select letters_of(unnest(?)) as letters)",
            [letters],
        ).to_arrow_table()
        hashed = time.perf_counter() - begun
        begun = time.perf_counter()
        minhash.signatures(workshop.connection, workshop.key, found["letters"].combine_chunks())
        signed = time.perf_counter() - begun
    print(
        f"\n## Speed\n\n{len(letters)} texts of {np.mean([len(text) for text in letters]):.0f} letters: signatures "
        f"{len(letters) / signed:,.0f} texts a second, {signed / hashed:.1f} times as long as letters and hash alone."
    )


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rng = np.random.default_rng(7)
    writers = [Writer(rng, language) for language in LETTERS]
    pairs: dict[str, list[tuple[Text, Text]]] = {}
    for way, (edit, share, _) in WAYS.items():
        firsts = [(writers[number % 2], writers[number % 2].words(WORDS_N)) for number in range(n)]
        pairs[way] = [(text, edit(writer, text, share)) for writer, text in firsts]
    print(
        f"# Near-copies\n\n`{Path(__file__).name} {n}`: {n} pairs each way, texts of {WORDS_N} words in two languages.\n"
    )
    of_forms(pairs)
    same, exact, estimated = [], [], {}
    for way, told in pairs.items():
        both = values([text for pair in told for text in pair])
        equal = both[0::2] == both[1::2]
        same.append(equal)
        estimated[way] = equal.mean(axis=1)
        exact.append(np.array([jaccard(one, other) for one, other in told]))
    of_estimate(np.concatenate(exact), np.concatenate(list(estimated.values())))
    of_bands(np.concatenate(same), np.concatenate(exact), np.concatenate(list(estimated.values())))
    of_thresholds(estimated)
    of_speed([text for told in pairs.values() for pair in told for text in pair])


if __name__ == "__main__":
    main()
