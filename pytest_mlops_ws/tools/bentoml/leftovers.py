"""What a test can leave behind in BentoML: stores that are not where the environment says.

Its providers are asked once and then remember: a variable that was set for one test sends the
models of later ones to where it pointed.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from pytest_mlops_ws.tools.bentoml import state

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The providers that name a place, the ones that others ask first.
_PROVIDERS = ("bentoml_home", "model_store_dir", "bento_store_dir", "model_store", "bento_store")
VARIABLE = "BENTOML_HOME"
CONTAINERS = state.CONTAINERS


class Place(str):
    """Where BentoML's stores are; equal to another by its text.

    Attributes:
        states: what each provider remembers.
    """

    __slots__ = ("states",)

    states: list[tuple[Any, dict[str, Any]]]


def stores() -> Place | None:
    """Return where the stores are, if they are elsewhere than the environment says."""
    home = os.environ.get(VARIABLE) or os.path.join(os.path.expanduser("~"), "bentoml")  # noqa: PTH111, PTH118 -- as BentoML does
    elsewhere: list[str] = []
    for provider in _providers():
        told = _remembered(provider)
        # A store says where it is; what else is remembered is that itself.
        place = told if told is None else os.path.realpath(getattr(told, "_path", told))
        known = (os.path.realpath(home), *elsewhere)
        if place is not None and not any(f"{place}/".startswith(f"{each}/") for each in known):
            elsewhere.append(place)
    if not elsewhere:
        return None
    found = Place(" and ".join(elsewhere))
    found.states = [(each, each.__getstate__()) for each in _providers()]
    return found


def take_back(before: object) -> None:
    """Let the providers say what they said *before*; nothing means to ask the environment anew."""
    if isinstance(before, Place):
        state.put_back(before.states)
    else:
        state.forget(_providers())


def _providers() -> Iterator[Any]:
    container = getattr(sys.modules.get(state.CONTAINERS), "BentoMLContainer", None)
    found = (getattr(container, name, None) for name in _PROVIDERS)
    yield from (provider for provider in found if hasattr(provider, "__getstate__"))


def _remembered(provider: Any) -> Any:  # noqa: ANN401 -- simple_di's, of any type
    values = (vars(provider).get(name) for name in state.REMEMBERED)
    return next((each for each in values if not state.is_nothing(each)), None)
