"""Autologging: hundreds of patched methods, their configuration, and hooks on later imports.

``autolog(disable=True)`` leaves configuration and hooks behind, so the registries themselves are
put back. A session's own ``autolog()`` stays in force inside a workspace.
"""

from __future__ import annotations

import sys
from typing import Any

from pytest_mlops_ws.tools.mlflow.row import Row, lookup, replace

_SAFETY = "mlflow.utils.autologging_utils.safety"
_HOOKS = "mlflow.utils.import_hooks"
_REGISTRIES = (
    (_SAFETY, "_AUTOLOGGING_PATCHES"),
    (_SAFETY, "_AUTOLOGGING_CLEANUP_CALLBACKS"),
    ("mlflow.utils.autologging_utils", "AUTOLOGGING_INTEGRATIONS"),
    (_HOOKS, "_post_import_hooks"),
)

_Saved = tuple[dict[str, Any], ...]


def _save() -> _Saved:
    return tuple(
        {key: value.copy() for key, value in lookup(module, name, {}).items()}
        for module, name in _REGISTRIES
    )


def _restore(saved: _Saved) -> None:
    _repatch(lookup(_SAFETY, "_AUTOLOGGING_PATCHES", {}), saved[0])
    for (module, name), content in zip(_REGISTRIES, saved, strict=True):
        replace(lookup(module, name, {}), content)
    notify = lookup(_HOOKS, "notify_module_loaded")
    for library, waiting in saved[-1].items():
        if waiting and library in sys.modules and notify is not None:
            # The session's autolog() waits for a library that was first imported inside.
            notify(sys.modules[library])


def _repatch(patches: dict[str, Any], before: dict[str, Any]) -> None:
    for integration in {*patches, *before}:
        if patches.get(integration) != before.get(integration):
            lookup(_SAFETY, "revert_patches")(integration)
            for patch in before.get(integration, ()):
                lookup("mlflow.utils.gorilla", "apply")(patch)


ROWS = (Row("autologging", _save, _restore, pristine=({}, {}, {}, {})),)
