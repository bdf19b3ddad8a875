"""Where the project lives. Every URL this package prints or writes begins here."""

from __future__ import annotations

from typing import Final

PUBLIC_ADDRESS: Final = "https://github.com/mlops-ws/pytest-mlops-ws"
#: What editors load to check a ``workspace.yaml`` while it is typed.
SCHEMA_URL: Final = f"{PUBLIC_ADDRESS}/raw/main/schemas/workspace.schema.json"
