"""A value with names: what `typing.NamedTuple` makes, defined in a tenth of the time.

Every run defines dozens. For each of them `NamedTuple` compiles a constructor and every annotation:
0.1 ms, where the first workspace of a test session may take ten in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import _tuplegetter
    from typing import Any, Self

    class _Fields(type):
        """Makes the annotated names in the body of a class the fields of a tuple."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            body |= {field: _tuplegetter(place, None) for place, field in enumerate(fields)}
            body |= {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            return super().__new__(cls, name, bases, {"__slots__": (), **body})

    class Record(tuple, metaclass=_Fields):  # noqa: SLOT001 -- they have none, by their metaclass
        """A tuple whose places have names and, some of them, values that need not be given."""

        def __new__(cls, *values: object, **named: object) -> Self:
            """Take the values in the order of the fields, by their names, or both."""
            fields, defaults = cls._fields, cls._field_defaults
            if named:
                left = fields[len(values) :]
                if named.keys() <= set(left):
                    known = defaults | named
                    values += tuple([known[field] for field in left if field in known])
            elif len(values) < len(fields):
                values += tuple([defaults[f] for f in fields[len(values) :] if f in defaults])
            if len(values) != len(fields):
                message = f"a {cls.__name__} is made of {', '.join(fields)}"
                raise TypeError(message)
            return tuple.__new__(cls, values)

        def __repr__(self) -> str:
            given = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({given})"

        def __getnewargs__(self) -> tuple[object, ...]:
            return tuple(self)

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **changes: object) -> Self:
            return type(self)(**self._asdict() | changes)


__all__ = ["Record"]
