"""The five walk-throughs of those who come from the older system. No tool is imported for them.

python walkthroughs.py DIRECTORY
"""

import subprocess
import sys
from pathlib import Path

from pytest_mlops_ws import MLOpsClient, WorkspaceManager

PROJECTS = ("lora-finetuning-mlx", "churn", "fraud")


def three_workspaces(manager):
    """1. Create workspaces for three projects, print their paths, list them."""
    for name in PROJECTS:
        workspace = manager.create_workspace(name)
        print(f"  {name}: {workspace.root_path.relative_to(manager.repo_root)}")
    print(f"  listed: {', '.join(each.project_name for each in manager.list_workspaces())}")


def a_client(manager):
    """2. A client from the project's name makes and configures the workspace."""
    client = MLOpsClient.from_project("vision", manager.repo_root)
    status = client.get_status()
    print(f"  workspace: {status['workspace']['project_name']}")
    print(f"  MLflow: {'ready' if status.mlflow.reachable else status.mlflow.reason}")
    print(f"  experiment: {client.workspace.mlflow_experiment_name}")


def status_of_all(manager):
    """3. Which areas of each project exist, and how many files are in them."""
    (manager.get_workspace("fraud").outputs_path / "report.txt").write_text("all is well\n")
    for name, status in manager.get_all_workspaces_status().items():
        areas = status["directory_stats"]
        there = [area for area in ("mlflow", "dvc", "models") if areas[f"{area}_exists"]]
        print(f"  {name}: {', '.join(there)}; {areas['outputs_files']} outputs")


def a_life(manager):
    """4. Create, change experiment and metadata, look, delete."""
    manager.create_workspace("short-lived", metadata={"team": "risk"})
    manager.update_workspace_metadata(
        "short-lived", mlflow_experiment_name="eval", metadata={"stage": "trial"}
    )
    status = manager.get_workspace_status("short-lived")
    print(f"  experiment {status['mlflow_experiment_name']}, metadata {status['metadata']}")
    manager.delete_workspace("short-lived", force=True)
    print(f"  still there: {'short-lived' in manager.workspaces}")


def across_projects(manager):
    """5. One line for each project: experiment, age, what is configured."""
    for workspace in manager.list_workspaces():
        spec = workspace.effective
        configured = sorted(key for key, origin in spec.origins.items() if "yaml" in origin)
        made = f"{workspace.created_at:%Y}"
        print(f"  {spec.mlflow_experiment_name}: made in {made}; {', '.join(configured)}")


def main(directory):
    directory.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "."], cwd=directory, check=True)
    manager = WorkspaceManager(repo_root=directory)
    for walk in (three_workspaces, a_client, status_of_all, a_life, across_projects):
        print(walk.__doc__)
        walk(manager)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
