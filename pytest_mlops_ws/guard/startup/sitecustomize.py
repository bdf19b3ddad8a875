# ruff: noqa: INP001, PTH100, PTH110, PTH120, SIM105 -- found by its directory, and every child pays
"""What a child Python of a watched test runs first; it must start, whatever is wrong with us.

Python imports one module of this name. This one, found first by ``PYTHONPATH``, hands on to the one
that the installation has.
"""

import os
import sys


def _watch() -> None:
    config = os.environ.get("MLOPS_WS_GUARD_CHILD")
    if not config or sys.version_info < (3, 11) or not os.path.exists(config):
        return
    above = os.path.abspath(__file__)
    for _ in range(4):
        above = os.path.dirname(above)
    # For this import only: what else lies beside us is not the child's.
    sys.path.append(above)
    try:
        from pytest_mlops_ws.guard import child
    finally:
        sys.path.remove(above)
    child.start(config)


def _hand_on() -> None:
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    others = [place for place in sys.path if os.path.abspath(place) != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


try:
    _watch()
except Exception:  # noqa: BLE001, S110 -- a child of somebody's test: it goes on unwatched
    pass
_hand_on()
