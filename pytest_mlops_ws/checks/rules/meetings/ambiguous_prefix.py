"""WS310: a tag prefix that begins, or is, another project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.claims import Claim
    from pytest_mlops_ws.checks.workspaces import Workspaces

RULE = Rule(
    id="WS310",
    name="ambiguous-prefix",
    title="a tag prefix begins, or is, another project's",
    why="""\
BentoML knows one flat list of names, and a model belongs to the project whose prefix its name
begins with. With the prefixes `lora-` and `lora-finetuning-`, the model `lora-finetuning-base` is
both projects': each lists, deploys and deletes it. The derived prefix, the project's name and `--`,
begins no other one, since no project's name holds `--`.""",
    bad={
        "mlops/workspace/lora/workspace.yaml": """\
project_name: lora
bentoml_tag_prefix: lora-
""",
        "mlops/workspace/lora-finetuning/workspace.yaml": "project_name: lora-finetuning\n",
    },
    good={
        "mlops/workspace/lora/workspace.yaml": """\
project_name: lora
bentoml_tag_prefix: lora--
""",
        "mlops/workspace/lora-finetuning/workspace.yaml": "project_name: lora-finetuning\n",
    },
)


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each prefix that cannot be told from another project's."""
    for pair in workspaces.claims.pairs("prefix"):
        shorter, longer = pair.first, pair.second
        if shorter.key == longer.key:
            yield _diagnostic(pair.culprit, pair.victim, "is")
        elif longer.foreign or not (shorter.foreign or _is_derived(shorter)):
            yield _diagnostic(shorter, longer, "begins")
        else:
            # What follows from a name cannot be what is wrong.
            yield _diagnostic(longer, shorter, "begins with")


def _is_derived(claim: Claim) -> bool:
    return claim.key == f"{canonical(claim.project.name)}--"


def _diagnostic(culprit: Claim, victim: Claim, verb: str) -> Diagnostic:
    name, other = culprit.project.name, victim.project.name
    shown = "" if verb == "is" else f" {victim.shown!r}"
    return Diagnostic(
        RULE.id,
        f"{name}'s tag prefix {culprit.shown!r} {verb} {other}'s{shown}",
        culprit.span,
        "remove bentoml_tag_prefix: the derived prefix begins no other one",
        related=victim.span,
        projects=(name, other),
        subject=culprit.shown,
    )
