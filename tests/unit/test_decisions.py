"""The page of the architecture lists every decision that is on record, once and in order."""

from __future__ import annotations

import re

from bilimkoz.settings import PROJECT

DOCS = PROJECT / "docs"
LINK = re.compile(r"\[(\d+) [^\]]+\]\((adr/(\d{4})-[^)]+\.md)\)")


def test_every_decision_is_listed() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    linked = LINK.findall(page.split("## Decisions")[1])
    on_record = sorted(path.relative_to(DOCS).as_posix() for path in (DOCS / "adr").glob("*.md"))
    assert [path for _, path, _ in linked] == on_record
    assert [int(said) for said, _, _ in linked] == [int(number) for _, _, number in linked]


def test_a_decision_bears_the_number_of_its_file() -> None:
    for path in (DOCS / "adr").glob("*.md"):
        number = re.match(r"# (\d+)\. ", path.read_text(encoding="utf-8"))
        assert number
        assert int(number[1]) == int(path.name[:4]), path.name
