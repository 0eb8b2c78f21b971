"""Asks whether the name of a service that will be created is still taken by one that was deleted, or that is there.

Azure keeps a deleted service for 48 hours, and its name: a new one is refused until the old one is purged or restored
(source: learn.microsoft.com/azure/api-management/soft-delete; all tiers). azure-native has no function that reads them,
so the resource manager is asked directly, with the provider's own token (`authorization:getClientToken`) and within a
few seconds. What cannot be asked is said, and is no problem: Azure refuses it then. Only services of the provider's own
subscription can be seen.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pulumi

from backend_mtls import adoption, asking, before_deployment, borrowed_service
from backend_mtls.admission.inputs import is_later
from backend_mtls.admission.service_definition import ServiceDefinition
from backend_mtls.errors import Problem, Where

ENDPOINT_VARIABLE = "AZURE_RESOURCE_MANAGER_ENDPOINT"
"""Environment variable with the resource manager's URL, for a cloud that is not in the table."""
_ENDPOINTS = {
    "usgovernment": "https://management.usgovcloudapi.net",
    "azureusgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
    "azurechinacloud": "https://management.chinacloudapi.cn",
}
_PUBLIC = "https://management.azure.com"
_API_VERSION = "2024-05-01"
_TIMEOUT = 5.0
"""Seconds."""


class _NotAskedError(Exception):
    """Why nothing is known, in one line."""


def refuse(
    service: pulumi.CustomResource, names: Mapping[str, Any], definition: ServiceDefinition, component: pulumi.Resource
) -> None:
    """Ends a preview that would create a service under the name of a deleted one."""
    group, name = names["resource_group_name"], names["service_name"]
    if is_later(group) or is_later(name):
        return

    async def check() -> list[Problem]:
        try:
            is_there = await service.id.is_known()
        except Exception:  # noqa: BLE001 (it is not registered, and whoever refused it says why)
            return []
        given = {"resource_group_name": group, "service_name": name}
        live = await adoption.live_later(borrowed_service.FUNCTION, given, component)
        if live and live.get("location"):  # Azure always says it; a mock of a unit test seldom does
            problem = _replaced if is_there else _taken
            moves = not is_later(definition.location) and _plain(live.get("location")) != _plain(definition.location)
            return [problem(str(name), str(group), live, component)] if moves or not is_there else []
        if is_there:
            return []
        try:
            subscription, found = await _found(str(name), component)
        except (_NotAskedError, asking.AskingError) as error:
            pulumi.log.info(f"Not checked beforehand whether a deleted service keeps the name {name}: {error}")
            return []
        return [_problem(found, subscription, str(group), definition, component)] if found else []

    before_deployment.ask(check)


async def _found(name: str, component: pulumi.Resource) -> tuple[str, dict[str, Any] | None]:
    """The subscription, and the deleted service of this name in it. Raises `_NotAskedError` or `AskingError`."""
    config = await asking.ask_later("authorization:getClientConfig", {}, component) or {}
    token = await asking.ask_later("authorization:getClientToken", {}, component) or {}
    subscription, secret = str(config.get("subscriptionId", "")), str(token.get("token", ""))
    if not subscription or not secret:
        raise _NotAskedError("the provider gives no token")
    path = f"/subscriptions/{quote(subscription)}/providers/Microsoft.ApiManagement/deletedservices"
    every = await asyncio.to_thread(_listed, f"{_endpoint(os.environ)}{path}?api-version={_API_VERSION}", secret)
    return subscription, next((each for each in every if str(each.get("name", "")).lower() == name.lower()), None)


def _endpoint(environment: Mapping[str, str]) -> str:
    cloud = environment.get("ARM_ENVIRONMENT") or environment.get("AZURE_ENVIRONMENT") or ""
    known = _ENDPOINTS.get(cloud.lower(), _PUBLIC)
    return (environment.get(ENDPOINT_VARIABLE) or known).rstrip("/")


