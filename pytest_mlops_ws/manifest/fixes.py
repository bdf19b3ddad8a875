"""How a manifest could be mended: which characters would have to go, and what comes instead.

A fix is safe if it is proved: the changed text is read again and says what it should, key by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_mlops_ws.manifest import emit
from pytest_mlops_ws.manifest.document import parse
from pytest_mlops_ws.manifest.edit import can_edit, edited, edits
from pytest_mlops_ws.manifest.nodes import Mapping, plain
from pytest_mlops_ws.model.diagnostics import Edit, Fix
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping as Values

    from pytest_mlops_ws.manifest.emit import Plain
    from pytest_mlops_ws.manifest.nodes import Document
    from pytest_mlops_ws.manifest.reading import Reading


def removal(reading: Reading, key: str, *, safe: bool = True) -> Fix | None:
    """Return how to do without a topmost key; see `fix`."""
    return fix(reading, {key: None}, f"remove '{key}'", safe=safe)


def replacement(reading: Reading, key: str, value: Plain, *, safe: bool = True) -> Fix | None:
    """Return how to give a topmost key, old or new, another value; see `fix`."""
    shown = emit.scalar(value) if not isinstance(value, (list, dict)) else "another value"
    return fix(reading, {key: value}, f"set '{key}' to {shown}", safe=safe)


def fix(
    reading: Reading, changes: Values[str, Plain], title: str, *, safe: bool = True
) -> Fix | None:
    """Return how to set topmost keys of a manifest, or to do without those whose value is None.

    Comments, order, line ends and byte order mark stay. A removed key takes its lines along, and
    what is written between them.

    Args:
        reading: the manifest, which may have faults.
        changes: the new values.
        title: what that does, in the imperative.
        safe: false if the caller knows a reason why people should decide, proved or not.

    Returns:
        None if there is nothing to change, or the text cannot be read.

    Raises:
        UsageError: a new value cannot be written.
    """
    document = reading.document
    if not isinstance(document.root, Mapping):
        return None
    before = cast("dict[str, Plain]", plain(document.root))
    removed = {key for key, value in changes.items() if value is None and key in before}
    wanted = {
        key: value
        for key, value in changes.items()
        if value is not None and not (key in before and emit.same(before[key], value))
    }
    if not removed and not wanted:
        return None
    after = {key: value for key, value in (before | wanted).items() if key not in removed}
    if can_edit(document):
        made = edits(document, wanted, removed)
        return Fix(title, reading.path, tuple(made), safe and _proved(document, made, after))
    if document.diagnostics:
        return None  # what is in the braces is not all known
    try:
        lines = [line for key, value in after.items() for line in emit.entry(key, value)]
    except UsageError:
        return None  # what can be read in braces cannot always be written as lines
    anew = Edit(0, len(document.text), "\n".join([*lines, ""]))
    return Fix(title, reading.path, (anew,), safe=False)


def _proved(document: Document, made: list[Edit], after: Values[str, Plain]) -> bool:
    if document.diagnostics:
        return False  # an alias may need what is taken away; of two equal keys one may be meant
    again = parse(edited(document.text, made).encode(), document.path)
    return not again.diagnostics and emit.same(plain(again.root), cast("Plain", after))
