"""Programs that are refused because of the trust that a backend says, each with one mistake."""

from datetime import UTC, datetime, timedelta

from backend_mtls import BackendTrust
from certificates import make
from declared import backend, service, vault_certificate

AUTHORITY, OTHER = make("Issuing", ca=True), make("Other", ca=True)
SERVER = make("orders", issuer=AUTHORITY)


def trusts(sku: str = "StandardV2", /, settings: dict[str, object] | None = None, **trust: object) -> object:
    return backend(vault_certificate(service(sku)), trust=BackendTrust(**trust), **(settings or {}))


PROGRAMS = {
    "trust: on a classic tier": lambda: trusts("Premium", authorities=[AUTHORITY.pem]),
    "trust: on Consumption": lambda: trusts("Consumption", authorities=[AUTHORITY.pem]),
    "trust: empty": trusts,
    "trust: a chain that is not validated": lambda: trusts(
        settings={"skip_chain_validation_reason": "until OPS-1"}, authorities=[AUTHORITY.pem]
    ),
    "trust: an authority that is none": lambda: trusts(authorities=[SERVER.pem]),
    "trust: an authority twice": lambda: trusts(authorities=[AUTHORITY.pem, AUTHORITY.der]),
    "trust: an authority that is no certificate": lambda: trusts(authorities=[b"x"]),
    "trust: names without an authority": lambda: trusts(server_names=["orders"], server_certificates=[SERVER.pem]),
    "trust: a name with spaces": lambda: trusts(authorities=[AUTHORITY.pem], server_names=["orders "]),
    "trust: a server certificate with its chain": lambda: trusts(server_certificates=[SERVER.pem + AUTHORITY.pem]),
    "trust: an expired server certificate": lambda: trusts(
        server_certificates=[
            make("old", starts_in=datetime(2020, 1, 1, tzinfo=UTC) - datetime.now(UTC), lasts=timedelta(hours=36)).pem
        ]
    ),
    "trust: another issuer": lambda: trusts(
        settings={"server_certificate": SERVER.pem, "skip_name_validation_reason": "an alias"}, authorities=[OTHER.pem]
    ),
    "trust: another name": lambda: trusts(
        settings={"server_certificate": SERVER.pem, "skip_name_validation_reason": "an alias"},
        authorities=[AUTHORITY.pem],
        server_names=["stock"],
    ),
    "trust: a server that does not send its issuer": lambda: trusts(
        settings={"server_certificate": SERVER.pem + OTHER.pem, "skip_name_validation_reason": "an alias"},
        authorities=[AUTHORITY.pem],
    ),
}
