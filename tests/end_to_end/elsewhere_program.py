"""A program in somebody's own repository: own environment, own `components/`, two subscriptions, values known later."""

from pathlib import Path

import pulumi
import pulumi_azure_native as azure
from backend_mtls import (
    ApiManagement,
    ApiManagementArgs,
    BackendSettings,
    ClientCertificate,
    KeyVaultSource,
    MtlsApi,
    MtlsApiArgs,
    PfxSource,
    Preflight,
    ServiceDefinition,
    VaultAccess,
    VaultAccessArgs,
    ask_key_vault,
)
from components.naming import named
from pulumi_azure_native import apimanagement, keyvault, resources

SELF_SIGNED = "the appliance has a self-signed certificate"
ask_key_vault(Preflight(mode="off"))
config = pulumi.Config()
first = azure.Provider("first", subscription_id=config.require("subscription"))
second = azure.Provider("second", subscription_id=config.require("otherSubscription"))
in_first, in_second = pulumi.ResourceOptions(provider=first), pulumi.ResourceOptions(provider=second)
platform = pulumi.StackReference("organization/program/test")

group = resources.ResourceGroup(
    "group",
    resource_group_name=named("rg"),
    location="westeurope",
    tags={"backend": "https://legacy.backend.internal"},
    opts=in_first,
)
service = ApiManagement(
    "service",
    ApiManagementArgs(
        resource_group_name=group.name,
        service_name=named("apim"),
        definition=ServiceDefinition(
            location=group.location, publisher_name=platform.require_output("team"), publisher_email="team@example.com"
        ),
    ),
    in_first,
)
vault = keyvault.get_vault_output(
    resource_group_name="rg-platform", vault_name="kv-local", opts=pulumi.InvokeOutputOptions(provider=first)
)
access = VaultAccess("vault", VaultAccessArgs(service=service, vault_id=vault.id), in_first)
kept = ClientCertificate.from_key_vault(
    "kept",
    service=service,
    access=access,
    source=KeyVaultSource(secret_id=platform.require_output("secretId").apply(str)),
    opts=in_first,
)
given = ClientCertificate.from_pfx(
    "given",
    service=service,
    source=PfxSource.from_secret(config.require_secret("pfx"), config.require_secret("pfxPassword")),
    certificate_id="given",
    opts=in_first,
)
by_tag = BackendSettings(url=group.tags.apply(lambda tags: tags["backend"]), skip_chain_validation_reason=SELF_SIGNED)
by_stack = {"url": platform.require_output("url"), "skip_chain_validation_reason": SELF_SIGNED}
apis: dict[str, MtlsApi] = {
    "kept": MtlsApi("kept", MtlsApiArgs(certificate=kept, path="kept", backend=by_tag), in_first),
    # the same as a dictionary
    "given": MtlsApi("given", {"certificate": given, "path": "given", "backend": by_stack}, in_first),
}

# the other subscription: a service that is declared without the components, and a PFX that the program reads
other_group = resources.ResourceGroup("other", resource_group_name=named("rg"), location="westeurope", opts=in_second)
raw = apimanagement.ApiManagementService(
    "raw",
    resource_group_name=other_group.name,
    service_name=named("apim-other"),
    location="westeurope",
    publisher_name="Team",
    publisher_email="team@example.com",
    sku=apimanagement.ApiManagementServiceSkuPropertiesArgs(name="Developer", capacity=1),
    opts=in_second,
)
borrowed = ApiManagement.from_resource("borrowed", raw, opts=in_second)
made = ClientCertificate.from_pfx(
    "made", service=borrowed, source=PfxSource(data=Path("made.pfx").read_bytes()), opts=in_second
)
apis["made"] = MtlsApi("made", MtlsApiArgs(certificate=made, path="made", backend=by_tag), in_second)

for name, api in apis.items():
    pulumi.export(name, api.url)
