"""Reads a configuration: typed, complete, and with every problem in one message.

What it returns needs no further check before resources are registered: files are read, PFX files opened, URLs parsed,
policies bound on trial. What only the program knows (the elements that a policy holds already, what Key Vault says) is
checked by the components, still before the first registration; what only the deployment knows (an Output among the
values), when it is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend_mtls.admission import conflicts, service_problems
from backend_mtls.admission.service_definition import ServiceDefinition, ServiceFacts
from backend_mtls.api_management import ApiManagementArgs
from backend_mtls.arguments import NOTHING_DEPLOYED, refuse
from backend_mtls.borrowed_service import ExistingServiceArgs
from backend_mtls.configuration import apis, certificates, schema, schema_problems
from backend_mtls.configuration.apis import ApiSettings
from backend_mtls.configuration.certificates import CertificateSettings
from backend_mtls.configuration.reading import Reading, text
from backend_mtls.errors import ProblemError, Where
from backend_mtls.key_vault import Preflight
from backend_mtls.x509 import ca_certificate
from backend_mtls.x509.ca_certificate import CaCertificate

_NAMES = {"definition": "owned", "service_name": "name"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A configuration, checked."""

    service: ApiManagementArgs | ExistingServiceArgs
    """The service, owned or existing."""
    protect: bool
    """Whether Pulumi refuses to delete or replace an owned service."""
    certificates: dict[str, CertificateSettings]
    """Client certificates by name."""
    apis: dict[str, ApiSettings]
    """APIs by name."""
    preflight: Preflight
    """What is asked of Key Vault beforehand."""
    keep_version_aliases: bool
    """Whether azure-native's aliases of old API versions stay."""


def parse(
    values: Mapping[str, Any], *, project: Path, subscription_id: str | None, claim: str = NOTHING_DEPLOYED
) -> Settings:
    """The settings from plain values, Outputs among them; `project` is the folder that file names are relative to.

    Raises `ArgumentsError` with all problems; `claim` is what it can say of the deployment.
    """
    try:
        stack = schema.Stack.model_validate(dict(values))
    except ValidationError as error:
        refuse(schema_problems.problems(error, schema.Stack), claim)
        raise
    reading = Reading(project, subscription_id)
    service = _service(reading, stack.service)
    facts = _facts(service, stack.service)
    settings = Settings(
        service=service,
        protect=stack.service.owned.protect if stack.service.owned else False,
        certificates={
            name: certificates.read(reading, name, each, stack.service) for name, each in stack.certificates.items()
        },
        apis={name: apis.read(reading, name, each, stack, facts) for name, each in stack.apis.items()},
        preflight=Preflight(**stack.key_vault_preflight.model_dump()),
        keep_version_aliases=stack.keep_version_aliases,
    )
    refuse([*reading.problems, *conflicts.problems(reading.declarations)], claim)
    return settings


def _service(reading: Reading, keys: schema.Service) -> ApiManagementArgs | ExistingServiceArgs:
    owned, given, where = keys.owned, keys.ca_certificates, Where.of("service")
    if owned is None:  # the files are not even read: none of them can be used
        reading.found(where, service_problems.ca_certificates_elsewhere(len(given)))
        reading.found(where, service_problems.name_problems(keys.name), _NAMES)
        return ExistingServiceArgs(resource_group_name=keys.resource_group, service_name=keys.name)
    apart = {"user_assigned_identities", "protect"}
    plainly = {name: getattr(owned, name) for name in schema.OwnedService.model_fields if name not in apart}
    definition = ServiceDefinition(**plainly, user_assigned_identities=certificates.identities(keys))
    read = [_ca_certificate(reading, index, each) for index, each in enumerate(given)]
    args = ApiManagementArgs(
        resource_group_name=keys.resource_group,
        service_name=keys.name,
        definition=definition,
        ca_certificates=tuple(each for each in read if each),
    )
    verdict = service_problems.owned(args.service_name, definition, args.ca_certificates)
    reading.found(where, verdict.problems, _NAMES)
    return args


def _facts(service: ApiManagementArgs | ExistingServiceArgs, keys: schema.Service) -> ServiceFacts:
    owned = service if isinstance(service, ApiManagementArgs) else None
    return ServiceFacts(
        key="stack",
        sku=owned.definition.sku if owned else None,
        ca_certificates=owned.ca_certificates if owned else None,
        user_assigned_identities=certificates.identities(keys),
        system_principal_id=None,
    )


def _ca_certificate(reading: Reading, index: int, entry: schema.CaCertificate) -> CaCertificate | None:
    where = Where.of("service", "caCertificates", index)
    data = reading.file(where, entry.file)
    if data is None:
        return None
    try:
        return ca_certificate.read(data, password=text(entry.password), store=entry.store)
    except ProblemError as error:
        reading.problems.append(error.problem.at(where))
        return None
