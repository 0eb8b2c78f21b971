"""Reads the configuration of the current stack, once, at the edge: the only module that reads `pulumi.Config`."""

import os
from pathlib import Path

import pulumi
from backend_mtls.configuration import settings
from backend_mtls.configuration.settings import Settings

_KEYS = ("service", "certificates", "apis", "keyVaultPreflight", "keepVersionAliases")


def load() -> Settings:
    """The configuration of the current stack. Raises `ArgumentsError` with all problems."""
    config = pulumi.Config()
    values = {key: config.get_object(key) for key in _KEYS if config.get(key) is not None}
    subscription = pulumi.Config("azure-native").get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    return settings.parse(values, project=Path.cwd(), subscription_id=subscription)
