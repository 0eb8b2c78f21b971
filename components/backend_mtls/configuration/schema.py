"""The shape of a configuration: every key, its type, and what leaving it out means.

Pure: no pulumi. The names in a stack file are the camelCase forms of the fields. Whatever need not be known at plan
time may be known later (`Later`, an Output), where the values come from a program and not from a stack's file.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from backend_mtls.admission import api_problems, service_problems
from backend_mtls.admission.api_problems import PATH_LENGTH
from backend_mtls.admission.inputs import Later, is_later
from backend_mtls.admission.service_problems import NAME_LENGTH
from backend_mtls.admission.tiers import Sku

Text = Annotated[str, StringConstraints(min_length=1)]
ServiceName = Annotated[str, StringConstraints(pattern=f"^{service_problems.NAME}$", max_length=NAME_LENGTH)]
EntityName = Annotated[str, StringConstraints(pattern=r"^[^*#&+:<>?/\\% ]+$", min_length=1, max_length=71)]
"""Name of a certificate or an API: 80 characters that APIM takes, less the nine that a thumbprint adds."""
ApiPath = Annotated[str, StringConstraints(pattern=f"^{api_problems.PATH_SYNTAX}$", max_length=PATH_LENGTH)]


class OrLater:
    """A value of the first type of the union, or one that is known later, which is taken as it is."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the first type, around which an Output is let through."""
        inner = handler.generate_schema(get_args(source)[0])
        return core_schema.no_info_wrap_validator_function(
            lambda value, check: value if is_later(value) else check(value), inner
        )


LateText = Annotated[Text | Later[str], OrLater()]
LateServiceName = Annotated[ServiceName | Later[str], OrLater()]
LatePath = Annotated[ApiPath | Later[str], OrLater()]
LateSku = Annotated[Sku | Later[str], OrLater()]
LateSecret = Annotated[SecretStr | Later[str], OrLater()]
LateFlag = Annotated[bool | Later[bool], OrLater()]
Natural = Annotated[int, Field(ge=0)]
LateNumber = Annotated[Natural | Later[int], OrLater()]


class Keys(BaseModel):
    """A group of configuration keys: unknown ones are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=False,
        use_attribute_docstrings=True,
    )


class Identity(Keys):
    """A user-assigned managed identity."""

    resource_id: LateText
    """ARM id."""
    client_id: LateText
    """Client id, a GUID: what `identityClientId` of a certificate names."""
    principal_id: LateText
    """Object id, a GUID: whom access to a vault is granted to."""


class OwnedService(Keys):
    """A service that the stack creates, with a system-assigned identity."""

    location: LateText
    """Azure region."""
    publisher_name: LateText
    """Shown in the developer portal."""
    publisher_email: LateText
    """Where Azure sends notifications."""
    sku: LateSku = "Developer"
    """SKU. Left out: Developer, which has no SLA."""
    capacity: LateNumber = 1
    """Scale units. Left out: one."""
    create_resource_group: bool = False
    """Whether the stack owns the resource group, too. Left out: it exists already."""
    protect: bool = False
    """Whether Pulumi refuses to delete or replace the service, and the group, until `pulumi state unprotect`. Left out:
    it does not."""
    tags: dict[Text, LateText] = Field(default_factory=dict)
    """Azure tags of the service. Left out: none."""
    user_assigned_identities: tuple[Identity, ...] = ()
    """Identities on top of the system-assigned one. Left out: none."""


class CaCertificate(Keys):
    """A certificate authority that the service trusts when it validates a backend; a text stands for its `file`."""

    file: Path
    """PEM, DER or PFX, relative to the project."""
    store: Literal["Root", "CertificateAuthority"] | None = None
    """Where it has to belong. Left out: Root for a self-signed one, CertificateAuthority for an intermediate."""
    password: SecretStr | None = None
    """Of a PFX. Left out: it has none."""

    @model_validator(mode="before")
    @classmethod
    def _file_alone(cls, value: object) -> object:
        return {"file": value} if isinstance(value, str) else value


class Service(Keys):
    """The API Management service."""

    resource_group: LateText
    """Resource group of the service."""
    name: LateServiceName
    """Name of the service, unique in all of Azure."""
    owned: OwnedService | None = None
    """What to create. Left out: the service exists already, and is never changed."""
    ca_certificates: tuple[CaCertificate, ...] = ()
    """Authorities trusted for backends on top of the public ones, each a file (a root, PEM or DER) or an object; only
    on an owned service. Left out: only public authorities."""


class VaultGrant(Keys):
    """The right to read a vault, granted by this stack."""

    resource_group: LateText
    """Resource group of the vault."""
    subscription_id: LateText | None = None
    """Subscription of the vault. Left out: that of the stack."""
    kind: Literal["role", "accessPolicy"] = "role"
    """`role` for a vault with RBAC authorization, `accessPolicy` for one with access policies. Left out: a role."""
    scope: Literal["vault", "secret"] = "vault"
    """Whether a role is for the whole vault or for this secret alone. Left out: the vault."""
    firewall: bool | None = None
    """Whether the vault's firewall is on, so that only the system-assigned identity can read. Left out: Azure is
    asked."""


class KeyVault(Keys):
    """A certificate that stays in Key Vault."""

    secret_id: LateText
    """`https://<vault>/secrets/<name>`."""
    pinned: bool = False
    """Allows a version in `secretId`, so that renewals are not followed. Left out: a version is an error."""
    identity_client_id: LateText | None = None
    """Client id of a user-assigned identity. Left out: the system-assigned identity reads the secret."""
    grant_access: VaultGrant | None = None
    """Grants the service's identity Key Vault Certificate User on the vault. Left out: it has access already."""


