"""What can be wrong, as codes with facts; the words are in `bilimkoz/texts`, one file a language."""

from __future__ import annotations


class Refusal(Exception):
    """Something a user can mend: a code of the text catalogue and the facts it names.

    No fact is a value from a data row, since those may be personal.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
