"""A client certificate of a service, and everything that is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend_mtls.admission import tokens

from rules import pfx_facts
from rules.graph import SECRET, UNKNOWN, Graph, Mark, Resource
from rules.places import entity_id, owner_of

COMPONENT = tokens.of("ClientCertificate")
TYPES = ("apimanagement:Certificate", "apimanagement:WorkspaceCertificate")


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """One certificate entity. What is not known is None."""

    resource: Resource
    """The azure-native resource."""
    owner: str | None
    """Its service, and its workspace (`places.owner_of`)."""
    certificate_id: str | None
    """Its id there."""
    secret_url: str | None
    """The secret in Key Vault that it is read from."""
    is_pfx: bool
    """Whether it is uploaded with its key."""
    by_user_identity: bool
    """Whether a user-assigned identity reads it; its client id may not be known yet."""
    plain_key_material: tuple[str, ...]
    """The inputs among `data` and `password` that are no secrets: they are in the state in plain text."""
    thumbprint: str | None
    """SHA-1, 40 upper-case hex digits."""
    subject: str | None
    """Distinguished name."""
    issuer: str | None
    """Distinguished name of who issued it."""
    not_before: datetime | None
    """Start of the validity, UTC."""
    not_after: datetime | None
    """End of the validity, UTC."""
    key_type: str | None
    """Algorithm and size or curve: `RSA 2048`, `EC secp256r1`, `Ed25519`."""
    signature_hash: str | None
    """Hash of its signature, lower case: `sha256`."""
    for_clients: bool | None
    """Whether its extended key usage allows client authentication."""
    refresh_failure: str | None
    """Why API Management could not read the secret the last time, code and message; None when it could."""

    @property
    def label(self) -> str:
        """As a reader knows it."""
        return self.certificate_id or self.resource.name


def read(graph: Graph, resource: Resource) -> Certificate:
    """The certificate that a resource declares."""
    declared = resource.inputs.get("keyVault")
    vault = declared if isinstance(declared, Mapping) else {}
    secret_url = _text(vault.get("secretIdentifier"))
    identity = vault.get("identityClientId")
    facts = _facts(graph, resource, secret_url)
    return Certificate(
        resource=resource,
        owner=owner_of(graph, resource),
        certificate_id=entity_id(resource, "certificateId"),
        secret_url=secret_url,
        is_pfx=resource.inputs.get("data") is not None,
        by_user_identity=isinstance(identity, Mark) or _text(identity) is not None,
        plain_key_material=tuple(
            key for key in ("data", "password") if resource.inputs.get(key) not in (None, "", SECRET, UNKNOWN)
        ),
        thumbprint=_upper(facts.get("thumbprint")),
        subject=_text(facts.get("subject")),
        issuer=_text(facts.get("issuer")),
        not_before=_moment(facts.get("notBefore")),
        not_after=_moment(facts.get("notAfter")),
        key_type=_text(facts.get("keyType")),
        signature_hash=_text(facts.get("signatureHash")),
        for_clients=facts["forClients"] if isinstance(facts.get("forClients"), bool) else None,
        refresh_failure=_refresh_failure(resource, secret_url),
    )


def _refresh_failure(resource: Resource, secret_url: str | None) -> str | None:
    """What Azure says of its last reading, if that was of the secret that is declared now."""
    read_from = resource.outputs.get("keyVault")
    if not isinstance(read_from, Mapping) or read_from.get("secretIdentifier") not in (None, secret_url):
        return None
    status = read_from.get("lastStatus")
    code = _text(status.get("code")) if isinstance(status, Mapping) else None
    if not isinstance(status, Mapping) or code is None or code.lower() == "success":
        return None
    message = _text(status.get("message"))
    return f"{code}: {message}" if message else code


def _facts(graph: Graph, resource: Resource, secret_url: str | None) -> dict[str, Any]:
    """What is known of the content: said by Azure, by the component, by the PFX itself, by the look-up in Key Vault."""
    outputs = resource.outputs
    azure = {key: outputs.get(key) for key in ("thumbprint", "subject")} | {"notAfter": outputs.get("expirationDate")}
    component = graph.find(resource.parent)
    said = dict(component.inputs) if component and component.type == COMPONENT else {}
    own = pfx_facts.read(resource.inputs.get("data"), resource.inputs.get("password"))
    renewed = dict(graph.renewals.get(secret_url or "", {}))
    if renewed and _upper(renewed.get("thumbprint")) != _upper(azure["thumbprint"]):
        azure, said = {}, {}  # they are about the certificate before
    sources = (azure, said, own, renewed)
    return {key: value for source in sources for key, value in source.items() if value is not None}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _upper(value: object) -> str | None:
    return value.upper() if isinstance(value, str) and value else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # no date, or one that only another time zone has
        return None
