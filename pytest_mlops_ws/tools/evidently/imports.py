"""What ``import evidently`` does to the process, undone.

It changes pandas's options, adds warning filters, lets scikit-learn set variables of OpenMP,
draws from the `random` module's generator, and binds a log handler to the current stream.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Of Evidently's user interface, which is not run in this process.
_LOGGER = "evidently.ui.runner.core"


def _keep_warning_filters() -> Callable[[], object]:
    before = list(warnings.filters)

    def restore() -> None:
        if list(warnings.filters) != before:
            warnings.resetwarnings()  # also tells the interpreter that they have changed
            vars(warnings)["filters"][:] = before

    return restore


def _keep_openmp_variables() -> Callable[[], object]:
    before = {name: value for name, value in os.environ.items() if name.startswith("KMP_")}

    def restore() -> None:
        for name in [name for name in os.environ if name.startswith("KMP_")]:
            if name not in before:
                del os.environ[name]
        os.environ.update(before)

    return restore


def _keep_random_state() -> Callable[[], object]:
    before = random.getstate()
    return lambda: random.setstate(before)


def _keep_numpy_random_state() -> Callable[[], object]:
    generator = getattr(sys.modules.get("numpy"), "random", None)
    if generator is None:
        return lambda: None
    before = generator.get_state()
    return lambda: generator.set_state(before)


def pandas_options() -> dict[str, Any]:
    """Return pandas's options by name."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of options that pandas is about to give up
        return dict(_flat(pd.options))


def _keep_pandas_options() -> Callable[[], object]:
    import pandas as pd

    before = pandas_options()

    def restore() -> None:
        for name, value in pandas_options().items():
            if name in before and value is not before[name]:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    pd.set_option(name, before[name])

    return restore


def _keep_streams() -> Callable[[], object]:
    """Let no log handler hold the stream that is current now: a test's is closed later."""
    before = list(logging.getLogger(_LOGGER).handlers)

    def restore() -> None:
        logging.getLogger(_LOGGER).handlers[:] = before

    return restore


#: What is kept as it was: each notes how things are, and returns what puts them back.
KEEPERS: tuple[Callable[[], Callable[[], object]], ...] = (
    _keep_pandas_options,
    _keep_warning_filters,
    _keep_openmp_variables,
    _keep_random_state,
    _keep_numpy_random_state,
    _keep_streams,
)


@contextmanager
def undone() -> Iterator[None]:
    """Put back on exit what `KEEPERS` are about."""
    with ExitStack() as undo:
        for keep in KEEPERS:
            undo.callback(keep())
        yield


def _flat(options: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 -- pandas's DictWrapper
    for name in dir(options):
        value = getattr(options, name)
        if type(value) is type(options):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
