"""What an update takes away is said as what it does to calls."""

from typing import Any

import pytest
from review_changes import effects, report
from rule_policies import SECRET, UNKNOWN
from rule_resources import api, backend

KEYS = {"header": "X-Key", "query": "key"}


def of_api(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    """What is said of an API whose policy is not in the stack."""
    return [each for each in effects([api(**before)], [api(**after)]) if "updated" not in each[1]]


def test_the_names_of_the_key_parameters() -> None:
    header, query = of_api({"subscriptionKeyParameterNames": KEYS}, {})
    assert header[0] == "outage"
    assert header[1].startswith("subscription keys are read in the header Ocp-Apim-Subscription-Key: ")
    assert header[1].endswith("callers that send theirs in the header X-Key get 401")
    assert "in the query parameter key get 401" in query[1]
    assert of_api({"subscriptionKeyParameterNames": KEYS, "subscriptionRequired": False}, {})[0][1].startswith(
        "callers"
    )
    assert of_api({"subscriptionKeyParameterNames": KEYS}, {"subscriptionKeyParameterNames": KEYS}) == []
    defaults = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}
    assert of_api({"subscriptionKeyParameterNames": defaults}, {}) == []


@pytest.mark.parametrize(
    ("before", "level", "text"),
    [
        ({"serviceUrl": "https://x.example.com"}, "risk", "its own URL changes from https://x.example.com to nowhere"),
        ({"apiVersion": "v1", "apiVersionSetId": "/set"}, "outage", "it is no longer version v1"),
        ({"protocols": ["http", "https"]}, "outage", "it is no longer served over http"),
        ({"authenticationSettings": {"oAuth2": {}}}, "risk", "its OAuth or OpenID settings change"),
    ],
)
def test_what_else_an_api_has(before: dict[str, Any], level: str, text: str) -> None:
    [(said, words)] = of_api(before, {})
    assert (said, words.startswith(text)) == (level, True)
    assert of_api(before, before) == []


def test_what_only_the_portal_shows_is_nothing_to_calls() -> None:
    assert effects([api(description="d", isCurrent=True, apiRevision="1", apiType="http")], [api()]) == []


def test_what_a_backend_carries_is_named_and_never_shown() -> None:
    given = {"header": {"X-Code": ["planted-secret"]}, "query": {"code": ["planted-secret"]}}
    carried = given | {"authorization": {"scheme": "Basic", "parameter": "planted-secret"}}
    found = effects([backend(credentials=carried)], [backend()])
    [lost] = [each for each in found if "no longer carry" in each[1]]
    assert lost[0] == "risk"
    assert "backend orders no longer carry: authorization, header X-Code, query parameter code;" in lost[1]
    assert "planted-secret" not in repr(report([backend(credentials=carried)], [backend()]))
    assert not [each for each in effects([backend()], [backend(credentials=carried)]) if "carry" in each[1]]


def test_a_backends_links() -> None:
    found = effects([backend(resourceId="https://management.azure.com/x", proxy={"url": "http://p"})], [backend()])
    assert ("risk", "backend orders loses its resourceId: calls depend on it") in found
    assert ("risk", "backend orders loses its proxy: calls depend on it") in found


@pytest.mark.parametrize("value", [UNKNOWN, SECRET])
def test_what_is_not_known_is_said_to_be_so(value: str) -> None:
    assert (
        "callers that send theirs in the header X-Key"
        in of_api({"subscriptionKeyParameterNames": KEYS}, {"subscriptionKeyParameterNames": value})[0][1]
    )
    assert "its credentials" in effects([backend(credentials=value)], [backend()])[0][1]
