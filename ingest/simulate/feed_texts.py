"""Sentences for free text, in Kazakh and Russian. Some hold what must never be stored: a telephone, an e-mail, a number
that looks like an IIN. All of it is made up; the mail is that of a domain kept for examples."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.simulate.dates import Ints
from ingest.simulate.feed_world import draw
from ingest.simulate.people import Flags
from ingest.simulate.remarks import remarks

#: language -> beginnings, middles, ends and what a text may give away.
PHRASES: dict[str, tuple[tuple[str, ...], ...]] = {
    "kk": (
        (
            "Бүгінгі сабақта оқушылар топпен жұмыс істеді",
            "Сабақтың мақсаты толық орындалды",
            "Практикант жоспар бойынша өзі сабақ жүргізді",
            "Тақырыпты түсіндіруге көп уақыт кетті",
            "Үй тапсырмасын тексеруден бастадық",
        ),
        (
            "тапсырмаларды деңгейге бөлу керек",
            "кері байланыс әр оқушыға берілді",
            "келесі жолы көрнекілікті алдын ала дайындаймын",
            "оқушылардың сұрақтары көбейді",
            "жұптық жұмыс өткен аптадағыдан жақсы өтті",
        ),
        ("Келесі сабақта осы тәсілді қайталаймыз.", "Тәлімгермен бірге талдадық.", "Қорытынды күнделікке жазылды."),
        ("Телефоным +7 701 555 01 23, хабарласыңыз.", "Оқушының ЖСН 120513500017 тізімде бар."),
    ),
    "ru": (
        (
            "На уроке удалось включить в работу весь класс",
            "Цель урока достигнута, времени на рефлексию не хватило",
            "Студент провёл урок по плану и ответил на вопросы",
            "Начали с разбора домашнего задания",
            "Объяснение темы заняло больше времени, чем думали",
        ),
        (
            "нужно чётче формулировать критерии оценивания",
            "наблюдали за тремя учениками и записали их ответы",
            "договорились изменить порядок этапов",
            "слабые ученики справились с двумя заданиями из трёх",
            "работа в парах прошла лучше, чем на прошлой неделе",
        ),
        (
            "На следующей неделе повторим с параллельным классом.",
            "Выводы записаны в дневник.",
            "Разобрали с наставником.",
        ),
        (
            "Пишите на praktika@example.org после уроков.",
            "Тел. 8 (777) 555-01-44, спросить наставника.",
            "ИИН студента 030215600126 указан в договоре.",
        ),
    ),
}
#: language -> what a lesson is about, and how the next one is announced.
TOPICS: dict[str, tuple[tuple[str, ...], str]] = {
    "kk": (
        (
            *("бөлшектер", "теңдеулер", "етістік", "сын есім", "қозғалыс", "жылу", "жасуша", "өсімдіктер", "алгоритм"),
            *("хандық дәуірі", "Ұлы Жібек жолы", "аудан", "көлем", "проценттер", "мақал-мәтелдер", "шығарма", "сөйлем"),
            *("координаталар", "функция", "диаграмма", "тербеліс", "жарық", "климат", "ауа райы", "диалог", "эссе"),
        ),
        "Келесі тақырып",
    ),
    "ru": (
        (
            *(
                "дроби",
                "уравнения",
                "глагол",
                "прилагательное",
                "движение",
                "теплота",
                "клетка",
                "растения",
                "алгоритм",
            ),
            *("эпоха ханства", "Великий шёлковый путь", "площадь", "объём", "проценты", "пословицы", "сочинение"),
            *("предложение", "координаты", "функция", "диаграмма", "колебания", "свет", "климат", "погода", "диалог"),
        ),
        "Следующая тема",
    ),
}
#: Part of the texts that is somebody else's; and part that would be so but for one remark, of which those in one language are.
COPIED_SHARE = 0.03
NEARLY_SHARE = 0.06
REMARKS_N = 5
SECRETS = tuple(secret for phrases in PHRASES.values() for secret in phrases[3])
EMPTY = ("Орындалды.", "Без замечаний.", "")


def without_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The hash and the length of each text in its place: small letters only, runs of spaces as one, in NFC."""
    plain = [None if text is None else _letters(text) for text in frame["text"].to_list()]
    hashes = [None if text is None else hashlib.sha256(text.encode()).hexdigest() for text in plain]
    lengths = [None if text is None else str(len(text)) for text in plain]
    return frame.drop("text").with_columns(
        pl.Series("text_hash", hashes, dtype=pl.String), pl.Series("text_len_n", lengths, dtype=pl.String)
    )


