"""The instruments: their items, scales, reverse items, subscales and the threshold of the whole."""

from __future__ import annotations

import polars as pl

#: instrument -> scale, threshold of the score, subscales in turn, which items are reverse (from 1), wordings of items.
Instrument = tuple[float, float, float | None, tuple[str, ...], tuple[int, ...], tuple[tuple[str, str], ...]]
INSTRUMENTS: dict[str, Instrument] = {
    "trust": (1, 5, 3.5, ("colleagues", "leaders"), (3, 7), (
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
    "ict_test": (0, 5, 12, ("files", "lesson"), (), tuple((f"{n}-тапсырма", f"Задание {n}") for n in range(1, 5))),
    "tam": (1, 5, None, ("ease", "usefulness"), (), tuple((f"Платформа туралы {n}-пікір", f"Утверждение о платформе {n}") for n in range(1, 7))),
    "pulse": (1, 5, None, ("mood",), (), (("Бүгінгі көңіл күйім", "Моё настроение"), ("Жүктемем қолайлы", "Нагрузка посильна"), ("Қолдау сеземін", "Чувствую поддержку"))),
    "weekly_practicum": (0, 5, None, ("done", "difficulty", "help"), (2,), (("Аптада не істелді", "Сделано за неделю"), ("Қиындық деңгейі", "Трудность"), ("Көмек керек пе", "Нужна ли помощь"))),
    "mentor_satisfaction": (1, 5, 4, ("support", "load"), (4,), tuple((f"Тәлімгер пікірі {n}", f"Мнение наставника {n}") for n in range(1, 7))),
    "school_satisfaction": (1, 5, 4, ("students", "college"), (), tuple((f"Мектеп пікірі {n}", f"Мнение школы {n}") for n in range(1, 6))),
    "employer_satisfaction": (1, 5, 4, ("skills", "attitude"), (), tuple((f"Жұмыс беруші пікірі {n}", f"Мнение работодателя {n}") for n in range(1, 6))),
    "student_satisfaction": (1, 5, 4, ("mentor", "school"), (5,), tuple((f"Студент пікірі {n}", f"Мнение студента {n}") for n in range(1, 7))),
    "wellbeing": (0, 5, 2.6, ("mood", "energy"), (), tuple((f"Соңғы екі аптада: {n}-тұжырым", f"За последние две недели: утверждение {n}") for n in range(1, 6))),
}  # fmt: skip
TOTAL = "_total"


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
