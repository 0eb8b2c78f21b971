"""What a gateway trusts besides the system's authorities.

source: learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates: the managed gateway trusts the
service's CA certificates, a self-hosted one only its own certificate authorities. That `isTrusted` false makes a
certificate an intermediate, which helps to build a chain and ends none, is inferred.
"""

import base64
from functools import lru_cache

from local.azure import pkcs12
from local.azure.store import Store


def authorities(store: Store, service_id: str, gateway_id: str) -> tuple[str, ...]:
    """PEM of each; `gateway_id` is empty for the managed gateway."""
    if not gateway_id:
        service = store.get(service_id)
        return tuple(one["pem"] for one in service.private.get("certificates", ())) if service else ()
    found = []
    for authority in store.children(f"{service_id}/gateways/{gateway_id}", "certificateAuthorities"):
        certificate = store.get(f"{service_id}/certificates/{authority.id.rpartition('/')[2]}")
        if certificate is not None:
            pem, is_root = _read(certificate.private["pfx"])
            if authority.body["properties"]["isTrusted"] or not is_root:
                found.append(pem)
    return tuple(found)


@lru_cache(maxsize=64)
def _read(pfx: str) -> tuple[str, bool]:
    uploaded = pkcs12.read(base64.b64decode(pfx))
    return uploaded.pem.decode(), uploaded.is_self_issued
