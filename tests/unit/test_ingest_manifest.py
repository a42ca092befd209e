"""Manifests: what does not hold is refused with its name, and nothing of the delivery is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from ingest_reading import post, staff

from ingest import manifest, sender
from ingest.problems import Refusal
from ingest.sender import Sender

NOW = datetime(2026, 9, 15, 12, 0, tzinfo=UTC)
WHO = Sender("school", "kz.iin", None, None, ("staff_employment", "institutions"), None, None, None)


def _entry(folder: Path, name: str = "staff.csv", **changes: Any) -> dict[str, Any]:
    content = staff(post())
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {
        "path": name,
        "feed": "staff_employment",
        "rows": 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    } | changes


def _write(folder: Path, files: list[dict[str, Any]] | None = None, **changes: Any) -> bytes:
    facts = {"sender": "school", "created": "2026-09-15T08:00:00+05:00", "files": files or [_entry(folder)]} | changes
    text = json.dumps({name: value for name, value in facts.items() if value is not None}).encode()
    (folder / "manifest.json").write_bytes(text)
    return text


def _refused(folder: Path, who: Sender = WHO) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as caught:
        manifest.verify(folder, who, NOW)
    return caught.value.code, caught.value.facts


def test_a_manifest_that_holds(tmp_path: Path) -> None:
    """Made at 01:00 in Almaty it is of that day, though in Greenwich it is still the day before."""
    text = _write(tmp_path, created="2026-09-15T01:00:00+05:00", period="2026/27")
    found = manifest.verify(tmp_path, WHO, NOW)
    assert found.id == hashlib.sha256(text).hexdigest()[:16]
    assert (found.created, str(found.created_on), found.period) == (
        datetime(2026, 9, 14, 20, tzinfo=UTC),
        "2026-09-15",
        "2026/27",
    )
    assert [(file.coverage, str(file.as_of), file.rows) for file in found.files] == [("partial", "2026-09-15", 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"created": "2026-09-15T08:00:00"},
        {"created": "2026-09-15"},
        {"created": "2026-13-15T08:00:00Z"},
        {"created": "0001-01-01T00:00:00+14:00"},
        {"created": None},
        {"sender": None},
        {"files": []},
        {"period": "2025-26"},
        {"period": "2025/27"},
        {"extra": 1},
    ],
)
def test_facts_that_break_the_schema(tmp_path: Path, changes: dict[str, Any]) -> None:
    _write(tmp_path, **changes)
    if changes.get("files") == []:
        (tmp_path / "manifest.json").write_text('{"sender": "school", "created": "2026-09-15T08:00:00Z", "files": []}')
    # A period is looked at whoever wrote the manifest; its years follow each other.
    expected = "period_wrong" if changes.get("period") == "2025/27" else "manifest_wrong"
    assert _refused(tmp_path)[0] == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": -1},
        {"rows": "1"},
        {"rows": 1.5},
        {"sha256": "0" * 63},
        {"sha256": "A" * 64},
        {"coverage": "all"},
        {"as_of": "15.09.2026"},
        {"as_of": "2026-02-30"},
        {"path": "/etc/passwd"},
        {"path": "a//b.csv"},
        {"path": "a\\b.csv"},
        {"path": ""},
        {"path": "a\u0000b.csv"},
        {"unknown": 1},
    ],
)
def test_entries_that_break_the_schema(tmp_path: Path, changes: dict[str, Any]) -> None:
    _write(tmp_path, [_entry(tmp_path) | changes])
    assert _refused(tmp_path)[0] == "manifest_wrong"


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[]" * 2, b"[" * 200_000])
def test_no_json(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(text)
    assert _refused(tmp_path)[0] == "manifest_unreadable"


@pytest.mark.parametrize("name", ["../staff.csv", "a/../../staff.csv", "a/.."])
def test_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "delivery"
    folder.mkdir()
    _write(folder, [_entry(folder) | {"path": name}])
    assert _refused(folder) == ("link_in_delivery", {"file": name})


def _file_link(folder: Path, outside: Path) -> str:
    (folder / "link.csv").symlink_to(outside / "staff.csv")
    return "link.csv"


def _folder_link(folder: Path, outside: Path) -> str:
    (folder / "sub").symlink_to(outside)
    return "sub/staff.csv"


@pytest.mark.parametrize("make", [_file_link, _folder_link])
def test_links(tmp_path: Path, make: Callable[[Path, Path], str]) -> None:
    folder, outside = tmp_path / "delivery", tmp_path / "outside"
    folder.mkdir()
    entry = _entry(outside)
    entry["path"] = make(folder, outside)
    _write(folder, [entry])
    assert _refused(folder) == ("link_in_delivery", {"file": entry["path"]})


def test_a_manifest_that_is_a_link_or_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    (folder / "manifest.json").mkdir(parents=True)
    assert _refused(folder)[0] == "manifest_unreadable"
    (folder / "manifest.json").rmdir()
    (folder / "manifest.json").symlink_to(tmp_path / "elsewhere.json")
    assert _refused(folder)[0] == "link_in_delivery"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sha256": "0" * 64}, "checksum_differs"),
        ({"path": "other.csv"}, "file_missing"),
        ({"path": "manifest.sig"}, "file_missing"),
        ({"feed": "weather"}, "feed_unknown"),
        ({"feed": "regions"}, "feed_not_agreed"),
    ],
)
def test_files_that_are_not_as_told(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    _write(tmp_path, [_entry(tmp_path) | changes])
    assert _refused(tmp_path)[0] == code


def test_format_and_doubles(tmp_path: Path) -> None:
    _write(tmp_path, [_entry(tmp_path, "staff.docx")])
    assert _refused(tmp_path)[0] == "format_unknown"
    for second in ("staff.csv", "./staff.csv"):
        _write(tmp_path, [_entry(tmp_path), _entry(tmp_path) | {"path": second}])
        assert _refused(tmp_path) == ("file_listed_twice", {"file": "staff.csv"})


def test_sender_is_that_of_the_folder(tmp_path: Path) -> None:
    _write(tmp_path, sender="other-school")
    assert _refused(tmp_path) == ("sender_differs", {"folder": "school"})


@pytest.mark.parametrize(
    ("created", "refused"),
    [
        ("2026-09-16T12:00:00+00:00", False),
        ("2026-09-16T12:00:01+00:00", True),
        ("2026-09-16T17:00:01+05:00", True),
        ("2026-09-16T16:59:59+05:00", False),
    ],
)
def test_a_clock_that_runs_ahead(tmp_path: Path, created: str, refused: bool) -> None:
    """The moment of the command is 12:00 of the 15th in Greenwich; up to 24 hours ahead are let pass."""
    _write(tmp_path, created=created)
    if refused:
        assert _refused(tmp_path)[0] == "created_ahead"
    else:
        assert manifest.verify(tmp_path, WHO, NOW).created == datetime.fromisoformat(created)
    assert manifest.verify(tmp_path, WHO, None)


def test_signatures(tmp_path: Path) -> None:
    """The signature is made here with the library, not with the project."""
    mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = tmp_path / "school.pem"
    public.write_bytes(mine.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    who = Sender("school", "kz.iin", None, None, WHO.feeds, None, None, public)
    folder = tmp_path / "delivery"
    folder.mkdir()
    text = _write(folder)
    assert _refused(folder, who)[0] == "signature_missing"
    for wrong in (b"", b"x" * 64, other.sign(text), mine.sign(text + b" ")):
        (folder / "manifest.sig").write_bytes(wrong)
        assert _refused(folder, who)[0] == "signature_wrong"
    (folder / "manifest.sig").write_bytes(mine.sign(text))
    assert manifest.verify(folder, who, NOW).id
    private = tmp_path / "private.pem"
    private.write_bytes(mine.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    mine.public_key().verify(manifest.signing_key(private).sign(text), text)


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("register = ", "sender_unreadable", None),
        ('feeds = ["staff_employment"]', "sender_wrong", "register"),
        ('register = "kz.iin"\nfeeds = ["weather"]', "sender_wrong", "feeds"),
        ('register = "kz.iin"\nfeeds = "staff_employment"', "sender_wrong", "feeds"),
        ('register = "kz.iin"\nfeeds = []', "sender_wrong", "feeds"),
        ('register = "kz.iin"\ninstitutions = "750140000417"', "sender_wrong", "institutions"),
        ('register = "kz.iin"\ninstitutions = []', "sender_wrong", "institutions"),
        ('register = "kz.iin"\ninstitutions = [750140000417]', "sender_wrong", "institutions"),
        ('register = "kz.iin"\ninstitution = ["750140000417"]', "sender_key_unknown", "institution"),
        ('register = "kz.iin"\nregion = 750000000', "sender_wrong", "region"),
        ('register = "kz.iin"\nregion = ""', "sender_wrong", "region"),
        ('register = "kz.iin"\ndue_day = 0', "sender_wrong", "due_day"),
        ('register = "kz.iin"\ndue_day = true', "sender_wrong", "due_day"),
        ('register = "kz.iin"\nregistry_complete_from = "2018-09-01"', "sender_wrong", "registry_complete_from"),
        ('register = "kz.iin"\nregistry_complete_from = 2018-09-01T00:00:00', "sender_wrong", "registry_complete_from"),
        ('register = "kz.iin"\npublic_key = 5', "sender_wrong", "public_key"),
        ('register = "kz.iin"\npublic_key = "none.pem"', "public_key_wrong", None),
        ('register = "kz.iin"\npublic_key = "school.toml"', "public_key_wrong", None),
        ('register = "x\' or 1=1 --"', "sender_wrong", "register"),
        ('register = ""', "sender_wrong", "register"),
        ("register = 1", "sender_wrong", "register"),
    ],
)
def test_sender_files_that_are_wrong(tmp_path: Path, text: str, code: str, key: str | None) -> None:
    (tmp_path / "school.toml").write_text(text)
    with pytest.raises(Refusal, match=code) as caught:
        sender.read(tmp_path / "school.toml")
    assert caught.value.facts.get("key") == (None if key is None else [key])


def test_a_sender_file_as_editors_write_it(tmp_path: Path) -> None:
    """A mark at the beginning, and a register that everybody knows in capitals."""
    (tmp_path / "school.toml").write_text('\ufeffregister = "KZ.IIN"\nregistry_complete_from = 2018-09-01', "utf-8")
    found = sender.read(tmp_path / "school.toml")
    assert (found.register, str(found.registry_complete_from), found.institutions) == ("kz.iin", "2018-09-01", None)
    (tmp_path / "own.toml").write_text('register = "School-0417"')
    assert sender.read(tmp_path / "own.toml").register == "School-0417"


def test_a_key_on_file_counts_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "school.toml").write_text('register = "kz.iin"')
    (tmp_path / "school.pem").write_bytes(
        Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    folder = tmp_path / "delivery"
    folder.mkdir()
    _write(folder)
    assert _refused(folder, sender.read(tmp_path / "school.toml"))[0] == "signature_missing"
    (tmp_path / "school.pem").write_text("no key")
    with pytest.raises(Refusal, match="public_key_wrong"):
        sender.read(tmp_path / "school.toml")


def test_one_broken_file_leaves_the_other_senders_alone(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('register = "kz.iin"')
    (tmp_path / "bad.toml").write_text("register =")
    assert list(sender.read_all(tmp_path)) == ["good"]
    assert {name: why.code for name, why in sender.broken(tmp_path).items()} == {"bad": "sender_unreadable"}


def test_a_name_longer_than_the_file_system_knows(tmp_path: Path) -> None:
    _write(tmp_path, [_entry(tmp_path) | {"path": "x" * 300 + ".csv"}])
    assert _refused(tmp_path)[0] == "file_not_readable"


def test_a_sender_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="sender_unknown"):
        sender.read(tmp_path / "nobody.toml")


def test_a_list_does_not_tell_of_days_to_come(tmp_path: Path) -> None:
    """Made at 01:00 of the 16th in Almaty, which is the 15th in Greenwich, it may tell of the 16th."""
    _write(tmp_path, [_entry(tmp_path, as_of="2026-09-16")], created="2026-09-15T20:00:00Z")
    assert str(manifest.verify(tmp_path, WHO, None).files[0].as_of) == "2026-09-16"
    _write(tmp_path, [_entry(tmp_path, as_of="2026-09-17")], created="2026-09-15T20:00:00Z")
    assert _refused(tmp_path)[0] == "as_of_after_created"
