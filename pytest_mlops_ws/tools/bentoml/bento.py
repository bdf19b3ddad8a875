"""Building a Bento around a stored model that MLflow wrote, so that ``bentoml serve`` answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.ground.alive import working_directory
from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.settings import TELEMETRY
from pytest_mlops_ws.tools.bentoml.store import PROJECT

if TYPE_CHECKING:
    from pytest_mlops_ws.model.spec import WorkspaceSpec
    from pytest_mlops_ws.tools.bentoml.store import StoredModel

_TIMEOUT_SECONDS: Final = 300
_LAST_LINES: Final = 15
#: The service that is built. It stands alone: whoever serves it needs MLflow, and not us.
_SERVICE = '''\
"""Serves the stored model {tag}."""

import bentoml


@bentoml.service(name="{name}")
class Model:
    stored = bentoml.models.BentoModel("{tag}")

    def __init__(self) -> None:
        import mlflow.pyfunc

        self.model = mlflow.pyfunc.load_model(f"{{self.stored.path}}/mlflow_model")

    @bentoml.api
    def predict(self, rows: list[dict]) -> list:
        import pandas

        answer = self.model.predict(pandas.DataFrame(rows))
        if isinstance(answer, pandas.DataFrame):
            return answer.to_dict(orient="records")
        return answer.tolist() if hasattr(answer, "tolist") else list(answer)
'''


def build(spec: WorkspaceSpec, model: StoredModel) -> str:
    """Build the Bento of *model*, under the model's own tag, and return that.

    Raises:
        EnvironmentFailedError: BentoML could not; the message ends with what it said.
    """
    with working_directory("bento") as context:
        service = _SERVICE.format(tag=model.tag, name=model.name)
        (context / "service.py").write_text(service, encoding="utf-8")
        requirements = model.path / "mlflow_model" / "requirements.txt"
        python = "python: {lock_packages: false"  # locking asks a package index
        if requirements.is_file():
            shutil.copy2(requirements, context)
            python += ", requirements_txt: ./requirements.txt"
        (context / "bentofile.yaml").write_text(
            f"service: 'service:Model'\nlabels: {{{PROJECT}: '{spec.project_name}'}}\n"
            f"include: ['service.py']\n{python}}}\n",
            encoding="utf-8",
        )
        # A process of its own: BentoML imports the service, and has one store a process.
        command = [
            sys.executable,
            "-m",
            "bentoml",
            "build",
            "--version",
            model.version,
            str(context),
        ]
        try:
            done = subprocess.run(  # noqa: S603 -- our own interpreter, arguments of ours
                command,
                cwd=context,
                env={
                    **os.environ,
                    **TELEMETRY["bentoml"],
                    "BENTOML_HOME": str(spec.area("models")),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"`bentoml build` of {model.tag} did not end in {_TIMEOUT_SECONDS} s"
            raise EnvironmentFailedError(message, "build", spec.project_name) from error
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-_LAST_LINES:])
        message = (
            f"`bentoml build` of {model.tag} ended with status {done.returncode}. The model is"
            " stored; once this is mended, workspace.bentoml.build"
            f"({model.name!r}, {model.version!r}) goes on:\n{last}"
        )
        raise EnvironmentFailedError(message, "build", spec.project_name)
    return model.tag
