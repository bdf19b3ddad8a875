"""``.dvc/config``: sections and options, each with its place.

DVC reads it with ConfigObj, which does not keep places and costs a hook ten milliseconds to
import. What has one meaning only, which is nearly every such file, is read here; of any other,
ConfigObj says what it means and this module where it stands.
"""

from __future__ import annotations

import re

from pytest_mlops_ws.checks.dvc.nodes import UnreadableError
from pytest_mlops_ws.model.diagnostics import Span
from pytest_mlops_ws.model.record import Record


class Option(Record):
    """A value and where it stands."""

    text: str
    span: Span


class Config(Record):
    """One file.

    Attributes:
        path: how diagnostics call it.
        options: by section and key, in lower case as DVC takes them; a remote's section is
            ``remote "name"``.
        sections: where each section begins.
    """

    path: str
    options: dict[str, dict[str, Option]]
    sections: dict[str, Span]

    def get(self, section: str, key: str) -> Option | None:
        """Return one option, if it is there."""
        return self.options.get(section, {}).get(key)

    def named(self, kind: str) -> dict[str, dict[str, Option]]:
        """Return the sections of one kind, such as ``remote``, by their names."""
        found = {}
        for section, options in self.options.items():
            before, quote, rest = section.partition('"')
            name, quote, after = rest.rpartition('"')
            if quote and before.strip() == kind and not after.strip():
                found[name] = options
        return found


def read(content: bytes, path: str) -> Config:
    """Read a file; *path* is what diagnostics call it.

    Raises:
        UnreadableError: DVC cannot read it either.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Its places are those of what follows a byte order mark.
        line = error.object.count(b"\n", 0, error.start)
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise UnreadableError(message, _Place(line, 0)) from None
    lines = text.splitlines()
    entries, simple = _entries(lines, path)
    config = Config(path, {}, {})
    for entry in entries:
        if entry.key is None:
            simple = simple and entry.section not in config.sections
            config.sections.setdefault(entry.section, entry.span)
            config.options.setdefault(entry.section, {})
        else:
            options = config.options.setdefault(entry.section, {})
            simple = simple and entry.key not in options
            options.setdefault(entry.key, Option(entry.text, entry.span))
    return config if simple else _asked(lines, config)


class _Place(Record):
    line: int
    column: int


class _Entry(Record):
    section: str
    key: str | None
    text: str
    span: Span


# What ConfigObj gives a meaning inside a value: a quote, a list, a comment, an interpolation.
_MEANING = frozenset("'\",#%")


def _entries(lines: list[str], path: str) -> tuple[list[_Entry], bool]:
    """Return what looks like sections and options, and whether that is all there is."""
    found: list[_Entry] = []
    section, simple = "", True
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text[0] == "#":
            continue
        key, equals, value = (part.strip() for part in text.partition("="))
        if text[0] == "[":
            name, _, rest = text[1:].rpartition("]")
            section, plain = _unquoted(name.strip())
            simple = simple and plain and not rest and _is_name(section)
            section = section.lower()
            found.append(_Entry(section, None, "", _span(path, number, line, name.strip())))
        elif equals and key:
            simple = simple and bool(section) and _is_word(key)
            key, _ = _unquoted(key)
            value, plain = _unquoted(value)
            simple = simple and plain
            found.append(_Entry(section, key.lower(), value, _span(path, number, line, value)))
        else:
            simple = False
    return found, simple


def _unquoted(text: str) -> tuple[str, bool]:
    """Return a text without the quotes around it, and whether nothing in it has a meaning."""
    if len(text) > 1 and text[0] in {"'", '"'} and text[-1] == text[0]:
        inner = text[1:-1]
        return inner, not _MEANING & {*inner} - {'"' if text[0] == "'" else "'", ","}
    return text, not _MEANING & {*text}


def _is_word(text: str) -> bool:
    return text.replace("_", "").replace("-", "").isalnum() and text.isascii()


def _is_name(section: str) -> bool:
    """Whether ConfigObj reads a section's name as it stands: a word, or a remote's."""
    kind, quote, rest = section.partition('"')
    name, end, after = rest.rpartition('"')
    if not quote:
        return _is_word(section)
    named = kind in {"remote ", "machine ", "db "} and bool(end) and not after
    return named and not {*"[]'\"#%"} & {*name}


def _span(path: str, line: int, text: str, part: str) -> Span:
    """Return the last place in a line where *part* stands; its end, if that is empty."""
    start = text.rfind(part) if part else len(text.rstrip())
    return Span(path, line, start + 1, line, start + len(part) + 1)


def _is_one_text(section: str, key: str) -> bool:
    return key == "url" or (section, key) in {("cache", "dir"), ("core", "remote")}


def _asked(lines: list[str], places: Config) -> Config:
    """Return what ConfigObj reads, where *places* says it stands."""
    from configobj import ConfigObj, ConfigObjError

    try:
        values = ConfigObj(lines, raise_errors=True).dict()
    except ConfigObjError as error:
        line = getattr(error, "line_number", None) or 1
        message = re.sub(r" at line \d+\.?$", "", str(error)).rstrip(".")
        message = message[:1].lower() + message[1:]
        raise UnreadableError(message, _Place(line - 1, 0)) from None
    config = Config(places.path, {}, places.sections)
    for section, options in values.items():
        name = section.lower()
        found = config.options.setdefault(name, {})
        if not isinstance(options, dict):
            continue
        for key, value in options.items():
            known = places.get(name, key.lower())
            place = known.span if known else places.sections.get(name, Span(places.path))
            if not isinstance(value, str) and _is_one_text(name, key.lower()):
                message = f"'{key}' holds a comma, which makes a list of it unless it is quoted"
                raise UnreadableError(message, _Place(place.line - 1, place.column - 1))
            text = value if isinstance(value, str) else ", ".join(value)
            found[key.lower()] = Option(text, place)
    return config
