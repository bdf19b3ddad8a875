"""WS602: a password or token in a URI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.secrets import suspects
from pytest_mlops_ws.checks.secrets.values import in_uri, leaves, scalars
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS602",
    name="secret-in-uri",
    title="a URI in a manifest holds a password or token",
    why="""\
The URI of a store is written into runs, logs, error messages and other people's terminals, and the
manifest into git: the password goes along. A URI may refer to a variable
(`postgresql://mlflow:${MLFLOW_DB_PASSWORD}@db.example.com/mlflow`), and MLflow, DVC and the clouds'
clients read credentials of their own from the environment.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: postgresql://mlflow:correct-horse@db.example.com/mlflow
mlflow_artifact_location: https://acme.blob.core.windows.net/fraud?sig=c29tZXRoaW5n
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: postgresql://mlflow:${MLFLOW_DB_PASSWORD:-xxx}@db.example.com/mlflow
mlflow_artifact_location: https://acme.blob.core.windows.net/fraud
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each URI with a password or token written out."""
    for reading in suspects(workspaces):
        if b"://" not in reading.content:
            continue
        values = reading.values
        if values is not None and not any(in_uri(leaf) for _, leaf in leaves(values)):
            continue
        document = reading.document
        for path, value in scalars(document.root):
            shown = in_uri(value.text)
            if shown is not None:
                name = ".".join(path)
                yield Diagnostic(
                    RULE.id,
                    f"{name} holds a secret: {shown}",
                    document.span(value),
                    f"revoke it: git keeps it. Write '{shown.replace('***', '${SECRET}')}'",
                    subject=name,
                )
