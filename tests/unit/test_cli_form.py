"""The command `form`: in the language that is asked for, and never over a file that may be filled in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from terminal import Terminal

from bilimkoz.texts import refusal, say
from ingest.contract import LANGUAGES, contract
from ingest.problems import Refusal


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_in_the_language_that_is_asked_for(terminal: Terminal, tmp_path: Path, language: str) -> None:
    """And so is what is said of it, whatever the settings say."""
    path = tmp_path / "regions.xlsx"
    code, said = terminal.call("form", "regions", "--lang", language, "--output", str(path), language="ru")
    assert code == 0
    assert said == say(language, "form.written", path=path, feed=contract("regions").labels[language])
    header = [cell.value for cell in openpyxl.load_workbook(path)["regions"][1]]
    assert header[0] == contract("regions").column("region_code").labels[language]


def test_by_default_it_is_called_as_its_feed_and_speaks_as_the_settings_do(terminal: Terminal, tmp_path: Path) -> None:
    terminal.patch.chdir(tmp_path)
    assert terminal.call("form", "training", language="kk")[0] == 0
    assert openpyxl.load_workbook("training.xlsx")["training"]["A1"].value == "ЖСН"
    # What a command was asked for holds for that command only.
    assert (
        say("kk", "form.written", path="x.xlsx", feed=contract("training").labels["kk"])
        == terminal.call("form", "training", "--output", "x.xlsx", language="kk")[1]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_made_is_said_and_nothing_is_written(terminal: Terminal, tmp_path: Path, language: str) -> None:
    filled = tmp_path / "regions.xlsx"
    filled.write_bytes(b"filled in")
    targets = list(contract("ehis_person_cards").targets)
    for feed, name, why in (
        ("ehis_person_cards", "cards.xlsx", Refusal("form_nested", feed="ehis_person_cards", targets=targets)),
        ("regions", "regions.xlsx", Refusal("form_exists", path=filled)),
        ("regions", "regions.xls", Refusal("form_name_wrong", path=tmp_path / "regions.xls")),
        ("regions", "none/regions.xlsx", Refusal("not_there", path=tmp_path / "none")),
    ):
        code, said = terminal.call("form", feed, "--lang", language, "--output", str(tmp_path / name), language="en")
        assert (code, said) == (2, refusal(language, why))
    assert "regions" in terminal.call("form", "region", language=language)[1]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["regions.xlsx"]
    assert filled.read_bytes() == b"filled in"
