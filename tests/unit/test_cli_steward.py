"""What a steward may get wrong: a data root that is not there, a key among the data, a sender nobody knows, no reason."""

from __future__ import annotations

import shutil

import pytest
from ingest_inbox import ANNA, KEY, NOW, Inbox, staff
from terminal import Terminal

from ingest.deliveries import ingest

ONLY_READ = [
    ["quarantine"],
    ["quarantine", "--sender", "school"],
    ["quarantine", "accept", "school/1/staff.csv", "--reason", "known"],
    ["release", "list"],
    ["release", "show"],
    ["release", "diff", "a", "b"],
    ["release", "rollback", "a"],
    ["run"],
]


@pytest.mark.parametrize("arguments", ONLY_READ, ids=" ".join)
def test_a_data_root_that_is_not_there_is_said_and_not_made(terminal: Terminal, arguments: list[str]) -> None:
    terminal.root.rmdir()
    code, said = terminal.call(*arguments)
    assert code == 2
    assert said.startswith(f"There is no data root at {terminal.root}.")
    assert not terminal.root.exists()


def test_doctor_and_check_make_no_data_root(terminal: Terminal) -> None:
    assert terminal.call("key", "init")[0] == 0
    terminal.root.rmdir()
    assert f"{terminal.root} (not there)" in terminal.call("doctor")[1]
    file = terminal.root.parent / "staff_employment.csv"
    file.write_bytes(staff((ANNA, "1")))
    assert terminal.call("check", str(file))[0] == 0
    assert not terminal.root.exists()


def test_doctor_settles_no_key(terminal: Terminal) -> None:
    """The first key that is noted is that of the landing; who only looks notes none."""
    assert terminal.call("key", "init")[0] == 0
    terminal.call("doctor")
    assert not list(terminal.root.iterdir())


@pytest.mark.parametrize("place", ["pseudonym.key", "landing/_log/pseudonym.key", "../data/pseudonym.key"])
def test_a_key_is_not_made_among_the_data(terminal: Terminal, place: str) -> None:
    terminal.patch.setenv("BILIMKOZ_KEY_FILE", str(terminal.root / place))
    for arguments in (["key", "init"], ["key", "init", "--if-missing"]):
        code, said = terminal.call(*arguments)
        assert code == 2
        assert "lies inside the data root" in said
    assert not list(terminal.root.rglob("*.key"))


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_key_among_the_data_is_not_used(terminal: Terminal, is_linked: bool) -> None:
    """Nor by a link that stands elsewhere; `doctor` says so too."""
    assert terminal.call("key", "init")[0] == 0
    outside, inside = terminal.root.parent / "pseudonym.key", terminal.root / "pseudonym.key"
    shutil.move(outside, inside)
    if is_linked:
        outside.symlink_to(inside)
    else:
        terminal.patch.setenv("BILIMKOZ_KEY_FILE", str(inside))
    for command in ("quarantine", "run", "doctor"):
        code, said = terminal.call(command)
        assert code == 2
        assert "lies inside the data root" in said
    assert not (terminal.root / "landing").exists()


@pytest.fixture
def inbox(terminal: Terminal) -> Inbox:
    """One file that waits whole."""
    terminal.patch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY._secret.decode())
    made = Inbox(terminal.root)
    for sender in ("school-0417", "school-0418", "oblast"):
        made.agree(sender)
    made.deliver("school-0417", "1", {"staff.csv": staff((ANNA, "many"))})
    ingest(made.places, KEY, NOW, "500MB")
    return made


@pytest.mark.usefixtures("inbox")
def test_a_sender_nobody_knows_is_not_an_empty_quarantine(terminal: Terminal) -> None:
    code, said = terminal.call("quarantine", "--sender", "scool-0417")
    assert code == 2
    assert said == "No sender «scool-0417» is known. The closest names: school-0417, school-0418, oblast."
    assert terminal.call("quarantine", "--sender", "oblast") == (0, "Nothing is in quarantine.")
    assert "school-0417/1/staff.csv" in terminal.call("quarantine", "--sender", "school-0417")[1]


@pytest.mark.usefixtures("inbox")
def test_a_sender_whose_file_is_gone_is_known_by_what_it_delivered(terminal: Terminal) -> None:
    (terminal.root / "senders" / "school-0417.toml").unlink()
    assert terminal.call("quarantine", "--sender", "school-0417")[0] == 0


@pytest.mark.parametrize("reason", ["", "   ", "\t\n"])
def test_a_file_is_not_taken_in_without_a_reason(inbox: Inbox, terminal: Terminal, reason: str) -> None:
    before = inbox.log().entries
    code, said = terminal.call("quarantine", "accept", "school-0417/1/staff.csv", "--reason", reason)
    assert code == 2
    assert said.startswith("Say why the file may load")
    assert inbox.log().entries == before


def test_a_reason_is_kept(inbox: Inbox, terminal: Terminal) -> None:
    assert terminal.call("quarantine", "accept", "school-0417/1/staff.csv", "--reason", " known error ")[0] == 0
    assert [entry["reason"] for entry in inbox.log().of("accept")] == ["known error"]


@pytest.mark.parametrize(("files_n", "hidden_n"), [(30, 0), (33, 3)])
def test_files_that_are_not_shown_are_counted_last(terminal: Terminal, files_n: int, hidden_n: int) -> None:
    terminal.patch.setenv("BILIMKOZ_PSEUDONYM_KEY", KEY._secret.decode())
    inbox = Inbox(terminal.root)
    inbox.agree("school")
    files = {f"staff-{number}.csv": staff((ANNA, f"x{number}")) for number in range(files_n)}
    inbox.deliver("school", "1", files)
    ingest(inbox.places, KEY, NOW, "500MB")
    said = terminal.call("quarantine")[1]
    assert said.count("school/1/staff-") == files_n - hidden_n
    assert said.endswith(
        f"{hidden_n} more files are not shown. --sender NAME shows those of one sender, --xlsx writes all."
    ) is (hidden_n > 0)


@pytest.mark.usefixtures("inbox")
def test_what_waits_is_named_to_who_accepts_something_else(terminal: Terminal) -> None:
    """A file may be named by its path as well, and what was accepted before is not said to be unknown."""
    accept = ("quarantine", "accept", "--reason", "known")
    code, said = terminal.call(*accept, "staff.csv.bak")
    assert code == 2
    assert "Waiting now: school-0417/1/staff.csv" in said
    path = terminal.root / "inbox" / "school-0417" / "1" / "staff.csv"
    assert terminal.call(*accept, str(path))[0] == 0
    for language, words in (("en", "Nothing waits for"), ("ru", "принимать нечего"), ("kk", "қабылдайтын ештеңе жоқ")):
        code, said = terminal.call(*accept, "school-0417/1/staff.csv", language=language)
        assert code == 2
        assert words in said
