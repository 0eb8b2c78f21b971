"""Builds the stack from its settings: what `BackendMtls` builds, at the top of the stack."""

from typing import Any

from backend_mtls import ask_key_vault, keep_version_aliases
from backend_mtls.configuration import topology
from backend_mtls.configuration.settings import Settings


def build(settings: Settings) -> dict[str, Any]:
    """Declares every resource of the stack and returns its outputs."""
    if settings.keep_version_aliases:
        keep_version_aliases()
    ask_key_vault(settings.preflight)
    return topology.build(settings)
