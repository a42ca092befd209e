"""What the feeds are like, on the pages and on the terminal: all of it from the contracts, in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from terminal import Terminal

from bilimkoz import feed_pages
from bilimkoz.settings import PROJECT
from ingest.contract import CONTRACTS, LANGUAGES, contract, feeds

PAGES = PROJECT / "docs" / "feeds"


def test_the_pages_are_what_the_contracts_say() -> None:
    """If not: `make generate`."""
    assert {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} == feed_pages.render()


def test_a_page_of_a_feed_that_is_no_more_goes(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    feed_pages.write(folder)
    (folder / "former.md").write_text("x")
    feed_pages.write(folder)
    assert {path.name for path in folder.iterdir()} == {"README.md", *(f"{feed}.md" for feed in feeds())}


@pytest.mark.parametrize("feed", feeds())
def test_a_page_has_every_word_of_its_contract(feed: str) -> None:
    """Read from the YAML itself: names, labels, values and bounds of each column, and the rules."""
    document = yaml.safe_load((CONTRACTS / f"{feed}.yaml").read_bytes())
    page = (PAGES / f"{feed}.md").read_text(encoding="utf-8")
    if contract(feed).sections:
        assert all(f"[{part['name']}]({part['name']}.md)" in page for part in document["schema"])
        return
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    for column in document["schema"][0]["properties"]:
        options = column.get("logicalTypeOptions", {})
        asked = [column["businessName"], column["description"]]
        asked += [word["synonym"] for word in column["synonyms"]]
        asked += [value["value"] for value in column.get("enum", [])]
        asked += [str(options[name]) for name in ("minimum", "maximum") if name in options]
        asked += [str(example) for example in column.get("examples", [])]
        line = lines.pop(column["name"])
        assert not [word for word in asked if word not in line]
        assert ("| yes |" in line) == column.get("required", False)
    assert not lines
    for rule in document["schema"][0].get("quality", []):
        assert rule["description"] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_feeds_are_listed(terminal: Terminal, language: str) -> None:
    code, said = terminal.call("feeds", language=language)
    assert code == 0
    assert not [feed for feed in feeds() if feed not in said or contract(feed).labels[language] not in said]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", feeds())
def test_the_columns_of_a_feed_fit_a_terminal(terminal: Terminal, feed: str, language: str) -> None:
    """80 letters wide, and no name of a column is broken."""
    code, lines = terminal.lines("feeds", feed, language=language)
    assert code == 0
    assert max(map(len, lines)) <= 80
    said = " ".join(" ".join(lines).split())
    assert not [column.name for column in contract(feed).columns if column.name not in said]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ["0 – 3 аралығы", "Жүктемесі (ставка)", "Нагрузка (ставка)", "Load (FTE)", "Қате: Аяқталу күні"]),
        ("ru", ["от 0 до 3", "Нагрузка (ставка)", "Жүктемесі (ставка)", "Load (FTE)", "Ошибка: Конец раньше"]),
        ("en", ["from 0 to 3", "Load (FTE)", "Жүктемесі (ставка)", "Нагрузка (ставка)", "An error: The end lies"]),
    ],
)
def test_staff_in_the_readers_words(terminal: Terminal, language: str, words: list[str]) -> None:
    said = terminal.call("feeds", "staff_employment", language=language)[1]
    assert not [word for word in ["permanent (", *words] if word not in said]


def test_a_feed_that_is_misspelt(terminal: Terminal) -> None:
    code, said = terminal.call("feeds", "staff")
    assert code == 2
    assert said.startswith("There is no feed «staff». The closest names: staff_employment")
