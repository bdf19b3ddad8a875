"""WS314: what was not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.undecided import unset
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS314",
    name="undecidable",
    title="a project could not be compared with the others",
    why="""\
A URI that needs a variable which is not set here may be any place. Nothing is guessed: what the
rules would have compared is left out, and said, because silence about it would look like a verdict.
Set the variable where the check runs, or give it a default:
`${MLFLOW_SERVER:-https://mlflow.example.com}`.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: ${MLOPS_WS_EXAMPLE_SERVER}
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: ${MLOPS_WS_EXAMPLE_SERVER:-https://mlflow.example.com}
""",
    },
    severity="note",
)

#: What the rules compare because of each key.
_COMPARED = {
    "mlflow_tracking_uri": "tracking store and experiment were",
    "mlflow_registry_uri": "registry was",
    "mlflow_artifact_location": "place of artifacts was",
    "mlflow_experiment_name": "experiment was",
    "dvc_remote_path": "DVC remote was",
    "bentoml_tag_prefix": "tag prefix was",
}


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each key that needs a variable which is not set."""
    for project, key, names in unset(workspaces):
        name = names[0]
        yield Diagnostic(
            RULE.id,
            f"{name} is not set: {project.name}'s {_COMPARED[key]} not compared",
            project.span(key),
            f"set {name} where the check runs, or write ${{{name}:-<default>}}",
            RULE.severity,
            projects=(project.name,),
            subject=key,
        )
