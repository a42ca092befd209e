"""What person cards hold on a day: the career, studies, training and qualifications of the people kept in EHIS."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ingest.simulate.card_text import Field
from ingest.simulate.dates import day_column, year_of
from ingest.simulate.lists import Register
from ingest.simulate.people import ROLES

POSITIONS = {
    "school_leader": "õppealajuhataja",
    "psychologist": "koolipsühholoog",
    "social_pedagogue": "sotsiaalpedagoog",
    "other": "raamatukoguhoidja",
    "educator": "lasteaiaõpetaja",
    "circle": "ringijuht",
    "college_lecturer": "kutseõpetaja",
    "university_lecturer": "õppejõud",
    "mentor": "mentor",
}
TEACHER_POSITIONS = ("õpetaja", "klassiõpetaja", "aineõpetaja", "Õpetaja")
SUBJECTS = ("Kunstiõpetus", "Matemaatika", "Eesti keel", "Füüsika", "Inglise keel")
GRADES = (None, "noorempedagoog", "pedagoog", "vanempedagoog", "pedagoog-metoodik")
COURSES = (
    "Hindamine  põhikoolis",
    "Digipädevused „Samm-sammult“",
    'Õppimine "läbi mängu"',
    "Erivajadustega õppija klassis",
)
PROVIDERS = ("Tallinna Ülikool", "Tartu  Ülikool", "OÜ „Koolitaja“")

PERSON_FIELDS = (
    Field("isikukood", "isikukood"),
    Field("synniKp", "synniKp", "date"),
    Field("eesnimi", "eesnimi"),
    Field("perenimi", "perenimi"),
    Field("elukohamaa", "elukohamaa"),
    Field("rrElukoht", "rrElukoht"),
)
POST_FIELDS = (
    Field("liik", "liik"),
    Field("oppeasutus", "oppeasutus"),
    Field("oppeasutusId", "oppeasutusId", "raw"),
    Field("ametikoht", "ametikoht"),
    Field("ametikohtAlgus", "ametikohtAlgus", "date"),
    Field("ametikohtLopp", "ametikohtLopp", "date"),
    Field("onTunniandja", "onTunniandja", "raw"),
    Field("onOppejoud", "onOppejoud", "raw"),
    Field("kehtiv", "kehtiv", "raw"),
    Field("amtikohtKoormus", "koormus", "raw", xml_name="ametikohtKoormus"),
    Field("ametikohtKvalVastavus", "kval"),
    Field("ametijark", "ametijark"),
    Field("oppeaine", "oppeaine", "nested", ((Field("oppeaine", "oppeaine"), Field("maht", "aine_maht", "raw")),)),
    Field("lapsehooldusPuhkus", "lapsehooldusPuhkus"),
)
STUDY_FIELDS = (
    Field("haridustase", "haridustase"),
    Field("oppeasutus", "oppeasutus"),
    Field("oppAlgus", "oppAlgus"),
    Field("oppLopp", "oppLopp"),
    Field(
        "oppekava",
        "kava1",
        "nested",
        (
            (Field("oppekavaKood", "kava1"), Field("oppekavaNimetus", "kava_nimi")),
            (Field("oppekavaKood", "kava2"), Field("oppekavaNimetus", "kava_nimi")),
        ),
    ),
    Field("oppevorm", "vorm", "nested", ((Field("nimetus", "vorm"), Field("algusKp", "vorm_algus", "date")),)),
    Field("kestus", "kestus"),
    Field("staatus", "staatus"),
)
TRAINING_FIELDS = (
    Field("oppeasutus", "oppeasutus"),
    Field("nimetus", "nimetus"),
    Field("liik", "liik"),
    Field("loppKp", "loppKp", "date"),
    Field("maht", "maht", "raw"),
)
DEGREE_FIELDS = (
    Field("kvalDokument", "kvalDokument"),
    Field("kvalVastavus", "kvalVastavus"),
    Field("oppeasutus", "oppeasutus"),
    Field("erialaOppekava", "erialaOppekava"),
    Field("lopetanud", "lopetanud", "date"),
    Field("dokument", "dokument"),
)
QUALIFICATION_FIELDS = (
    Field("oppeasutus", "oppeasutus"),
    Field("dokument", "dokument"),
    Field("nimetus", "nimetus"),
    Field("vastavus", "vastavus"),
    Field("aasta", "aasta", "raw"),
    Field("riik", "riik"),
)
FIELDS = {
    "oping": STUDY_FIELDS,
    "tootamine": POST_FIELDS,
    "taiendkoolitus": TRAINING_FIELDS,
    "tasemeharidus": DEGREE_FIELDS,
    "kvalifikatsioon": QUALIFICATION_FIELDS,
}


def leaves(reg: Register, day: date) -> dict[str, pl.DataFrame]:
    """The leaves of all cards asked for on a day, text columns by list, with the person's number."""
    posts = _posts(reg, day)
    who = posts["person"].unique().sort().to_numpy()
    return {"tootamine": posts, **_education(reg, who, day)}


