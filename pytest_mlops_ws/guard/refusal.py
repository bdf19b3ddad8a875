"""What is raised instead of a crossing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.model.errors import WorkspaceBoundaryError

if TYPE_CHECKING:
    from pytest_mlops_ws.guard.crossing import Crossing


class RepeatedCrossing(BaseException):
    """The same crossing once more, after its refusal was caught.

    MLflow tries to reach a store fifteen times, for longer each time, whatever the exception; so do
    others. The second attempt therefore ends the test, past every ``except Exception``.
    """


def refusal(crossing: Crossing, *, again: bool) -> BaseException:
    """Return the exception that stops *crossing*."""
    message = str(crossing.diagnostic)
    if again:
        return RepeatedCrossing(message)
    details = {"rule": crossing.rule, "subject": crossing.subject, "victim": crossing.victim}
    return WorkspaceBoundaryError(message, workspace=crossing.culprit or None, details=details)
