"""A record is what a `NamedTuple` is, however it is made."""

from __future__ import annotations

import copy
import pickle
from typing import Any, NamedTuple

import pytest

from pytest_mlops_ws.model.record import Record


class Ours(Record):
    """A place."""

    path: str
    line: int = 1
    column: int | None = None

    @property
    def next(self) -> int:
        """The line below."""
        return self.line + 1


class Theirs(NamedTuple):
    """A place."""

    path: str
    line: int = 1
    column: int | None = None


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (("a",), {}),
        (("a", 2), {}),
        (("a", 2, 3), {}),
        (("a",), {"column": 3}),
        ((), {"line": 2, "path": "a"}),
        ((), {"column": 3, "line": 2, "path": "a"}),
    ],
)
def test_it_is_made_as_a_named_tuple_is(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)
    assert ours == theirs
    assert hash(ours) == hash(theirs)
    assert ours._asdict() == theirs._asdict()
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours.path, ours.line, ours.column) == tuple(theirs)
    assert ours._replace(line=7) == theirs._replace(line=7)
    assert ours.next == theirs.line + 1


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((), {"line": 2}),
        (("a", 2, 3, 4), {}),
        (("a",), {"path": "a"}),
        (("a",), {"colum": 3}),
    ],
)
def test_what_a_named_tuple_refuses_is_refused(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        Theirs(*values, **named)
    with pytest.raises(TypeError, match="a Ours is made of path, line, column"):
        Ours(*values, **named)


def test_it_can_be_copied_and_sent_and_has_room_for_nothing_else() -> None:
    place = Ours("a", 2)
    assert type(copy.copy(place)) is Ours
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301 -- our own
    assert not hasattr(place, "__dict__")
    with pytest.raises(AttributeError):
        place.line = 3  # type: ignore[misc]  # it cannot be changed
    match place:
        case Ours(path, line):
            assert (path, line) == ("a", 2)
