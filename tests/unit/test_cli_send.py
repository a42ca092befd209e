"""What a sender's own commands write and refuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from ingest_reading import post, staff

from bilimkoz.cli import app, console


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A delivery of one good list, below its sender's folder."""
    monkeypatch.setenv("BILIMKOZ_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("BILIMKOZ_LANGUAGE", "en")
    monkeypatch.setattr(console.console, "_file", None)
    console.settings.cache_clear()
    (tmp_path / "senders").mkdir()
    (tmp_path / "senders" / "school.toml").write_text('register = "kz.iin"')
    made = tmp_path / "inbox" / "school" / "1"
    made.mkdir(parents=True)
    (made / "staff_employment.csv").write_bytes(staff(post()))
    return made


def _call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["bilimkoz", *arguments])
    with pytest.raises(SystemExit) as left:
        app.main()
    console.settings.cache_clear()
    return int(str(left.value.code))


@pytest.mark.parametrize(
    "arguments",
    [["--created", "yesterday"], ["--created", "2026-09-15T08:00:00"], ["--period", "2025"], ["--key", "none.pem"],
     ["--period", "2026/28"], ["--as-of", "yesterday"],
     ["--key", "inbox/school/1/staff_employment.csv"]],
)  # fmt: skip
def test_what_is_wrong_is_said_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(folder.parents[2])
    assert _call(monkeypatch, "manifest", str(folder), *arguments) == 2
    assert [path.name for path in folder.iterdir()] == ["staff_employment.csv"]


def test_a_list_may_speak_of_an_earlier_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of September that is sent again in November confirms nobody beyond September."""
    told = ["--as-of", "2026-09-15", "--created", "2026-11-26T08:00:00+05:00", "--full"]
    assert _call(monkeypatch, "manifest", str(folder), *told) == 0
    (entry,) = json.loads((folder / "manifest.json").read_text())["files"]
    assert (entry["as_of"], entry["coverage"]) == ("2026-09-15", "full")


def test_a_folder_without_files_and_a_file_nobody_can_read_get_no_manifest(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "staff_employment_2.xlsx").write_bytes(b"no workbook")
    assert _call(monkeypatch, "manifest", str(folder)) == 2
    assert "not readable as XLSX" in " ".join(capsys.readouterr().out.split())
    for path in folder.iterdir():
        path.unlink()
    (folder / "staff_employment.xls").write_bytes(b"old")
    assert _call(monkeypatch, "manifest", str(folder)) == 2
    said = capsys.readouterr().out
    assert "staff_employment.xls" in said
    assert [path.name for path in folder.iterdir()] == ["staff_employment.xls"]


def test_check_reads_the_manifest_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The signature, the checksum and the number of rows, as the run will."""
    key = Ed25519PrivateKey.generate()
    (tmp_path / "private.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    senders = tmp_path / "senders"
    (senders / "school.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert _call(monkeypatch, "manifest", str(folder), "--key", str(tmp_path / "private.pem")) == 0
    assert _call(monkeypatch, "check", str(folder)) == 0
    (folder / "manifest.sig").write_bytes(b"x" * 64)
    assert _call(monkeypatch, "check", str(folder)) == 2
    (senders / "school.pem").unlink()
    facts = json.loads((folder / "manifest.json").read_text())
    facts["files"][0]["rows"] = 7
    (folder / "manifest.json").write_text(json.dumps(facts))
    capsys.readouterr()
    assert _call(monkeypatch, "check", str(folder)) == 2
    assert "the manifest says 7 rows, the file holds 1" in " ".join(capsys.readouterr().out.split())
    with (folder / "staff_employment.csv").open("ab") as file:
        file.write(b"\n")
    assert _call(monkeypatch, "check", str(folder)) == 2
    assert "checksum" in capsys.readouterr().out
