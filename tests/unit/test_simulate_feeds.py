"""Every feed has rows in each simulated oblast, they hang together, and what is wrong with them is what the truth says.

That planted rows lie where the truth says and that nothing else is wrong is proved for all tables in test_simulate_defects.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from simulated_files import custom, day, manifests, number, properties, records, scope_column, words
from simulated_judge import judge
from simulated_keeps import Row
from simulated_rules import RULES

from ingest.contract import feeds
from ingest.simulate import simulate
from ingest.simulate.feed_texts import without_text

#: Text files of the deliveries that were there before the simulator made every feed: number and digest of all of them.
BEFORE = {
    "tiny": (20, "9fa4d1725c8d3f758cff2ccc7a658d484ae48c013413fcae6cebb8c9f26083a9"),
    "demo": (150, "491df2354ca0690538b70e64a00af49e07cb9bdcab27eb2f20f5bebfe12b05bb"),
}
#: Feeds that had rows of their own before.
FIRST = {
    *("regions", "institutions", "institution_successions", "person_links", "clusters", "cluster_members"),
    *("staff_employment", "ehis_institutions", "ehis_person_cards"),
}
NOWHERE = "990140099999"  # the institution of rows that wait for good
NESTED = {"ehis_institutions", "ehis_person_cards"}
#: Rules that a row of the list of people's answers can not show, since the file is refused whole.
REFUSED = {("survey_responses", "no_pupil_diagnostics")}


@dataclass
class Made:
    """A simulated oblast read back: good rows by feed with their places, and the truth about what is wrong."""

    profile: str
    root: Path
    counts: Counter[str]
    good: dict[str, list[tuple[tuple[object, ...], Row]]]
    defects: pl.DataFrame
    notes: pl.DataFrame


@pytest.fixture(scope="module", params=["tiny", "demo"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp(request.param)
    simulate(root, request.param, seed=1)
    notes = pl.read_parquet(root / "truth" / "planted_notes.parquet")
    left_out = set(
        notes.filter(pl.col("note").is_in(["file_refused", "file_waits"])).select("sender", "delivery", "path").rows()
    )
    counts: Counter[str] = Counter()
    good: dict[str, list[tuple[tuple[object, ...], Row]]] = defaultdict(list)
    for folder, manifest in manifests(root):
        sender = tomllib.loads((root / "senders" / f"{manifest['sender']}.toml").read_text(encoding="utf-8"))
        for entry in manifest["files"]:
            place = (manifest["sender"], folder.name, entry["path"])
            counts[entry["feed"]] += entry["rows"]
            assert entry["feed"] in sender["feeds"], place
            if entry["feed"] in NESTED or place in left_out:
                continue
            rows, _ = records(folder / entry["path"], entry["feed"])
            scope = set(sender["institutions"]) if "institutions" in sender else None
            bad = {row for row, _, _ in judge(entry["feed"], rows, sender["register"], scope)[0]}
            good[entry["feed"]] += [((*place, row), record) for row, record in rows if row not in bad]
    defects = pl.read_parquet(root / "truth" / "planted_defects.parquet")
    return Made(request.param, root, counts, good, defects, notes)


def test_every_feed_has_rows(made: Made) -> None:
    assert set(feeds()) == {feed for feed, rows_n in made.counts.items() if rows_n}
    assert {feed for feed in feeds() if feed not in NESTED} == {feed for feed, rows in made.good.items() if rows}


def test_the_first_deliveries_are_as_they_were(made: Made) -> None:
    """To the byte, in the formats that no library words; every delivery that has come since is of a July."""
    digest, files_n = hashlib.sha256(), 0
    for path in sorted(made.root.glob("inbox/*/*/*")):
        is_text = path.suffix in (".csv", ".json", ".jsonl", ".xml") and path.name != "manifest.json"
        if is_text and path.parent.name[5:7] != "07":
            name = path.relative_to(made.root).as_posix()
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
            files_n += 1
    assert (files_n, digest.hexdigest()) == BEFORE[made.profile]


def test_the_same_seed_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    simulate(tmp_path, made.profile, seed=1)  # type: ignore[arg-type]
    for path in (path for path in made.root.rglob("*") if path.is_file()):
        assert (tmp_path / path.relative_to(made.root)).read_bytes() == path.read_bytes(), path


def test_good_rows_have_parents_but_those_noted_as_waiting(made: Made) -> None:
    """Each id that a good row refers to is that of a good row of the other feed; those that are not are in the truth."""
    known: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for feed, rows in made.good.items():
        for column in properties(feed):
            known[feed, column["name"]] = {row.get(column["name"]) for _, row in rows}
    known["institutions", "institution_id"] |= {"609", "611", "734", "802", "1190", "2204", "3301", "98"}
    orphans = set()
    for feed, rows in made.good.items():
        for column in properties(feed):
            for link in column.get("relationships", []):
                parents = known[tuple(link["to"].split("."))]  # type: ignore[index]
                for place, row in rows:
                    text = row.get(column["name"])
                    for element in (text or "").split(";") if custom(column, "list") else [text]:
                        if element and element.strip() not in parents and not element.startswith("name:"):
                            orphans.add((*place, feed, column["name"]))
    waiting = made.notes.filter(pl.col("note") == "waiting", pl.col("item") == "", ~pl.col("resolved"))
    assert orphans == set(waiting.select("sender", "delivery", "path", "row", "feed", "column").rows())


def test_every_kind_of_defect_is_somewhere(made: Made) -> None:
    """In the demo: two kinds or more a feed, each business rule, and each kind that any column can show."""
    if made.profile == "tiny":
        assert made.defects.filter(~pl.col("feed").is_in(list(FIRST))).height > 50
        return
    rules: dict[str, set[str]] = defaultdict(set)
    for feed, rule in made.defects.select("feed", "rule").rows():
        rules[feed].add(rule)
    for feed in set(feeds()) - FIRST:
        missing = set(RULES.get(feed, {})) - rules[feed] - {rule for name, rule in REFUSED if name == feed}
        assert not missing, feed
        assert len(rules[feed]) >= 2, feed
    anything = {
        "required",
        "type",
        "enum",
        "range",
        "pattern",
        "code",
        "identifier",
        "conflict",
        "not_your_institution",
    }
    assert anything <= {rule for feed in set(feeds()) - FIRST for rule in rules[feed]}
    later = made.notes.filter(~pl.col("feed").is_in(list(FIRST)))
    assert {"repeated", "waiting", "repaired", "no_consent"} <= set(later["note"])
    lists = {(feed, c["name"]) for feed in feeds() if feed not in NESTED for c in properties(feed) if custom(c, "list")}
    assert lists & set(later.filter(pl.col("note") == "waiting").select("feed", "column").rows())
    assert ("joint_products", "authors") in set(
        made.defects.filter(pl.col("rule") == "identifier").select("feed", "column").rows()
    )


def test_files_stay_under_their_limit(made: Made) -> None:
    bad = Counter(
        made.defects.filter(pl.col("item") == "", ~pl.col("file_waits")).select("sender", "delivery", "path").rows()
    )
    for folder, manifest in manifests(made.root):
        for entry in manifest["files"]:
            assert bad[manifest["sender"], folder.name, entry["path"]] <= 0.05 * entry["rows"]


def test_labels_stand_for_one_code() -> None:
    """Or a file that writes labels could not be read back by anybody."""
    for feed in set(feeds()) - NESTED:
        for column in properties(feed):
            if column.get("enum"):
                labels = [
                    {value["label"].lower(), *(word.lower() for word in custom(value, "labels").values())}
                    for value in column["enum"]
                ]
                assert sum(map(len, labels)) == len(set.union(*labels)), (feed, column["name"])


def test_enumerations_subjects_and_moments_are_written_in_many_ways(made: Made) -> None:
    """Codes and labels in three languages; local time, offsets and UTC."""
    coded, labelled, moments = set(), set(), set()
    for feed, rows in made.good.items():
        for _, row in rows:
            for name, known in words(feed).items():
                text = row.get(name)
                if text is not None:
                    (coded if known[text.lower()] == text else labelled).add(text)
            for column in properties(feed):
                if column.get("physicalType") == "timestamp" and row.get(column["name"]):
                    moments.add(re.sub(r"\d", "0", row[column["name"]] or "")[10:])
    if made.profile == "demo":
        assert {"term_mark", "Четвертная оценка", "mathematics", "Математика", "Негізгі мұғалім"} <= coded | labelled
        assert {"T00:00:00", "T00:00:00+00:00", "T00:00:00Z"} <= moments
    assert coded
    assert labelled


def test_texts_give_away_what_must_be_masked(made: Made) -> None:
    texts = " ".join(
        row[column["name"]] or ""
        for feed, rows in made.good.items()
        for column in properties(feed)
        if column.get("classification") == "text"
        for _, row in rows
        if row.get(column["name"])
    )
    assert re.search(r"\+7 70\d \d{3} \d{2} \d{2}", texts)
    assert "praktika@example.org" in texts
    assert re.search(r"\b\d{12}\b", texts)
    assert re.search(r"[әғқңөұүһі]", texts)
    assert re.search(r"[ыэъ]", texts)


def test_results_of_a_pupil_follow_those_of_the_year_before(made: Made) -> None:
    """A model of value added would have nothing to hold on to otherwise."""
    by_pupil: dict[str, dict[str, float]] = defaultdict(dict)
    for _, row in made.good["assessment_results"]:
        if words("assessment_results")["test"][(row["test"] or "").lower()] == "modo":
            by_pupil[(row["pupil_id"] or "").zfill(12)][row["school_year"] or ""] = float(
                number(row["score"] or "") or 0
            )
    both = [list(dict(sorted(scores.items())).values()) for scores in by_pupil.values() if len(scores) == 2]
    assert len(both) > 50
    first, second = pl.Series([pair[0] for pair in both]), pl.Series([pair[1] for pair in both])
    assert 0.4 < pl.DataFrame({"first": first, "second": second}).select(pl.corr("first", "second")).item() < 0.95


def test_pupils_are_of_school_age_and_of_their_class(made: Made) -> None:
    for _, row in made.good["enrolments"]:
        year = int((row["school_year"] or "")[:4])
        born = int((row["birth_year"] or "").split(".")[0])
        if row["pupil_id"] and not row["pupil_id"].startswith("t-"):
            assert 2008 <= born <= 2019
            assert year - born == int(row["grade"] or 0) + 6
            assert (row["class_code"] or "").startswith(str(row["grade"]))


def test_practicants_and_teachers_are_of_classes_with_pupils(made: Made) -> None:
    """Or no result could be laid to them."""
    columns = ("institution_id", "school_year", "class_code")
    classes = {tuple(row[name] for name in columns) for _, row in made.good["enrolments"]}
    taught = {tuple(row[name] for name in columns) for _, row in made.good["teaching_assignments"]}
    assert {row for row in taught if row[0] != NOWHERE} <= classes
    assert any(row.get("placement_id") for _, row in made.good["teaching_assignments"])


def test_practicants_alone_answer_the_weekly_questions(made: Made) -> None:
    """No more at a school than are in practicum there on the Wednesday before the Friday on which the week's wave closes."""
    placed = [
        (row["school_id"], day(row["starts_on"] or ""), day(row["ends_on"] or ""))
        for _, row in made.good["practicum_placements"]
    ]
    answered = defaultdict(set)
    for _, row in made.good["survey_responses"]:
        # Rows with faults are of people of their own, whose tokens are others.
        if row["instrument"] == "weekly_practicum" and (row["respondent_id"] or "").startswith("wee-"):
            middle = (day(row["wave"] or "") or date.min) - timedelta(days=2)
            answered[middle, row["institution_id"]].add(row["respondent_id"])
    asked = {
        (middle, school): sum(
            at == school and bool(first and last and first <= middle <= last) for at, first, last in placed
        )
        for middle, school in answered
    }
    assert all(len(people) <= asked[place] for place, people in answered.items())
    assert sum(map(len, answered.values())) > 0.6 * sum(asked.values()) > 0


