"""Reads a configuration: typed, complete, and with every problem in one message.

What it returns needs no further check before resources are registered:
files are read, PFX files opened, URLs parsed, policies bound on trial. What only the program knows (the elements that a
policy holds already, what Key Vault says) is checked by the components, still before the first registration.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend_mtls import ApiManagementArgs, ServiceDefinition
from backend_mtls.admission import conflicts, service_problems
from backend_mtls.arguments import refuse
from backend_mtls.configuration import apis, certificates, schema, schema_problems
from backend_mtls.configuration.apis import ApiSettings
from backend_mtls.configuration.certificates import CertificateSettings
from backend_mtls.configuration.reading import Reading, plain
from backend_mtls.errors import ProblemError
from backend_mtls.key_vault import Preflight
from backend_mtls.x509 import ca_certificate
from backend_mtls.x509.ca_certificate import CaCertificate


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A stack's configuration, checked."""

    service: ApiManagementArgs
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


def parse(values: dict[str, Any], *, project: Path, subscription_id: str | None) -> Settings:
    """The same from plain values; `project` is the folder that file names are relative to."""
    try:
        stack = schema.Stack.model_validate(values)
    except ValidationError as error:
        refuse(schema_problems.problems(error, schema.Stack))
        raise
    reading = Reading(project, subscription_id)
    service = _service(reading, stack.service)
    trusted = tuple(service.ca_certificates) if service.definition else None
    settings = Settings(
        service=service,
        protect=stack.service.owned.protect if stack.service.owned else False,
        certificates={
            name: certificates.read(reading, name, each, stack.service) for name, each in stack.certificates.items()
        },
        apis={name: apis.read(reading, name, each, stack, trusted) for name, each in stack.apis.items()},
        preflight=Preflight(**stack.key_vault_preflight.model_dump()),
        keep_version_aliases=stack.keep_version_aliases,
    )
    refuse([*reading.problems, *conflicts.problems(reading.declarations)])
    return settings


def _service(reading: Reading, keys: schema.Service) -> ApiManagementArgs:
    owned = keys.owned
    definition = (
        ServiceDefinition(
            **owned.model_dump(exclude={"user_assigned_identities", "protect"}),
            user_assigned_identities=certificates.identities(keys),
        )
        if owned
        else None
    )
    args = ApiManagementArgs(resource_group_name=keys.resource_group, service_name=keys.name, definition=definition)
    given = keys.ca_certificates
    if owned is None and given:  # not even read: none of them can be used
        reading.found_below("service", service_problems.ca_certificate_problems(None, given))
        return args
    read = [_ca_certificate(reading, f"service.caCertificates[{index}]", each) for index, each in enumerate(given)]
    args = replace(args, ca_certificates=tuple(each for each in read if each))
    reading.found_below("service", service_problems.problems(args), {"definition": "owned"})
    return args


def _ca_certificate(reading: Reading, where: str, entry: schema.CaCertificate) -> CaCertificate | None:
    data = reading.file(where, entry.file)
    if data is None:
        return None
    try:
        return ca_certificate.read(data, password=plain(entry.password), store=entry.store)
    except ProblemError as error:
        reading.problems.append(error.problem.at(where))
        return None
