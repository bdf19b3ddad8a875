"""What to do without, said and as a suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.manifest.fixes import fix

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.model.diagnostics import Fix


def without(project: Project, key: str) -> tuple[str, Fix | None]:
    """Return the names of the keys that go if *key* does, and how.

    An experiment's id says nothing without its store: in another one it is another experiment. Not
    safe, since what was written stays where it is: people decide whether it moves.
    """
    keys = [key]
    if key == "mlflow_tracking_uri" and project.declared("mlflow_experiment_id") is not None:
        keys.append("mlflow_experiment_id")
    names = " and ".join(keys)
    return names, fix(project.reading, dict.fromkeys(keys), f"remove {names}", safe=False)
