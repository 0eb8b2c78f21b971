"""The policies that refuse a caller: check-header, ip-filter.

source: the page of each in the policy reference; reasons and texts: api-management-error-handling-policies, "Predefined
errors for policies". Inferred: the 401 of a check-header that names no code, and IPv4 ranges alone.
"""

from ipaddress import ip_address

from local.azure.gateway import values
from local.azure.gateway.effective import Policy
from local.azure.gateway.exchange import Exchange
from local.azure.gateway.failures import NotServedError, PipelineError


class RefusedError(PipelineError):
    """The policy does not let the caller through."""

    def __init__(self, source: str, status: int, message: str, reason: str) -> None:
        super().__init__(source, reason, message)
        self.status, self.message = status, message


def check_header(policy: Policy, exchange: Exchange) -> None:
    """Refuses a call whose header is missing or has none of the values."""
    name = values.text(policy, exchange, "name")
    allowed = [values.content(policy, exchange, each).strip() for each in policy.element.children]
    given = exchange.headers.get(name)
    if given is not None and values.condition(policy, exchange, "ignore-case"):
        allowed, given = [each.lower() for each in allowed], given.lower()
    if given is not None and (not allowed or given in allowed):
        exchange.trace.add(policy.section, policy.element.name, f"Header '{name}' was checked.")
        return
    reason = "HeaderNotFound" if given is None else "HeaderValueNotAllowed"
    text = f"Header {name} was not found in the request. Access denied."
    other = f"Header {name} value of {given} is not allowed. Access denied."
    message = values.text(policy, exchange, "failed-check-error-message") or (text if given is None else other)
    status = values.number(policy, exchange, "failed-check-httpcode", 401)
    raise RefusedError("check-header", status, message, reason)


def ip_filter(policy: Policy, exchange: Exchange) -> None:
    """Refuses callers by their address: all but the listed ones, or the listed ones."""
    caller = ip_address(exchange.remote)
    listed = False
    for each in policy.element.children:
        if each.name == "address":
            listed = listed or caller == ip_address(values.content(policy, exchange, each).strip())
        else:
            first, last = (ip_address(values.text(policy, exchange, end, each)) for end in ("from", "to"))
            if not first.version == last.version == caller.version:
                raise NotServedError(f"addresses of several versions in 'ip-filter' {values.place(policy)}")
            listed = listed or int(first) <= int(caller) <= int(last)
    if listed is (values.text(policy, exchange, "action") == "allow"):
        return
    text = f"Caller IP address {caller} is not allowed. Access denied."
    raise RefusedError("ip-filter", 403, text, "CallerIpNotAllowed")
