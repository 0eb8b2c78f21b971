"""The backend behind the gateway, and how strictly its server certificate is validated.

Owns: one backend entity.
Does not own: what makes the gateway present a certificate: only a policy does (`ClientCertificatePolicy`; a certificate
in the credentials of an http backend is never presented, Microsoft Q&A 5808706).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pulumi
from pulumi_azure_native import apimanagement

from components import version_aliases
from components.api_management import ApiManagement
from components.arguments import refuse
from components.client_certificate import ClientCertificate
from components.errors import Problem

_DESCRIPTION_LENGTH = 2000
_URL_LENGTH = 2000


@dataclass(frozen=True, kw_only=True)
class BackendSettings:
    """Where the calls go, and what is checked there."""

    url: str
    """`https://…`, 1-2000 characters."""
    title: str | None = None
    """Shown in the portal, 1-300 characters. Left out: none."""
    description: str | None = None
    """Shown in the portal. Left out: only the reasons below, if any."""
    skip_chain_validation_reason: str | None = None
    """Why the chain of the server certificate need not be validated; lands in the description. Left out: it is."""
    skip_name_validation_reason: str | None = None
    """Why the name in the server certificate need not match the URL; lands in the description. Left out: it has to."""

    @property
    def full_description(self) -> str | None:
        """The description that is deployed: the given one, and each reason."""
        parts = [self.description] if self.description else []
        if self.skip_chain_validation_reason:
            parts.append(f"Chain validation is off: {self.skip_chain_validation_reason}")
        if self.skip_name_validation_reason:
            parts.append(f"Name validation is off: {self.skip_name_validation_reason}")
        return "\n".join(parts) or None

    @property
    def validation(self) -> str:
        """How the server certificate is validated, in words."""
        chain = "chain" if self.skip_chain_validation_reason is None else ""
        name = "name" if self.skip_name_validation_reason is None else ""
        if chain and name:
            return "chain and name"
        return f"{chain or name} only" if chain or name else "none"


@dataclass(frozen=True, kw_only=True)
class MtlsBackendArgs:
    """One backend of one service."""

    service: ApiManagement
    """The service that calls the backend."""
    certificate: ClientCertificate
    """What the backend expects. The backend is created after it and deleted before it."""
    settings: BackendSettings
    """Where the calls go, and what is checked there."""
    backend_id: str | None = None
    """Id of the entity. Left out: the component's name."""


class MtlsBackend(pulumi.ComponentResource):
    """One backend entity. Both TLS flags are always sent: a PUT replaces the whole object.

    Raises `ArgumentsError` for a URL that is malformed, not https or holds credentials, an empty reason, and a
    description that gets too long.
    """

    backend_id: str
    """Id of the entity; known at preview."""
    validation: str
    """How the server certificate is validated, in words; known at preview."""
    resource_id: pulumi.Output[str]
    """ARM id."""

    def __init__(self, name: str, args: MtlsBackendArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse([problem.at(f"MtlsBackend {name}: {problem.where}") for problem in problems(args.settings)])
        super().__init__("backend-mtls:index:MtlsBackend", name, {}, version_aliases.without(opts))
        self.backend_id = args.backend_id or name
        self.validation = args.settings.validation
        self.resource = apimanagement.Backend(
            name,
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            backend_id=self.backend_id,
            url=args.settings.url,
            protocol="http",
            title=args.settings.title,
            description=args.settings.full_description,
            tls=apimanagement.BackendTlsPropertiesArgs(
                validate_certificate_chain=args.settings.skip_chain_validation_reason is None,
                validate_certificate_name=args.settings.skip_name_validation_reason is None,
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*args.service.resources, args.certificate.resource],
                delete_before_replace=False,  # a policy still routes to the old one (see client_certificate.py)
            ),
        )
        self.resource_id = self.resource.id
        self.register_outputs(
            {"backendId": self.backend_id, "validation": self.validation, "resourceId": self.resource_id}
        )


def _url_problems(url: str) -> list[Problem]:
    allowed = "https://host[:port][/path], at most 2000 characters"
    got, what, fix = url, "", "use the https endpoint of the backend"
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and parts.port != 0 and not set(url) & set(' \t\r\n\0"<>\\')
        if parts.username or parts.password:
            got, what = "a URL with a user name or password in it", "The URL of the backend holds credentials"
            fix = "leave them out: the certificate is what identifies the gateway"
        elif parts.scheme != "https":
            what = "A client certificate is presented over TLS only"
        elif not valid or parts.query or parts.fragment or len(url) > _URL_LENGTH:
            what = "The URL of the backend is malformed"
    except ValueError:  # a port that is none, an unclosed IPv6 bracket
        what = "The URL of the backend is malformed"
    return [Problem(what=what, where="url", got=got, allowed=allowed, fix=fix)] if what else []


def problems(settings: BackendSettings) -> list[Problem]:
    """What is wrong with the settings, before anything is registered."""
    found = _url_problems(settings.url)
    for where, reason in (
        ("skip_chain_validation_reason", settings.skip_chain_validation_reason),
        ("skip_name_validation_reason", settings.skip_name_validation_reason),
    ):
        if reason is not None and not reason.strip():
            found.append(
                Problem(
                    what="Validation is switched off without a reason",
                    where=where,
                    got="an empty text",
                    allowed="a sentence that a reviewer understands",
                    fix="say why, or leave it out so that the certificate is validated",
                )
            )
    description = settings.full_description
    if description is not None and len(description) > _DESCRIPTION_LENGTH:
        found.append(
            Problem(
                what="The description, with the reasons in it, is too long",
                where="description",
                got=f"{len(description)} characters",
                allowed=f"at most {_DESCRIPTION_LENGTH}",
                fix="shorten the description or the reason",
            )
        )
    return found
