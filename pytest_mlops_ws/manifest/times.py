"""The times in a manifest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_mlops_ws.manifest.emit import Plain

#: The keys that hold one.
KEYS = ("created_at", "updated_at")


def as_time(value: str | dt.datetime) -> dt.datetime:
    """Return a time, given as such or in ISO 8601; one without a zone is UTC.

    Raises:
        ValueError: it is none, or no such day exists.
    """
    time = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def impossible(values: Mapping[str, Plain]) -> dict[str, str]:
    """Return the keys whose time satisfies the schema and is none, with what is wrong.

    No pattern can count the days of February.
    """
    found = {}
    for key in KEYS:
        value = values.get(key)
        if isinstance(value, str):
            try:
                as_time(value)
            except ValueError as error:
                found[key] = str(error)
    return found
