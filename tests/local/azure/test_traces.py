"""Traces are for whoever has a token of the same service, and do not pile up."""

from local.azure.traces import Trace, Traces

SERVICE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a"


def test_a_token_is_for_one_service_whatever_its_case() -> None:
    traces = Traces()
    token = traces.issue_token(SERVICE)
    assert traces.accepts(token, SERVICE.upper())
    assert not traces.accepts(token, SERVICE + "b")
    assert not traces.accepts("", SERVICE)


def test_a_trace_has_its_entries_by_section() -> None:
    trace = Trace("a")
    trace.add("backend", "forward-request", "done", validation="chain and name")
    (entry,) = trace.body["traceEntries"]["backend"]
    assert (trace.body["serviceName"], trace.body["traceId"]) == ("a", trace.id)
    assert (entry["source"], entry["data"]) == (
        "forward-request",
        {"message": "done", "validation": "chain and name"},
    )
    assert trace.body["traceEntries"]["inbound"] == []


def test_only_the_latest_hundred_are_kept() -> None:
    traces = Traces()
    for number in range(101):
        traces.save(str(number), {})
    assert traces.get("0") is None
    assert traces.get("1") == traces.get("100") == {}
