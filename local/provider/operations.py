"""PUT and DELETE, and waiting for what ARM goes on doing after it has answered.

source: azure/client_azcore.go, with azcore's pollers
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local.provider import shape
from local.provider.arm_client import Answer, ArmClient
from local.provider.errors import ArmError, PartialError, ProviderError
from local.provider.resources import Resource

PUT_INTERVAL = 10.0
DELETE_INTERVAL = 30.0
"""Seconds between polls unless ARM sends Retry-After; the first poll is made at once."""
_FAILED = {"failed", "canceled", "cancelled"}


def assert_absent(client: ArmClient, resource: Resource, arm_id: str) -> None:
    """Raises unless the resource can be created: a PUT would silently take over one that exists."""
    method = "HEAD" if resource.only_head else "GET"
    answer = client.send(method, f"{arm_id}?api-version={resource.api_version}")
    if answer.status == 200 and resource.default:
        if not _is_default(resource, answer.body):
            raise ProviderError(f"cannot create already existing subresource '{arm_id}'")
    elif (answer.status == 200 and answer.body) or (answer.status == 204 and resource.only_head):
        raise ProviderError(f"cannot create already existing resource '{arm_id}'")
    if answer.status not in {200, 204, 404}:
        text = answer.content.decode(errors="replace")
        raise ProviderError(f"cannot check existence of resource '{arm_id}': status code {answer.status}, {text}")


def _is_default(resource: Resource, body: Mapping[str, Any]) -> bool:
    """Whether the inputs that ARM shows are those that Azure gives the resource (source: convert/isDefault.go)."""
    shown = shape.outputs(resource, body)
    return all(shown[name] == resource.default.get(name) for name in resource.properties if name in shown)


def read(client: ArmClient, resource: Resource, arm_id: str) -> dict[str, Any]:
    """What ARM shows of the resource, which is nothing when it answers HEAD only; raises ArmError when it is not there.

    source: provider/crud/crud.go, Read
    """
    if not resource.only_head:
        return client.get(arm_id, resource.api_version)
    answer = client.send("HEAD", f"{arm_id}?api-version={resource.api_version}")
    if answer.status not in {200, 204}:
        raise answer.error()
    return {}


def find(client: ArmClient, resource: Resource, arm_id: str) -> dict[str, Any] | None:
    """The same; None when it is not there."""
    try:
        return read(client, resource, arm_id)
    except ArmError as error:
        if error.status == 404:
            return None
        raise


def _maintained(client: ArmClient, resource: Resource, arm_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body with what other resources wrote, when it says nothing of it (source: provider/crud/crud.go)."""
    if not resource.maintained:
        return body
    parent, name = resource.maintained
    found = (find(client, resource, arm_id) or {}).get(parent) or {}
    return body | {parent: {name: found.get(name) or []} | body.get(parent, {})}


def put(
    client: ArmClient, resource: Resource, arm_id: str, inputs: Mapping[str, Any], deadline: float
) -> dict[str, Any]:
    """Creates or updates the resource and waits until it is ready; raises PartialError when it does not become so."""
    url = f"{arm_id}?api-version={resource.api_version}"
    body = _maintained(client, resource, arm_id, shape.request_body(resource, inputs))
    if query := shape.request_query(resource, inputs):
        url += f"&{urlencode(query)}"
    answer = client.send("PUT", url, body, deadline=deadline)
    if answer.status not in {200, 201, 202}:
        raise answer.error()
    if resource.put_polls or answer.status == 202:
        try:
            _wait(client, answer, url, PUT_INTERVAL, deadline)
        except ArmError as error:
            raise PartialError(error.status, error.code, error.message) from error
    return answer.body


def delete(client: ArmClient, resource: Resource, arm_id: str, deadline: float) -> None:
    """Deletes the resource and waits until it is gone; one that is gone already is a success."""
    url = f"{arm_id}?api-version={resource.api_version}"
    answer = client.send("DELETE", url, deadline=deadline)
    try:
        if answer.status not in {200, 202, 204}:
            raise answer.error()
        if resource.delete_polls and _poll_url(answer):
            _wait(client, answer, url, DELETE_INTERVAL, deadline)
        elif resource.delete_polls and answer.status == 202:
            raise ProviderError(f"DELETE of '{arm_id}' was accepted, but ARM sent no URL to poll")
    except ArmError as error:
        if error.status != 404:
            raise


def _poll_url(answer: Answer) -> str | None:
    return answer.headers.get("azure-asyncoperation") or answer.headers.get("location")


def _wait(client: ArmClient, answer: Answer, resource_url: str, interval: float, deadline: float) -> None:
    """Polls the URL that ARM sent (Azure-AsyncOperation before Location), otherwise the resource itself."""
    url = _poll_url(answer)
    if url is None:
        if answer.status == 200 and _is_done(answer):
            return
        url = resource_url
    elif "api-version=" not in url:
        url += ("&" if "?" in url else "?") + resource_url.partition("?")[2]
    if answer.retry_after:
        client.sleep(answer.retry_after, deadline)
    while not _is_done(poll := client.send("GET", url, deadline=deadline)):
        client.sleep(interval if poll.retry_after is None else poll.retry_after, deadline)


def _is_done(poll: Answer) -> bool:
    if poll.status not in {200, 201, 202, 204}:
        raise poll.error()
    properties = poll.body.get("properties")
    inner = properties.get("provisioningState") if isinstance(properties, dict) else None
    state = str(poll.body.get("status") or inner or "").lower()
    if state in _FAILED:
        raise poll.error()
    return state == "succeeded" if state else poll.status != 202
