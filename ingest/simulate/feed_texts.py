"""Sentences for free text, in Kazakh and Russian. Some hold what must never be stored: a telephone, an e-mail, a number
that looks like an IIN. All of it is made up; the mail is that of a domain kept for examples."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import numpy as np
import polars as pl

from ingest.simulate.feed_world import draw

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
#: One text in so many is somebody else's.
COPIED_SHARE = 0.03
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


def sentences(rng: np.random.Generator, n: int, *, secret_share: float = 0.0, empty_share: float = 0.0) -> Any:
    """`n` texts, each of its own but for a few that are copied."""
    is_kazakh = rng.random(n) < 0.6
    told = rng.random(n) < secret_share
    texts = np.full(n, None, dtype=object)
    for language, chosen in (("kk", is_kazakh), ("ru", ~is_kazakh)):
        openings, middles, endings, secrets = PHRASES[language]
        topics, following = TOPICS[language]
        plain = draw(rng, openings, n) + " (" + draw(rng, topics, n) + "), " + draw(rng, middles, n) + ". "
        plain = plain + draw(rng, endings, n) + f" {following}: " + draw(rng, topics, n) + "."
        texts = np.where(chosen, np.where(told, plain + " " + draw(rng, secrets, n), plain), texts)
    copied = np.flatnonzero(rng.random(n) < COPIED_SHARE)
    texts[copied] = texts[rng.integers(0, n, len(copied))]
    short = rng.random(n) < empty_share
    return np.where(short, draw(rng, EMPTY, n), texts)
