"""What the engine asks (pulumirpc.ResourceProvider), answered through ARM.

Never logs or repeats inputs: they hold private keys.
"""

import time
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from local import endpoints, home
from local.provider import access_policy, checks, diff, operations, parameters, resources, shape
from local.provider.arm_client import ArmClient
from local.provider.errors import ArmError, PartialError, ProviderError
from local.provider.properties import decode, encode, mark_secrets, plain

VERSION = "3.29.0"
"""Of the SDK package whose tokens and shapes these are."""
_DEFAULT_TIMEOUT = 7200.0
_GROUP = resources.lookup("azure-native:resources:ResourceGroup")


class NotReadyError(Exception):
    """The resource exists, but did not become ready: the engine keeps `detail` in the state, with this error."""

    def __init__(self, error: PartialError, arm_id: str, outputs: dict[str, Any], inputs: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.detail = provider_pb2.ErrorResourceInitFailed(
            id=arm_id, properties=encode(outputs), reasons=[str(error)], inputs=encode(inputs)
        )


class Provider:
    """One public method for each RPC, named like it; an exception becomes the call's error."""

    def __init__(self) -> None:
        self._package = parameters.BASE
        self._config: dict[str, str] = {}
        self._client: ArmClient | None = None

    def _close(self) -> None:
        """Gives up the connections to ARM."""
        if self._client is not None:
            self._client.close()

    def handshake(self, _request: Any) -> Any:
        """The first call of newer engines."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def parameterize(self, request: Any) -> Any:
        """From now on this connection serves another API version, under another package's tokens."""
        self._package = parameters.package(request)
        return provider_pb2.ParameterizeResponse(name=self._package, version=VERSION)

    def attach(self, _request: Any) -> Any:
        """The engine found this process by PULUMI_DEBUG_PROVIDERS; nothing to remember of it."""
        return Empty()

    def get_plugin_info(self, _request: Any) -> Any:
        """The version that the engine compares with the SDK's."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def get_schema(self, _request: Any) -> Any:
        """No schema: the SDK package is there already."""
        return provider_pb2.GetSchemaResponse(schema=f'{{"name": "azure-native", "version": "{VERSION}"}}')

    def get_mapping(self, _request: Any) -> Any:
        """Nothing to convert from other ecosystems."""
        return provider_pb2.GetMappingResponse()

    def get_mappings(self, _request: Any) -> Any:
        """Nothing to convert from other ecosystems."""
        return provider_pb2.GetMappingsResponse()

    def check_config(self, request: Any) -> Any:
        """Any configuration passes: the credentials in it are Azure's, not local Azure's."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def diff_config(self, _request: Any) -> Any:
        """Leaves the comparison to the engine; no setting replaces anything."""
        return provider_pb2.DiffResponse()

    def configure(self, request: Any) -> Any:
        """Finds local Azure; of the configuration only `location` and `subscriptionId` matter."""
        prefix = f"{self._package}:config:"
        self._config = {name.removeprefix(prefix): value for name, value in request.variables.items()}
        self._close()
        self._client = ArmClient(endpoints.load(home.locate()))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def cancel(self, _request: Any) -> Any:
        """Ends every wait with an error. The process goes on: the CLI cancels after a preview, then configures anew."""
        if self._client is not None:
            self._client.cancelled.set()
        return Empty()

    def check(self, request: Any) -> Any:
        """Fills in defaults and reports what is missing."""
        resource = self._resource(request)
        modes = provider_pb2.CheckRequest.AutonamingOptions
        naming = checks.Naming(
            name=request.urn.rsplit("::", 1)[-1],
            seed=request.randomSeed,
            proposed=request.autonaming.proposed_name,
            enforced=request.autonaming.mode == modes.ENFORCE,
            disabled=request.autonaming.mode == modes.DISABLE,
        )
        inputs = checks.with_defaults(resource, decode(request.news), decode(request.olds), naming, self._location)
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in checks.missing(resource, inputs)]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    def diff(self, request: Any) -> Any:
        """Compares old and new inputs."""
        resource = self._resource(request)
        outputs, old, new = (plain(decode(each)) for each in (request.olds, request.old_inputs, request.news))
        if "azureApiVersion" in outputs:  # inputs of an import do not have it
            old.setdefault("azureApiVersion", outputs["azureApiVersion"])
        found = diff.detailed(resource, old, new, outputs)
        replaces = [path for path, kind in found.items() if diff.is_replacing(kind)]
        kinds = {path: provider_pb2.PropertyDiff.Kind.ValueType(kind) for path, kind in found.items()}
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=replaces,
            # As the real provider: only a random name leaves room for the new resource beside the old one, unless the
            # program says delete_before_replace=False (source: provider/provider.go, Diff).
            deleteBeforeReplace=bool(replaces) and not old.get(checks.AUTONAMED),
            diffs=sorted({path.partition(".")[0].partition("[")[0] for path in found}),
            detailedDiff={path: provider_pb2.PropertyDiff(kind=kind, inputDiff=True) for path, kind in kinds.items()},
            hasDetailedDiff=True,
        )

    def create(self, request: Any) -> Any:
        """Creates what does not exist yet; a preview tells what is known of it."""
        resource, inputs = self._resource(request), decode(request.properties)
        if request.preview:
            outputs = shape.preview(resource, plain(inputs), {})
            return provider_pb2.CreateResponse(properties=encode(mark_secrets(outputs, inputs)))
        arm_id = shape.resource_id(resource, plain(inputs), self._subscription_id)
        if resource.token == access_policy.TYPE:
            outputs = mark_secrets(access_policy.create(self._arm, arm_id, plain(inputs)), inputs)
        else:
            operations.assert_absent(self._arm, resource, arm_id)
            arm_id, outputs = self._write(resource, arm_id, inputs, request)
        return provider_pb2.CreateResponse(id=arm_id, properties=encode(outputs))

    def update(self, request: Any) -> Any:
        """Puts the whole new resource; a preview tells what is known of it."""
        resource, inputs = self._resource(request), decode(request.news)
        if request.preview:
            outputs = mark_secrets(shape.preview(resource, plain(inputs), decode(request.olds)), inputs)
        elif resource.token == access_policy.TYPE:
            outputs = mark_secrets(access_policy.update(self._arm, request.id, plain(inputs)), inputs)
        else:
            _, outputs = self._write(resource, request.id, inputs, request)
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    def read(self, request: Any) -> Any:
        """Reads for a refresh, or, without inputs, for an import."""
        resource, inputs, old = self._resource(request), decode(request.inputs), decode(request.properties)
        if resource.token == access_policy.TYPE:
            response = access_policy.read(self._arm, request.id, plain(old))
        else:
            response = operations.find(self._arm, resource, request.id)
        if response is None:  # deleted in Azure
            return provider_pb2.ReadResponse()
        outputs = shape.outputs(resource, response) if resource.api_version else response
        if inputs:
            inputs = shape.refreshed_inputs(resource, inputs, plain(old), outputs)
        else:
            inputs = shape.imported_inputs(resource, request.id, response)
        outputs = mark_secrets(mark_secrets(outputs, old), inputs)
        return provider_pb2.ReadResponse(id=request.id, properties=encode(outputs), inputs=encode(inputs))

    def delete(self, request: Any) -> Any:
        """Deletes; what is gone already counts as deleted."""
        resource = self._resource(request)
        if resource.token == access_policy.TYPE:
            access_policy.delete(self._arm, request.id, plain(decode(request.properties)))
        else:
            operations.delete(self._arm, resource, request.id, _deadline(request))
        return Empty()

    def invoke(self, request: Any) -> Any:
        """The `get…` function of each served resource, getClientConfig, and getClientToken for the resource manager."""
        if request.tok == "azure-native:authorization:getClientConfig":
            result = {
                "clientId": self._arm.endpoints.client_id,
                "objectId": self._arm.claims().get("oid", ""),
                "subscriptionId": self._subscription_id,
                "tenantId": self._arm.endpoints.tenant_id,
            }
        elif request.tok == "azure-native:authorization:getClientToken":
            result = {"token": self._arm.token()}
        else:
            parameters.refuse_other(request.tok, self._package)
            resource = resources.getter(request.tok)
            arm_id = shape.resource_id(resource, plain(decode(request.args)), self._subscription_id)
            try:
                response = self._arm.get(arm_id, resource.api_version)
            except ArmError as error:
                raise ProviderError(f"request failed {arm_id}: {error}") from error
            result = shape.outputs(resource, response) | {"id": response.get("id", arm_id)}
        return provider_pb2.InvokeResponse(**{"return": encode(result)})

    def _resource(self, request: Any) -> resources.Resource:
        token = request.urn.split("::")[2].rsplit("$", 1)[-1]
        parameters.refuse_other(token, self._package)
        return resources.lookup(token)

    @property
    def _arm(self) -> ArmClient:
        if self._client is None:
            raise ProviderError("The engine has not configured the provider yet")
        return self._client

    @property
    def _subscription_id(self) -> str:
        return self._config.get("subscriptionId") or self._arm.endpoints.subscription_id

    def _location(self, group: str) -> str | None:
        if "location" in self._config:
            return self._config["location"]
        arm_id = shape.resource_id(_GROUP, {"resourceGroupName": group}, self._subscription_id)
        try:
            return str(self._arm.get(arm_id, _GROUP.api_version)["location"])
        except ArmError:
            return None

    def _write(
        self, resource: resources.Resource, arm_id: str, inputs: dict[str, Any], request: Any
    ) -> tuple[str, dict[str, Any]]:
        """PUT, then GET: the state holds what a later refresh will see, not what the PUT happened to answer."""
        try:
            operations.put(self._arm, resource, arm_id, plain(inputs), _deadline(request))
        except PartialError as error:
            outputs = shape.outputs(resource, self._arm.get(arm_id, resource.api_version))
            raise NotReadyError(error, arm_id, mark_secrets(outputs, inputs), inputs) from error
        response = operations.read(self._arm, resource, arm_id)
        return response.get("id", arm_id), mark_secrets(shape.outputs(resource, response), inputs)


def _deadline(request: Any) -> float:
    return time.monotonic() + (request.timeout or _DEFAULT_TIMEOUT)
