from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]


def test_manager_has_an_empty_base_of_its_own(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        from pathlib import Path

        import pytest
        from pytest_mlops_ws import WorkspaceManager

        @pytest.mark.parametrize("number", [1, 2])
        def test_own(workspace_manager, number):
            assert isinstance(workspace_manager, WorkspaceManager)
            assert workspace_manager.list_workspaces() == []
            made = workspace_manager.create_workspace("fraud")
            assert not made.root_path.is_relative_to(Path.cwd() / "mlops")
            assert made.repo_root == workspace_manager.repo_root

        def test_repository_holds_nothing(tmp_path_factory):
            assert not (Path.cwd() / "mlops").exists()
        """
    )
    run().assert_outcomes(passed=3)
