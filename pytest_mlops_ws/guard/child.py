"""The guard in a child Python: the same hook, the same judgement, told to the parent by a file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.guard import hook
from pytest_mlops_ws.guard.allowances import Allowances
from pytest_mlops_ws.guard.attribution import Line, Suite
from pytest_mlops_ws.guard.channel import Channel
from pytest_mlops_ws.guard.endpoints import Endpoint
from pytest_mlops_ws.guard.watch import Subject, Watch
from pytest_mlops_ws.guard.zones import Territory

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Where a child finds what its parent watches for.
VARIABLE = "MLOPS_WS_GUARD_CHILD"
_STARTUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "startup")  # noqa: PTH100, PTH118, PTH120 -- a child loads this, without pathlib


class Children:
    """Lets child Pythons be watched.

    Args:
        config: the file that tells them of what; written when the first is about to start.
        channel: where they report to.
    """

    def __init__(self, config: str, channel: Channel) -> None:
        self._config = config
        self._channel = channel
        self._before: dict[str, str | None] = {}

    def enable(self) -> None:
        """Let every Python that this process starts from now on load the guard."""
        if self._before:
            return
        path = os.environ.get("PYTHONPATH")
        self._before = {"PYTHONPATH": path, VARIABLE: os.environ.get(VARIABLE)}
        os.environ["PYTHONPATH"] = f"{_STARTUP}{os.pathsep}{path}" if path else _STARTUP
        os.environ[VARIABLE] = self._config

    def disable(self) -> None:
        """Undo `enable`, unless somebody has set the variables anew."""
        before, self._before = self._before, {}
        for name, value in before.items():
            if name == VARIABLE or os.environ.get(name, "").startswith(_STARTUP):
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value

    def tell(
        self, watch: Watch, subject: Subject, line: Line, endpoints: Sequence[Endpoint]
    ) -> None:
        """Write down for the child that is about to start what is watched, and for whom."""
        plain = {
            "channel": self._channel.path,
            "zones": watch.territory.plain(),
            "tops": watch.suite.tops,
            "refuses": watch.refuses,
            "endpoints": endpoints,
            "subject": subject._replace(line=line)[:-1],
            "allowances": subject.allowances.plain(),
        }
        scratch = f"{self._config}.new"
        with open(scratch, "w", encoding="utf-8") as stream:  # noqa: PTH123 -- as above
            json.dump(plain, stream)
        os.replace(scratch, self._config)  # noqa: PTH105 -- likewise


def start(config: str) -> None:
    """Watch this process as the file *config* says."""
    with open(config, encoding="utf-8") as stream:  # noqa: PTH123 -- likewise
        plain = json.load(stream)
    test, begun, project, own = plain["subject"]
    endpoints = [Endpoint(*each) for each in plain["endpoints"]]
    watch = Watch(
        Territory.from_plain(plain["zones"]),
        Suite(plain["tops"]),
        refuses=plain["refuses"],
        endpoints=lambda: endpoints,
    )
    watch.report = Channel(plain["channel"]).send
    allowances = Allowances.from_plain(plain["allowances"])
    watch.begin(Subject(test, Line(*begun), project, own, allowances))
    hook.watch(watch)
