"""What stands in attributes and texts of policies: literals and expressions; named values end the call with 501."""

import re

from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Exchange
from local.azure.gateway.expressions import evaluated
from local.azure.gateway.failures import NotServedError, PipelineError
from local.azure.policy import Element, csharp
from local.azure.policy.csharp import Value


def text(policy: Policy, exchange: Exchange, attribute: str, element: Element | None = None) -> str:
    """An attribute of the policy, or of an element in it, as text; empty when it is missing."""
    element = element or policy.element
    return csharp.written(value(policy, exchange, element, element.attributes.get(attribute, "")))


def content(policy: Policy, exchange: Exchange, element: Element) -> str:
    """The text in an element."""
    return csharp.written(value(policy, exchange, element, element.text))


def condition(policy: Policy, exchange: Exchange, attribute: str, element: Element | None = None) -> bool:
    """An attribute that is a Boolean expression or literal; false when it is missing."""
    element = element or policy.element
    found = value(policy, exchange, element, element.attributes.get(attribute, "false"))
    if isinstance(found, bool):
        return found
    if not isinstance(found, str) or found.strip().lower() not in {"true", "false"}:
        raise _unreadable(element, f"'{csharp.written(found)}' is no Boolean.")
    return found.strip().lower() == "true"


def number(policy: Policy, exchange: Exchange, attribute: str, otherwise: int = 0) -> int:
    """An attribute that is a number."""
    found = text(policy, exchange, attribute) or str(otherwise)
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", found):
        raise _unreadable(policy.element, f"'{found}' is no number.")
    return int(found)


def value(policy: Policy, exchange: Exchange, element: Element, written: str) -> Value:
    """A literal as it stands; an expression's value."""
    if written.strip().startswith(("@(", "@{")):
        return evaluated(written.strip(), exchange, element.name, place(policy))
    if "{{" in written:
        raise NotServedError(f"the named value in '{element.name}' {place(policy)}")
    return written


def place(policy: Policy) -> str:
    """Where a policy stands."""
    return f"({policy.section}, {policy.scope} scope, line {policy.element.line})"


def _unreadable(element: Element, text: str) -> PipelineError:
    return PipelineError(element.name, "ExpressionValueEvaluationFailure", text)  # inferred
