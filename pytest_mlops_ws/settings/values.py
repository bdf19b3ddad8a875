"""Each option's value and where it came from, and what people wrote taken for what they meant.

Later sources win: the default, ``[tool.mlops-ws]`` in ``pyproject.toml``, pytest's ini file, the
environment, the command line.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.model.record import Record
from pytest_mlops_ws.settings import OPTIONS, PYPROJECT, Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_mlops_ws.settings import Value

#: What the checks alone ask for: keys, variables and flags of ``mlops-ws check``, no ini lines.
#: Each row of the table above costs every pytest that is started.
CHECK_OPTIONS: tuple[Option, ...] = (
    Option("baseline", "text", None, "file of the findings that are known"),
    Option("claims", "words", (), "files of what other repositories' projects claim"),
    Option("exclude", "words", (), "patterns of paths to leave out"),
    Option("ignore", "words", (), "rules not to ask for: ids, families, ALL"),
    Option("repository", "text", None, "what other repositories call this one"),
    Option("select", "words", (), "rules to ask for: ids, families, ALL"),
)


class Setting(Record):
    """A value, and where it came from."""

    option: Option
    value: Value
    origin: str

    @property
    def is_default(self) -> bool:
        """Whether nobody said anything, or said the default."""
        return self.value == self.option.default

    def __str__(self) -> str:
        value = " ".join(self.value) if isinstance(self.value, tuple) else self.value
        shown = ("on" if value else "off") if isinstance(value, bool) else value
        return f"{self.option.name.replace('_', '-')}={shown} ({self.origin})"


class Source:
    """One place that settings are written in.

    Attributes:
        origin: its name.
        values: what it says, by option name.
        tables: what it says beside, by name: ``allow``, ``severity``.
    """

    __slots__ = ("origin", "tables", "values")

    def __init__(
        self,
        origin: str,
        values: Mapping[str, object],
        tables: Mapping[str, object] | None = None,
    ) -> None:
        self.origin = origin
        self.values = values
        self.tables = tables or {}


class Settings:
    """Every option's value."""

    def __init__(
        self, sources: Iterable[Source] = (), options: tuple[Option, ...] = OPTIONS
    ) -> None:
        """Settle every option; the later of *sources* wins.

        Raises:
            UsageError: a value has the wrong type or is none of the choices.
        """
        found = {option.name: Setting(option, option.default, "default") for option in options}
        self._layers: list[dict[str, Setting]] = []
        self._tables: dict[str, object] = {}
        for source in sources:
            said: dict[str, Setting] = {}
            for option in options:
                raw = source.values.get(option.name)
                if raw is not None:
                    from pytest_mlops_ws.settings.reading import convert

                    value = convert(option, raw, source.origin)
                    said[option.name] = Setting(option, value, source.origin)
            self._layers.append(said)
            self._tables.update(source.tables)
            found.update(said)
        self._settings = found

    def switch(self, name: str) -> bool:
        """Return the value of a switch."""
        return bool(self._settings[name].value)

    def text(self, name: str) -> str | None:
        """Return the value of a text, None if it has none."""
        value = self._settings[name].value
        return value if isinstance(value, str) else None

    def words(self, name: str) -> tuple[str, ...]:
        """Return the value of a list of words."""
        value = self._settings[name].value
        return value if isinstance(value, tuple) else ()

    def layers(self) -> list[dict[str, Setting]]:
        """Return what each source says, the later after the earlier, by option name."""
        return self._layers

    def table(self, name: str) -> object:
        """Return a table of ``[tool.mlops-ws]`` as it was read; None if there is none."""
        return self._tables.get(name)

    def not_default(self) -> list[Setting]:
        """Return what somebody has set to something else than the default."""
        return [setting for setting in self._settings.values() if not setting.is_default]


def from_environment(
    environment: Mapping[str, str], options: tuple[Option, ...] = OPTIONS
) -> Source:
    """Return what the variables say."""
    return Source(
        "environment",
        {
            option.name: environment[option.variable]
            for option in options
            if option.variable in environment
        },
    )


def from_pyproject(root: str | os.PathLike[str]) -> Source:
    """Return what ``[tool.mlops-ws]`` in *root*'s ``pyproject.toml`` says, if it is there.

    Raises:
        UsageError: the file is no TOML, or has a key that is no option.
    """
    path = f"{os.fspath(root)}{os.sep}{PYPROJECT}"
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- no pathlib in a hook
            text = file.read()
    except (OSError, UnicodeDecodeError):
        text = ""
    if "mlops-ws" not in text:
        return Source(PYPROJECT, {})
    from pytest_mlops_ws.settings.reading import TABLES, table

    found = table(path, text)
    tables = {name: found.pop(name) for name in TABLES if name in found}
    return Source(PYPROJECT, found, tables)
