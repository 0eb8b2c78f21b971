"""What a program reads of other stacks (`pulumi.StackReference`): the plugin that is built into the engine.

source: pulumi/pulumi pkg/resource/deploy/builtins.go; what the CLI writes to a state was seen with it: an external
resource of `pulumi:providers:pulumi::default`, with `name`, `outputs` and `secretOutputNames`.
"""

from typing import Any

from local.engine import checkpoint
from local.engine.plugin import Created, Diff, Plugin, ProviderError
from local.engine.properties import Properties, UnsupportedError, plain
from local.engine.resource import Resource
from local.engine.state import State
from local.engine.urn import STACK_TYPE

PACKAGE = "pulumi"
"""Its resources need no plugin process."""


class StackReferences(Plugin):
    """The outputs of the stacks in the same backend, and encrypted with the same passphrase."""

    def __init__(self, backend_url: str, project: str, passphrase: str) -> None:
        self._backend_url, self._project, self._passphrase = backend_url, project, passphrase

    def check_config(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[Any]]:
        """It has no configuration."""
        del urn, olds
        return news, []

    def diff_config(self, urn: str, olds: Properties, outputs: Properties, news: Properties) -> Diff:
        """Nothing of it replaces anything."""
        del urn, olds
        return Diff(changes=outputs != news)

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """There is nothing to hand over."""

    def close(self) -> None:
        """There is no connection."""

    def read(self, urn: str, identity: str, inputs: Properties, outputs: Properties) -> Created:
        """The outputs of the stack `[organization/]project/stack`, or `stack` of the same project."""
        del urn, outputs
        *before, stack = identity.split("/")
        location = checkpoint.locate(self._backend_url, before[-1] if before else self._project, stack)
        state = State(location, self._passphrase, None, writable=False)
        if not state.exists:
            raise ProviderError(f'unknown stack "{identity}"')
        found: Properties = next((each.outputs for each in state.resources if _is_stack(each)), {})
        secrets = sorted(name for name, value in found.items() if plain(value) != value)
        return Created(
            id=identity,
            inputs=inputs,
            outputs={"name": identity, "outputs": found, "secretOutputNames": secrets},
        )

    def _call(self, method: str, request: Any) -> Any:
        del request
        raise UnsupportedError(f"{method} of the package {PACKAGE}")


def _is_stack(resource: Resource) -> bool:
    return resource.type == STACK_TYPE
