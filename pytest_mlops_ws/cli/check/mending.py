"""``--fix`` and ``--diff``: what can be mended safely is written, or shown."""

from __future__ import annotations

import difflib
import io
import sys
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.fix import mend
from pytest_mlops_ws.checks.writing import write
from pytest_mlops_ws.cli.check.outputs import say
from pytest_mlops_ws.findings.printable import printable
from pytest_mlops_ws.findings.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_mlops_ws.checks.fix import Mended
    from pytest_mlops_ws.checks.repository import Repository
    from pytest_mlops_ws.checks.writing import Change
    from pytest_mlops_ws.cli.check.scope import Scope
    from pytest_mlops_ws.model.diagnostics import Diagnostic


def mended(repository: Repository, where: Scope) -> Mended:
    """Work out what can be mended of what is asked about; nothing is written."""

    def judge(texts: Mapping[str, bytes]) -> Sequence[Diagnostic]:
        # All is judged, for a change may do harm elsewhere; what is not asked about stays.
        findings = repository.judge(overlay=texts).outcome.findings
        return [
            found if where.covers(found.span.path) else found._replace(fix=None)
            for found in findings
        ]

    return mend(repository.root, judge)


def apply(repository: Repository, where: Scope, *, quiet: bool = False) -> None:
    """Mend, and say on the standard error what was done, unless *quiet*, and what was not.

    Raises:
        EnvironmentFailedError: the disk did not take a file.
    """
    done = mended(repository, where)
    written, refused = write(repository.root, done.changes)
    fixed = [fault for fault in done.fixed if fault.fix and fault.fix.path in written]
    if fixed and not quiet:
        _remark(f"{counted(len(fixed), 'finding')} mended in {counted(len(written), 'file')}")
    for path in () if quiet else written:
        titles = dict.fromkeys(
            fault.fix.title for fault in fixed if fault.fix and fault.fix.path == path
        )
        _remark(f"{path}: {', '.join(titles)}")
    for path, reason in refused.items():
        _remark(f"{path}: not mended: {reason}")
    for left in done.left:
        _remark(f"{left.finding.span}: {left.finding.rule} not mended: {left.reason}")


def show(repository: Repository, where: Scope) -> int:
    """Print what `apply` would write as a patch; nothing is written.

    Returns:
        1 if a file would change or an error would be left, else 0.
    """
    done = mended(repository, where)
    for change in done.changes:
        say("".join(_patch(change)))
    texts = {change.path: change.after for change in done.changes}
    left = repository.judge(where.paths, overlay=texts).outcome
    for each in left.unchecked:
        _remark(str(each))
    _remark(
        f"{counted(len(done.fixed), 'finding')} would be mended in"
        f" {counted(len(done.changes), 'file')}, {len(left.findings)} would be left"
    )
    return 1 if done.changes else left.exit_status


def _patch(change: Change) -> Iterator[str]:
    # A line ends where git ends it; `splitlines` knows ten more ways.
    before, after = (
        [line.decode() for line in io.BytesIO(text)] for text in (change.before, change.after)
    )
    names = f"a/{change.path}", f"b/{change.path}"
    for line in difflib.unified_diff(before, after, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _remark(text: str) -> None:
    print(f"mlops-ws: {printable(text)}", file=sys.stderr)  # noqa: T201 -- a command line speaks by printing
