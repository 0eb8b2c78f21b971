"""The keys of an entry of `apis`."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from backend_mtls.configuration.values import (
    Calls,
    Duration,
    Keys,
    LateFlag,
    LatePath,
    LateSecret,
    LateText,
    Text,
    Url,
)


class Authorization(Keys):
    """An Authorization header."""

    scheme: LateText = Field(examples=["Basic"])
    """For instance `Basic`."""
    parameter: LateSecret = Field(examples=["what follows Basic"])
    """What follows the scheme."""


class Credentials(Keys):
    """What the gateway adds to every request, besides the client certificate; set values with `--secret`."""

    headers: dict[Text, tuple[LateSecret, ...]] = Field(default_factory=dict, examples=[{"X-Key": ["the key"]}])
    """Header name -> values. Left out: none."""
    query: dict[Text, tuple[LateSecret, ...]] = Field(default_factory=dict, examples=[{"code": ["the code"]}])
    """Query parameter -> values. Left out: none."""
    authorization: Authorization | None = None
    """The Authorization header. Left out: none."""


class Proxy(Keys):
    """A forward proxy between the gateway and the backend."""

    url: Url = Field(examples=["http://proxy.example.com:3128"])
    """`http://host:port`."""
    username: LateText | None = Field(default=None, examples=["gateway"])
    """User name. Left out: the proxy asks for none."""
    password: LateSecret | None = Field(default=None, examples=["the proxy's password"])
    """Password; set it with `--secret`. Left out: the proxy asks for none."""


class CircuitBreaker(Keys):
    """When the gateway stops calling the backend for a while."""

    failures: Calls = Field(default=3, examples=[5])
    """How many failed calls within `interval` open it. Left out: three."""
    interval: Duration = Field(default="PT1M", examples=["PT30S"])
    """ISO 8601 duration in which failures are counted. Left out: one minute."""
    trip_duration: Duration = Field(default="PT1M", examples=["PT5M"])
    """ISO 8601 duration for which it stays open. Left out: one minute."""
    status_codes: tuple[tuple[int, int], ...] = Field(default=((500, 599),), examples=[[[429, 429], [500, 599]]])
    """Answers that count as failures, as ranges [first, last] of HTTP statuses. Left out: 500 to 599."""
    accept_retry_after: LateFlag = Field(default=False, examples=[True])
    """Whether a Retry-After of the backend decides how long it stays open. Left out: `tripDuration` does."""


class Trust(Keys):
    """Which server certificates of a private authority are accepted, on BasicV2, StandardV2 and PremiumV2."""

    authorities: tuple[Path, ...] = Field(default=(), examples=[["pki/issuing-ca.pem"]])
    """Certificates of the authorities that sign the server certificate itself, PEM, DER or PFX without a key, one in
    each file, relative to the project; the server has to send them. Left out: none."""
    server_names: tuple[Text, ...] = Field(default=(), examples=[["orders.example.com"]])
    """Common names of the certificates that `authorities` sign. Left out: that of `serverCertificate`, otherwise the
    host of `url`."""
    server_certificates: tuple[Path, ...] = Field(default=(), examples=[["pki/orders-server.pem"]])
    """Server certificates that are accepted whoever signed them, PEM or DER, one in each file, relative to the project.
    Left out: none."""


class Backend(Keys):
    """The backend of an API."""

    url: Url = Field(examples=["https://orders.example.com"])
    """`https://…`."""
    title: LateText | None = Field(default=None, examples=["Orders"])
    """Shown in the portal. Left out: none."""
    description: LateText | None = Field(default=None, examples=["The order service, on premises"])
    """Shown in the portal. Left out: only the reasons below."""
    skip_chain_validation_reason: str | None = Field(default=None, examples=["self-signed until 2027-06, see OPS-123"])
    """Why the server certificate's chain need not be validated. Left out: it is validated."""
    skip_name_validation_reason: str | None = Field(default=None, examples=["answers under its address, see OPS-124"])
    """Why its name need not match the URL. Left out: it has to."""
    protocol: LateText = Field(default="http", examples=["soap"])
    """`http` or `soap`, both over TLS. Left out: http."""
    credentials: Credentials | None = None
    """What is added to every request. Left out: only the certificate is presented."""
    proxy: Proxy | None = None
    """The proxy to go through. Left out: none."""
    circuit_breaker: CircuitBreaker | None = None
    """When to stop calling the backend for a while. Left out: never."""
    server_certificate: Path | None = Field(default=None, examples=["pki/orders-server.pem"])
    """The backend's own certificate as you know it, PEM or DER with its chain, relative to the project; only checked.
    Left out: whether the gateway accepts it is found out by calling."""
    trust: Trust | None = None
    """Which private authorities, or which server certificates, the backend trusts, on the v2 tiers. Left out: public
    authorities, and `service.caCertificates` on the tiers that use them."""


class Api(Keys):
    """An API whose backend demands a client certificate."""

    path: LatePath | None = Field(default=None, examples=["orders"])
    """Path under the gateway's URL, without slashes around it: letters, digits, `-._~` and single slashes, at most 400
    characters; empty for one API of the service, which gets the calls that no other path matches. Left out: that of an
    existing API."""
    existing: bool = Field(default=False, examples=[True])
    """Whether somebody else owns the API: only backend and policy are deployed. Left out: it is deployed here."""
    certificate: Text = Field(examples=["orders"])
    """Name of an entry of `certificates`."""
    backend: Backend
    """Where the calls go."""
    display_name: LateText | None = Field(default=None, examples=["Orders"])
    """Shown in the portal, at most 300 characters. Left out: the name."""
    operations: tuple[str, ...] | None = Field(default=None, examples=[["GET /*", "POST /items/{id}"]])
    """`METHOD /template` each. Left out: those of `openapiFile`, otherwise every GET."""
    openapi_file: Path | None = Field(default=None, examples=["apis/orders.openapi.yaml"])
    """An OpenAPI document, JSON or YAML, relative to the project, whose operations are imported. Left out: none."""
    protocols: tuple[Literal["https", "http"], ...] = Field(default=("https",), examples=[["https", "http"]])
    """How callers reach the gateway. Left out: https."""
    subscription_required: LateFlag = Field(default=True, examples=[False])
    """Whether callers need a subscription key. Left out: they do."""
    revision: Text | None = Field(default=None, examples=["2"])
    """Number of the current revision; the next one makes a new revision with the same policy, and older revisions
    follow the certificate. Left out: no revision is made; older ones that were taken over are deleted."""
    version: LateText | None = Field(default=None, examples=["v1"])
    """Version of the API in its `versionSet`. Left out: that of an adopted API, otherwise none."""
    version_set: LateText | None = Field(default=None, examples=["orders"])
    """Id of a version set that the service has. Left out: that of an adopted API, otherwise none."""
    policy: str | None = Field(default=None, examples=["<policies><inbound><base /></inbound></policies>"])
    """The API's own policy XML. Left out: `policyFile`, or a policy in which every section inherits."""
    policy_file: Path | None = Field(default=None, examples=["stacks/policies/orders.xml"])
    """The same from a file, relative to the project. Left out: `policy`."""
    existing_elements: Literal["refuse", "replace"] = Field(default="refuse", examples=["replace"])
    """What to do about an element in the policy that names another certificate or backend. Left out: an error."""
    adopt: tuple[Literal["api", "backend", "policy"], ...] = Field(default=(), examples=[["backend", "policy"]])
    """What exists already and is taken over. Left out: nothing."""
