"""Pulumi components for backend mTLS in Azure API Management.

In the order in which a program uses them: the service and a workspace in it, who may read the vault, what the gateway
presents, the backend, the policy that binds both; `MtlsApi` is backend and policy together with the API.

A name is imported when it is first used: the pure modules (`backend_mtls.policy`, `backend_mtls.x509`) are read by
programs that have no use for Pulumi, which takes a second to import.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backend_mtls.admission.api_definition import ApiDefinition
    from backend_mtls.admission.backend_settings import (
        BackendCredentials,
        BackendProxy,
        BackendSettings,
        BackendTrust,
        CircuitBreaker,
    )
    from backend_mtls.admission.certificate_source import CertificateDefinition, KeyVaultSource, PfxSource
    from backend_mtls.admission.service_definition import ServiceDefinition
    from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
    from backend_mtls.admission.vault_grant import VaultGrant
    from backend_mtls.api_management import ApiManagement, ApiManagementArgs
    from backend_mtls.arguments import ArgumentsError
    from backend_mtls.backend_mtls import BackendMtls, BackendMtlsArgs
    from backend_mtls.backend_pool import BackendPool, BackendPoolArgs, PoolMember
    from backend_mtls.backend_reference import BackendReference
    from backend_mtls.borrowed_service import DeclaredServiceArgs, ExistingServiceArgs
    from backend_mtls.client_certificate import ClientCertificate, ClientCertificateArgs
    from backend_mtls.client_certificate_policy import ClientCertificatePolicy, ClientCertificatePolicyArgs
    from backend_mtls.dicts import (
        ApiDefinitionDict,
        ApiManagementArgsDict,
        BackendCredentialsDict,
        BackendMtlsArgsDict,
        BackendPoolArgsDict,
        BackendProxyDict,
        BackendSettingsDict,
        BackendTrustDict,
        CertificateDefinitionDict,
        CircuitBreakerDict,
        ClientCertificateArgsDict,
        ClientCertificatePolicyArgsDict,
        DeclaredServiceArgsDict,
        ExistingServiceArgsDict,
        ExistingVaultAccessArgsDict,
        ExistingWorkspaceArgsDict,
        GatewayCertificateAuthorityArgsDict,
        KeyVaultSourceDict,
        MtlsApiArgsDict,
        MtlsBackendArgsDict,
        PfxSourceDict,
        PoolMemberDict,
        ServiceDefinitionDict,
        UserAssignedIdentityDict,
        VaultAccessArgsDict,
        VaultGrantDict,
        WorkspaceArgsDict,
    )
    from backend_mtls.errors import BackendMtlsError, Problem, Where
    from backend_mtls.gate import ask_key_vault
    from backend_mtls.gateway_certificate_authority import GatewayCertificateAuthority, GatewayCertificateAuthorityArgs
    from backend_mtls.key_vault import Preflight
    from backend_mtls.mtls_api import MtlsApi, MtlsApiArgs
    from backend_mtls.mtls_backend import MtlsBackend, MtlsBackendArgs
    from backend_mtls.policy.document import CertificateReference
    from backend_mtls.policy_scope import PolicyScope
    from backend_mtls.trusting_backend import BackendTrustProvider
    from backend_mtls.vault_access import ExistingVaultAccessArgs, VaultAccess, VaultAccessArgs
    from backend_mtls.version_aliases import keep_version_aliases
    from backend_mtls.workspace import ExistingWorkspaceArgs, Workspace, WorkspaceArgs
    from backend_mtls.x509.ca_certificate import CaCertificate

_MODULES = {
    "admission.api_definition": ("ApiDefinition",),
    "admission.backend_settings": (
        "BackendCredentials",
        "BackendProxy",
        "BackendSettings",
        "BackendTrust",
        "CircuitBreaker",
    ),
    "admission.certificate_source": ("CertificateDefinition", "KeyVaultSource", "PfxSource"),
    "admission.service_definition": ("ServiceDefinition",),
    "admission.user_assigned_identity": ("UserAssignedIdentity",),
    "admission.vault_grant": ("VaultGrant",),
    "api_management": ("ApiManagement", "ApiManagementArgs"),
    "arguments": ("ArgumentsError",),
    "backend_mtls": ("BackendMtls", "BackendMtlsArgs"),
    "backend_pool": ("BackendPool", "BackendPoolArgs", "PoolMember"),
    "backend_reference": ("BackendReference",),
    "borrowed_service": ("DeclaredServiceArgs", "ExistingServiceArgs"),
    "client_certificate": ("ClientCertificate", "ClientCertificateArgs"),
    "client_certificate_policy": ("ClientCertificatePolicy", "ClientCertificatePolicyArgs"),
    "dicts": (
        "ApiDefinitionDict",
        "ApiManagementArgsDict",
        "BackendCredentialsDict",
        "BackendMtlsArgsDict",
        "BackendPoolArgsDict",
        "BackendProxyDict",
        "BackendSettingsDict",
        "BackendTrustDict",
        "CertificateDefinitionDict",
        "CircuitBreakerDict",
        "ClientCertificateArgsDict",
        "ClientCertificatePolicyArgsDict",
        "DeclaredServiceArgsDict",
        "ExistingServiceArgsDict",
        "ExistingVaultAccessArgsDict",
        "ExistingWorkspaceArgsDict",
        "GatewayCertificateAuthorityArgsDict",
        "KeyVaultSourceDict",
        "MtlsApiArgsDict",
        "MtlsBackendArgsDict",
        "PfxSourceDict",
        "PoolMemberDict",
        "ServiceDefinitionDict",
        "UserAssignedIdentityDict",
        "VaultAccessArgsDict",
        "VaultGrantDict",
        "WorkspaceArgsDict",
    ),
    "errors": ("BackendMtlsError", "Problem", "Where"),
    "gate": ("ask_key_vault",),
    "gateway_certificate_authority": ("GatewayCertificateAuthority", "GatewayCertificateAuthorityArgs"),
    "key_vault": ("Preflight",),
    "mtls_api": ("MtlsApi", "MtlsApiArgs"),
    "mtls_backend": ("MtlsBackend", "MtlsBackendArgs"),
    "policy.document": ("CertificateReference",),
    "policy_scope": ("PolicyScope",),
    "trusting_backend": ("BackendTrustProvider",),
    "vault_access": ("ExistingVaultAccessArgs", "VaultAccess", "VaultAccessArgs"),
    "version_aliases": ("keep_version_aliases",),
    "workspace": ("ExistingWorkspaceArgs", "Workspace", "WorkspaceArgs"),
    "x509.ca_certificate": ("CaCertificate",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "ApiDefinition",
    "ApiDefinitionDict",
    "ApiManagement",
    "ApiManagementArgs",
    "ApiManagementArgsDict",
    "ArgumentsError",
    "BackendCredentials",
    "BackendCredentialsDict",
    "BackendMtls",
    "BackendMtlsArgs",
    "BackendMtlsArgsDict",
    "BackendMtlsError",
    "BackendPool",
    "BackendPoolArgs",
    "BackendPoolArgsDict",
    "BackendProxy",
    "BackendProxyDict",
    "BackendReference",
    "BackendSettings",
    "BackendSettingsDict",
    "BackendTrust",
    "BackendTrustDict",
    "BackendTrustProvider",
    "CaCertificate",
    "CertificateDefinition",
    "CertificateDefinitionDict",
    "CertificateReference",
    "CircuitBreaker",
    "CircuitBreakerDict",
    "ClientCertificate",
    "ClientCertificateArgs",
    "ClientCertificateArgsDict",
    "ClientCertificatePolicy",
    "ClientCertificatePolicyArgs",
    "ClientCertificatePolicyArgsDict",
    "DeclaredServiceArgs",
    "DeclaredServiceArgsDict",
    "ExistingServiceArgs",
    "ExistingServiceArgsDict",
    "ExistingVaultAccessArgs",
    "ExistingVaultAccessArgsDict",
    "ExistingWorkspaceArgs",
    "ExistingWorkspaceArgsDict",
    "GatewayCertificateAuthority",
    "GatewayCertificateAuthorityArgs",
    "GatewayCertificateAuthorityArgsDict",
    "KeyVaultSource",
    "KeyVaultSourceDict",
    "MtlsApi",
    "MtlsApiArgs",
    "MtlsApiArgsDict",
    "MtlsBackend",
    "MtlsBackendArgs",
    "MtlsBackendArgsDict",
    "PfxSource",
    "PfxSourceDict",
    "PolicyScope",
    "PoolMember",
    "PoolMemberDict",
    "Preflight",
    "Problem",
    "ServiceDefinition",
    "ServiceDefinitionDict",
    "UserAssignedIdentity",
    "UserAssignedIdentityDict",
    "VaultAccess",
    "VaultAccessArgs",
    "VaultAccessArgsDict",
    "VaultGrant",
    "VaultGrantDict",
    "Where",
    "Workspace",
    "WorkspaceArgs",
    "WorkspaceArgsDict",
    "ask_key_vault",
    "keep_version_aliases",
]


def __getattr__(name: str) -> Any:
    """A public name, from the module that defines it."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'backend_mtls' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"backend_mtls.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
