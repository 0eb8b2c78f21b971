"""The api-versions that are served: those that pulumi-azure-native 3.29 pins, and those that `az` sends.

2025-03-01-preview of API Management is what azure-mgmt-apimanagement 6.0.0b1 sends, and the first one whose backends
have pins (backend_pins.py); that everything else is as in 2024-05-01 is inferred.
"""

from local.azure.arm.errors import ArmError

BACKEND_PINS = "2025-03-01-preview"
"""The api-version that knows which server certificates, and which issuers, a backend's connection accepts."""

VERSIONS = {
    "Microsoft.Resources": ("2024-03-01", "2022-12-01", "2022-09-01", "2021-04-01", "2020-01-01", "2016-06-01"),
    "Microsoft.KeyVault": ("2024-11-01", "2023-07-01", "2023-02-01"),
    "Microsoft.ManagedIdentity": ("2023-01-31",),
    "Microsoft.Authorization": ("2022-04-01",),
    "Microsoft.ApiManagement": ("2024-05-01", "2022-08-01", BACKEND_PINS),
}


def check_version(version: str | None, resource_type: str) -> None:
    """Refuses a request without an api-version, or with one that is not served for the type."""
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise ArmError(400, "MissingApiVersionParameter", message)
    namespace, _, kind = resource_type.partition("/")
    if version not in VERSIONS[namespace]:
        raise ArmError(
            400,
            "InvalidResourceType",
            f"The resource type '{kind or 'resourceGroups'}' could not be found in the namespace '{namespace}' for api"
            f" version '{version}'. The supported api-versions are '{', '.join(VERSIONS[namespace])}'.",
        )
