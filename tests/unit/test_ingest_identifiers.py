"""Identifiers of persons: check digits by hand, what is repaired, what is refused, and who says which scheme holds."""

from __future__ import annotations

import pytest
from ingest_reading import ANNA, SCHOOL, Desk, iin, post, staff


def _bad(desk: Desk, person: str, register: str = "kz.iin") -> list[tuple[str, str | None]]:
    reading = desk.read(staff(post(person)), register=register)
    assert reading.parsed.problem is None
    return [(rule, column) for _, _, rule, column in reading.bad]


def test_iin_first_round(reading_desk: Desk) -> None:
    """81010130001: 8·1 + 1·2 + 0 + 1·4 + 0 + 1·6 + 3·7 + 0 + 0 + 0 + 1·11 = 52 = 4·11 + 8, so the last digit is 8."""
    assert _bad(reading_desk, "810101300018") == []
    for wrong in "012345679":
        assert _bad(reading_desk, "81010130001" + wrong) == [("identifier", "person_id")]


def test_iin_second_round(reading_desk: Desk) -> None:
    """81010130090: 8 + 2 + 4 + 6 + 21 + 9·10 = 131 = 11·11 + 10, so the second weights (3 4 5 6 7 8 9 10 11 1 2) hold:
    8·3 + 1·4 + 1·6 + 1·8 + 3·9 + 9·1 = 24 + 4 + 6 + 8 + 27 + 9 = 78 = 7·11 + 1, so the last digit is 1.
    """
    assert _bad(reading_desk, "810101300901") == []
    assert _bad(reading_desk, "810101300900") == [("identifier", "person_id")]


def test_iin_that_is_never_issued(reading_desk: Desk) -> None:
    """81010130170: 8 + 2 + 4 + 6 + 21 + 1·9 + 7·10 = 120 = 10·11 + 10; second round 24 + 4 + 6 + 8 + 27 + 1·11 + 7·1 =
    87
    = 7·11 + 10. Ten twice: no last digit makes it valid.
    """
    for digit in "0123456789":
        assert _bad(reading_desk, "81010130170" + digit) == [("identifier", "person_id")]


def test_iin_must_hold_a_day(reading_desk: Desk) -> None:
    """30 February has a right check digit: 0·1+2·2+0+2·4+3·5+0+3·7+0+0+0+1·11 = 59 = 5·11 + 4."""
    assert iin("02023030001") == "020230300014"
    assert _bad(reading_desk, "020230300014") == [("identifier", "person_id")]


@pytest.mark.parametrize("junk", ["000000000000", "0000000000", "111111111111", "123456789012", "999999999999"])
def test_placeholders_are_nobody(reading_desk: Desk, junk: str) -> None:
    """Twelve zeros have a right check digit (0 mod 11 is 0) and would make one person of all whose number is not
    known."""
    assert _bad(reading_desk, junk) == [("identifier", "person_id")]


def test_sex_and_birth_year_of_an_iin(reading_desk: Desk) -> None:
    """The seventh digit: 1, 2 are of 18xx, 3, 4 of 19xx, 5, 6 of 20xx; odd is male; 0 tells neither."""
    born = {
        "81010130001": (1981, "m"),
        "81010140001": (1981, "f"),
        "02031450012": (2002, "m"),
        "02031460012": (2002, "f"),
    }
    for body, (year, sex) in born.items():
        (row,) = reading_desk.read(staff(post(iin(body)))).landed
        assert (row["birth_year"], row["sex"]) == (year, sex), body
    foreigner = reading_desk.read(staff(post(iin("81010100001")))).landed
    assert [(row["birth_year"], row["sex"]) for row in foreigner] == [(None, None)]


def test_a_column_given_wins_over_the_identifier(reading_desk: Desk) -> None:
    header = ("person_id", "institution_id", "position", "start_date", "birth_year", "sex")
    reading = reading_desk.read(staff((*post(ANNA), "1980", ""), header=header))
    assert [(row["birth_year"], row["sex"]) for row in reading.landed] == [(1980, "m")]


def test_isikukood_published_example(reading_desk: Desk) -> None:
    """37605030299: 3·1 + 7·2 + 6·3 + 0 + 5·5 + 0 + 3·7 + 0 + 2·9 + 9·1 = 108 = 9·11 + 9. A man born on 3 May 1976."""
    (row,) = reading_desk.read(staff(post("37605030299")), register="ee.isikukood").landed
    assert (row["birth_year"], row["sex"]) == (1976, "m")
    assert _bad(reading_desk, "37605030298", "ee.isikukood") == [("identifier", "person_id")]


def test_isikukood_second_round_and_zero(reading_desk: Desk) -> None:
    """4850715009: 4 + 16 + 15 + 35 + 6 + 35 + 9 = 120 = 10·11 + 10; second (3 4 5 6 7 8 9 1 2 3): 12 + 32 + 25 + 49 +
    8 +
    45 + 27 = 198 = 18·11 + 0: the last digit is 0.
    4850715046: 4 + 16 + 15 + 35 + 6 + 35 + 36 + 6 = 153 = 13·11 + 10; second 12 + 32 + 25 + 49 + 8 + 45 + 8 + 18 = 197
    = 17·11 + 10: ten twice, and then the last digit is 0 (an IIN would never be issued).
    """
    assert _bad(reading_desk, "48507150090", "ee.isikukood") == []
    assert _bad(reading_desk, "48507150460", "ee.isikukood") == []
    assert _bad(reading_desk, "48507150461", "ee.isikukood") == [("identifier", "person_id")]


