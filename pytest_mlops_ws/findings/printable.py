"""Text from other people's files, fit for a terminal, a log and XML."""

from __future__ import annotations

#: What moves the cursor, breaks a line, turns the direction of reading round, or is no character.
_UNFIT = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"


def printable(text: str) -> str:
    """Return *text* with an escape sequence for each character that does not show as itself."""
    if text.isascii() and text.isprintable():
        return text
    import re  # compiled when first needed: a run that finds nothing prints one line

    return re.sub(_UNFIT, lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
