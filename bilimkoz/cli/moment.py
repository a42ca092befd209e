"""A moment as a person types it: of when a delivery was made."""

from __future__ import annotations

from datetime import datetime

from ingest.problems import Refusal


def moment(text: str) -> datetime:
    """The moment that a text names.

    Raises:
        Refusal: it names none, or does not say its zone.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("created_without_zone", text=text) from None
    if found.tzinfo is None:
        raise Refusal("created_without_zone", text=text)
    return found