class Pfx(Keys):
    """A certificate that is uploaded with its key: exactly one of `file` and `data`."""

    file: Path | None = None
    """The PFX, relative to the project."""
    data: LateSecret | None = None
    """The PFX as base64 (`pulumi config set --secret --path`). Left out: `file` holds it."""
    password: LateSecret | None = None
    """Its password (`pulumi config set --secret --path`). Left out: it has none."""


class Certificate(Keys):
    """A client certificate: exactly one of `keyVault` and `pfx`."""

    key_vault: KeyVault | None = None
    """From Key Vault."""
    pfx: Pfx | None = None
    """From a PFX."""
    certificate_id: Text | None = None
    """Id on the service. Left out: the name, for a PFX followed by the first 8 digits of the thumbprint."""
    adopt: bool = False
    """Takes over the certificate of this id that exists already. Left out: it is created."""


class Authorization(Keys):
    """An Authorization header."""

    scheme: LateText
    """For instance `Basic`."""
    parameter: LateSecret
    """What follows the scheme."""


class Credentials(Keys):
    """What the gateway adds to every request, besides the client certificate; set values with `--secret`."""

    headers: dict[Text, tuple[LateSecret, ...]] = Field(default_factory=dict)
    """Header name -> values."""
    query: dict[Text, tuple[LateSecret, ...]] = Field(default_factory=dict)
    """Query parameter -> values."""
    authorization: Authorization | None = None
    """The Authorization header. Left out: none."""


class Proxy(Keys):
    """A forward proxy between the gateway and the backend."""

    url: LateText
    """`http://host:port`."""
    username: LateText | None = None
    """Left out: the proxy asks for none."""
    password: LateSecret | None = None
    """Left out: the proxy asks for none."""


class CircuitBreaker(Keys):
    """When the gateway stops calling the backend for a while."""

    failures: LateNumber = 3
    """How many failed calls within `interval` open it."""
    interval: LateText = "PT1M"
    """ISO 8601 duration in which failures are counted."""
    trip_duration: LateText = "PT1M"
    """ISO 8601 duration for which it stays open."""
    status_codes: tuple[tuple[int, int], ...] = ((500, 599),)
    """Answers that count as failures, as ranges [first, last]."""
    accept_retry_after: LateFlag = False
    """Whether a Retry-After of the backend decides how long it stays open."""