def persons(reg: Register, who: pl.Series) -> pl.DataFrame:
    """The columns of `isikuandmed`; names and addresses are placeholders, there to be dropped."""
    numbers = who.to_numpy()
    return pl.DataFrame(
        {
            "person": numbers,
            "isikukood": [reg.people.identifier[number] for number in numbers],
            "eesnimi": "Test",
            "perenimi": "Testimees",
            "elukohamaa": "Eesti",
            "rrElukoht": "Harju maakond, Testi tee 1",
            "is_error": False,
        }
    ).with_columns(synniKp=day_column("born", reg.people.born[numbers]).dt.strftime("%Y-%m-%d"))


def _posts(reg: Register, day: date) -> pl.DataFrame:
    teacher = (
        pl.col("person")
        .mod(len(TEACHER_POSITIONS))
        .replace_strict(dict(enumerate(TEACHER_POSITIONS)), return_dtype=pl.String)
    )
    role = pl.col("role").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String)
    ended = (pl.col("end") <= day).fill_null(False)
    on_leave = (
        (pl.col("on_leave") == "parental") & (pl.col("leave_from") <= day) & (pl.col("leave_until") >= day) & ~ended
    )
    names = dict(reg.network.institutions.select("institution_id", "name_local").rows())
    return (
        reg.posts.filter(pl.col("sender") == -1, pl.col("start") <= day)
        .sort("person", "start", "kind")
        .select(
            "person",
            liik=pl.when(pl.col("institution_kind") == "college")
            .then(pl.lit("KUTSEKOOL"))
            .otherwise(pl.lit("POHIKOOL")),
            oppeasutus=pl.col("institution_id").replace_strict(names, return_dtype=pl.String),
            oppeasutusId=pl.col("institution_id"),
            ametikoht=pl.when(role == "teacher")
            .then(teacher)
            .otherwise(pl.col("title").replace_strict(POSITIONS, default=None, return_dtype=pl.String)),
            ametikohtAlgus=pl.col("start").dt.strftime("%Y-%m-%d"),
            ametikohtLopp=pl.when(ended).then(pl.col("end").dt.strftime("%Y-%m-%d")),
            onTunniandja=pl.when(pl.col("kind") == "second").then(pl.lit("1")).otherwise(pl.lit("0")),
            onOppejoud=pl.lit("0"),
            kehtiv=pl.when(ended).then(pl.lit("0")).otherwise(pl.lit("1")),
            koormus=pl.col("load").cast(pl.String),
            kval=pl.when(pl.col("person") % 2 == 0).then(pl.lit("Jah")),
            ametijark=(pl.col("person") % len(GRADES)).replace_strict(dict(enumerate(GRADES)), return_dtype=pl.String),
            oppeaine=pl.when(pl.col("kind") != "circle").then(
                (pl.col("person") % len(SUBJECTS)).replace_strict(dict(enumerate(SUBJECTS)), return_dtype=pl.String)
            ),
            aine_maht=pl.lit("1"),
            lapsehooldusPuhkus=pl.when(on_leave).then(pl.lit("Jah")).otherwise(pl.lit("Ei")),
        )
    )


