"""XML: no entity is unfolded, memory is that of one element, and what is cut off is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_reading import Desk, Reading


def _read(desk: Desk, content: str | bytes) -> Reading:
    text = content.encode() if isinstance(content, str) else content
    return desk.read(text, "open.xml", "ehis_institutions", register="ee.isikukood", target="institutions")


SCHOOL = (
    "<oppeasutus><koolId>{0}</koolId><nimetus>Kool {0}</nimetus><tyyp>lasteaed</tyyp>"
    "<staatus>Registreeritud</staatus></oppeasutus>"
)


def _answer(*numbers: int, start: str = "") -> str:
    schools = "".join(SCHOOL.format(number) for number in numbers)
    return f"{start}<r><body><oppeasutused>{schools}</oppeasutused></body></r>"


def test_entities_are_refused_and_not_unfolded(reading_desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of this machine")
    external = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    for start in (
        external,
        '<!DOCTYPE r [<!ENTITY x "y">]>',
        '<!DOCTYPE r SYSTEM "http://localhost/x.dtd">',
        "<!DOCTYPE r>",
    ):
        reading = _read(reading_desk, start + _answer(1).replace("Kool 1", "&x;" if "ENTITY" in start else "Kool"))
        assert reading.refusal == "xml_with_entities", start
        assert not reading.landed


def test_billion_laughs(reading_desk: Desk) -> None:
    """Ten levels of ten: ten thousand million times `ha`, if anybody laughed."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{levels}]>' + _answer(1).replace("Kool 1", "&l10;")
    assert _read(reading_desk, bomb).refusal == "xml_with_entities"
    in_attribute = bomb.replace("<r>", '<r a="&l10;">')
    assert _read(reading_desk, in_attribute).refusal in ("xml_with_entities", "file_unreadable")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_truncated(reading_desk: Desk, share: float) -> None:
    whole = _answer(*range(50))
    reading = _read(reading_desk, whole[: int(len(whole) * share)])
    assert reading.refusal == "file_unreadable"
    assert not reading.landed


@pytest.mark.parametrize("content", ["<", "text", '{"a": 1}', "<a><b></a>", "\x00\x01"])
def test_no_xml(reading_desk: Desk, content: str) -> None:
    assert _read(reading_desk, content).refusal == "file_unreadable"


def test_another_answer(reading_desk: Desk) -> None:
    """The service of buildings has `kool` where institutions have `oppeasutus`; nothing of it would load, so it is
    said."""
    hooned = "<vastus><kool><oppeasutusId>609</oppeasutusId><hooned><hoone/></hooned></kool></vastus>"
    reading = _read(reading_desk, hooned)
    assert reading.refusal == "records_not_found"


def test_namespaces_prefixes_and_nil(reading_desk: Desk) -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="urn:soap" xmlns:e="urn:ehis"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><e:oppeasutus><e:koolId>1</e:koolId>'
        "<e:nimetus>A<!-- a comment --> &amp; B</e:nimetus><e:tyyp>ülikool</e:tyyp><e:staatus>Suletud</e:staatus>"
        '<e:omandivorm xsi:nil="true">x</e:omandivorm></e:oppeasutus></s:Body></s:Envelope>'
    )
    (row,) = _read(reading_desk, text).landed
    assert (row["institution_id"], row["name_local"], row["kind"], row["status"], row["ownership"]) == (
        "1", "A & B", "university", "closed", None,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "windows-1251", "ISO-8859-15"])
def test_declared_encoding(reading_desk: Desk, encoding: str) -> None:
    name = "Школа" if encoding == "windows-1251" else "Põhikool"
    text = _answer(1, start=f'<?xml version="1.0" encoding="{encoding}"?>').replace("Kool 1", name)
    reading = _read(reading_desk, text.encode(encoding))
    assert [row["name_local"] for row in reading.landed] == [name]
    assert "encoding" not in reading.parsed.notes


def test_the_element_at_the_root_after_a_comment(reading_desk: Desk) -> None:
    text = '<?xml version="1.0"?><!-- made by hand --><?style x?>' + SCHOOL.format(7) + "<!-- end -->"
    assert [row["institution_id"] for row in _read(reading_desk, text).landed] == ["7"]


def test_many_elements(reading_desk: Desk) -> None:
    reading = _read(reading_desk, _answer(*range(1, 4502)))
    assert (len(reading.landed), reading.rows[0], reading.rows[-1]) == (4501, 1, 4501)


def test_deeper_than_any_answer(reading_desk: Desk) -> None:
    deep = "<a>" * 5000 + "</a>" * 5000
    assert _read(reading_desk, _answer(1).replace("Kool 1", deep)).refusal == "file_unreadable"