def _listed(url: str, token: str) -> list[dict[str, Any]]:
    """Every page of the list. Raises `_NotAskedError`, which holds no token."""
    from azure.core import PipelineClient, exceptions  # noqa: PLC0415 -- costs time; only where it is used
    from azure.core.rest import HttpRequest  # noqa: PLC0415 -- as above

    found: list[dict[str, Any]] = []
    try:
        client: Any = PipelineClient(url, policies=[])
        with client:
            while url.startswith(_endpoint(os.environ)):  # the token is for nobody else
                request = HttpRequest("GET", url, headers={"Authorization": f"Bearer {token}"})
                answer = client.send_request(request, connection_timeout=_TIMEOUT, read_timeout=_TIMEOUT)
                if answer.status_code != 200:
                    raise _NotAskedError(f"the resource manager answered {answer.status_code}")
                page = json.loads(answer.text())
                found += page.get("value") or []
                url = page.get("nextLink") or ""
    except (exceptions.AzureError, OSError, ValueError) as error:
        raise _NotAskedError((str(error).splitlines() or [""])[0][:200]) from None
    return found


def _problem(
    found: Mapping[str, Any], subscription: str, group: str, definition: ServiceDefinition, component: pulumi.Resource
) -> Problem:
    name, properties = str(found["name"]), found.get("properties") or {}
    location = _plain(found.get("location"))
    deleted, purged = (_time(properties.get(each)) for each in ("deletionDate", "scheduledPurgeDate"))
    return Problem(
        what="The name belongs to a service that was deleted, and that Azure keeps for 48 hours",
        where=_where(component),
        got=f"{name} in {location}, deleted {deleted}; Azure purges it {purged}",
        allowed="a name that no service has, and none had within 48 hours",
        fix=f"purge it, and what was in it is lost: az apim deletedservice purge --service-name {name} "
        f"--location {location} --subscription {subscription}; or restore it, and import it or borrow it: az rest "
        f'--method put --url "{_restored(found, subscription, group)}" '
        f"--body '{_body(location, definition)}'",
        kind="conflict",
    )


def _taken(name: str, group: str, _live: Mapping[str, Any], component: pulumi.Resource) -> Problem:
    return Problem(
        what="A service of this name exists, and it is not of this stack",
        where=_where(component),
        got=f"{name} in {group}",
        allowed="a name that no service has",
        fix="borrow it (from_existing), or import it; otherwise give the new one another name",
        kind="conflict",
    )


def _replaced(name: str, group: str, live: Mapping[str, Any], component: pulumi.Resource) -> Problem:
    """Another region is another service, and the old one has to go first."""
    return Problem(
        what="A service cannot be replaced under its own name, which Azure keeps for 48 hours after it is deleted",
        where=_where(component),
        got=f"{name} in {group}, which is in {_plain(live.get('location'))}",
        allowed="the region that it is in, or another name",
        fix="undo the change of location, or give the new one another name",
        kind="conflict",
    )


def _where(component: pulumi.Resource) -> Where:
    return Where(steps=("service_name",), owner=f"ApiManagement {component.pulumi_resource_name}")


def _plain(location: object) -> str:
    """`West Europe` and `westeurope` are the same."""
    return str(location or "").replace(" ", "").lower()


def _restored(found: Mapping[str, Any], subscription: str, group: str) -> str:
    former = (found.get("properties") or {}).get("serviceId")
    arm_id = str(former or borrowed_service.arm_id(subscription, group, str(found["name"])))
    return f"{_endpoint(os.environ)}{arm_id}?api-version={_API_VERSION}"


def _body(location: str, definition: ServiceDefinition) -> str:
    """What a restore has to say; Azure ignores all but `restore`."""
    texts = (definition.publisher_email, definition.publisher_name, definition.sku)
    email, publisher, sku = ("-" if is_later(each) else str(each).replace("'", "") for each in texts)
    capacity = definition.capacity if isinstance(definition.capacity, int) else 1
    properties = {"publisherEmail": email, "publisherName": publisher, "restore": True}
    return json.dumps({"location": location, "sku": {"name": sku, "capacity": capacity}, "properties": properties})


def _time(text: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(text)):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return "at an unknown time"
