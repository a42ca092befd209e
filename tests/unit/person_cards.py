"""Person cards as EHIS really answers, and short ways to read them."""

from __future__ import annotations

import json
from typing import Any

from ingest_reading import Desk, Reading

#: The published example of a valid isikukood, and one more: 4·1+6·2+5·3+0+1·5+2·6+3·7+0+2·9+6·1 = 93 = 8·11 + 5.
MART, KADRI = "37605030299", "46501230265"
#: 18 September 2018 13:53:51 UTC, the same day in Almaty.
ASKED = 1537278831
POST: dict[str, Any] = {
    "liik": "POHIKOOL", "oppeasutus": "Alavere Põhikool", "oppeasutusId": 609, "ametikoht": "õpetaja",
    "ametikohtAlgus": "2012-08-14", "ametikohtLopp": "2013-06-13", "onTunniandja": 1, "onOppejoud": 0, "kehtiv": 0,
    "amtikohtKoormus": 0.61, "ametijark": None, "lapsehooldusPuhkus": "Ei",
    "oppeaine": [{"oppeaine": "Kunstiõpetus", "maht": 1}, {"oppeaine": "Muusika", "maht": 1}],
}  # fmt: skip
STUDY: dict[str, Any] = {
    "haridustase": "YLIKOOL", "oppeasutus": "Tallinna  “Ülikool”", "oppAlgus": "24.08.2009", "oppLopp": "05.06.2013",
    "oppekava": [{"oppekavaKood": "1606"}], "oppevorm": [{"nimetus": "kaugõpe"}], "staatus": "Lõpetanud",
}  # fmt: skip


def person_card(person: str = MART, **lists: Any) -> dict[str, Any]:
    about = {"isikukood": person, "synniKp": "1976-05-03", "eesnimi": "Mart", "perenimi": "Tamm"}
    return {"request_timestamp": ASKED, "key": f"eeisikukaart_{person}", "value": {"isikuandmed": about, **lists}}


def read_cards(desk: Desk, cards: Any, target: str = "staff_employment", name: str = "cards.json") -> Reading:
    content = cards if isinstance(cards, bytes) else json.dumps(cards, ensure_ascii=False).encode()
    return desk.read(content, name, "ehis_person_cards", register="ee.isikukood", target=target)


def read_posts(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    return read_cards(desk, person_card(tootamine=[POST | changes])).landed
