"""Reads the configuration of the current stack, once, at the edge: nothing else reads the project's `pulumi.Config`."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pulumi
from backend_mtls.configuration import settings
from backend_mtls.configuration.settings import Settings
from pulumi.runtime.config import CONFIG


def load() -> Settings:
    """The configuration of the current stack. Raises `ArgumentsError` with all problems."""
    config = pulumi.Config()
    values = {key: _value(config.require(key)) for key in _given(config.name)}
    subscription = pulumi.Config("azure-native").get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    return settings.parse(values, project=Path.cwd(), subscription_id=subscription)


def _given(namespace: str) -> Iterable[str]:
    """Every key of the project, those that nobody knows included: a misspelled one must not go unnoticed.

    `pulumi.Config` answers for one key at a time. Both engines hand all of them over in `PULUMI_CONFIG`, from which the
    SDK fills `CONFIG`. What Pulumi and the providers read stands in other namespaces (`pulumi:`, `azure-native:`).
    """
    every = dict.fromkeys([*pulumi.runtime.get_config_env(), *CONFIG.get()])
    return [key.removeprefix(f"{namespace}:") for key in every if key.startswith(f"{namespace}:")]


def _value(text: str) -> Any:
    """A structured value, a number or a flag, which Pulumi hands over as JSON; any other text as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text
