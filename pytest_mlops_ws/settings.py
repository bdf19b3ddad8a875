"""One table of options: each row is an ini line, a flag, a variable, a key and a line of docs.

A setting says where its value came from. Later sources win: the default, ``[tool.mlops-ws]`` in
``pyproject.toml``, pytest's ini file, the environment, the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Value = bool | str | tuple[str, ...] | None
Kind = Literal["switch", "text", "words"]
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class Option(NamedTuple):
    """A row of the table.

    Attributes:
        name: with ``_``: ``pass_env`` is ``[tool.mlops-ws] pass-env``, ini ``mlops_ws_pass_env``,
            flag ``--mlops-ws-pass-env`` and variable ``MLOPS_WS_PASS_ENV``.
        kind: a switch, a text, or words.
        default: the value where nobody says anything.
        help: one line for ``pytest --help`` and the reference.
        choices: the allowed texts, if they are few.
    """

    name: str
    kind: Kind
    default: Value
    help: str
    choices: tuple[str, ...] = ()

    @property
    def ini(self) -> str:
        """The name in pytest's ini file."""
        return f"mlops_ws_{self.name}"

    @property
    def flag(self) -> str:
        """The name on the command line."""
        return f"--mlops-ws-{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return f"MLOPS_WS_{self.name.upper()}"


OPTIONS: tuple[Option, ...] = (
    Option("audit", "switch", default=False, help="change nothing, report what tests do to others"),
    Option("base", "text", "mlops/workspace", "directory of the workspaces, relative to the repo"),
    Option("chdir", "switch", default=False, help="enter the workspace's directory in each test"),
    Option(
        "guard", "text", "error", "tests that touch what is not theirs", ("off", "warn", "error")
    ),
    Option("guard_scope", "text", "used", "guard tests with a workspace, or all", ("used", "all")),
    Option("keep", "switch", default=False, help="keep every test's workspace after the test"),
    Option("pass_env", "words", (), "patterns of MLOps variables that reach a test from the shell"),
    Option("project", "text", None, "project of tests that no project's source_paths hold"),
    Option("sarif", "text", None, "file for what the guard finds, as SARIF"),
    Option("telemetry", "text", "off", "the tools' telemetry while tests run", ("off", "keep")),
)


class Setting(NamedTuple):
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


class Source(NamedTuple):
    """One place that settings are written in: its name, and what it says by option name."""

    origin: str
    values: Mapping[str, object]


class Settings:
    """Every option's value."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        """Settle every option; the later of *sources* wins.

        Raises:
            UsageError: a value has the wrong type or is none of the choices.
        """
        found = {option.name: Setting(option, option.default, "default") for option in OPTIONS}
        for source in sources:
            for option in OPTIONS:
                raw = source.values.get(option.name)
                if raw is not None:
                    value = _convert(option, raw, source.origin)
                    found[option.name] = Setting(option, value, source.origin)
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

    def not_default(self) -> list[Setting]:
        """Return what somebody has set to something else than the default."""
        return [setting for setting in self._settings.values() if not setting.is_default]


def from_environment(environment: Mapping[str, str]) -> Source:
    """Return what the variables say."""
    return Source(
        "environment",
        {
            option.name: environment[option.variable]
            for option in OPTIONS
            if option.variable in environment
        },
    )


def from_pyproject(root: Path) -> Source:
    """Return what ``[tool.mlops-ws]`` in *root*'s ``pyproject.toml`` says, if it is there.

    Raises:
        UsageError: the file is no TOML, or has a key that is no option.
    """
    path = root / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Source(str(path), {})
    if "mlops-ws" not in text:
        return Source(str(path), {})
    import tomllib

    try:
        table = tomllib.loads(text).get("tool", {}).get("mlops-ws", {})
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: {error}"
        raise UsageError(message, operation="settings") from error
    known = {option.name.replace("_", "-"): option.name for option in OPTIONS}
    # Tables belong to the checks; a plain key that is none of ours is a slip of the pen.
    plain = {key: value for key, value in table.items() if not isinstance(value, (dict, list))}
    for key in plain.keys() - known.keys():
        message = f"{path}: [tool.mlops-ws] has no {key!r}{_did_you_mean(key, known)}"
        raise UsageError(message, operation="settings")
    return Source(path.name, {known[key]: value for key, value in table.items() if key in known})


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f". There are: {', '.join(sorted(known))}"


def _convert(option: Option, raw: object, origin: str) -> Value:
    if option.kind == "switch":
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.lower() in _TRUE | _FALSE:
            return raw.lower() in _TRUE
        wanted = "true or false"
    elif option.kind == "words":
        if isinstance(raw, str):
            return tuple(raw.replace(",", " ").split())
        if isinstance(raw, (list, tuple)) and all(isinstance(word, str) for word in raw):
            return tuple(raw)
        wanted = "a list of names"
    else:
        if isinstance(raw, str) and (not option.choices or raw in option.choices):
            return raw
        wanted = " or ".join(option.choices) or "a text"
    message = f"{option.name.replace('_', '-')} = {raw!r} ({origin}): it must be {wanted}"
    raise UsageError(message, operation="settings", details={"option": option.name})
