"""What to type so that a crossing does not happen again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mlops_ws.guard.zones import Zone


def of(rule: str, zone: Zone, culprit: str, touched: str) -> str:
    """Return the remedy for touching *zone*."""
    if zone.kind == "repository":
        if "git" in zone.title or "DVC" in zone.title:
            return "enter the test's own repository: @pytest.mark.workspace(chdir=True)"
        return (
            "let the test ask for the fixture `workspace`: its runs then go to a store of its own"
        )
    if zone.kind == "scratch":
        return (
            "leave the other workspace first, or write through the one that is active"
            if "while" in zone.title
            else "share one on purpose with the fixture `module_workspace` or `session_workspace`"
        )
    if zone.kind == "user" and rule == "WS703":
        return "let the test ask for the fixture `workspace`, which has a store of its own"
    if zone.kind == "user":
        return (
            "let the test ask for the fixture `workspace`, where tools have their own directories"
        )
    allow = f'@pytest.mark.workspace(allow=["{touched}"]), or [[tool.mlops-ws.allow]] with a reason'
    verb = "read a copy in" if rule == "WS702" else "write below"
    mine = f"{culprit}'s " if culprit else ""
    return f"{verb} {mine}own `workspace`, or declare it: {allow}"
