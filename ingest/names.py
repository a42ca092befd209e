"""Names of files and folders as they are kept and shown: a card named after its person's number must not carry it on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

#: As long as the shortest part of a national number that still tells something.
_NUMBER = re.compile(r"\d{6,}")
#: The day of a list is no number of a person, and by it a sender knows the file.
_DAY = re.compile(r"20[2-9]\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def masked(name: str) -> str:
    """A name without runs of six digits and more; a day since 2020 stays."""
    return _NUMBER.sub(lambda run: run[0] if _DAY.fullmatch(run[0]) else "…", name)


def kept_names(files: Iterable[tuple[str, str]]) -> list[str]:
    """What files (path, SHA-256) of one delivery are called from now on: no two alike, and a sender knows each.

    What is masked gets the first digits of the content's checksum; a checksum of the name could be guessed back.
    """
    names: list[str] = []
    for path, sha256 in files:
        name = masked(path)
        if name != path:
            at = PurePosixPath(name)
            name = str(at.with_name(f"{at.stem}~{sha256[:8]}{at.suffix}"))
        at, number = PurePosixPath(name), 2
        while name in names:
            name, number = str(at.with_name(f"{at.stem}-{number}{at.suffix}")), number + 1
        names.append(name)
    return names


def shown(folder: Path) -> str:
    """A delivery's folder with its sender's."""
    return f"{folder.parent.name}/{masked(folder.name)}"