def test_answers_without_consent_are_noted(made: Made) -> None:
    withheld = {place for place, row in made.good["survey_responses"] if (row["consent"] or "") == "false"}
    noted = made.notes.filter(pl.col("note") == "no_consent")
    assert withheld == set(noted.select("sender", "delivery", "path", "row").rows())
    assert withheld
    instruments = {row["instrument"] for _, row in made.good["survey_instruments"] if row["item"] == "_total"}
    assert instruments == {row["instrument"] for _, row in made.good["survey_responses"]} - {None}
    assert len(instruments) == 11


def test_a_school_speaks_for_itself(made: Made) -> None:
    """Rows of an institution that has a sender of its own come from that sender, where the contract says so."""
    own = {
        institution: path.stem
        for path in (made.root / "senders").glob("*.toml")
        for institution in tomllib.loads(path.read_text(encoding="utf-8")).get("institutions", [])
    }
    for feed in ("enrolments", "assessment_results", "practicum_placements", "mentoring_pairs"):
        scope = scope_column(feed) or ""
        for place, row in made.good[feed]:
            assert place[0] in (own.get(row[scope] or ""), "oblast-rest"), place


def test_a_hash_stands_for_letters_alone() -> None:
    """Capitals, marks and numbers do not tell copies apart; a text that is absent has neither hash nor length."""
    made = without_text(pl.DataFrame({"text": ["Аб,  В1!\n", "аб в", None]}))
    told = hashlib.sha256("аб в".encode()).hexdigest()
    assert made.rows() == [(told, "4"), (told, "4"), (None, None)]
