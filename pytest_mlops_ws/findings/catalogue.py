"""Every rule by its id, put together when somebody first has to know."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_mlops_ws.findings.rule import Rule

    #: A function, for a run that finds nothing must not import forty modules of rules.
    Catalogue = Callable[[], Mapping[str, Rule]]

#: What the rules of a family have in common.
FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WS0": "what is declared about findings",
        "WS1": "YAML",
        "WS2": "schema",
        "WS3": "projects against each other",
        "WS4": "DVC",
        "WS5": "code and repository",
        "WS6": "secrets",
        "WS7": "at run time",
    }
)
#: The family of this room: findings about what excuses findings.
OWN_FAMILY: Final = "WS0"


def catalogue(*rooms: Catalogue) -> Catalogue:
    """Return the rules of *rooms* and those of this one, sorted by id."""
    found: dict[str, Rule] = {}

    def rules() -> Mapping[str, Rule]:
        if not found:
            from pytest_mlops_ws.findings import housekeeping, run_time

            every = {rule.id: rule for rule in (*housekeeping.RULES, *run_time.RULES)}
            for room in rooms:
                every |= room()
            found.update(sorted(every.items()))
        return found

    return rules
