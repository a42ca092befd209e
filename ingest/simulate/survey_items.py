"""The instruments: their items, scales, reverse items, subscales and the threshold of the whole."""

from __future__ import annotations

import polars as pl

TOTAL = "_total"


def _numbered(kk: str, ru: str, n: int) -> tuple[tuple[str, str], ...]:
    """Items whose wording matters to nobody here."""
    return tuple((f"{kk} {number}", f"{ru} {number}") for number in range(1, n + 1))


#: instrument -> scale, threshold of the score where it is the instrument's own, subscales in turn, which items are
#: reverse (from 1), wordings of items in Kazakh and Russian.
Instrument = tuple[float, float, float | None, tuple[str, ...], tuple[int, ...], tuple[tuple[str, str], ...]]
INSTRUMENTS: dict[str, Instrument] = {
    "trust": (1, 5, None, ("colleagues", "leaders"), (3, 7), (
        ("Әріптестеріме сенемін", "Я доверяю коллегам"),
        ("Әріптестерім уәдесінде тұрады", "Коллеги держат слово"),
        ("Қатемді жасыруға тура келеді", "Мне приходится скрывать ошибки"),
        ("Басшылық пікірімді тыңдайды", "Руководство слышит меня"),
        ("Желідегі мектептер бір-біріне көмектеседі", "Школы сети помогают друг другу"),
        ("Шешімдер ашық қабылданады", "Решения принимаются открыто"),
        ("Пікір айту қауіпті", "Высказываться опасно"),
        ("Басшылыққа сенемін", "Я доверяю руководству"),
    )),
    "technostress": (1, 5, 3.5, ("overload", "invasion", "complexity"), (5,), (
        ("Технология мені тез жұмыс істеуге мәжбүрлейді", "Технологии заставляют работать быстрее"),
        ("Үйде де хабарламаларға жауап беремін", "Отвечаю на сообщения и дома"),
        ("Жаңа бағдарламаларды үйренуге уақыт жетпейді", "Нет времени освоить новые программы"),
        ("Есептер тым көп", "Слишком много отчётов"),
        ("Цифрлық құралдар жұмысымды жеңілдетеді", "Цифровые средства облегчают мою работу"),
        ("Қатеден қорқамын", "Боюсь ошибиться"),
    )),
    "ict_test": (0, 5, 12, ("files", "lesson"), (), _numbered("тапсырма", "Задание", 4)),
    "tam": (1, 5, None, ("ease", "usefulness"), (), _numbered("Платформа туралы пікір", "Утверждение о платформе", 6)),
    "pulse": (1, 5, None, ("mood",), (), (
        ("Бүгінгі көңіл күйім", "Моё настроение"),
        ("Жүктемем қолайлы", "Нагрузка посильна"),
        ("Қолдау сеземін", "Чувствую поддержку"),
    )),
    "weekly_practicum": (0, 5, None, ("done", "difficulty", "help"), (2,), (
        ("Аптада не істелді", "Сделано за неделю"),
        ("Қиындық деңгейі", "Трудность"),
        ("Көмек керек пе", "Нужна ли помощь"),
    )),
    "mentor_satisfaction": (1, 5, None, ("support", "load"), (4,), _numbered("Тәлімгер пікірі", "Мнение наставника", 6)),
    "school_satisfaction": (1, 5, None, ("students", "college"), (), _numbered("Мектеп пікірі", "Мнение школы", 5)),
    "employer_satisfaction": (1, 5, None, ("skills", "attitude"), (), _numbered("Жұмыс беруші пікірі", "Мнение работодателя", 5)),
    "student_satisfaction": (1, 5, None, ("mentor", "school"), (5,), _numbered("Студент пікірі", "Мнение студента", 6)),
    "wellbeing": (0, 5, None, ("mood", "energy"), (), _numbered("Соңғы екі аптада: тұжырым", "За две недели: утверждение", 5)),
}  # fmt: skip


def instruments() -> pl.DataFrame:
    """One row an item, and one for the whole of each instrument."""
    rows: list[tuple[object, ...]] = []
    for name, (low, high, threshold, subscales, reverse, wordings) in INSTRUMENTS.items():
        for number, (kk, ru) in enumerate(wordings, start=1):
            subscale = subscales[(number - 1) % len(subscales)]
            rows.append((name, f"q{number:02d}", kk, ru, None, low, high, number in reverse, subscale, None))
        top = high * len(wordings) if name == "ict_test" else high
        rows.append((name, TOTAL, None, None, None, low, top, False, None, threshold))
    columns = {
        "instrument": pl.String,
        "item": pl.String,
        "wording_kk": pl.String,
        "wording_ru": pl.String,
        "wording_en": pl.String,
        "scale_min": pl.Float64,
        "scale_max": pl.Float64,
        "reverse": pl.Boolean,
        "subscale": pl.String,
        "threshold": pl.Float64,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")
