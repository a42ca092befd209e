"""Names for invented places: a stem and an ending in Kazakh, Russian and English."""

from __future__ import annotations

from ingest.simulate.names import Name

STEMS = (
    ("Ақ", "Ак", "Ak"),
    ("Қара", "Кара", "Kara"),
    ("Көк", "Кок", "Kok"),
    ("Сары", "Сары", "Sary"),
    ("Жаңа", "Жана", "Zhana"),
    ("Қызыл", "Кызыл", "Kyzyl"),
    ("Боз", "Боз", "Boz"),
    ("Алтын", "Алтын", "Altyn"),
)
ENDINGS = (
    ("бұлақ", "булак", "bulak"),
    ("төбе", "тобе", "tobe"),
    ("өзен", "озен", "ozen"),
    ("тоғай", "тогай", "togai"),
    ("арал", "арал", "aral"),
    ("дала", "дала", "dala"),
    ("көл", "коль", "kol"),
    ("тас", "тас", "tas"),
    ("құдық", "кудук", "kuduk"),
    ("бастау", "бастау", "bastau"),
)


def place_name(number: int) -> Name:
    """A name for a place; eighty of them."""
    stem, ending = STEMS[number % len(STEMS)], ENDINGS[number // len(STEMS) % len(ENDINGS)]
    return Name(*(first + second for first, second in zip(stem, ending, strict=True)))
