"""WS311: a tag prefix that BentoML does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.manifest.fixes import removal, replacement
from pytest_mlops_ws.model.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.model.diagnostics import Fix

RULE = Rule(
    id="WS311",
    name="illegal-prefix",
    title="a tag prefix that no BentoML tag can begin with",
    why="""\
The name of a stored model is at most 63 of `a-z`, `0-9`, `-`, `_` and `.`, and begins with a letter
or digit. Upper case is changed silently, so that `Fraud-` and `fraud-` are one; a `:` begins the
version, so that `fraud:` and `scorer` would be version `scorer` of one model `fraud`. The older
system wrote such prefixes: without the key, the derived one takes its place.""",
    bad={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
bentoml_tag_prefix: Risk/Churn-
""",
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
bentoml_tag_prefix: 'fraud:'
""",
    },
    good={
        "mlops/workspace/churn/workspace.yaml": """\
project_name: churn
bentoml_tag_prefix: risk-churn--
""",
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
    },
    fixable=True,
)

#: What a tag's name holds, and how long a prefix leaves room for one character of a model's name.
_BEGINNING = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_ALLOWED = _BEGINNING | frozenset("-._")
_LENGTH = 62


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each prefix that is no beginning of a legal tag."""
    for project in workspaces.declaring("bentoml_tag_prefix"):
        prefix = project.prefix
        reason = _reason(prefix)
        if reason is None:
            continue
        remedy, fix = _cure(project, prefix)
        yield Diagnostic(
            RULE.id,
            f"no BentoML tag begins with {prefix!r}: {reason}",
            project.span("bentoml_tag_prefix"),
            remedy,
            projects=(project.name,),
            subject=prefix,
            fix=fix if prefix == project.declared("bentoml_tag_prefix") else None,
        )


def _cure(project: Project, prefix: str) -> tuple[str, Fix | None]:
    key = "bentoml_tag_prefix"
    lower = prefix.lower()
    if lower != prefix and _reason(lower) is None:
        # What BentoML makes of it: the same models.
        return f"write '{key}: {lower}'", replacement(project.reading, key, lower)
    legal = _legal(prefix) or project.tool_name
    if legal == project.tool_name:
        # No model can have been stored under the one, so the other takes none away.
        remedy = f"remove the line: the derived prefix is '{legal}--'"
        return remedy, removal(project.reading, key)
    legal = f"{legal}--"
    return f"write '{key}: {legal}'", replacement(project.reading, key, legal, safe=False)


def _reason(prefix: str) -> str | None:
    if prefix[0] in "-._":
        return f"it cannot begin with {prefix[0]!r}"
    strange = next((character for character in prefix if character not in _ALLOWED), None)
    if strange is not None:
        return f"{strange!r} is not allowed"
    if len(prefix) > _LENGTH:
        return f"it has {len(prefix)} characters, and {_LENGTH} are allowed"
    return None


def _legal(prefix: str) -> str:
    """Return the nearest legal prefix, without what separates it from a model's name."""
    spelled = "".join(letter if letter in _ALLOWED else "-" for letter in prefix.lower())
    return spelled.strip("-._")[: _LENGTH - 2].rstrip("-._").replace("_", "-")
