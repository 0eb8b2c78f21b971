"""Reads a stack's configuration once, at the edge: typed, complete, and with every problem in one message.

The only module that reads `pulumi.Config`. What it returns needs no further check before resources are registered:
files are read, PFX files opened, secret URLs parsed, policies bound on trial.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pulumi
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from components import (
    BackendSettings,
    KeyVaultSource,
    PfxSource,
    ServiceDefinition,
    ca_certificate,
    client_certificate,
    client_certificate_policy,
    mtls_api,
    mtls_backend,
    pfx,
    policy_document,
    secret_identifier,
)
from components.arguments import refuse
from components.ca_certificate import CaCertificate
from components.errors import Problem, ProblemError
from stacks import schema, schema_problems

_KEYS = ("service", "certificates", "apis", "keepVersionAliases")


@dataclass(frozen=True, kw_only=True)
class CertificateSettings:
    """One client certificate, ready to be declared."""

    key_vault: KeyVaultSource | None
    """Set for a certificate that stays in Key Vault; its `access` is filled in by the topology."""
    pfx: PfxSource | None
    """Set for a certificate that is uploaded."""
    certificate_id: str | None
    """Id on the service, or None for the default."""
    vault_id: str | None
    """ARM id of the vault that the stack grants access to, or None when it does not."""


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """One API, ready to be declared."""

    path: str
    """Path under the gateway's URL."""
    certificate: str
    """Name of its certificate, which exists."""
    backend: BackendSettings
    """Where the calls go."""
    display_name: str | None
    """Shown in the portal, or None for the name."""
    operations: tuple[str, ...]
    """`METHOD /template` each, well-formed."""
    subscription_required: bool
    """Whether callers need a subscription key."""
    policy: str | None
    """The API's own policy XML, or None for the default."""


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """A stack's configuration, checked."""

    resource_group: str
    """Resource group of the service."""
    service_name: str
    """Name of the service."""
    definition: ServiceDefinition | None
    """What the service is, when the stack owns it."""
    certificates: dict[str, CertificateSettings]
    """Client certificates by name."""
    apis: dict[str, ApiSettings]
    """APIs by name."""
    keep_version_aliases: bool
    """Whether azure-native's aliases of old API versions stay."""


def load() -> StackSettings:
    """The configuration of the current stack. Raises `ArgumentsError` with all problems."""
    config = pulumi.Config()
    values = {key: config.get_object(key) for key in _KEYS if config.get(key) is not None}
    subscription = pulumi.Config("azure-native").get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
    return parse(values, project=Path.cwd(), subscription_id=subscription)


def parse(values: dict[str, Any], *, project: Path, subscription_id: str | None) -> StackSettings:
    """The same from plain values; `project` is the folder that file names are relative to."""
    try:
        stack = schema.Stack.model_validate(values)
    except ValidationError as error:
        refuse(schema_problems.problems(error, schema.Stack))
        raise
    reader = _Reader(project, subscription_id)
    settings = reader.settings(stack)
    refuse(reader.problems)
    return settings


