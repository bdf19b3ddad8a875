"""A system without notifications, such as macOS."""

from __future__ import annotations

import errno

from pytest_mlops_ws.guard import notifications


def _none() -> None:
    raise OSError(errno.ENOSYS, "no notifications on this system")


notifications.Notifications = _none  # type: ignore[assignment, misc]  # called without arguments
