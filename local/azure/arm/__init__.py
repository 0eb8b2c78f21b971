"""Azure Resource Manager: one module per resource type, all of them listed in routing."""

from local.azure.arm.routing import answer

__all__ = ["answer"]
