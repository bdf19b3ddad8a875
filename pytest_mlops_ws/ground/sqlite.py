"""What SQLite's files tell of a database without opening it: how often it has been changed.

Size and time stay the same when a row is overwritten within a tick of the clock, or when somebody
puts the time back; the counters do not (https://sqlite.org/fileformat2.html). No lock is taken.
"""

from __future__ import annotations

import os

from pytest_mlops_ws.model.record import Record

_MAGIC = b"SQLite format 3\0"
#: Counts transactions, in the database's header; what is written by way of a log need not count.
_COUNTER, _BY_LOG = slice(24, 28), slice(18, 19)
#: The same while there is a write-ahead log: in the header of the index that goes with it.
_LOGGED = slice(8, 12)


class Count(Record):
    """How often a database has been changed.

    Attributes:
        transactions: their number, as SQLite writes it; with the file's time where it does not.
        logged: whether it is of the write-ahead log that exists now.
    """

    transactions: bytes
    logged: bool

    def is_later_than(self, before: Count | None) -> bool:
        """Tell whether a transaction was written since *before*."""
        if before is None or before.logged == self.logged:
            return before is None or before.transactions != self.transactions
        # The last to close a database moves the log into it: that is no transaction.
        return self.logged


def count(path: str) -> Count | None:
    """Return how often the database *path* has been changed; None if it is none."""
    header = _head(path, _COUNTER.stop)
    if header is None or not header.startswith(_MAGIC):
        return None
    index = _head(f"{path}-shm", _LOGGED.stop) if _size(f"{path}-wal") else None
    if index:
        return Count(index[_LOGGED], logged=True)
    moved = str(os.stat(path).st_mtime_ns).encode() if header[_BY_LOG] == b"\2" else b""  # noqa: PTH116 -- strings
    return Count(header[_COUNTER] + moved, logged=False)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 -- strings
    except OSError:
        return 0


def _head(path: str, length: int) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.read(descriptor, length)
    finally:
        os.close(descriptor)
