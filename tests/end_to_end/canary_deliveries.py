"""What the canary test sends: a delivery of each accepted format, and one of each way to be broken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from canary import Canary
from canary_files import (
    EHIS_SCHOOL,
    SCHOOL,
    cards_json,
    cards_xml,
    csv_file,
    json_lines,
    parquet_file,
    row,
    workbook,
)
from canary_people import Person

CREATED = "2026-09-14T08:00:00+05:00"
STAFF, CARDS = "staff_employment", "ehis_person_cards"


def _unspoiled(_: dict[str, Any]) -> None:
    """A manifest as it should be."""


@dataclass(frozen=True)
class Plan:
    """A delivery: its files (path, feed, content, rows), and what must become of it.

    `fate`: `lands` (every row), `quarantined` (at least a row is), `unreadable` (a file is not read), `refused` (the
    whole delivery is).
    """

    origin: str
    people: list[Person]
    files: list[tuple[str, str, bytes, int]]
    fate: str
    register: str = "kz.iin"
    local_ids: tuple[str, ...] = ()
    spoil: Callable[[dict[str, Any]], object] = _unspoiled

    def canaries(self) -> list[Canary]:
        local = [Canary(self.origin, "local id", (name,), (name, f"{self.register}:{name}")) for name in self.local_ids]
        return [canary for person in self.people for canary in person.canaries()] + local

    def write(self, root: Path) -> Path:
        """Puts the sender and the delivery, with its manifest, below a data root; returns the delivery's folder."""
        sender = f"kanar-{self.origin}"
        folder = root / "inbox" / sender / "2026-09-14"
        folder.mkdir(parents=True)
        feeds = sorted({feed for _, feed, _, _ in self.files})
        school = EHIS_SCHOOL if self.register == "ee.isikukood" else SCHOOL
        facts = f'register = "{self.register}"\ninstitutions = ["{school}"]\nfeeds = {json.dumps(feeds)}\n'
        (root / "senders" / f"{sender}.toml").write_text(facts)
        entries = []
        for path, feed, content, rows_n in self.files:
            (folder / path).write_bytes(content)
            digest = hashlib.sha256(content).hexdigest()
            entries.append({"path": path, "feed": feed, "rows": rows_n, "sha256": digest, "coverage": "partial"})
        manifest: dict[str, Any] = {"sender": sender, "created": CREATED, "files": entries}
        self.spoil(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder


def plans() -> list[Plan]:
    """All deliveries; nobody is in two of them."""
    return [*_formats(), *_broken()]


def _people(origin: str, first: int, n: int = 2, **facts: Any) -> list[Person]:
    return [Person(origin, number, **facts) for number in range(first, first + n)]


def _staff(origin: str, people: list[Person], name: str, content: bytes, fate: str = "lands", **facts: Any) -> Plan:
    return Plan(origin, people, [(name, STAFF, content, len(people))], fate, **facts)


def _formats() -> Iterator[Plan]:
    for first, encoding, delimiter in ((0, "utf-8-sig", ","), (2, "utf-16", "\t"), (4, "kz1048", ";")):
        people = _people(f"csv-{encoding}", first)
        content = csv_file([row(person) for person in people], encoding, delimiter)
        yield _staff(f"csv-{encoding}", people, "staff_employment.csv", content)
    # Born after 2000: these identifiers begin with a zero, which a spreadsheet cuts.
    people = _people("xlsx", 6, born_from=date(2002, 5, 3))
    yield _staff("xlsx", people, "staff_employment.xlsx", workbook([row(person) for person in people]))
    people = _people("json", 8)
    yield _staff("json", people, "staff_employment.json", json.dumps([row(person) for person in people]).encode())
    people = _people("json-lines", 10)
    yield _staff("json-lines", people, "staff_employment.jsonl", json_lines([row(person) for person in people]))
    people = _people("parquet", 12)
    yield _staff("parquet", people, "staff_employment.parquet", parquet_file([row(person) for person in people]))
    people = _people("cards-json", 14, is_estonian=True)
    cards = [("cards.json", CARDS, cards_json(people), 2)]
    yield Plan("cards-json", people, cards, "lands", "ee.isikukood")
    people = _people("cards-xml", 16, is_estonian=True)
    yield Plan("cards-xml", people, [("cards.xml", CARDS, cards_xml(people), 2)], "lands", "ee.isikukood")
    people, local = _people("local-ids", 18), ("tn-kanar-0041", "tn-kanar-0042")
    staff = csv_file([row(person, person_id=name) for person, name in zip(people, local, strict=True)], "utf-8-sig")
    links = [f"kanar-mektep:{name},kz.iin:{person.id}\n" for person, name in zip(people, local, strict=True)]
    files = [
        ("staff_employment.csv", STAFF, staff, 2),
        ("person_links.csv", "person_links", f"local_id,person_id\n{''.join(links)}".encode(), 2),
    ]
    yield Plan("local-ids", people, files, "lands", "kanar-mektep", local)


def _broken() -> Iterator[Plan]:
    spoiled, rest = Person("bad-check-digit", 20, is_spoiled=True), _people("bad-check-digit", 21, 22)
    content = csv_file([row(person) for person in (spoiled, *rest)], "utf-8-sig")
    yield _staff("bad-check-digit", [spoiled, *rest], "staff_employment.csv", content, "quarantined")

    people = _people("all-bad-check-digits", 43, is_spoiled=True)
    content = workbook([row(person) for person in people])
    yield _staff("all-bad-check-digits", people, "staff_employment.xlsx", content, "quarantined")

    people = _people("cells-of-wrong-columns", 45, 4)
    swapped = row(people[0], person_id=SCHOOL, institution_id=people[0].id)
    moved = row(
        people[1], load_fte=people[1].phone, contract=f"{people[1].surname} {people[1].id}", sex=people[1].address,
        on_leave=people[1].email, birth_year=f"{people[1].born:%d.%m.%Y}", start_date=people[1].id,
    )  # fmt: skip
    short, long = row(people[2]), row(people[3], remark=f"{people[3].surname},{people[3].phone}")
    del short["position"]
    content = csv_file([swapped, moved, short], "utf-8-sig") + ",".join(long.values()).encode() + b"\r\n"
    yield _staff("cells-of-wrong-columns", people, "staff_employment.csv", content, "quarantined")

    people = _people("no-header", 49)
    content = csv_file([row(person) for person in people], "utf-8-sig", header=False)
    yield _staff("no-header", people, "staff_employment.csv", content, "unreadable")

    people = _people("cut-off", 51)
    rows = [row(person) for person in people]
    endless = csv_file(rows, "utf-8-sig") + f'"{people[0].id},{people[0].surname}'.encode()
    files = [
        ("staff_employment.csv", STAFF, endless, 2),
        ("staff_employment.xlsx", STAFF, workbook(rows)[:-900], 2),
        ("staff_employment.json", STAFF, json.dumps(rows, ensure_ascii=False).encode()[:-200], 2),
        ("staff_employment.parquet", STAFF, parquet_file(rows)[:-100], 2),
        ("isikud.xml", STAFF, cards_xml(people), 2),
    ]
    yield Plan("cut-off", people, files, "unreadable")

    people = _people("cut-off-cards", 53, is_estonian=True)
    files = [("c.xml", CARDS, cards_xml(people)[:-60], 2), ("c.json", CARDS, cards_json(people)[:-60], 2)]
    yield Plan("cut-off-cards", people, files, "unreadable", "ee.isikukood")

    for number, (origin, spoil) in enumerate(_SPOILED.items()):
        people = _people(origin, 60 + 2 * number)
        content = csv_file([row(person) for person in people], "utf-8-sig")
        yield _staff(origin, people, "staff_employment.csv", content, "refused", spoil=spoil)
    person = Person("person-in-manifest", 70)
    content = csv_file([row(person)], "utf-8-sig")
    named = {"sender": f"{person.surname}, {person.phone}, {person.email}"}
    yield _staff(
        "person-in-manifest",
        [person],
        "staff_employment.csv",
        content,
        "refused",
        spoil=lambda facts: facts.update(named),
    )


_SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "wrong-checksum": lambda facts: facts["files"][0].update(sha256="0" * 64),
    "wrong-row-count": lambda facts: facts["files"][0].update(rows=77),
}
