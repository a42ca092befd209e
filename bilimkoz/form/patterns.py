"""The pattern of a column as a formula of a spreadsheet, so that a cell is refused while it is typed.

A formula of a validation is short (255 letters) and knows no regular expressions. What comes out is never stricter than
the pattern; where it is looser, `check` finds the rest. A pattern of another make than those below has no formula.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

LONGEST = 255
#: A name of the workbook for the numbers from one to another; a formula cannot hold them, and rows that it counted instead
#: would go when somebody deletes a row.
PLACES = re.compile(r"places_(\d+)_(\d+)")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d+))?\}")
_LITERAL = re.compile(r"[A-Za-z0-9_/ -]")


@dataclass(frozen=True)
class Piece:
    """Letters of one kind that stand side by side: at least and at most so many."""

    letters: str
    least: int = 1
    most: int = 1


Pieces = tuple[Piece, ...]


def alternatives(pattern: str) -> list[Pieces] | None:
    """What a pattern of classes, repeats, groups and letters may be; None for any other pattern."""
    found: list[Pieces] = []
    current: list[Pieces] = [()]
    at = 0
    while at < len(pattern):
        mark = pattern[at]
        if mark == "|":
            found += current
            current, at = [()], at + 1
        elif mark == "(":
            end = pattern.find(")", at)
            inner = alternatives(pattern[at + 1 : end]) if end > 0 else None
            if inner is None:
                return None
            current = [before + more for before, more in product(current, inner)]
            at = end + 1
        else:
            piece, at = _piece(pattern, at)
            if piece is None:
                return None
            current = [(*before, piece) for before in current]
    return found + current


def sample(pattern: str) -> str | None:
    """A text of the pattern; None where the pattern is of another make."""
    found = alternatives(pattern)
    if not found:
        return None
    return "".join(_sample(piece) for piece in found[0])


def formula(cell: str, pattern: str) -> str | None:
    """The formula that is true for a cell of the pattern; None where there is none short enough."""
    found = alternatives(pattern)
    if not found:
        return None
    exact = [_asked(cell, pieces) for pieces in _merged(found)]
    text = None
    if all(exact):
        text = "=" + (str(exact[0]) if len(exact) == 1 else f"OR({','.join(map(str, exact))})")
    if text is None or len(text) > LONGEST:
        text = f"={_loose(cell, found)}"
    return text if len(text) <= LONGEST else None


def _piece(pattern: str, at: int) -> tuple[Piece | None, int]:
    if pattern[at] == "[":
        end = pattern.find("]", at)
        if end < 0 or pattern[at + 1] == "^":
            return None, at
        letters = _letters(pattern[at + 1 : end])
        at = end + 1
    elif _LITERAL.fullmatch(pattern[at]):
        letters, at = pattern[at], at + 1
    else:
        return None, at
    repeat = _REPEAT.match(pattern, at)
    if repeat is None:
        return Piece(letters), at
    least = int(repeat[1])
    return Piece(letters, least, int(repeat[2] or least)), repeat.end()


def _letters(inside: str) -> str:
    """The letters of a class: `0-9a-f` is sixteen of them."""
    ranges = re.findall(r"(.)-(.)|(.)", inside)
    return "".join(
        single or "".join(chr(code) for code in range(ord(first), ord(last) + 1)) for first, last, single in ranges
    )


def _sample(piece: Piece) -> str:
    """Digits run on from 1 and are as many as may be; a letter is repeated as often as it must."""
    if piece.letters.isdigit():
        start = piece.letters.find("1") if "1" in piece.letters else 0
        return "".join(piece.letters[(start + n) % len(piece.letters)] for n in range(piece.most))
    middle = piece.letters[len(piece.letters) * 2 // 5]
    return middle * piece.least


def _merged(found: list[Pieces]) -> list[Pieces]:
    """Alternatives of one fixed length as one, with whatever any of them allows at each place."""
    flat = [_flat(pieces) for pieces in found]
    lengths = {len(places) if places is not None else -1 for places in flat}
    if len(found) == 1 or len(lengths) > 1 or -1 in lengths:
        return found
    places = zip(*(places for places in flat if places is not None), strict=True)
    unions = ["".join(dict.fromkeys("".join(letters))) for letters in places]
    return [tuple(Piece("".join(sorted(letters))) for letters in unions)]


def _flat(pieces: Pieces) -> list[str] | None:
    if any(piece.least != piece.most for piece in pieces):
        return None
    return [piece.letters for piece in pieces for _ in range(piece.least)]


def _asked(cell: str, pieces: Pieces) -> str | None:
    """What one alternative asks of a cell; None where two parts of it may be of any length, so that no place is fixed."""
    if any(piece.least != piece.most for piece in pieces[:-1]):
        return None
    least, most = sum(piece.least for piece in pieces), sum(piece.most for piece in pieces)
    asked = [f"LEN({cell})={least}"] if least == most else [f"LEN({cell})>={least}", f"LEN({cell})<={most}"]
    start, literal = 1, ""
    for piece in [*_runs(pieces), None]:
        if piece is not None and len(piece.letters) == 1 and piece.least == piece.most:
            literal += piece.letters * piece.most
            continue
        if literal:
            asked.append(f'EXACT(MID({cell},{start},{len(literal)}),"{literal}")')
            start, literal = start + len(literal), ""
        if piece is not None:
            asked.append(_all_of(cell, start, piece))
            start += piece.most
    return f"AND({','.join(asked)})"


def _runs(pieces: Pieces) -> list[Piece]:
    """Neighbours of the same letters as one."""
    runs: list[Piece] = []
    for piece in pieces:
        if runs and runs[-1].letters == piece.letters:
            before = runs.pop()
            runs.append(Piece(piece.letters, before.least + piece.least, before.most + piece.most))
        else:
            runs.append(piece)
    return runs


def _all_of(cell: str, start: int, piece: Piece) -> str:
    """Every place from `start` on holds one of the letters, as many places as there may be.

    A text that may be shorter is filled up with a letter that is allowed: whether nothing is found in a text, programs
    answer differently.
    """
    if piece.most == 1 == piece.least:
        return f'ISNUMBER(FIND(MID({cell},{start},1),"{piece.letters}"))'
    filling = piece.letters[0] * (piece.most - piece.least)
    text = f'{cell}&"{filling}"' if filling else cell
    places = f"places_{start}_{start + piece.most - 1}"
    return f'SUMPRODUCT(--ISNUMBER(FIND(MID({text},{places},1),"{piece.letters}")))={piece.most}'


def _loose(cell: str, found: list[Pieces]) -> str:
    """How long it is, how it begins, and of which letters it is made."""
    least = min(sum(piece.least for piece in pieces) for pieces in found)
    most = max(sum(piece.most for piece in pieces) for pieces in found)
    letters = "".join(sorted({letter for pieces in found for piece in pieces for letter in piece.letters}))
    first = "".join(sorted({letter for pieces in found for letter in pieces[0].letters}))
    begins, made = _all_of(cell, 1, Piece(first)), _all_of(cell, 1, Piece(letters, least, most))
    return f"AND(LEN({cell})>={least},LEN({cell})<={most},{begins},{made})"
