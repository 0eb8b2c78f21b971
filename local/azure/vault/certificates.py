"""Certificates in a vault: versions of them, made or imported, and the policy that made them.

In the store: `/vaults/<vault>/certificates/<name>` has the policy and the order of the versions,
`…/versions/<version>` the attributes and, private, the PFX.
"""

import base64
import copy
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509 as certificates

from local.azure import distinguished_name, x509
from local.azure.store import Entity, Json, Store
from local.azure.vault.errors import VaultError

PKCS12 = "application/x-pkcs12"
PEM = "application/x-pem-file"

_SEE = "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a certificate."""

    name: str
    id: str
    """32 hexadecimal digits, shared by the certificate, its key and its secret."""
    body: Json
    """attributes, tags"""
    policy: Json
    pfx: bytes

    @property
    def pair(self) -> x509.Pair:
        """Certificate and key."""
        return x509.read_pkcs12(self.pfx)[0]

    @property
    def enabled(self) -> bool:
        """Whether it may be used."""
        return bool(self.body["attributes"]["enabled"])

    @property
    def exportable(self) -> bool:
        """Whether the key may leave the vault."""
        return bool(self.policy["key_props"]["exportable"])

    @property
    def content_type(self) -> str:
        """Of the secret."""
        return str(self.policy["secret_props"]["contentType"])


def client_policy(subject: str) -> Json:
    """A policy for a self-signed, exportable client certificate of one year."""
    return _complete({"x509_props": {"subject": subject, "ekus": [x509.CLIENT_AUTH], "validity_months": 12}})


def create(store: Store, vault: str, name: str, request: Json) -> Version:
    """Makes a new version, self-signed. `request` as in REST: policy (the last one when absent), attributes, tags."""
    existing = store.get(path(vault, name))
    policy = _complete(request.get("policy") or (existing.body["policy"] if existing else {}))
    if policy["issuer"]["name"] != "Self":
        raise VaultError("invalid", f"Local Azure issues for issuer 'Self' only, not '{policy['issuer']['name']}'.")
    if policy["key_props"]["kty"] not in {"RSA", "EC"}:
        raise VaultError("invalid", f"Key type {policy['key_props']['kty']} is not served; allowed: RSA, EC.")
    subject = policy["x509_props"].get("subject")
    if not subject:
        raise VaultError("invalid", "Property policy.x509_props.subject is required.")
    is_rsa = policy["key_props"]["kty"] == "RSA"
    try:
        pair = x509.issue(
            subject,
            x509.new_rsa_key(policy["key_props"].get("key_size", 2048)) if is_rsa else x509.new_elliptic_key(),
            names=policy["x509_props"].get("sans", {}).get("dns_names") or (),
            usages=policy["x509_props"].get("ekus") or (),
            validity=timedelta(days=round(policy["x509_props"].get("validity_months", 12) * 365 / 12)),
        )
    except ValueError as error:
        raise VaultError("invalid", f"Property policy has invalid value: {error}") from error
    return _add(store, vault, name, pfx=x509.pkcs12_of(pair), policy=policy, request=request)


def import_certificate(store: Store, vault: str, name: str, request: Json) -> Version:
    """Stores a PFX or a PEM as a new version. `request` as in REST: value, pwd, policy, attributes, tags."""
    policy = _complete(request.get("policy") or {})
    value, form = str(request.get("value", "")), "PKCS#12"
    try:
        if policy["secret_props"]["contentType"] == PEM:
            form = "PEM"
            plain = value.lstrip().startswith("-----")  # REST's own examples; Microsoft's clients send base64 of it
            pair, chain = x509.read_pem(value.encode() if plain else base64.b64decode(value))
        else:
            pair, chain = x509.read_pkcs12(value, request.get("pwd") or "")
    except ValueError as error:
        text = (
            f"The specified {form} X.509 certificate content can not be read. Please check if certificate is in valid"
        )
        raise VaultError("invalid", f"{text} {form} format.") from error
    policy["x509_props"].setdefault("subject", distinguished_name.subject_of(pair.certificate))
    policy["issuer"] = {"name": "Unknown"}
    return _add(store, vault, name, pfx=x509.pkcs12_of(pair, chain=chain), policy=policy, request=request)


