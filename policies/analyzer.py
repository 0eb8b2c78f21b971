"""What Pulumi asks a policy pack (pulumirpc.Analyzer), answered by the rules.

Inputs arrive one resource at a time, before anything is done; outputs and dependencies of all of them at the end. The
rules look at the whole graph, so that they are judged at the end, over both.
"""

from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2, plugin_pb2

from policies import pack, resources
from policies.stack import UNNAMED, Stack
from rules.catalog import RULES
from rules.judge import judge
from rules.setup import Setup


class Analyzer:
    """One public method for each RPC, named like it; what is not here the engine does without."""

    def __init__(self) -> None:
        self._stack: Stack = UNNAMED
        self._ceilings: dict[str, int] = {}
        self._inputs: dict[str, dict[str, Any]] = {}

    def configure_stack(self, request: Any) -> Any:
        """The stack and its configuration: the first call. It does not come where a pack is only described."""
        self._stack = Stack.of(request)
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def get_plugin_info(self, _request: Any) -> Any:
        """Nothing: PulumiPolicy.yaml has the version."""
        return plugin_pb2.PluginInfo()

    def get_analyzer_info(self, _request: Any) -> Any:
        """One policy for each rule."""
        return pack.info(self._stack.settings)

    def configure(self, request: Any) -> Any:
        """The levels of `--policy-pack-config`, which Pulumi fills up with those of `get_analyzer_info`."""
        self._ceilings = {name: config.enforcementLevel for name, config in request.policyConfig.items()}
        return Empty()

    def analyze(self, request: Any) -> Any:
        """Keeps the inputs of a resource, without its secrets."""
        self._inputs[request.urn] = resources.values(request.properties)
        return analyzer_pb2.AnalyzeResponse()

    def analyze_stack(self, request: Any) -> Any:
        """The findings, each at its own level. By settings that are wrong nothing is judged."""
        stack = self._stack
        if stack.problem:
            findings = [pack.wrong_settings(stack.problem)]
        else:
            rules = [rule for rule in RULES if self._ceilings.get(rule.id) != analyzer_pb2.DISABLED]
            graph = resources.graph(request.resources, self._inputs, stack=stack.name, project=stack.project)
            findings = judge(Setup(graph), stack.settings, rules)
        diagnostics = pack.diagnostics(findings, stack, self._ceilings)
        return analyzer_pb2.AnalyzeResponse(diagnostics=diagnostics)