def test_isikukood_born_in_this_century(reading_desk: Desk) -> None:
    """5100201000: 5 + 2 + 0 + 0 + 10 + 0 + 7 + 0 = 24 = 2·11 + 2. The first digit 5: a man of 20xx."""
    (row,) = reading_desk.read(staff(post("51002010002")), register="ee.isikukood").landed
    assert (row["birth_year"], row["sex"]) == (2010, "m")


@pytest.mark.parametrize(("body", "written"), [("02031450012", 11), ("00101550001", 10), ("00010550001", 9)])
def test_lost_zeros_come_back(reading_desk: Desk, body: str, written: int) -> None:
    """A spreadsheet writes 0… as a number: born 2002 one zero is lost, in October 2000 two, in January 2000 three."""
    whole = iin(body)
    short = str(int(whole))
    assert len(short) == written
    (full,) = reading_desk.read(staff(post(whole))).landed
    reading = reading_desk.read(staff(post(short)))
    assert [row["person_id"] for row in reading.landed] == [full["person_id"]]
    assert reading.parsed.counts["staff_employment"].repaired_n == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [("50140000418", "050140000418"), ("140000419", "000140000419"), ("750140000417", "750140000417"),
     ("50140000417", "50140000417"), ("51340000418", "51340000418"), ("417", "417"), ("sch-50140000418", "sch-50140000418")],
)  # fmt: skip
def test_a_bin_gets_its_zeros_back(reading_desk: Desk, written: str, kept: str) -> None:
    """05014000041 gives 8 (1·4 + 4·5 + 4·10 + 1·11 + 5·2 = 85 = 7·11 + 8), 00014000041 gives 9 (75 = 6·11 + 9).

    With another last digit, or of a thirteenth month (05134000041: 10 + 3 + 12 + 20 + 40 + 11 = 96 = 8·11 + 8), it is
    some other register's id and stays as it is.
    """
    reading = reading_desk.read(staff(post(school=written)))
    assert [row["institution_id"] for row in reading.landed] == [kept]
    assert reading.parsed.counts["staff_employment"].repaired_n == (written != kept)
    content = f"institution_id,name_ru,kind,status\n{written},Школа,school,active\n".encode()
    own = reading_desk.read(content, "institutions.csv", "institutions")
    assert [row["institution_id"] for row in own.landed] == [kept]


def test_an_estonian_sender_has_no_bins(reading_desk: Desk) -> None:
    reading = reading_desk.read(staff(post("37605030299", "50140000418")), register="ee.isikukood")
    assert [row["institution_id"] for row in reading.landed] == ["50140000418"]


def test_register_tells_the_scheme_and_not_the_length(reading_desk: Desk) -> None:
    """Eleven digits are an isikukood for an Estonian sender and an IIN without its zero for a Kazakh one."""
    short = iin("02031450012")[1:]
    assert len(short) == 11
    assert _bad(reading_desk, short) == []
    assert _bad(reading_desk, short, "ee.isikukood") == [("identifier", "person_id")]
    assert _bad(reading_desk, "37605030299") == [("identifier", "person_id")]
    assert _bad(reading_desk, ANNA, "ee.isikukood") == [("identifier", "person_id")]


@pytest.mark.parametrize(
    "text", ["8.10101E+11", "8,10101E+11", "8.101013E11", "8E11", "81010130001", "8101013000188", "no"]
)
def test_not_an_iin(reading_desk: Desk, text: str) -> None:
    content = f"person_id;institution_id;position;start_date\n{text};{SCHOOL};teacher;2020-09-01\n".encode()
    assert reading_desk.read(content).bad == [(2, "", "identifier", "person_id")]


def test_local_ids(reading_desk: Desk) -> None:
    """A bare id belongs to the sender's own register; one with its register is the same person whoever writes it."""
    own = reading_desk.read(staff(post("1023")), register="school-0417").landed
    named = reading_desk.read(staff(post("school-0417:1023"))).landed
    other = reading_desk.read(staff(post("1023")), register="school-0418").landed
    assert own[0]["person_id"] == named[0]["person_id"] != other[0]["person_id"]
    assert own[0]["person_is_local"]
    assert named[0]["person_is_local"]
    assert not reading_desk.read(staff(post(ANNA))).landed[0]["person_is_local"]
    assert _bad(reading_desk, "1.2E+5", "school-0417") == [("identifier", "person_id")]


def test_a_national_id_with_its_scheme_is_checked_too(reading_desk: Desk) -> None:
    """`kz.iin:` before a number makes it no local id: it is the same person, judged by the same rule."""
    (bare,) = reading_desk.read(staff(post(ANNA))).landed
    for register in ("kz.iin", "ee.isikukood", "school-0417"):
        (named,) = reading_desk.read(staff(post(f"kz.iin:{ANNA}")), register=register).landed
        assert (named["person_id"], named["person_is_local"], named["birth_year"]) == (bare["person_id"], False, 1981)
        assert _bad(reading_desk, "kz.iin:810101300019", register) == [("identifier", "person_id")]


def test_links_join_a_local_and_a_national_id(reading_desk: Desk) -> None:
    content = f"local_id,person_id\nschool-0417:1023,{ANNA}\n".encode()
    (row,) = reading_desk.read(content, "links.csv", "person_links").landed
    assert row["local_id"] == reading_desk.read(staff(post("1023")), register="school-0417").landed[0]["person_id"]
    assert row["person_id"] == reading_desk.read(staff(post(ANNA))).landed[0]["person_id"]
