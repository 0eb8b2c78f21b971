"""The same for backends, pools, policies and APIs."""

import pulumi
from backend_mtls import (
    BackendCredentials,
    BackendPoolArgs,
    BackendProxy,
    BackendSettings,
    BackendTrust,
    CircuitBreaker,
    ClientCertificatePolicyArgs,
    GatewayCertificateAuthorityArgs,
    MtlsApiArgs,
    MtlsBackendArgs,
    PolicyScope,
    PoolMember,
)
from certificates import make
from declared import backend, pfx_certificate, service, vault_certificate
from every_field import BOUND, POLICY, SELF, Programs, component, policy_to, pool_of, table, with_settings

ONE, OTHER = make("one", ca=True), make("other", ca=True)
NAMED = {"authorities": [ONE.pem]}
API = component(
    "MtlsApi",
    MtlsApiArgs,
    **SELF,
    path=lambda: "x",
    backend=lambda: BackendSettings(url="https://x"),
)
BOUND_POLICY = component(
    "ClientCertificatePolicy", ClientCertificatePolicyArgs, **SELF, scope=lambda: PolicyScope.api("a")
)
OF_APIS: dict[tuple[str, str], Programs] = {
    **table(
        "BackendSettings",
        with_settings,
        url=("https://a", "https://b"),
        protocol=("http", "soap"),
        title=("a", "b"),
        description=("a", "b"),
        skip_chain_validation_reason=(None, "a"),
        skip_name_validation_reason=(None, "a"),
        credentials=(None, BackendCredentials(headers={"a": ["b"]})),
        proxy=(None, BackendProxy(url="http://proxy")),
        circuit_breaker=(None, CircuitBreaker()),
    ),
    **table(
        "BackendSettings",
        lambda **changes: backend(vault_certificate(service("StandardV2")), **changes),
        trust=(None, BackendTrust(authorities=[ONE.pem])),
    ),
    **table(
        "BackendCredentials",
        lambda **changes: with_settings(credentials=BackendCredentials(**({"headers": {"x": ["1"]}} | changes))),
        headers=({"a": ["b"]}, {"c": ["d"]}),
        query=({"a": ["b"]}, {"c": ["d"]}),
        authorization=(("Basic", "a"), ("Bearer", "a")),
    ),
    **table(
        "BackendProxy",
        lambda **changes: with_settings(proxy=BackendProxy(**({"url": "http://p"} | changes))),
        url=("http://a", "http://b"),
        username=("a", "b"),
        password=(None, "a"),
    ),
    **table(
        "CircuitBreaker",
        lambda **changes: with_settings(circuit_breaker=CircuitBreaker(**changes)),
        failures=(1, 2),
        interval=("PT1M", "PT2M"),
        trip_duration=("PT1M", "PT2M"),
        status_codes=(((500, 599),), ((400, 499),)),
        accept_retry_after=(False, True),
    ),
    **table(
        "BackendTrust",
        lambda **changes: backend(vault_certificate(service("StandardV2")), trust=BackendTrust(**(NAMED | changes))),
        authorities=([ONE.pem], [OTHER.pem]),
        server_names=(["a"], ["b"]),
        server_certificates=([], [OTHER.pem]),
    ),
    **table(
        "MtlsBackendArgs",
        component("MtlsBackend", MtlsBackendArgs, **SELF, settings=lambda: BackendSettings(url="https://x")),
        certificate=(lambda: vault_certificate(service(), "one"), lambda: vault_certificate(service(), "two")),
        settings=(BackendSettings(url="https://a"), BackendSettings(url="https://b")),
        backend_id=("a", "b"),
        record_certificate=(False, True),
        adopt=(False, True),
    ),
    **table(
        "PoolMember",
        lambda **changes: pool_of([PoolMember(backend=with_settings(), **changes)]),
        weight=(1, 2),
        priority=(1, 2),
    ),
    ("PoolMember", "backend"): (
        lambda: pool_of([PoolMember(backend=with_settings(backend_id="a"))]),
        lambda: pool_of([PoolMember(backend=with_settings(backend_id="b", name="other"))]),
    ),
    **table(
        "BackendPoolArgs",
        component("BackendPool", BackendPoolArgs, members=lambda: [PoolMember(backend=with_settings())]),
        members=(
            lambda: [PoolMember(backend=with_settings())],
            lambda: [PoolMember(backend=with_settings(), weight=5)],
        ),
        backend_id=("a", "b"),
        description=("a", "b"),
    ),
    **table(
        "ClientCertificatePolicyArgs",
        BOUND_POLICY,
        scope=(PolicyScope.api("a"), PolicyScope.api("b")),
        certificate=(lambda: vault_certificate(service(), "one"), lambda: vault_certificate(service(), "two")),
        document=(None, POLICY),
        adopt=(False, True),
    ),
    ("ClientCertificatePolicyArgs", "backend"): (
        lambda: policy_to(None),
        lambda: policy_to("orders"),
    ),
    ("ClientCertificatePolicyArgs", "existing"): (
        lambda: BOUND_POLICY(document=POLICY),
        lambda: BOUND_POLICY(document=BOUND, existing="replace"),
    ),
    **table(
        "GatewayCertificateAuthorityArgs",
        component(
            "GatewayCertificateAuthority",
            GatewayCertificateAuthorityArgs,
            certificate=lambda: pfx_certificate(service()),
            gateway_id=lambda: "g",
        ),
        certificate=(lambda: pfx_certificate(service(), "one"), lambda: pfx_certificate(service(), "two")),
        gateway_id=("a", "b"),
        trusted_root=(True, False),
        gateway=(None, lambda: pulumi.CustomResource("a:b:C", "gateway")),
    ),
    **table(
        "MtlsApiArgs",
        API,
        certificate=(lambda: vault_certificate(service(), "one"), lambda: vault_certificate(service(), "two")),
        backend=(BackendSettings(url="https://a"), BackendSettings(url="https://b")),
        path=("a", "b"),
        api_id=("a", "b"),
        display_name=("a", "b"),
        protocols=(("https",), ("http",)),
        operations=(("GET /a",), ("GET /b",)),
        openapi=(None, '{"openapi": "3.0.0"}'),
        subscription_required=(True, False),
        revision=(None, "2"),
        version_set=(None, "orders"),
        policy=(None, POLICY),
        adopt=((), ("api",)),
    ),
    ("MtlsApiArgs", "version"): (
        lambda: API(version="v1", version_set="orders"),
        lambda: API(version="v2", version_set="orders"),
    ),
    ("MtlsApiArgs", "existing_elements"): (
        lambda: API(policy=POLICY),
        lambda: API(policy=BOUND, existing_elements="replace"),
    ),
    ("MtlsApiArgs", "existing_api"): (API, lambda: API(existing_api=True, path=None)),
    ("MtlsApiArgs", "shared_backend"): (
        lambda: API(certificate=vault_certificate(service("Premium"))),
        lambda: API(
            certificate=(certificate := vault_certificate(service("Premium"))),
            backend=None,
            shared_backend=backend(certificate, "shared"),
        ),
    ),
}
