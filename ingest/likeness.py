"""Which column a header that nobody knows may have been meant for.

A misspelt header of a required column refuses its file (`ingest.readers.header`); one of another column is set aside, and
would be missed by nobody. So it is asked here, of files that were read, which column its sender may have meant.
"""

from __future__ import annotations

import difflib

from ingest.contract import Column, Contract
from ingest.readers.header import LEAST_LIKENESS, plain


def meant(name: str, contract: Contract) -> Column | None:
    """The column of a contract whose name or label is most like `name`; None where none is alike.

    Required columns are there in a file that was read, and columns that are never loaded are not missed.
    """
    words = {
        plain(word): column
        for column in contract.loaded_columns
        if not column.required
        for word in (*column.labels.values(), column.name)
    }
    found = difflib.get_close_matches(plain(name), list(words), n=1, cutoff=LEAST_LIKENESS)
    return words[found[0]] if found else None
