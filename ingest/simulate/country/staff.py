"""The people of an oblast, their careers, and what makes one leave sooner than another.

Careers run by the chain of `ingest.simulate.chain`; the chance of each person to leave a post is that of the group times
a pace of one's own, which comes from the school, from its place and from the work one carries.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from ingest.simulate import careers, lists, people, truth
from ingest.simulate.chain import GROUP_INDEX
from ingest.simulate.country.places import Places
from ingest.simulate.country.scenario import Scenario
from ingest.simulate.country.schools import Schools
from ingest.simulate.country.size import Size
from ingest.simulate.country.streams import PERSON_SERIALS, ranks, stream
from ingest.simulate.dates import Floats, after, day_column
from ingest.simulate.people import People
from ingest.simulate.posts import posts as make_posts
from ingest.simulate.profile import Profile
from ingest.simulate.senders import Sender

#: Of everybody who ever had a post in the years delivered and those looked back on, the share in post on one day.
IN_POST = 0.72
#: Beginners of a year to people in post.
BEGINNERS = 0.04
#: Standard deviations, in the logarithm of the pace, of schools; and what a standard deviation of work and a rural place add.
SCHOOL_SD, OF_WORK, OF_RURAL = 0.2, 0.15, 0.1
#: What a standard deviation of work adds to the load of a post, in posts.
LOAD_OF_WORK = 0.2
#: The first serial number of staff in IINs, above those of pupils.
FIRST_SERIAL = 3_800
BEGINNER = people.WAYS.index("beginner")


@dataclass(frozen=True)
class Staff:
    """Everything about the people of an oblast.

    Attributes:
        work: how much each carries, in standard deviations.
        pace: what each one's chances to leave are of those of the group.
        school_pace: the logarithm of the pace of each school.
        senders: those of staff lists, in the order of `register.posts["sender"]`.
    """

    profile: Profile
    places: Places
    people: People
    work: Floats
    pace: Floats
    school_pace: Floats
    senders: list[Sender]
    register: lists.Register

    def in_post(self, day: date) -> pl.DataFrame:
        """Main posts held on a day by people with an IIN: person, person_id, institution (number), institution_id, role, load."""
        posts = self.register.posts
        held = posts.filter(
            pl.col("kind") == "main",
            pl.col("sender") >= 0,
            pl.col("start") <= day,
            pl.col("end").is_null() | (pl.col("end") >= day),
        ).unique("person", keep="first", maintain_order=True)
        return held.select("person", "person_id", "institution", "institution_id", "role", "load", "start", "sex")


def draw(size: Size, scenario: Scenario, schools: Schools, places: Places, seed: int) -> Staff:
    """The people of an oblast with their posts."""
    oblast = schools.oblast
    profile = _profile(size, oblast)
    first = oblast * PERSON_SERIALS + FIRST_SERIAL
    folk = people.draw(
        profile, places.network, stream(seed, "people", oblast), lambda born, is_male: first + 2 * ranks(born, is_male)
    )
    rng = stream(seed, "pace", oblast)
    school_pace = SCHOOL_SD * rng.standard_normal(places.network.institutions.height)
    work = rng.standard_normal(folk.n)
    folk = _told_by_cards(folk, profile)
    if not scenario.networks_keep:
        plain = np.where(folk.group == GROUP_INDEX["beginner_in_cluster"], GROUP_INDEX["beginner"], folk.group)
        folk = replace(folk, group=plain)
    pace = _pace(schools, folk, work, school_pace)
    senders = _senders(size, scenario, places, schools.n, seed)
    shunned = [number for sender in senders if sender.first_year > size.first_year for number in sender.institutions]
    spells = careers.spells(profile, folk, places.network, shunned, stream(seed, "careers", oblast), pace)
    held = make_posts(
        profile,
        folk,
        places.network,
        spells,
        home_only=np.zeros(folk.n, dtype=bool),
        shunned=shunned,
        rng=stream(seed, "posts", oblast),
    )
    load = np.clip(np.round((1 + LOAD_OF_WORK * work) * 4) / 4, 0.25, 1.5)
    held = held.with_columns(
        load=pl.when(pl.col("kind") == "main").then(pl.Series(load).gather(held["person"])).otherwise("load")
    )
    return Staff(
        profile,
        places,
        folk,
        work,
        pace,
        school_pace,
        senders,
        lists.register(folk, places.network, held, _sender_of(senders, places)),
    )


def _profile(size: Size, oblast: int) -> Profile:
    in_post = size.share(size.staff_n, oblast)
    return Profile(
        name="oblast",
        first_year=size.first_year,
        last_year=size.last_year,
        as_of=size.as_of,
        lookback_years=4,
        people_n=int(in_post / IN_POST),
        entrants_per_year=int(in_post * BEGINNERS),
        kinds={},
        ehis_kinds={},
        clusters_n=0,
        own_senders_n=0,
        staff_tenths=8,
    )


def _told_by_cards(folk: People, profile: Profile) -> People:
    """The people with careers that cards may tell whole: of a veteran's the first post is from before the registry begins.

    One that began in plain view would make a beginner of somebody who is none; whoever was too young to teach by then is
    one indeed.
    """
    veteran = folk.is_ehis & (folk.way == people.WAYS.index("veteran"))
    latest = after(np.datetime64(profile.registry_complete_from, "D"), -150)
    grown_up = after(folk.born, 20 * 366)
    is_new = veteran & (grown_up > latest)
    since = np.maximum(np.minimum(folk.teaching_since, after(latest, -(np.arange(folk.n) % 400))), grown_up)
    return replace(
        folk,
        way=np.where(is_new, BEGINNER, folk.way),
        role=np.where(is_new, people.ROLE_INDEX["teacher"], folk.role),
        group=np.where(is_new, GROUP_INDEX["beginner_in_ehis"], folk.group),
        teaching_since=np.where(is_new, folk.start, np.where(veteran, since, folk.teaching_since)),
    )


def _pace(schools: Schools, folk: People, work: Floats, school_pace: Floats) -> Floats:
    """Paces with a mean near 1; those kept in EHIS have that of their group."""
    rural = np.zeros(len(school_pace))
    rural[: schools.n] = schools.is_rural
    logarithm = school_pace[folk.entry] + OF_WORK * work + OF_RURAL * (rural[folk.entry] - 0.5)
    pace = np.exp(logarithm - (SCHOOL_SD**2 + OF_WORK**2) / 2)
    return np.where(folk.is_ehis, 1.0, pace)


def _senders(size: Size, scenario: Scenario, places: Places, schools_n: int, seed: int) -> list[Sender]:
    """Two senders of staff lists: one for a half of the schools, drawn, whose registry may start late, one for all others."""
    kz = places.network.institutions.filter(pl.col("kind") != "authority", register="kz")["number"].to_list()
    # Late are schools only: every network has a college whose list shows all of the time.
    drawn = stream(seed, "senders", places.oblast).permutation(schools_n)
    second_half = sorted(drawn[: int(schools_n * (scenario.late_share or 0.5))].tolist())
    first_half = sorted(set(kz) - set(second_half))
    code = places.code[:2]
    begins = date(size.first_year - 4, 9, 1)
    first = Sender(
        name=f"staff-{code}-1",
        institutions=tuple(first_half),
        register="kz.iin",
        language="ru",
        dialects=(),
        first_year=size.first_year,
        last_year=size.last_year,
        complete_from=begins,
        day=10,
    )
    late = size.first_year + 1 if scenario.late_share else size.first_year
    second = replace(
        first,
        name=f"staff-{code}-2",
        institutions=tuple(second_half),
        language="kk",
        first_year=late,
        complete_from=date(late, 9, 1) if scenario.late_share else begins,
        day=12,
    )
    return [first, second]


def _sender_of(senders: list[Sender], places: Places) -> list[int]:
    owner = {number: place for place, sender in enumerate(senders) for number in sender.institutions}
    return [owner.get(number, -1) for number in places.network.institutions["number"].to_list()]


def staff_list(staff: Staff, place: int, year: int) -> pl.DataFrame:
    """Typed rows of the list of a sender for a school year."""
    return lists.shown(staff.register, staff.senders[place], place, year)


def truths(staff: Staff) -> dict[str, pl.DataFrame]:
    """People with their hazards, their posts, and expected and realised retention of the oblast."""
    folk, network = staff.people, staff.places.network
    owner = np.array(_sender_of(staff.senders, staff.places))[folk.entry]
    dates = [sender.complete_from for sender in staff.senders]
    complete_from = np.array([*dates, staff.profile.registry_complete_from], dtype="datetime64[D]")[owner]
    nobody = pl.DataFrame(schema={"person": pl.Int64, "lost_after": pl.Date})
    linked = np.ones(folk.n, dtype=bool)
    frame = truth.people_frame(network, folk, complete_from=complete_from, linked=linked, lost=nobody)
    frame = frame.drop("is_linked", "lost_after").with_columns(
        work=pl.Series(staff.work),
        pace=pl.Series(staff.pace),
        **{f"monthly_exit_{month}": pl.col(f"monthly_exit_{month}") * pl.Series(staff.pace) for month in (1, 13, 37)},
    )
    told = truth.retention(
        staff.profile,
        network,
        folk,
        staff.register.posts,
        frame.with_columns(is_linked=pl.lit(True)),
        staff.pace,
    )
    posts = staff.register.posts.select(
        "person",
        "institution_id",
        pl.col("role").replace_strict(dict(enumerate(people.ROLES)), return_dtype=pl.String),
        *("kind", "start", "end", "end_reason", "load", "on_leave", "leave_from", "leave_until"),
    )
    return {"people": frame, "posts": posts, "true_retention": told}


def hired(staff: Staff) -> pl.DataFrame:
    """The beginners, who were students the spring before: person_id, institution (number of entry), t0, school year of hire."""
    who = np.flatnonzero((staff.people.way == BEGINNER) & ~staff.people.is_ehis)
    t0 = staff.people.anchor[who]
    spring = (after(t0, -31 * 7).astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int64)
    return pl.DataFrame(
        {
            "person_id": [staff.people.identifier[number] for number in who],
            "institution": staff.people.entry[who],
            "spring": spring,
        }
    ).with_columns(day_column("t0", t0))
