"""Pulumi components for backend mTLS in Azure API Management.

In the order in which a program uses them: the service and a workspace in it, who may read the vault, what the gateway
presents, the backend, the policy that binds both; `MtlsApi` is backend and policy together with the API.
"""

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
