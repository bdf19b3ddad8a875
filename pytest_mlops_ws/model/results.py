"""What an operation came to: its parts are attributes, and keys of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Result(Mapping[str, Any]):
    """The base of frozen dataclasses that can be read as mappings, too: ``**result``, `dict`.

    Callers of the older system had dictionaries.
    """

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 -- each key's own type
        if key not in self._names():
            raise KeyError(key)
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _names(self) -> list[str]:
        return [each.name for each in fields(self)]  # type: ignore[arg-type]  # every subclass is a dataclass

    def to_dict(self) -> dict[str, Any]:
        """Return plain values all the way down: what JSON can hold."""
        return {key: _plain(value) for key, value in self.items()}


def _plain(value: object) -> Any:  # noqa: ANN401 -- whatever JSON has
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)
