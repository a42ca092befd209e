"""Who sends what: which institution sends its own list, in which register, in which form, from which year on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from ingest.simulate.dialects import DIALECTS, PLAIN, Dialect
from ingest.simulate.network import OBLAST_CODE, Network
from ingest.simulate.profile import Profile

DEPARTMENT = "oblast-department"
REST = "oblast-rest"
EHIS = "ehis"
DEPARTMENT_FEEDS = (
    *("regions", "institutions", "institution_successions", "clusters", "cluster_members", "person_links"),
    *("institution_statuses", "attestations", "qualifications", "programmes", "graduate_placements", "labour_demand"),
    *(
        "control_groups",
        "targets",
        "cluster_passport",
        "action_plan",
        "cluster_resources",
        "agreements",
        "finance",
        "risks",
    ),
    *("education_production_kpis", "network_events", "event_participants", "quality_checklists", "joint_products"),
    *("product_reviews", "projects", "project_participants"),
)
SCHOOL_FEEDS = (
    *(
        "enrolments",
        "assessment_results",
        "teaching_assignments",
        "attendance",
        "mentoring_pairs",
        "mentoring_meetings",
    ),
    *("portfolios", "lesson_study_cycles", "lesson_study_participants", "lesson_counts", "lesson_analyses"),
)
PROVIDER_FEEDS = (
    *(
        "credit_prices",
        "programme_outcomes",
        "module_credits",
        "studies",
        "graduate_placements",
        "practicum_placements",
    ),
    *("practicum_journal", "supervisor_visits", "portfolios"),
)
SURVEY_FEEDS = ("survey_instruments", "survey_waves", "survey_samples", "survey_responses")
PLATFORM_FEEDS = ("platform_events", "platform_cards", "support_tickets")
#: What an institution sends besides its staff list, by the first word of the sender's name.
OWN_FEEDS = {
    "school": SCHOOL_FEEDS,
    "small": SCHOOL_FEEDS,
    "college": PROVIDER_FEEDS,
    "university": PROVIDER_FEEDS,
    "pd": ("training",),
    # The rest of the oblast sends what institutions without a sender of their own have to say.
    "oblast": tuple(dict.fromkeys((*SCHOOL_FEEDS, *PROVIDER_FEEDS, "training", "climate_aggregates"))),
}
SURVEYS = "survey-tool"
PLATFORM = "network-platform"
#: Own senders that send more than staff lists: members of the networks, one that stands outside, one with local ids.
SENDING_SCHOOLS = (
    *(f"school-{number:04d}" for number in (0, 1, 2, 3, 4, 7, 8, 12)),
    "small-school-0024",
    "small-school-0025",
)
OWN = {
    "school": 18,
    "small_school": 5,
    "college": 2,
    "university": 1,
    "kindergarten": 2,
    "pd_centre": 1,
    "hobby_school": 1,
}


@dataclass(frozen=True)
class Sender:
    """A sender of staff lists.

    Attributes:
        institutions: numbers of the institutions it speaks for.
        register: which scheme its person ids are in.
        language: of the titles of posts and subjects, the same every year (a title is part of the key).
        dialects: (first school year, dialect), the last that has begun holds.
        first_year: start of the first school year it sends a list for.
        complete_from: from this day it holds ended posts too.
        last_year: start of the last school year it sends a list for.
        links_share: of the people with local ids, the share that `person_links` joins to an IIN.
    """

    name: str
    institutions: tuple[int, ...]
    register: str
    language: str
    dialects: tuple[tuple[int, Dialect], ...]
    first_year: int
    last_year: int
    complete_from: date
    day: int
    links_share: float = 1.0

    @property
    def is_local(self) -> bool:
        return self.register not in ("kz.iin", "ee.isikukood")

    def dialect(self, year: int) -> Dialect:
        """The dialect of the list for the school year that starts in `year`."""
        return [dialect for begins, dialect in self.dialects if begins <= year][-1]

    def list_day(self, year: int) -> date:
        """Day of the list for that school year: early in the September that follows it."""
        return date(year + 1, 9, self.day)


def plan(profile: Profile, network: Network) -> list[Sender]:
    """The senders of staff lists: own ones first, then the one that speaks for the rest of the oblast."""
    tiny = profile.name == "tiny"
    kz = network.institutions.filter(register="kz")
    chosen: list[tuple[int, str]] = []
    for kind, n in ({"school": 2, "small_school": 1} if tiny else OWN).items():
        chosen += [(number, kind) for number in kz.filter(kind=kind)["number"].to_list()[:n]]
    senders = []
    span = range(profile.first_year, profile.last_year + 1)
    for order, (number, kind) in enumerate(chosen[: profile.own_senders_n]):
        begins = profile.first_year if tiny else (span[0], span[-3], span[-3], span[-2])[order % 4]
        language = ("kk", "ru", "ru", "kk", "en")[order % 5]
        form = (
            (PLAIN, replace(PLAIN, language="ru", delimiter=";"))[order % 2]
            if tiny
            else DIALECTS[order % len(DIALECTS)]
        )
        senders.append(
            Sender(
                name=f"{kind.replace('_', '-')}-{number:04d}",
                institutions=(number,),
                register="kz.iin",
                language=language,
                dialects=((span[0], form),),
                first_year=begins,
                last_year=profile.last_year,
                complete_from=profile.registry_complete_from,
                day=5 + order % 10,
            )
        )
    if not tiny:
        _make_special(senders, profile)
    own = {number for sender in senders for number in sender.institutions}
    rest = tuple(number for number in kz["number"].to_list() if number not in own)
    return [
        *senders,
        Sender(
            name=REST,
            institutions=rest,
            register="kz.iin",
            language="ru",
            dialects=((profile.first_year, PLAIN),),
            first_year=profile.first_year,
            last_year=profile.last_year,
            complete_from=profile.registry_complete_from,
            day=15,
        ),
    ]


def _make_special(senders: list[Sender], profile: Profile) -> None:
    """Two schools with local ids, one whose registry starts late, one kindergarten whose last list never comes."""
    local = replace(DIALECTS[1], encoding="utf-8")
    senders[3] = replace(
        senders[3],
        register=senders[3].name,
        dialects=((profile.first_year, local),),
        links_share=0.7,
        first_year=profile.first_year,
    )
    senders[13] = replace(
        senders[13],
        register=senders[13].name,
        dialects=((profile.first_year, PLAIN),),
        links_share=0.0,
        first_year=profile.first_year,
    )
    senders[5] = replace(senders[5], first_year=profile.first_year)
    senders[14] = replace(senders[14], first_year=2021, complete_from=date(2021, 9, 1))
    late = next(place for place, sender in enumerate(senders) if sender.name.startswith("kindergarten"))
    senders[late] = replace(senders[late], first_year=profile.first_year, last_year=profile.last_year - 1)
    # A school that bought a staff system: from its third list on the form is another one.
    senders[4] = replace(
        senders[4],
        first_year=profile.first_year,
        dialects=((profile.first_year, DIALECTS[3]), (profile.first_year + 2, DIALECTS[2])),
    )


def shunned(senders: list[Sender]) -> list[int]:
    """Institutions that nobody moves to in the simulation, since their lists do not show all of the time."""
    return [
        number
        for sender in senders[:-1]
        if sender.links_share == 0 or sender.complete_from.year > 2020
        for number in sender.institutions
    ]


def write_toml(root: Path, senders: list[Sender], profile: Profile, network: Network) -> None:
    """One file a sender under root/senders."""
    place = root / "senders"
    place.mkdir(parents=True, exist_ok=True)
    ids = network.institutions["institution_id"].to_list()
    begins = profile.registry_complete_from
    _write(place / f"{DEPARTMENT}.toml", "kz.iin", OBLAST_CODE, DEPARTMENT_FEEDS, begins)
    if not network.institutions.filter(register="ehis").is_empty():
        # A card tells posts at other schools too, so the sender may speak for the oblast and not for a list of schools.
        feeds = ("ehis_institutions", "ehis_person_cards")
        _write(place / f"{EHIS}.toml", "ee.isikukood", OBLAST_CODE, feeds, begins)
    for sender in senders:
        scope = OBLAST_CODE if sender.name == REST else [ids[number] for number in sender.institutions]
        own = ("staff_employment", *OWN_FEEDS.get(sender.name.split("-")[0], ()))
        _write(place / f"{sender.name}.toml", sender.register, scope, own, sender.complete_from)
    for name, sent in ((SURVEYS, SURVEY_FEEDS), (PLATFORM, PLATFORM_FEEDS)):
        _write(place / f"{name}.toml", "kz.iin", OBLAST_CODE, sent, begins)


def _write(path: Path, register: str, scope: str | list[str], feeds: tuple[str, ...], complete_from: date) -> None:
    """`scope` is a region, or a list of institutions."""
    lines = [f'register = "{register}"']
    if isinstance(scope, str):
        lines.append(f'region = "{scope}"')
    else:
        lines.append("institutions = [" + ", ".join(f'"{item}"' for item in scope) + "]")
    lines.append("feeds = [" + ", ".join(f'"{feed}"' for feed in feeds) + "]")
    lines += ["due_day = 15", f"registry_complete_from = {complete_from.isoformat()}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def sender_of(senders: list[Sender], institutions: pl.DataFrame) -> list[int]:
    """For each institution number the place of its sender in the list, -1 for those in EHIS."""
    places = {number: place for place, sender in enumerate(senders) for number in sender.institutions}
    return [places.get(number, -1) for number in institutions["number"].to_list()]
