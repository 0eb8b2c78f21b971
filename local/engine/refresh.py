"""Reads every resource again and takes over what it has become.

source: pulumi/pulumi pkg/resource/deploy/step.go (RefreshStep), deployment_executor.go (rebuildBaseState)
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from local.engine.deployment import Deployment
from local.engine.events import Step
from local.engine.plugin import Plugin, ProviderError
from local.engine.properties import keep_secret, plain
from local.engine.resource import Resource, now
from local.engine.steps import StoppedError


def refresh(deployment: Deployment) -> None:
    """Reads everything, dependencies first or at once; forgets what does not exist any more."""
    state = deployment.state
    for operation in state.interrupted:
        urn = operation["resource"]["urn"]
        message = "its creation was interrupted; if it was created nevertheless, delete it by hand or import it"
        deployment.report.say("warning", message, urn)
    state.forget_interrupted()
    with ThreadPoolExecutor(deployment.scope.parallel) as pool:
        read = list(pool.map(lambda resource: _refresh(deployment, resource), state.resources))
    gone = {old.urn for old, new in zip(state.resources, read, strict=True) if new is None}
    gone -= {new.urn for new in read if new}
    for resource in read:
        if resource and gone & resource.needs:
            state.save(_without(resource, gone, deployment))


def _refresh(deployment: Deployment, old: Resource) -> Resource | None:
    """The resource as it is now; None when it does not exist any more."""
    report, state = deployment.report, deployment.state
    if not old.custom or old.is_provider or deployment.steps.stopped.is_set():
        report.finish(Step(op="same", old=old, new=old))
        return old
    try:
        handler = deployment.handler(old)
        found = handler.read(old.urn, old.id, old.inputs, old.outputs) if isinstance(handler, Plugin) else None
    except (ProviderError, StoppedError) as error:
        deployment.steps.stopped.set()
        report.say("error", str(error), old.urn)
        return old
    if found is None:
        _tell(deployment, Step(op="delete", old=old))
        state.save(drop=old)
        return None
    inputs = old.inputs if found.inputs is None else keep_secret(found.inputs, old.inputs)
    secrets = {**old.outputs, **inputs}
    outputs = keep_secret(found.outputs, secrets, old.additional_secret_outputs)
    if (plain(inputs), plain(outputs), found.id) == (plain(old.inputs), plain(old.outputs), old.id):
        report.finish(Step(op="same", old=old, new=old))
        return old
    new = replace(old, id=found.id, inputs=inputs, outputs=outputs, modified=now(), init_errors=[])
    _tell(deployment, Step(op="update", old=old, new=new))
    state.save(new)
    return new


def _tell(deployment: Deployment, step: Step) -> None:
    deployment.report.start(step)
    deployment.report.finish(step)


def _without(resource: Resource, gone: set[str], deployment: Deployment) -> Resource:
    """The resource without references to what is gone; its parent becomes the nearest one that exists."""
    parent = resource.parent
    while parent in gone:
        parent = deployment.old[parent].parent
    return replace(
        resource,
        parent=parent,
        dependencies=[urn for urn in resource.dependencies if urn not in gone],
        property_dependencies={
            key: [urn for urn in needed if urn not in gone] for key, needed in resource.property_dependencies.items()
        },
        deleted_with="" if resource.deleted_with in gone else resource.deleted_with,
    )
