"""Files full of canaries, in every format that is read, as bytes."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import polars as pl
from canary_people import Person

SCHOOL, EHIS_SCHOOL = "030140149700", "609"
#: English and Russian names of the columns; the last one is known to no contract.
_COLUMNS = {
    "person_id": "ИИН",
    "institution_id": "БИН организации",
    "position": "Должность",
    "start_date": "Дата приёма",
    "load_fte": "Нагрузка (ставка)",
    "contract": "Трудовой договор",
    "sex": "Пол",
    "on_leave": "В отпуске",
    "birth_year": "Год рождения",
    "full_name": "ФИО",
    "birth_date": "Дата рождения",
    "phone": "Телефон",
    "email": "Электронная почта",
    "address": "Адрес",
    "remark": "Примечание для себя",
}


def row(person: Person, **changed: str) -> dict[str, str]:
    return {
        "person_id": person.id,
        "institution_id": SCHOOL,
        "position": "учитель",
        "start_date": "2023-09-01",
        "load_fte": "1",
        "contract": "permanent",
        "sex": "",
        "on_leave": "none",
        "birth_year": "",
        "full_name": f"{person.surname} Тест",
        "birth_date": f"{person.born:%d.%m.%Y}",
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
        "remark": f"{person.surname}: {person.id}, {person.phone}",
        **changed,
    }


def csv_file(rows: list[dict[str, str]], encoding: str, delimiter: str = ",", header: bool = True) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    if header:
        writer.writerow(_COLUMNS if encoding == "utf-8-sig" else _COLUMNS.values())
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode(encoding)


def workbook(rows: list[dict[str, str]]) -> bytes:
    """A workbook as people make them: identifiers are numbers, and their zeros in front are gone."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(_COLUMNS.values()))
    for row in rows:
        sheet.append([int(row["person_id"]), *list(row.values())[1:]])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet_file(rows: list[dict[str, str]]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(rows).write_parquet(content)
    return content.getvalue()


def json_lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _card(person: Person) -> dict[str, object]:
    post = {
        "liik": "POHIKOOL", "oppeasutus": "Kool", "oppeasutusId": EHIS_SCHOOL, "ametikoht": "õpetaja",
        "ametikohtAlgus": "2021-08-23", "kehtiv": "1",
    }  # fmt: skip
    named = {
        "isikukood": person.id,
        "synniKp": f"{person.born:%Y-%m-%d}",
        "eesnimi": "Test",
        "perenimi": person.surname,
    }
    return {
        "isikuandmed": {**named, "rrElukoht": person.address, "telefon": person.phone, "epost": person.email},
        "tootamine": post,
    }


def cards_json(people: list[Person]) -> bytes:
    cards = [{"request_timestamp": 1789362000, "key": f"eeisikukaart_{p.id}", "value": _card(p)} for p in people]
    return json.dumps(cards).encode()


def cards_xml(people: list[Person]) -> bytes:
    def element(name: str, value: object) -> str:
        inner = "".join(element(*item) for item in value.items()) if isinstance(value, dict) else str(value)
        return f"<{name}>{inner}</{name}>"

    cards = [element("isikukaart", {"request_timestamp": 1789362000, **_card(person)}) for person in people]
    return f'<?xml version="1.0" encoding="UTF-8"?><kaardid>{"".join(cards)}</kaardid>'.encode()
