"""Deletes what a stack no longer has, in reverse dependency order.

Resources that do not need one another are deleted at once; a resource goes only after everything that needs it.
source: pulumi/pulumi pkg/resource/deploy/step_generator.go (GenerateDeletes, ScheduleDeletes)
"""

from concurrent.futures import ThreadPoolExecutor

from local.engine.deployment import Deployment
from local.engine.plugin import ProviderError
from local.engine.resource import Resource
from local.engine.steps import StoppedError


def layers(condemned: list[Resource]) -> list[list[Resource]]:
    """What can be deleted at once, in the order of deletion; in `condemned` everything follows what it needs."""
    level = [0] * len(condemned)
    positions: dict[str, list[int]] = {}
    for position, resource in enumerate(condemned):
        positions.setdefault(resource.urn, []).append(position)
    for position, resource in reversed(list(enumerate(condemned))):
        for earlier in (each for urn in resource.needs for each in positions.get(urn, ()) if each < position):
            level[earlier] = max(level[earlier], level[position] + 1)
    return [
        [resource for resource, at in zip(condemned, level, strict=True) if at == number]
        for number in range(max(level, default=-1) + 1)
    ]


def delete_rest(deployment: Deployment) -> None:
    """Deletes what was replaced and what the program did not register (in a destroy: everything)."""
    condemned = deployment.state.remaining()
    gone = {resource.urn for resource in condemned if not resource.delete}
    kept = _protected(deployment, condemned)
    for layer in layers([resource for resource in condemned if resource.urn not in kept or resource.delete]):
        with ThreadPoolExecutor(deployment.scope.parallel) as pool:
            outcomes = [pool.submit(_delete, deployment, resource, gone) for resource in layer]
            try:
                succeeded = [outcome.result() for outcome in outcomes]
            except KeyboardInterrupt:
                deployment.steps.stopped.set()
                raise
        if not all(succeeded):
            return


def _protected(deployment: Deployment, condemned: list[Resource]) -> set[str]:
    """Reports what must not be deleted; returns it with everything that it needs."""
    kept: set[str] = set()
    for resource in reversed(condemned):
        if resource.protect and not resource.delete:
            kept.add(resource.urn)
            deployment.report.say(
                "error",
                f'resource "{resource.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
                "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
                resource.urn,
            )
        if resource.urn in kept:
            kept |= resource.needs
    return kept


def _delete(deployment: Deployment, resource: Resource, gone: set[str]) -> bool:
    """Whether the resource is gone."""
    spared = resource.external or resource.retain_on_delete or resource.deleted_with in gone
    try:
        handler = None if spared or deployment.scope.preview else deployment.handler(resource)
        deployment.steps.delete(resource, handler)
    except StoppedError:
        return False
    except ProviderError as error:
        deployment.report.say("error", str(error), resource.urn)
        return False
    return True
