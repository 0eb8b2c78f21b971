"""Pulumi components for backend mTLS in Azure API Management.

In the order in which a program uses them: the service, who may read the vault, what the gateway presents, the backend,
the policy that binds both; `MtlsApi` is backend and policy together with the API.
"""

from components.api_management import ApiManagement, ApiManagementArgs, ServiceDefinition
from components.client_certificate import ClientCertificate, ClientCertificateArgs, KeyVaultSource, PfxSource
from components.client_certificate_policy import ClientCertificatePolicy, ClientCertificatePolicyArgs
from components.mtls_api import MtlsApi, MtlsApiArgs
from components.mtls_backend import BackendSettings, MtlsBackend, MtlsBackendArgs
from components.vault_access import VaultAccess, VaultAccessArgs

__all__ = [
    "ApiManagement",
    "ApiManagementArgs",
    "BackendSettings",
    "ClientCertificate",
    "ClientCertificateArgs",
    "ClientCertificatePolicy",
    "ClientCertificatePolicyArgs",
    "KeyVaultSource",
    "MtlsApi",
    "MtlsApiArgs",
    "MtlsBackend",
    "MtlsBackendArgs",
    "PfxSource",
    "ServiceDefinition",
    "VaultAccess",
    "VaultAccessArgs",
]