def _education(reg: Register, who: np.ndarray[tuple[int], np.dtype[np.int64]], day: date) -> dict[str, pl.DataFrame]:
    """Studies and diplomas that ended in the year of the first teaching day, courses in the years after it."""
    first = reg.people.teaching_since[who]
    year = year_of(first)
    base = pl.DataFrame({"person": who, "year": year}).with_columns(day_column("first", first))
    finished = pl.col("person") % 9 != 0
    studies = base.filter(pl.col("person") % 5 != 4).select(
        "person",
        haridustase=pl.lit("YLIKOOL"),
        oppeasutus=(pl.col("person") % 2).replace_strict(
            {0: "Tallinna Ülikool", 1: "Tartu  Ülikool"}, return_dtype=pl.String
        ),
        oppAlgus=pl.format("24.08.{}", pl.col("year") - 5),
        oppLopp=pl.when(pl.col("person") % 11 != 0).then(pl.format("05.06.{}", pl.col("year") - 1)),
        kava1=pl.when(pl.col("person") % 7 != 3).then(pl.format("{}", 1600 + pl.col("person") % 40)),
        kava2=pl.when(pl.col("person") % 7 == 5).then(pl.format("{}", 2600 + pl.col("person") % 40)),
        kava_nimi=pl.lit("Klassiõpetaja „integreeritud“ õpe"),
        vorm=pl.when(pl.col("person") % 2 == 0).then(pl.lit("kaugõpe")),
        vorm_algus=pl.format("{}-08-23", pl.col("year") - 5),
        kestus=pl.lit("4 aastat"),
        staatus=pl.when(pl.col("person") % 11 == 0)
        .then(pl.lit("Õpib"))
        .when(finished)
        .then(pl.lit("Lõpetanud"))
        .otherwise(pl.lit("Katkestanud")),
    )
    course = [
        base.filter(pl.col("person") % 4 > number).select(
            "person",
            oppeasutus=((pl.col("person") + number) % len(PROVIDERS)).replace_strict(
                dict(enumerate(PROVIDERS)), return_dtype=pl.String
            ),
            nimetus=((pl.col("person") + number) % len(COURSES)).replace_strict(
                dict(enumerate(COURSES)), return_dtype=pl.String
            ),
            liik=pl.lit("Tööalane täienduskoolitus"),
            loppKp=(pl.col("first") + pl.duration(days=150 + 400 * number + pl.col("person") % 60)).dt.strftime(
                "%Y-%m-%d"
            ),
            maht=pl.format("{}", 4 + pl.col("person") % 5 * 8),
        )
        for number in range(3)
    ]
    degrees = base.filter(pl.col("person") % 10 != 7).select(
        "person",
        kvalDokument=pl.lit("Diplom"),
        kvalVastavus=pl.lit("Magistrikraad või vastav kvalifikatsioon"),
        oppeasutus=(pl.col("person") % 2).replace_strict(
            {0: "Tallinna Ülikool", 1: "Tartu  Ülikool"}, return_dtype=pl.String
        ),
        erialaOppekava=pl.lit("Klassiõpetaja"),
        lopetanud=pl.when(pl.col("first").dt.month() >= 7)
        .then(pl.format("{}-06-01", "year"))
        .otherwise(pl.format("{}-06-01", pl.col("year") - 1)),
        dokument=pl.format("MA {}", 10_000 + pl.col("person")),
    )
    other = base.filter(pl.col("person") % 3 == 1).select(
        "person",
        oppeasutus=pl.lit("Haapsalu Kolledž"),
        dokument=pl.when(pl.col("person") % 2 == 0).then(pl.lit("Tunnistus")),
        nimetus=pl.lit("Huvijuht"),
        vastavus=pl.lit("Kutsekvalifikatsioon"),
        aasta=pl.format("{}", pl.col("year") - 2),
        riik=pl.lit("Eesti"),
    )
    courses = pl.concat(course).filter(pl.col("loppKp") <= pl.lit(day.isoformat()))
    return {
        "oping": studies.sort("person"),
        "taiendkoolitus": courses.sort("person", "loppKp"),
        "tasemeharidus": degrees.sort("person"),
        "kvalifikatsioon": other.sort("person"),
    }