class _Reader:
    """Turns keys into settings, collecting what is wrong on the way."""

    def __init__(self, project: Path, subscription_id: str | None) -> None:
        self.problems: list[Problem] = []
        self._project = project
        self._subscription_id = subscription_id
        self._thumbprints: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._certificate_ids: dict[str, str] = {}
        self._api_names: dict[str, str] = {}

    def settings(self, stack: schema.Stack) -> StackSettings:
        owned = stack.service.owned
        return StackSettings(
            resource_group=stack.service.resource_group,
            service_name=stack.service.name,
            definition=self._definition(owned) if owned else None,
            certificates={
                name: self._certificate(f"certificates.{name}", each) for name, each in stack.certificates.items()
            },
            apis={name: self._api(f"apis.{name}", each, stack) for name, each in stack.apis.items()},
            keep_version_aliases=stack.keep_version_aliases,
        )

    def _definition(self, owned: schema.OwnedService) -> ServiceDefinition:
        certificates: list[CaCertificate] = []
        for index, path in enumerate(owned.ca_certificates):
            where = f"service.owned.caCertificates[{index}]"
            data = self._file(where, path)
            try:
                certificates += [ca_certificate.read(data)] if data is not None else []
            except ProblemError as error:
                self.problems.append(error.problem.at(where))
        return ServiceDefinition(
            location=owned.location,
            publisher_name=owned.publisher_name,
            publisher_email=owned.publisher_email,
            sku=owned.sku,
            capacity=owned.capacity,
            create_resource_group=owned.create_resource_group,
            ca_certificates=tuple(certificates),
        )

    def _certificate(self, where: str, keys: schema.Certificate) -> CertificateSettings:
        if (keys.key_vault is None) == (keys.pfx is None):
            got = "neither" if keys.pfx is None else "both"
            self._add("The certificate needs exactly one source", where, got, "keyVault or pfx", "name one of them")
        key_vault = self._key_vault(f"{where}.keyVault", keys.key_vault) if keys.key_vault else None
        source = self._pfx(f"{where}.pfx", keys.pfx) if keys.pfx else None
        grant = keys.key_vault.grant_access if keys.key_vault else None
        vault_id = self._vault_id(f"{where}.keyVault.grantAccess", keys.key_vault, grant) if grant else None
        if keys.certificate_id or key_vault:
            entity = keys.certificate_id or where.partition(".")[2]
            self._unique(self._certificate_ids, entity.lower(), where, "Two certificates have the same id")
        return CertificateSettings(
            key_vault=key_vault, pfx=source, certificate_id=keys.certificate_id, vault_id=vault_id
        )

    def _key_vault(self, where: str, keys: schema.KeyVault) -> KeyVaultSource:
        source = KeyVaultSource(
            secret_id=keys.secret_id, pinned=keys.pinned, identity_client_id=keys.identity_client_id
        )
        self._all(f"{where}.secretId", client_certificate.source_problems(source, None))
        self._unique(self._secrets, keys.secret_id.lower(), where, "Two certificates have the same Key Vault secret")
        return source

    def _vault_id(self, where: str, keys: schema.KeyVault | None, grant: schema.VaultGrant) -> str | None:
        subscription = grant.subscription_id or self._subscription_id
        if not subscription:
            self._add(
                "The subscription of the vault is not known",
                f"{where}.subscriptionId",
                "nothing",
                "a subscription id",
                "set it here, or for the stack: pulumi config set azure-native:subscriptionId ID",
            )
        try:
            secret = secret_identifier.parse(keys.secret_id if keys else "", pinned=True)
        except ProblemError:
            return None  # reported with the URL itself
        return (
            f"/subscriptions/{subscription}/resourceGroups/{grant.resource_group}"
            f"/providers/Microsoft.KeyVault/vaults/{secret.vault}"
        )

    def _pfx(self, where: str, keys: schema.Pfx) -> PfxSource | None:
        data = self._file(f"{where}.file", keys.file)
        if data is None:
            return None
        source = PfxSource(data=data, password=keys.password.get_secret_value() if keys.password else None)
        problems = client_certificate.source_problems(None, source)
        wrong_password = [each for each in problems if "password" in each.what]
        self._all(f"{where}.password" if wrong_password else f"{where}.file ({keys.file})", problems)
        if not problems:
            thumbprint = pfx.read(source.data, source.password).thumbprint
            self._unique(self._thumbprints, thumbprint, where, "Two certificates have the same thumbprint")
        return source

    def _api(self, where: str, keys: schema.Api, stack: schema.Stack) -> ApiSettings:
        if keys.certificate not in stack.certificates:
            self._add(
                "The API names a certificate that is not declared",
                f"{where}.certificate",
                keys.certificate,
                ", ".join(sorted(stack.certificates)) or "nothing: no certificate is declared",
                f"correct the name, or declare certificates.{keys.certificate}",
            )
        self._unique(self._api_names, where.lower(), where, "Two APIs differ only in upper and lower case")
        self._unique(self._paths, keys.path.lower(), where, "Two APIs have the same path")
        backend = BackendSettings(**keys.backend.model_dump())
        for problem in mtls_backend.problems(backend):
            self.problems.append(problem.at(f"{where}.backend.{to_camel(problem.where)}"))
        for problem in mtls_api.operation_problems(keys.operations):
            self.problems.append(problem.at(f"{where}.{problem.where}"))
        return ApiSettings(
            path=keys.path,
            certificate=keys.certificate,
            backend=backend,
            display_name=keys.display_name,
            operations=keys.operations,
            subscription_required=keys.subscription_required,
            policy=self._policy(where, keys),
        )

    def _policy(self, where: str, keys: schema.Api) -> str | None:
        document, place = keys.policy, f"{where}.policy"
        if keys.policy_file is not None:
            place = f"{where}.policyFile ({keys.policy_file})"
            if keys.policy is not None:
                self._add("The policy is given twice", where, "both", "policy or policyFile", "remove one of them")
            data = self._file(f"{where}.policyFile", keys.policy_file)
            document = self._text(place, data) if data is not None else None
        if document is None:
            return None
        trial = policy_document.CertificateReference(thumbprint="0" * 40)
        try:
            bound = policy_document.bind(document, certificate=trial, backend_id="x" * 80)
        except ProblemError as error:
            self.problems.append(error.problem.at(f"{place}: {error.problem.where}"))
        else:
            self._all(place, client_certificate_policy.size_problems(bound))
        return document

    def _text(self, where: str, data: bytes) -> str | None:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            self._add(
                "The policy is not UTF-8 text",
                where,
                f"byte 0x{data[error.start]:02x} at offset {error.start}",
                "UTF-8, with or without a byte order mark",
                "save the file as UTF-8",
            )
            return None

    def _file(self, where: str, path: Path) -> bytes | None:
        """The file's content, or None after noting why it cannot be read."""
        try:
            return (self._project / path).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            self._add(
                "The file cannot be read",
                where,
                f"{path}: {getattr(error, 'strerror', None) or error}",
                f"a readable file, relative to the project ({self._project})",
                "correct the name, or put the file there",
            )
            return None

    def _unique(self, seen: dict[str, str], value: str, where: str, what: str) -> None:
        if value in seen:
            self._add(what, where, f"{value}, also at {seen[value]}", "each once per service", "share or remove one")
        seen.setdefault(value, where)

    def _add(self, what: str, where: str, got: str, allowed: str, fix: str) -> None:
        self.problems.append(Problem(what=what, where=where, got=got, allowed=allowed, fix=fix))

    def _all(self, where: str, problems: list[Problem]) -> None:
        self.problems += [replace(problem, where=where) for problem in problems]
