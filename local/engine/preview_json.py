"""A report in the shape of `pulumi preview --json`.

Resources that do not change are left out, except the stack, unless they are asked for. Secrets are `[secret]`.
source: pulumi/pulumi pkg/backend/display/json.go, pkg/display/json.go
"""

import time
from typing import Any

from local.engine.events import Report, Step
from local.engine.properties import redacted
from local.engine.resource import Resource
from local.engine.urn import STACK_TYPE

Json = dict[str, Any]


def digest(report: Report, *, show_sames: bool = False) -> Json:
    """The whole document; with `show_sames` what does not change, too."""
    shown = [
        step
        for step in report.steps
        if step.op not in ("same", "delete-replaced")
        or (step.op == "same" and (show_sames or step.resource.type == STACK_TYPE))
    ]
    document: Json = {
        "config": report.config,
        "steps": [_step(step) for step in shown],
        "diagnostics": [
            {
                **({"urn": diagnostic.urn} if diagnostic.urn else {}),
                "message": ("" if diagnostic.severity == "info" else f"{diagnostic.severity}: ")
                + f"{diagnostic.message}\n",
                "severity": diagnostic.severity,
            }
            for diagnostic in report.diagnostics
        ],
        "duration": int((time.monotonic() - report.began) * 1e9),
        "changeSummary": {op: count for op, count in sorted(report.counts.items()) if op != "delete-replaced"},
    }
    return {key: value for key, value in document.items() if value}


def _step(step: Step) -> Json:
    content: Json = {"op": step.op, "urn": step.urn}
    if step.resource.provider:
        content["provider"] = step.resource.provider
    if step.old:
        content["oldState"] = _state(step.old)
    if step.new:
        content["newState"] = _state(step.new)
        if step.op in ("create", "update", "same", "read"):
            for key in ("id", "outputs") if step.op in ("create", "update") else ("outputs",):
                content["newState"].pop(key, None)  # the CLI tells this before the provider was asked
    if step.diff:
        reasons = {"diffReasons": step.diff.keys, "replaceReasons": step.diff.replaces}
        content |= {key: value for key, value in reasons.items() if value}
    return content | {"detailedDiff": step.diff.details if step.diff else None}


def _state(resource: Resource) -> Json:
    content = resource.to_json()
    return content | {key: redacted(content[key]) for key in ("inputs", "outputs") if key in content}
