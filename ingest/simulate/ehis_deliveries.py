"""What the EHIS-style sender sends: open data on institutions (XML, JSON) and person cards (JSON, XML).

Shapes of person cards:
- JSON, one card a file: the object `{"request_timestamp", "response_timestamp", "key", "value" or "error"}`;
- JSON, many a file: an array of such objects;
- XML: `<eeIsikukaartResponse>` with repeated `<isikukaart>`, each with `<request_timestamp>` (Unix seconds) and
  either `<error>` or the children that `value` has in JSON (`isikuandmed`, `oping`, `tootamine`, `taiendkoolitus`,
  `tasemeharidus`, `kvalifikatsioon`), a list being a repeated element and an empty field no element.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from ingest.simulate import card_defects
from ingest.simulate.card_text import LISTS, Form, card, gathered
from ingest.simulate.cards import FIELDS, PERSON_FIELDS, leaves, persons
from ingest.simulate.deliveries import Delivery, Inbox
from ingest.simulate.ehis_register import as_json, as_xml
from ingest.simulate.lists import Register
from ingest.simulate.planted import Mark
from ingest.simulate.profile import Profile
from ingest.simulate.senders import EHIS

NOBODY = 1_000_000  # numbers of cards that are of no simulated person
BAD_CODE = "37605030298"  # the check digit of 3760503029 is 9
CARDS = "ehis_person_cards"


@dataclass
class EhisPost:
    """Writes the deliveries of the EHIS-style sender."""

    profile: Profile
    reg: Register
    inbox: Inbox

    def write_all(self) -> None:
        """Institutions first; cards of everybody who has a career, three times."""
        if self.profile.name == "tiny":
            self._institutions(date(2026, 7, 6), "json")
            delivery = Delivery(EHIS, "2026-09-14", date(2026, 9, 14), None)
            self._cards(delivery, "isikukaardid.json", "json", defects=[0])
            self.inbox.write(delivery)
            return
        everything = list(range(card_defects.KINDS_N))
        self._institutions(date(2018, 8, 27), "xml")
        first = Delivery(EHIS, "2022-09-07", date(2022, 9, 7), "2021/22")
        self._cards(first, "isikukaardid.json", "json", defects=everything[:6])
        self.inbox.write(first)
        self._institutions(date(2024, 9, 2), "json")
        second = Delivery(EHIS, "2024-09-09", date(2024, 9, 9), "2023/24")
        self._cards(second, "isikukaardid.xml", "xml", defects=everything)
        self.inbox.write(second)
        third = Delivery(EHIS, "2026-09-14", date(2026, 9, 14), "2025/26")
        self._cards(third, "isikukaardid.json", "json", defects=everything, single_n=8)
        self.inbox.write(third)

    def _institutions(self, day: date, form: Form) -> None:
        delivery = Delivery(EHIS, day.isoformat(), day, None)
        frame = self.reg.network.institutions.filter(register="ehis")
        content = as_xml(frame, day) if form == "xml" else as_json(frame)
        delivery.add(f"oppeasutused.{form}", "ehis_institutions", content, frame.height)
        self.inbox.write(delivery)

    def _cards(self, delivery: Delivery, path: str, form: Form, defects: list[int], single_n: int = 0) -> None:
        """One file of cards, and the first `single_n` of them as files of their own."""
        lists = leaves(self.reg, delivery.created_on)
        who = lists["tootamine"]["person"].unique().sort()
        planted = card_defects.plant(lists, who.to_list()[single_n + 3 :: 5], defects)
        texts = self._everybody(lists, who)
        for name in LISTS:
            texts = texts.join(
                gathered(lists[name], FIELDS[name], name, form), on="person", how="left", maintain_order="left"
            )
        asked = datetime(delivery.created_on.year, delivery.created_on.month, delivery.created_on.day, 5, tzinfo=UTC)
        cards = texts.select("person", "is_error", text=card(form, PERSON_FIELDS, int(asked.timestamp())))
        for number, text in enumerate(cards["text"][:single_n].to_list(), start=1):
            delivery.add(f"kaart_{number:03d}.json", CARDS, text.encode(), 1, coverage="partial")
        rest = cards[single_n:]
        delivery.add(path, CARDS, _joined(rest["text"].to_list(), form), rest.height, coverage="partial")
        rows = {person: row for row, person in enumerate(rest["person"].to_list())}
        marks = [
            Mark(rows[person], mark.column, mark.rule, mark.item, mark.feed, mark.is_defect) for person, mark in planted
        ]
        marks += [
            Mark(rows[NOBODY], "person_id", "identifier", "tootamine[1]", "staff_employment"),
            *(Mark(row, "", "empty", feed=CARDS, is_defect=False) for row in rest["is_error"].arg_true().to_list()),
        ]
        self.inbox.note(delivery, path, CARDS, marks, first_row=1)

    def _everybody(self, lists: dict[str, pl.DataFrame], who: pl.Series) -> pl.DataFrame:
        """All people with a card, then one whose code is wrong, one with nothing in it, and two unknown to EHIS."""
        known = persons(self.reg, who)
        strange = (
            known[:1]
            .select(pl.exclude("person", "isikukood", "is_error"))
            .join(
                pl.DataFrame(
                    {
                        "person": [NOBODY, NOBODY + 1, NOBODY + 2, NOBODY + 3],
                        "isikukood": [BAD_CODE, "37605030299", "37605030299", "37605030299"],
                        "is_error": [False, False, True, True],
                    }
                ),
                how="cross",
            )
        )
        card_defects.add_leaf(lists, "tootamine", NOBODY, dict(card_defects.ENDED))
        return pl.concat([known, strange.select(known.columns)], how="vertical_relaxed")


def _joined(texts: list[str], form: Form) -> bytes:
    if form == "json":
        return ("[" + ",\n".join(texts) + "]\n").encode()
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<eeIsikukaartResponse>\n'
    return (head + "\n".join(texts) + "\n</eeIsikukaartResponse>\n").encode()
