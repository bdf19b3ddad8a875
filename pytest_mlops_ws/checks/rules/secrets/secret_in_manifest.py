"""WS601: a secret in a manifest."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.secrets import suspects
from pytest_mlops_ws.checks.secrets.values import is_secret, leaves, scalars, shapes
from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.manifest.nodes import Document

RULE = Rule(
    id="WS601",
    name="secret-in-manifest",
    title="a manifest holds a secret",
    why="""\
A manifest is in git: whoever can read the repository, a fork or a log of CI has the secret, and
taking the line out does not take it back. Found are literal values of keys that are called like a
password, secret, token or key, and values that look like the keys of clouds and services. What
stands for a secret (`${VAR}`, `<token>`, `xxx`, the name of a variable, a path in a vault) is fine.
No message shows the value.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk-team
  database:
    user: mlflow
    password: correct-horse
  api_key: 7f3d90b1c2
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
metadata:
  owner: risk-team
  database:
    user: mlflow
    password: ${FRAUD_DB_PASSWORD}
  api_key: <from the vault>
  max_tokens: 512
""",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each value that is a secret, or looks like one."""
    for reading in suspects(workspaces):
        # Bytes that are no text have no document, and may hold a key all the same.
        text = reading.content.decode("utf-8-sig", "replace")
        shaped = list(shapes(text))
        if (
            not shaped
            and reading.values is not None
            and not any(starmap(is_secret, leaves(reading.values)))
        ):
            continue
        document = reading.document
        found = {fault.span.line: fault for fault in _by_key(document)}
        for start, what in shaped:
            line = text.count("\n", 0, start) + 1
            place = Span(document.path, line, start - text.rfind("\n", 0, start))
            found.setdefault(line, _diagnostic(_path(document, start), what, place))
        yield from found.values()


def _by_key(document: Document) -> Iterator[Diagnostic]:
    for path, value in scalars(document.root):
        if is_secret(path, value.value):
            yield _diagnostic(".".join(path), "a secret", document.span(value))


def _path(document: Document, start: int) -> str:
    for path, value in scalars(document.root):
        if value.start.index <= start < value.end.index:
            return ".".join(path)
    return "the file" if document.root is None else "a comment"


def _diagnostic(path: str, what: str, place: Span) -> Diagnostic:
    name = path.rpartition(".")[2].replace("-", "_").upper() if " " not in path else "TOKEN"
    return Diagnostic(
        RULE.id,
        f"{path} holds {what} in plain text",
        place,
        f"revoke it: git keeps it. Name the variable that has the next one, such as ${{{name}}}",
        subject=path,
    )
