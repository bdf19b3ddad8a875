"""The ids of what can be wrong with one manifest on its own, and the limits of one."""

from __future__ import annotations

from typing import Final

SYNTAX: Final = "WS101"
DUPLICATE_KEY: Final = "WS102"
AMBIGUOUS_SCALAR: Final = "WS103"
FORBIDDEN_CONSTRUCT: Final = "WS104"
LIMIT: Final = "WS105"
ENCODING: Final = "WS106"

UNKNOWN_KEY: Final = "WS201"
MISSING_KEY: Final = "WS202"
WRONG_TYPE: Final = "WS203"
WRONG_VALUE: Final = "WS204"
NEWER_VERSION: Final = "WS205"

#: The newest manifest this release reads, and the one it writes.
SCHEMA_VERSION: Final = 1

MAX_BYTES: Final = 64 * 1024
#: Nesting is bounded where events are read: libyaml's own composer recurses in C and takes the
#: process with it.
MAX_DEPTH: Final = 16
MAX_NODES: Final = 5_000
#: libyaml gives up on ``key:`` when the colon is farther away than 1,024 characters.
MAX_KEY: Final = 1_000
#: Python refuses to write a number of more than 4,300 decimal digits, or of more than 640 if the
#: environment says so; and a digit of base 16 or 60 is more than one of base 10.
MAX_DIGITS: Final = 500
#: What is read in one base is written in another, within the same limit, sign and all.
MAX_INTEGER: Final = 10 ** (MAX_DIGITS - 1) - 1
