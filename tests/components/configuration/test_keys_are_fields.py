"""A configuration key is a field of a component's arguments, with the same default; what differs is listed."""

from dataclasses import MISSING, fields
from typing import Any

import pytest
from backend_mtls import (
    ApiDefinition,
    ApiManagementArgs,
    BackendCredentials,
    BackendProxy,
    BackendSettings,
    BackendTrust,
    CertificateDefinition,
    CircuitBreaker,
    KeyVaultSource,
    PfxSource,
    Preflight,
    ServiceDefinition,
    UserAssignedIdentity,
    VaultGrant,
)
from backend_mtls.configuration import schema
from backend_mtls.configuration.api_keys import Proxy
from backend_mtls.configuration.certificate_keys import VaultGrant as GrantKeys
from backend_mtls.configuration.service_keys import Identity

PAIRS: dict[Any, Any] = {
    schema.Service: ApiManagementArgs,
    schema.OwnedService: ServiceDefinition,
    Identity: UserAssignedIdentity,
    schema.KeyVault: KeyVaultSource,
    GrantKeys: VaultGrant,
    schema.Pfx: PfxSource,
    schema.Certificate: CertificateDefinition,
    schema.Backend: BackendSettings,
    schema.Credentials: BackendCredentials,
    Proxy: BackendProxy,
    schema.CircuitBreaker: CircuitBreaker,
    schema.Trust: BackendTrust,
    schema.Api: ApiDefinition,
    schema.Preflight: Preflight,
}
NAMES = {
    (schema.Service, "resource_group"): "resource_group_name",
    (schema.Service, "name"): "service_name",
    (schema.Service, "owned"): "definition",
    (GrantKeys, "firewall"): "vault_firewall",
    (GrantKeys, "scope"): "secret_name",  # the secret's own name
    (GrantKeys, "resource_group"): "vault_id",  # together with the subscription and the vault's name
    (GrantKeys, "subscription_id"): "vault_id",
    (schema.Pfx, "file"): "data",  # the bytes of the file
    (schema.Api, "openapi_file"): "openapi",
    (schema.Api, "policy_file"): "policy",
    (schema.Api, "existing"): "existing_api",
}
"""Keys that are called otherwise than the field."""
KEYS_ONLY = {
    (schema.OwnedService, "protect"): "a resource option",
    (schema.KeyVault, "grant_access"): "a VaultAccess of its own",
    (schema.Api, "certificate"): "the name of a certificate, which is a reference",
}
FIELDS_ONLY = {
    (schema.Api, "api_id"): "the name of the API",
    (GrantKeys, "identity"): "the one that identityClientId names",
}
DEFAULTS = {
    (schema.Service, "owned"): "left out, the service exists: another class of arguments",
    (schema.Api, "backend"): "always an API's own in a configuration",
    (schema.Pfx, "data"): "or a file",
    (schema.Pfx, "file"): "or the data",
    (GrantKeys, "scope"): "the whole vault: no name of a secret",
    (GrantKeys, "resource_group"): "part of an id",
    (GrantKeys, "subscription_id"): "part of an id",
}
"""Keys whose default is not that of the field."""


@pytest.mark.parametrize("keys", PAIRS, ids=lambda each: each.__name__)
def test_every_key_is_a_field_with_the_same_default(keys: Any) -> None:
    known = {each.name: each for each in fields(PAIRS[keys])}
    own = [name for name in keys.model_fields if (keys, name) not in KEYS_ONLY]
    assert [name for name in own if NAMES.get((keys, name), name) not in known] == []
    for name in own:
        if (keys, name) in DEFAULTS:
            continue
        field, key = known[NAMES.get((keys, name), name)], keys.model_fields[name]
        given = field.default_factory() if field.default_factory is not MISSING else field.default
        assert key.is_required() == (given is MISSING), name
        if not key.is_required():
            declared = key.get_default(call_default_factory=True)
            assert (declared or None) == (given or None), name


@pytest.mark.parametrize("keys", PAIRS, ids=lambda each: each.__name__)
def test_every_field_is_a_key(keys: Any) -> None:
    own = {NAMES.get((keys, name), name) for name in keys.model_fields}
    missing = [each.name for each in fields(PAIRS[keys]) if each.name not in own]
    assert [name for name in missing if (keys, name) not in FIELDS_ONLY] == []
