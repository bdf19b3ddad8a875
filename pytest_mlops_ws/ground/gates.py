"""A gate that many threads pass together, or one alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """Lets threads through together; whoever asks to be alone waits until all have left.

    Who is alone may pass, and be alone, again; who has passed must not ask to be alone.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._passing = 0
        self._alone: int | None = None
        self._depth = 0

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside together with others."""
        if self._alone == threading.get_ident():
            yield
            return
        with self._changed:
            while self._alone is not None:
                self._changed.wait()
            self._passing += 1
        try:
            yield
        finally:
            with self._changed:
                self._passing -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be inside alone."""
        me = threading.get_ident()
        with self._changed:
            while self._alone not in {None, me}:
                self._changed.wait()
            self._alone = me  # nobody else comes in from here on
            self._depth += 1
            while self._passing:
                self._changed.wait()
        try:
            yield
        finally:
            with self._changed:
                self._depth -= 1
                if not self._depth:
                    self._alone = None
                self._changed.notify_all()
