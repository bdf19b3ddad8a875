"""Which rules are asked for, and how severe their findings are.

A word is a rule's id (``WS305``), the beginning of some (``WS3``, a family) or ``ALL``. As in ruff:

- The longer word wins, whichever option it stands in; of two equally long ones ``ignore`` does.
- Sources are taken in their order (``pyproject.toml``, ini file, environment, command line). One
  that says ``select`` begins anew, so ``--select WS305`` finds what ``pyproject.toml`` ignores;
  one that says only ``ignore`` takes away from what the sources before it have selected.
- Without a word from anybody, the stable rules are selected, and ``ALL`` means the same. A preview
  rule is selected by its id or by the beginning of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.findings.catalogue import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.rule import Stability
    from pytest_mlops_ws.model.diagnostics import Diagnostic, Severity
    from pytest_mlops_ws.model.errors import UsageError
    from pytest_mlops_ws.settings.values import Settings

ALL: Final = "ALL"
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")


class Layer:
    """What one source says about rules.

    Attributes:
        origin: the source.
        select: its words; None if it does not say ``select``.
        ignore: its words.
    """

    __slots__ = ("ignore", "origin", "select")

    def __init__(
        self, origin: str, select: Iterable[str] | None = None, ignore: Iterable[str] = ()
    ) -> None:
        self.origin = origin
        self.select = None if select is None else _split(select)
        self.ignore = _split(ignore)


class Selection:
    """The rules that are asked for."""

    __slots__ = ("_catalogue", "_layers", "_severities", "_verdicts")

    def __init__(
        self,
        catalogue: Catalogue,
        layers: Sequence[Layer] = (),
        severities: object = None,
        origin: str = "pyproject.toml",
    ) -> None:
        """Take what the sources say, the first to the last.

        Args:
            catalogue: every rule there is; asked only if the words are more than families.
            layers: what each source says.
            severities: ``[tool.mlops-ws.severity]``: a severity by id, family or ``ALL``.
            origin: where the severities stand.

        Raises:
            UsageError: a word is no rule, or a severity is none.
        """
        self._catalogue = catalogue
        self._layers = layers
        self._severities: dict[str, Severity] = {}
        self._verdicts: dict[str, tuple[bool, bool]] = {}
        for layer in layers:
            for option, words in (("select", layer.select or ()), ("ignore", layer.ignore)):
                for word in words:
                    check_word(word, catalogue, f"{option} = {word!r} ({layer.origin})")
        if severities is not None:
            self._severities = _checked_severities(severities, catalogue, origin)

    @classmethod
    def of(cls, settings: Settings, catalogue: Catalogue) -> Selection:
        """Return what the settings say.

        Raises:
            UsageError: a word is no rule, or a severity is none.
        """
        layers = []
        for said in settings.layers():
            select, ignore = said.get("select"), said.get("ignore")
            if select is not None or ignore is not None:
                origin = (select or ignore).origin  # type: ignore[union-attr]  # one of them is there
                layers.append(
                    Layer(
                        origin,
                        select.value if select else None,  # type: ignore[arg-type]  # words are words
                        ignore.value if ignore else (),  # type: ignore[arg-type]  # likewise
                    )
                )
        return cls(catalogue, layers, settings.table("severity"))

    def selected(self, rule: str, stability: Stability = "stable") -> bool:
        """Tell whether a rule, by its id, is asked for.

        Without its stability a preview rule passes for a stable one: `keeps` has the last word.
        """
        if rule not in self._verdicts:
            self._verdicts[rule] = self._judge(rule)
        wanted, named = self._verdicts[rule]
        return wanted and (named or stability == "stable")

    def keeps(self, rule: str) -> bool:
        """Tell the same, knowing the rule's stability."""
        if not self.selected(rule):
            return False
        known = self._catalogue().get(rule)
        return known is None or self.selected(rule, known.stability)

    def graded(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a finding with the severity that the repository gives its rule."""
        if not self._severities:
            return diagnostic
        word = _longest(diagnostic.rule, self._severities)
        return diagnostic if word is None else diagnostic._replace(severity=self._severities[word])

    def _judge(self, rule: str) -> tuple[bool, bool]:
        """Return whether a rule is selected, and whether by more than ``ALL``."""
        wanted, named = True, False
        for layer in self._layers:
            select = None if layer.select is None else _longest(rule, layer.select)
            ignore = _longest(rule, layer.ignore)
            ignored = ignore is not None and (select is None or _length(ignore) >= _length(select))
            if layer.select is not None:
                wanted = select is not None and not ignored
                named = select != ALL
            elif ignored:
                wanted = False
        return wanted, named


def check_word(word: str, catalogue: Catalogue, place: str) -> None:
    """Make sure that *word* is an id, the beginning of some, or ``ALL``.

    Raises:
        UsageError: it is none; the message begins with *place*.
    """
    if word == ALL or word in FAMILIES:  # what most people say needs no catalogue
        return
    rules = catalogue()
    if word in rules or (len(word) > len("WS0") and any(rule.startswith(word) for rule in rules)):
        return
    from pytest_mlops_ws.findings.suggestions import nearest_rule

    hint = ". There are ids (WS305), families (WS3) and ALL; `mlops-ws rules` lists them"
    nearest = word.upper() if word.upper() in {ALL, *FAMILIES} else nearest_rule(word, rules)
    if nearest is not None:
        name = f" ({rules[nearest].name})" if nearest in rules else ""
        hint = f"; did you mean {nearest!r}{name}?"
    message = f"{place}: there is no such rule or family{hint}"
    raise _usage_error(message)


def _checked_severities(table: object, catalogue: Catalogue, origin: str) -> dict[str, Severity]:
    place = f"{origin}: [tool.mlops-ws.severity]"
    if not isinstance(table, dict):
        message = f'{place} must be a table, such as WS305 = "warning"'
        raise _usage_error(message)
    found: dict[str, Severity] = {}
    for word, severity in table.items():
        check_word(word, catalogue, f"{place} {word}")
        if severity not in SEVERITIES:
            choices = ", ".join(SEVERITIES[:-1]) + f" or {SEVERITIES[-1]}"
            remedy = f"; to switch it off: ignore = [{word!r}]" if severity in _OFF else ""
            message = f"{place} {word} = {severity!r}: it must be {choices}{remedy}"
            raise _usage_error(message)
        found[word] = severity
    return found


#: What people write who come from other linters.
_OFF = ("off", "none", "ignore", "disable", False)


def _longest(rule: str, words: Iterable[str]) -> str | None:
    """Return the longest of *words* that is about *rule*."""
    about = [word for word in words if word == ALL or rule.startswith(word)]
    return max(about, key=_length) if about else None


def _length(word: str) -> int:
    return 0 if word == ALL else len(word)


def _split(words: Iterable[str]) -> tuple[str, ...]:
    """Return single words, also of what was given as ``--select WS3,WS404``."""
    return tuple(word for each in words for word in each.replace(",", " ").split())


def _usage_error(message: str) -> UsageError:
    from pytest_mlops_ws.model.errors import UsageError

    return UsageError(message, operation="check")