def _letters(text: str) -> str:
    small = unicodedata.normalize("NFC", text).lower()
    return " ".join("".join(letter if letter.isalpha() or letter.isspace() else "" for letter in small).split())


@dataclass(frozen=True)
class Written:
    """Texts, and which of them are those of others.

    Attributes:
        texts: one a record.
        source: number of the record of which the text is a copy; -1 where it is a text of its own.
        is_near: whether one remark of a copy is another than in its source.
    """

    texts: NDArray[Any]
    source: Ints
    is_near: Flags

    def copies(self, feed: str, ids: Sequence[str]) -> pl.DataFrame:
        """The copies, one row each, for the truth."""
        there = np.flatnonzero(self.source >= 0)
        named = np.array(ids, dtype=object)
        columns = {
            "record_id": named[there].tolist(),
            "source_record_id": named[self.source[there]].tolist(),
            "kind": np.where(self.is_near[there], "near_copy", "exact_copy").tolist(),
        }
        told = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        return told.select(pl.lit(feed).alias("feed"), pl.all())


def sentences(rng: np.random.Generator, n: int, *, secret_share: float = 0.0, empty_share: float = 0.0) -> Written:
    """`n` texts, each of its own but for a few that are copied, and a few of which nearly all is."""
    # What is drawn here does not move what is drawn after it.
    own = rng.spawn(1)[0]
    is_kazakh = rng.random(n) < 0.6
    told = rng.random(n) < secret_share
    texts = np.full(n, None, dtype=object)
    said = np.full((n, REMARKS_N), None, dtype=object)
    for language, chosen in (("kk", is_kazakh), ("ru", ~is_kazakh)):
        openings, middles, endings, secrets = PHRASES[language]
        topics, following = TOPICS[language]
        plain = draw(rng, openings, n) + " (" + draw(rng, topics, n) + "), " + draw(rng, middles, n) + ". "
        plain = plain + draw(rng, endings, n) + f" {following}: " + draw(rng, topics, n) + "."
        texts = np.where(chosen, np.where(told, plain + " " + draw(rng, secrets, n), plain), texts)
        for place in range(REMARKS_N):
            said[:, place] = np.where(chosen, remarks(own, language, n), said[:, place])
    copied = np.flatnonzero(rng.random(n) < COPIED_SHARE)
    source = np.full(n, -1)
    source[copied] = rng.integers(0, n, len(copied))
    near = np.flatnonzero((own.random(n) < NEARLY_SHARE) & (source < 0))
    source[near] = own.integers(0, n, len(near))
    is_near = np.isin(np.arange(n), near)
    # Nobody copies from a copy; nor from a text in the other language where one remark stays the copier's own.
    source[(source >= 0) & ((source[source] >= 0) | (is_near & (is_kazakh[source] != is_kazakh)))] = -1
    is_near &= source >= 0
    of = np.where(source >= 0, source, np.arange(n))
    changed = np.where(is_near, own.integers(0, REMARKS_N, n), -1)
    whole = texts[of]
    for place in range(REMARKS_N):
        whole = whole + " " + np.where(changed == place, said[:, place], said[of, place])
    short = rng.random(n) < empty_share
    # What says nothing is no copy of anything, nor is anything of it.
    source = np.where(short | short[of], -1, source)
    return Written(np.where(short, draw(rng, EMPTY, n), whole), source, is_near & (source >= 0))
