"""``.dvc/config``: sections and options, each with its place.

DVC reads it with ConfigObj, which does not keep places and costs a hook ten milliseconds to
import. What has one meaning only, which is nearly every such file, is read here; of any other,
ConfigObj says what it means and this module where it stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pytest_mlops_ws.checks.dvc.nodes import UnreadableError
from pytest_mlops_ws.model.diagnostics import Span


class Option(NamedTuple):
    """A value and where it stands."""

    text: str
    span: Span


class Config(NamedTuple):
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
            match = re.fullmatch(r'\s*(remote|machine|db)\s*"(.*)"\s*', section)
            if match and match[1] == kind:
                found[match[2]] = options
        return found


def read(content: bytes, path: str) -> Config:
    """Read a file; *path* is what diagnostics call it.

    Raises:
        UnreadableError: DVC cannot read it either.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start)
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
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


class _Place(NamedTuple):
    line: int
    column: int


class _Entry(NamedTuple):
    section: str
    key: str | None
    text: str
    span: Span


_SECTION = r"""\s*\[\s*(?P<name>'[^']*'|"[^"]*"|[^'"\s\[].*?)\s*\]\s*(?P<rest>\#.*)?"""
_OPTION = r"""\s*(?P<key>"[^"]*"|'[^']*'|[^'"=]*?)\s*=\s*(?P<value>.*?)\s*"""
# What ConfigObj reads as it stands: no quotes within, list, comment or interpolation.
_PLAIN = r"""(?:[^'",#%\s][^'",#%]*)?"""
_QUOTED = r"""(["'])([^'"#%]*)\1"""
_NAME = r"""[A-Za-z_][\w-]*|(?:remote|machine|db) "[^'"\[\]#%]*\""""


def _entries(lines: list[str], path: str) -> tuple[list[_Entry], bool]:
    """Return what looks like sections and options, and whether that is all there is."""
    found: list[_Entry] = []
    section, simple = "", True
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped[0] == "#":
            continue
        if match := re.fullmatch(_SECTION, line):
            section = _unquoted(match["name"])
            simple = simple and match["rest"] is None and bool(re.fullmatch(_NAME, section))
            section = section.lower()
            found.append(_Entry(section, None, "", _span(path, number, match, "name")))
        elif match := re.fullmatch(_OPTION, line):
            key, text = _unquoted(match["key"]), match["value"]
            if quoted := re.fullmatch(_QUOTED, text):
                text = quoted[2]
            elif not re.fullmatch(_PLAIN, text):
                simple = False
            simple = simple and bool(section) and bool(re.fullmatch(r"[A-Za-z_][\w-]*", key))
            found.append(_Entry(section, key.lower(), text, _span(path, number, match, "value")))
        else:
            simple = False
    return found, simple


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] in {"'", '"'} else text


def _span(path: str, line: int, match: re.Match[str], group: str) -> Span:
    return Span(path, line, match.start(group) + 1, line, match.end(group) + 1)


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
