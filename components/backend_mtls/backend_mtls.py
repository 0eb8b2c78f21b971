"""A whole set-up in one component: a service, its client certificates, and APIs behind mTLS.

Owns: what the service, certificates and apis say, as the other components do.
Does not own: what any of them leaves to its owner (an existing service, a vault, an existing API).

Its arguments are the keys of a stack's configuration (docs/configuration.md), as plain nested data, so that a program
in any language can give them; the program of a stack builds the same from its file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from backend_mtls import asking, gate
from backend_mtls.admission import tokens
from backend_mtls.arguments import NOTHING_REGISTERED, ArgumentsError

if TYPE_CHECKING:
    from backend_mtls.dicts import BackendMtlsArgsDict


@dataclass(frozen=True, kw_only=True)
class BackendMtlsArgs:
    """The keys of a configuration in camelCase, groups as dictionaries; a value of a key may be an Output."""

    service: Mapping[str, Any]
    """The API Management service, owned or existing."""
    certificates: Mapping[str, Any] = field(default_factory=dict)
    """Client certificates by name, each from Key Vault or from a PFX. Left out: none."""
    apis: Mapping[str, Any] = field(default_factory=dict)
    """APIs by name; each names its certificate and its backend. Left out: none."""


class BackendMtls(pulumi.ComponentResource):
    """A service, certificates and APIs behind mTLS, from the keys of a configuration.

    Files that keys name are relative to the folder of the program. Refuses whatever the other components refuse,
    unknown keys, and groups of keys that are only known later: single values may be.
    """

    service: pulumi.Output[Mapping[str, Any]]
    """`id`, `name` and `gatewayUrl` of the service."""
    apis: pulumi.Output[Mapping[str, Any]]
    """By name, of each API: `path`, `url`, `certificate` (its id), `thumbprint`, `subject`, `backend` (its id) and
    `validation`."""

    def __init__(
        self, name: str, args: "BackendMtlsArgs | BackendMtlsArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        from backend_mtls.configuration import settings, topology  # noqa: PLC0415 -- pydantic takes a tenth of a second

        place = f"BackendMtls {name}"
        args = gate.arguments(place, args, BackendMtlsArgs)
        entry = gate.Entry(place, opts)
        super().__init__(tokens.of("BackendMtls"), name, {}, entry.options)
        values = {"service": args.service, "certificates": args.certificates, "apis": args.apis}
        subscription = self._subscription() if _grants_without_subscription(args.certificates) else None
        try:
            read = settings.parse(values, project=Path.cwd(), subscription_id=subscription, claim=NOTHING_REGISTERED)
        except ArgumentsError as error:
            raise gate.refused(place, error.problems) from None
        built = topology.build(read, self, name)
        self.service = pulumi.Output.from_input(built["service"])
        self.apis = pulumi.Output.from_input(built["apis"])
        self.register_outputs({"service": self.service, "apis": self.apis})

    def _subscription(self) -> str | None:
        """The subscription that the component's provider deploys to."""
        try:
            found = asking.ask("authorization:getClientConfig", {}, self)
        except asking.AskingError:
            return None
        return str(found["subscriptionId"]) if found and found.get("subscriptionId") else None


def _grants_without_subscription(certificates: Mapping[str, Any]) -> bool:
    vaults = [each.get("keyVault") for each in certificates.values() if isinstance(each, Mapping)]
    grants = [each.get("grantAccess") for each in vaults if isinstance(each, Mapping)]
    return any(isinstance(each, Mapping) and not each.get("subscriptionId") for each in grants)