def get(store: Store, vault: str, name: str, version: str = "", *, include_deleted: bool = False) -> Version:
    """A version, the newest by default; raises VaultError when there is none."""
    for candidate in versions(store, vault, name, include_deleted=include_deleted):
        if version.lower() in {"", candidate.id}:
            return candidate
    raise not_found("certificate", name if not version else f"{name}/{version}")


def versions(store: Store, vault: str, name: str, *, include_deleted: bool = False) -> Iterator[Version]:
    """Every version, newest first; none when the certificate does not exist or, normally, when it is deleted."""
    parent = store.get(path(vault, name))
    if parent is None or ("deleted" in parent.private and not include_deleted):
        return
    for version in reversed(parent.private["versions"]):
        entity = required(store, f"{parent.id}/versions/{version}")
        pfx = base64.b64decode(entity.private["pfx"])
        yield Version(name=_name(parent), id=version, body=entity.body, policy=entity.private["policy"], pfx=pfx)


def names(store: Store, vault: str) -> list[str]:
    """The certificates that are not deleted."""
    return [
        _name(entity)
        for entity in store.children(f"/vaults/{vault}", "certificates")
        if "deleted" not in entity.private
    ]


def update(store: Store, vault: str, version: Version, request: Json) -> Version:
    """Changes attributes and tags of a version."""
    attributes = version.body["attributes"] | (request.get("attributes") or {}) | {"updated": int(time.time())}
    tags = version.body["tags"] if request.get("tags") is None else request["tags"]
    store.put(f"{path(vault, version.name)}/versions/{version.id}", {"attributes": attributes, "tags": tags})
    return get(store, vault, version.name, version.id)


def not_found(kind: str, name: str) -> VaultError:
    """source: facts/keyvault.md, REST 7.4."""
    text = (
        f"A {kind} with (name/id) {name} was not found in this key vault. If you recently deleted this {kind} you may"
        f" be able to recover it using the correct recovery command. {_SEE}"
    )
    return VaultError("not_found", text, code=f"{kind.capitalize()}NotFound")


def _add(store: Store, vault: str, name: str, *, pfx: bytes, policy: Json, request: Json) -> Version:
    parent = store.get(path(vault, name))
    if parent and "deleted" in parent.private:
        text = f"Certificate {name} is currently in a deleted but recoverable state, and its name cannot be reused"
        raise VaultError("conflict", f"{text}; in this state, the certificate can only be recovered or purged.")
    version = secrets.token_hex(16)
    known = parent.private["versions"] if parent else []
    attributes = _attributes(x509.read_pkcs12(pfx)[0].certificate, request.get("attributes") or {})
    private = {"pfx": base64.b64encode(pfx).decode(), "policy": policy}
    with store.transaction():
        store.put(path(vault, name), {"policy": policy}, {"versions": [*known, version]})
        body = {"attributes": attributes, "tags": request.get("tags") or {}}
        store.put(f"{path(vault, name)}/versions/{version}", body, private)
    return get(store, vault, name)


def _attributes(certificate: certificates.Certificate, given: Json) -> Json:
    now = int(time.time())
    return {
        "enabled": given.get("enabled", True) is not False,
        "nbf": int(certificate.not_valid_before_utc.timestamp()),
        "exp": int(certificate.not_valid_after_utc.timestamp()),
        "created": now,
        "updated": now,
        "recoveryLevel": "Recoverable+Purgeable",
        "recoverableDays": 90,
    }


def _complete(policy: Json) -> Json:
    """The policy with Key Vault's defaults."""
    defaults: dict[str, dict[str, Any]] = {
        "key_props": {"exportable": True, "kty": "RSA", "key_size": 2048, "reuse_key": False},
        "secret_props": {"contentType": PKCS12},
        "x509_props": {"validity_months": 12},
        "issuer": {"name": "Self"},
    }
    given = copy.deepcopy(policy)
    for part, values in defaults.items():
        given[part] = values | {key: value for key, value in (given.get(part) or {}).items() if value is not None}
    return given


def required(store: Store, entity_id: str) -> Entity:
    """An entity that another one says is there."""
    entity = store.get(entity_id)
    if entity is None:
        raise LookupError(f"the store has lost {entity_id}")
    return entity


def path(vault: str, name: str) -> str:
    """The certificate's id in the store."""
    return f"/vaults/{vault}/certificates/{name}"


def _name(entity: Entity) -> str:
    return entity.id.rsplit("/", 1)[-1]
