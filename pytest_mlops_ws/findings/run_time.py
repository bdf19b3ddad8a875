"""The rules of the family WS7: what a test did, and what it left behind. The guard finds it."""

from __future__ import annotations

from pytest_mlops_ws.findings.rule import Rule

_MANIFESTS = {
    "mlops/workspace/fraud/workspace.yaml": "schema_version: 1\nproject_name: fraud\n",
    "mlops/workspace/churn/workspace.yaml": "schema_version: 1\nproject_name: churn\n",
}

WROTE = Rule(
    id="WS701",
    name="wrote-to-foreign",
    title="a test writes to what belongs to another project, or to the real repository",
    why=(
        "A test that writes outside its own workspace changes what somebody else measures,"
        " trains on or ships, and passes while it does. Nobody notices until the other project's"
        " figures are wrong, and then nothing says which test it was."
    ),
    bad=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "from pathlib import Path\n\n\n"
            "def test_scores(workspace):\n"
            '    Path("mlops/workspace/churn/outputs/scores.csv").write_text("0.9")\n'
        )
    },
    good=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "def test_scores(workspace):\n"
            '    (workspace.outputs_path / "scores.csv").write_text("0.9")\n'
        )
    },
)
READ = Rule(
    id="WS702",
    name="read-foreign",
    title="a test reads what belongs to another project, or the real repository's tracking data",
    why=(
        "A test that reads another project's data passes or fails with it, on the machine where"
        " that data happens to be, and with whatever it is today."
    ),
    bad=_MANIFESTS
    | {
        "mlops/workspace/churn/outputs/scores.csv": "0.9",
        "tests/test_fraud.py": (
            "from pathlib import Path\n\n\n"
            "def test_scores(workspace):\n"
            '    assert Path("mlops/workspace/churn/outputs/scores.csv").read_text()\n'
        ),
    },
    good=_MANIFESTS
    | {
        "tests/scores.csv": "0.9",
        "tests/test_fraud.py": (
            "from pathlib import Path\n\n\n"
            "def test_scores(workspace):\n"
            '    assert Path("tests/scores.csv").read_text()\n'
        ),
    },
)
CONNECTED = Rule(
    id="WS703",
    name="connected-to-foreign",
    title="a test connects to a store or a server that is not its own",
    why=(
        "An open store is one statement away from a write. A tracking server that the shell's"
        " variables or a manifest name is the real one: a test's runs among production's."
    ),
    bad=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "import sqlite3\n\n\n"
            "def test_runs(workspace):\n"
            '    sqlite3.connect("mlops/workspace/churn/mlflow/mlflow.db").close()\n'
        )
    },
    good=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "import sqlite3\n\n\n"
            "def test_runs(workspace):\n"
            '    sqlite3.connect(workspace.mlflow_path / "mlflow.db").close()\n'
        )
    },
)
LEFT = Rule(
    id="WS704",
    name="left-state-behind",
    title="a test leaves the process changed for the tests after it",
    why=(
        "The next test starts with an open run, another experiment, another directory. It logs to"
        " the wrong place, and passes; or it fails, but only when run after this one."
    ),
    bad={
        "tests/test_fraud.py": (
            "import os\n\n\ndef test_server():\n"
            '    os.environ["MLFLOW_TRACKING_URI"] = "http://localhost:1"\n'
        )
    },
    good={
        "tests/test_fraud.py": (
            "def test_server(monkeypatch):\n"
            '    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://localhost:1")\n'
        )
    },
)
OUTLIVED = Rule(
    id="WS705",
    name="outlived-by-thread-or-process",
    title="a thread or a process that a test started is still there after it",
    why=(
        "What it does from then on happens during other tests: it writes into stores that are gone,"
        " or into theirs, and whoever looks finds the wrong test."
    ),
    bad={
        "tests/test_fraud.py": (
            "import threading\nimport time\n\n\ndef test_watcher():\n"
            "    threading.Thread(target=time.sleep, args=(2,), daemon=True).start()\n"
        )
    },
    good={
        "tests/test_fraud.py": (
            "import threading\nimport time\n\n\ndef test_watcher():\n"
            "    thread = threading.Thread(target=time.sleep, args=(0,))\n"
            "    thread.start()\n    thread.join()\n"
        )
    },
)
USED = Rule(
    id="WS706",
    name="used-left-state",
    title="a test's run lands where an earlier test's state sends it",
    why=(
        "The run is in an experiment this test never named. It passes here, and lands elsewhere"
        " when the tests run in another order, in another number, or one alone."
    ),
    bad={
        "tests/test_two.py": (
            "import mlflow\n\n\ndef test_fraud():\n"
            '    mlflow.set_experiment("fraud-eval")\n\n\n'
            "def test_churn():\n    with mlflow.start_run():\n"
            '        mlflow.log_metric("auc", 0.5)\n'
        )
    },
    good={
        "tests/test_two.py": (
            "import mlflow\n\n\ndef test_fraud(workspace):\n"
            '    mlflow.set_experiment("fraud-eval")\n\n\n'
            "def test_churn(workspace):\n    with mlflow.start_run():\n"
            '        mlflow.log_metric("auc", 0.5)\n'
        )
    },
)
CHANGED = Rule(
    id="WS707",
    name="changed-by-somebody",
    title="what is protected changed while several could have changed it",
    why=(
        "Several tests ran beside each other, or a process that is none of the suite's was at work."
        " It is reported so that somebody looks, and fails no test."
    ),
    bad=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "import subprocess\n\n\ndef test_export(workspace):\n"
            '    target = "mlops/workspace/churn/outputs/scores.csv"\n'
            '    subprocess.run(["cp", "tests/scores.csv", target])\n'
        )
    },
    good=_MANIFESTS
    | {
        "tests/test_fraud.py": (
            "import subprocess\n\n\ndef test_export(workspace):\n"
            '    subprocess.run(["cp", "tests/scores.csv", workspace.outputs_path])\n'
        )
    },
    severity="warning",
)

RULES: tuple[Rule, ...] = (WROTE, READ, CONNECTED, LEFT, OUTLIVED, USED, CHANGED)
