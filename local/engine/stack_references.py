"""What a program reads of other stacks (`pulumi.StackReference`): the provider that is built into the engine.

A reference is read, never created: it is an external resource of `pulumi:providers:pulumi::default`, whose outputs are
`name`, `outputs` and `secretOutputNames`.
source: pulumi/pulumi pkg/resource/deploy/builtins.go, pkg/backend/backend.go (GetStackOutputs), diy/store.go
"""

from typing import Any

from local.engine import checkpoint
from local.engine.checkpoint import Location
from local.engine.passphrase import Crypter
from local.engine.plugin import Created, Diff, Plugin, ProviderError
from local.engine.properties import Properties, UnsupportedError, plain
from local.engine.state import load
from local.engine.urn import STACK_TYPE, resource_type
from local.errors import LocalError

PACKAGE = "pulumi"
"""Its resources need no plugin process."""
TYPE = "pulumi:pulumi:StackReference"


class StackReferences(Plugin):
    """Reads the outputs of the stacks in the same backend, with the same passphrase."""

    def __init__(self, backend_url: str, project: str, passphrase: str) -> None:
        self._backend_url, self._project, self._passphrase = backend_url, project, passphrase

    def check_config(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[Any]]:
        """It has no configuration: `pulumi:…` in a stack's file is the engine's."""
        del urn, olds, news
        return {}, []

    def diff_config(self, urn: str, olds: Properties, outputs: Properties, news: Properties) -> Diff:
        """Nothing ever changes."""
        del urn, olds, outputs, news
        return Diff(changes=False)

    def configure(self, urn: str, identity: str, inputs: Properties) -> None:
        """There is nothing to hand over."""

    def close(self) -> None:
        """There is no connection."""

    def read(self, urn: str, identity: str, inputs: Properties, outputs: Properties) -> Created:
        """The outputs of the stack that the inputs name; a refresh has them, too."""
        del outputs
        if resource_type(urn) != TYPE:
            raise UnsupportedError(f"reading {resource_type(urn)}")
        name = inputs.get("name")
        if not isinstance(name, str):
            raise ProviderError("stack reference can not be imported")
        found = self._outputs(name)
        secrets = sorted(key for key, value in found.items() if plain(value) != value)
        read: Properties = {"name": name, "outputs": found, "secretOutputNames": secrets}
        return Created(id=identity, inputs=inputs, outputs=read)

    def _outputs(self, name: str) -> Properties:
        """Outputs of a stack; what is secret stays secret."""
        stored = load(self._locate(name))
        if not stored.exists:
            raise ProviderError(f'unknown stack "{name}"')
        rows = stored.deployment.get("resources") or []
        sealed: Properties = next((row.get("outputs", {}) for row in rows if row["type"] == STACK_TYPE), {})
        crypters: list[Crypter] = []

        def decrypt(text: str) -> str:
            if not crypters:  # the key takes a while, and many stacks have no secret outputs
                secrets = stored.deployment.get("secrets_providers") or {}
                if secrets.get("type") != "passphrase":
                    raise ProviderError(f"the secrets of {name} are encrypted by {secrets.get('type')!r}")
                crypters.append(Crypter(self._passphrase, secrets["state"]["salt"]))
            return crypters[0].decrypt(text)

        try:
            opened: Properties = checkpoint.unseal(sealed, decrypt)
        except LocalError as error:
            raise ProviderError(f"the stack reference {name} cannot be read: {error}") from error
        return opened

    def _locate(self, name: str) -> Location:
        """The files of `stack`, `organization/stack` or `organization/project/stack`."""
        *owners, stack = name.split("/") if name.count("/") < 3 else [""]
        if owners and owners[0] not in ("", "organization"):
            raise ProviderError("organization name must be 'organization'")
        if not stack:
            raise ProviderError("a stack name may not be empty")
        return checkpoint.locate(self._backend_url, owners[-1] if len(owners) > 1 else self._project, stack)

    def _call(self, method: str, request: Any) -> Any:
        del request
        raise UnsupportedError(f"{method} of the package {PACKAGE}")
