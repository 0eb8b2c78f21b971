"""Pulumi components for backend mTLS in Azure API Management.

In the order in which a program uses them: the service and a workspace in it, who may read the vault, what the gateway
presents, the backend, the policy that binds both; `MtlsApi` is backend and policy together with the API.

A name is imported when it is first used: the pure modules (`components.policy_document`, `components.pfx`) are read by
programs that have no use for Pulumi, which takes a second to import.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from components.admission import ask_key_vault
    from components.api_management import ApiManagement, ApiManagementArgs, ServiceDefinition
    from components.arguments import ArgumentsError
    from components.backend_pool import BackendPool, BackendPoolArgs, PoolMember
    from components.backend_settings import BackendCredentials, BackendProxy, BackendSettings, CircuitBreaker
    from components.certificate_source import KeyVaultSource, PfxSource
    from components.client_certificate import ClientCertificate, ClientCertificateArgs
    from components.client_certificate_policy import ClientCertificatePolicy, ClientCertificatePolicyArgs
    from components.gateway_certificate_authority import GatewayCertificateAuthority, GatewayCertificateAuthorityArgs
    from components.key_vault import Preflight
    from components.mtls_api import MtlsApi, MtlsApiArgs
    from components.mtls_backend import MtlsBackend, MtlsBackendArgs
    from components.policy_scope import PolicyScope
    from components.user_assigned_identity import UserAssignedIdentity
    from components.vault_access import VaultAccess, VaultAccessArgs
    from components.workspace import Workspace, WorkspaceArgs

_MODULES = {
    "admission": ("ask_key_vault",),
    "api_management": ("ApiManagement", "ApiManagementArgs", "ServiceDefinition"),
    "arguments": ("ArgumentsError",),
    "backend_pool": ("BackendPool", "BackendPoolArgs", "PoolMember"),
    "backend_settings": ("BackendCredentials", "BackendProxy", "BackendSettings", "CircuitBreaker"),
    "certificate_source": ("KeyVaultSource", "PfxSource"),
    "client_certificate": ("ClientCertificate", "ClientCertificateArgs"),
    "client_certificate_policy": ("ClientCertificatePolicy", "ClientCertificatePolicyArgs"),
    "gateway_certificate_authority": ("GatewayCertificateAuthority", "GatewayCertificateAuthorityArgs"),
    "key_vault": ("Preflight",),
    "mtls_api": ("MtlsApi", "MtlsApiArgs"),
    "mtls_backend": ("MtlsBackend", "MtlsBackendArgs"),
    "policy_scope": ("PolicyScope",),
    "user_assigned_identity": ("UserAssignedIdentity",),
    "vault_access": ("VaultAccess", "VaultAccessArgs"),
    "workspace": ("Workspace", "WorkspaceArgs"),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "ApiManagement",
    "ApiManagementArgs",
    "ArgumentsError",
    "BackendCredentials",
    "BackendPool",
    "BackendPoolArgs",
    "BackendProxy",
    "BackendSettings",
    "CircuitBreaker",
    "ClientCertificate",
    "ClientCertificateArgs",
    "ClientCertificatePolicy",
    "ClientCertificatePolicyArgs",
    "GatewayCertificateAuthority",
    "GatewayCertificateAuthorityArgs",
    "KeyVaultSource",
    "MtlsApi",
    "MtlsApiArgs",
    "MtlsBackend",
    "MtlsBackendArgs",
    "PfxSource",
    "PolicyScope",
    "PoolMember",
    "Preflight",
    "ServiceDefinition",
    "UserAssignedIdentity",
    "VaultAccess",
    "VaultAccessArgs",
    "Workspace",
    "WorkspaceArgs",
    "ask_key_vault",
]


def __getattr__(name: str) -> Any:
    """A public name, from the module that defines it."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'components' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"components.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
