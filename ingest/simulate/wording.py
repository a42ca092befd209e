"""How registers word posts and subjects, by language. Titles follow common usage, so that a group can be read off."""

from __future__ import annotations

import polars as pl

from ingest.simulate.people import ROLES

#: Title by key and language. Keys are roles, and two kinds of `other`.
TITLES: dict[str, dict[str, str]] = {
    "teacher": {"kk": "мұғалім", "ru": "учитель", "en": "teacher"},
    "school_leader": {"kk": "директордың орынбасары", "ru": "заместитель директора", "en": "deputy head"},
    "psychologist": {"kk": "педагог-психолог", "ru": "педагог-психолог", "en": "school psychologist"},
    "social_pedagogue": {"kk": "әлеуметтік педагог", "ru": "социальный педагог", "en": "social pedagogue"},
    "other": {"kk": "кітапханашы", "ru": "библиотекарь", "en": "librarian"},
    "educator": {"kk": "тәрбиеші", "ru": "воспитатель", "en": "educator"},
    "circle": {"kk": "үйірме жетекшісі", "ru": "руководитель кружка", "en": "circle leader"},
    "college_lecturer": {"kk": "арнайы пәндер оқытушысы", "ru": "преподаватель колледжа", "en": "college lecturer"},
    "university_lecturer": {"kk": "аға оқытушы", "ru": "старший преподаватель", "en": "senior lecturer"},
    "mentor": {"kk": "тәлімгер", "ru": "наставник", "en": "mentor"},
}
SUBJECTS: dict[str, tuple[str, ...]] = {
    "kk": ("Қазақ тілі", "Математика", "Физика", "Тарих", "Ағылшын тілі", "Биология", "Информатика", "Бастауыш сынып"),
    "ru": (
        "Казахский язык",
        "Математика",
        "Физика",
        "История",
        "Английский язык",
        "Биология",
        "Информатика",
        "Начальные классы",
    ),
    "en": ("Kazakh", "Mathematics", "Physics", "History", "English", "Biology", "Informatics", "Primary classes"),
}
CATEGORIES = ("none", "pedagogue", "moderator", "expert", "researcher", "master")


def title_key(institution_kind: pl.Expr) -> pl.Expr:
    """Key of the title of a post, from `role`, `kind` of the post and the kind of the institution."""
    role = pl.col("role").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String)
    return (
        pl.when(pl.col("kind") == "circle")
        .then(pl.lit("circle"))
        .when((role == "other") & (institution_kind == "kindergarten"))
        .then(pl.lit("educator"))
        .otherwise(role)
    )


def titles(language: str) -> dict[str, str]:
    """Title by key in one language."""
    return {key: words[language] for key, words in TITLES.items()}