class Backend(Keys):
    """The backend of an API."""

    url: LateText
    """`https://…`."""
    title: LateText | None = None
    """Shown in the portal. Left out: none."""
    description: LateText | None = None
    """Shown in the portal. Left out: only the reasons below."""
    skip_chain_validation_reason: str | None = None
    """Why the server certificate's chain need not be validated. Left out: it is validated."""
    skip_name_validation_reason: str | None = None
    """Why its name need not match the URL. Left out: it has to."""
    protocol: LateText = "http"
    """`http` or `soap`, both over TLS. Left out: http."""
    credentials: Credentials | None = None
    """What is added to every request. Left out: only the certificate is presented."""
    proxy: Proxy | None = None
    """The proxy to go through. Left out: none."""
    circuit_breaker: CircuitBreaker | None = None
    """When to stop calling the backend for a while. Left out: never."""
    server_certificate: Path | None = None
    """The backend's own certificate as you know it, PEM or DER with its chain, relative to the project; only checked.
    Left out: whether the gateway accepts it is found out by calling."""


class Api(Keys):
    """An API whose backend demands a client certificate."""

    path: LatePath | None = None
    """Path under the gateway's URL, without slashes around it: letters, digits, `-._~` and single slashes. Left out:
    that of an existing API."""
    existing: bool = False
    """Whether somebody else owns the API: only backend and policy are deployed. Left out: it is deployed here."""
    certificate: Text
    """Name of an entry of `certificates`."""
    backend: Backend
    """Where the calls go."""
    display_name: LateText | None = None
    """Shown in the portal. Left out: the name."""
    operations: tuple[str, ...] | None = None
    """`METHOD /template` each. Left out: those of `openapiFile`, otherwise every GET."""
    openapi_file: Path | None = None
    """An OpenAPI document, JSON or YAML, relative to the project, whose operations are imported. Left out: none."""
    protocols: tuple[Literal["https", "http"], ...] = ("https",)
    """How callers reach the gateway. Left out: https."""
    subscription_required: LateFlag = True
    """Whether callers need a subscription key. Left out: they do."""
    revision: Text | None = None
    """Number of the current revision; another one makes a new revision with the same policy. Left out: not touched."""
    policy: str | None = None
    """The API's own policy XML. Left out: `policyFile`, or a policy in which every section inherits."""
    policy_file: Path | None = None
    """The same from a file, relative to the project."""
    existing_elements: Literal["refuse", "replace"] = "refuse"
    """What to do about an element in the policy that names another certificate or backend. Left out: an error."""
    adopt: tuple[Literal["api", "backend", "policy"], ...] = ()
    """What exists already and is taken over. Left out: nothing."""


class Preflight(Keys):
    """What is asked of Key Vault before anything is deployed."""

    mode: Literal["required", "if_reachable", "off"] = "if_reachable"
    """`required`: what cannot be looked up is an error; `if_reachable`: it is said; `off`: nothing is looked up."""
    warn_within_days: int = Field(default=30, ge=0)
    """Days before its expiry from which a certificate is warned of."""
    fail_within_days: int = Field(default=0, ge=0)
    """Days before its expiry from which a certificate is an error. Left out: when it has expired."""
    timeout_seconds: float = Field(default=5, gt=0)
    """How long all look-ups together may take."""


class Stack(Keys):
    """All keys of a stack."""

    service: Service
    """The API Management service."""
    certificates: dict[EntityName, Certificate] = Field(default_factory=dict)
    """Client certificates by name."""
    apis: dict[EntityName, Api] = Field(default_factory=dict)
    """APIs by name; the name is the id of the API and of its backend."""
    key_vault_preflight: Preflight = Field(default_factory=Preflight)
    """What is asked of Key Vault beforehand. Left out: what can be reached within 5 seconds."""
    review: dict[str, object] = Field(default_factory=dict)
    """How the rules judge the stack: read by the review and the policy pack (docs/rules.md), not by the program. Left
    out: the environment is read from the stack's name, and nothing is waived."""
    keep_version_aliases: bool = False
    """Keeps azure-native's aliases of old API versions. Left out: they are dropped, and a program is much faster."""
