"""A value with names, for what every run defines: a `NamedTuple` costs five times as much.

A dataclass costs twenty times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


class Record:
    """Equal to another of its class whose fields are equal; `__slots__` names the fields."""

    __slots__: tuple[str, ...] = ()

    def _fields(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(self) is not type(other):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def replaced(self, **changes: object) -> Self:
        """Return one that differs in *changes*."""
        return type(self)(**{name: getattr(self, name) for name in self.__slots__} | changes)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({given})"
