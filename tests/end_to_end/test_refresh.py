"""What Azure re-serialises is no change; what somebody changed in the portal is, in that one policy."""

from project import Project

POLICY = """<policies>
    <inbound>
        <base />
        <set-header name="X-Length" exists-action="override">
            <value>@(context.Request.Method == "GET" && context.Api.Path.Length > 3 ? "a  b" : "c")</value>
        </set-header>
        <set-body>{ "a":  1 }</set-body>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""
PORTAL_EDITS = {
    "white space in an expression": ('"a  b"', '"a b"'),
    "white space in a body": ('"a":  1', '"a": 1'),
    "an element less": ('<set-body>{ "a":  1 }</set-body>', ""),
}


def in_azure(project: Project, edit: tuple[str, str] | None = None) -> str:
    """The policy of the API `orders` as it is; with an edit, changed as the portal does it."""
    service = next(row["id"] for row in project.state()["latest"]["resources"] if row["type"].endswith("Service"))
    policy = f"{service}/apis/orders/policies/policy"
    text: str = project.azure.arm("GET", f"{policy}?format=rawxml").body["properties"]["value"]
    if edit:
        assert edit[0] in text
        body = {"properties": {"format": "rawxml", "value": text.replace(*edit)}}
        assert project.azure.arm("PUT", policy, body).status == 200
    return text


def test_a_policy_that_azure_re_serialises_shows_no_change_and_one_changed_in_the_portal_does(project: Project) -> None:
    project.edit("apis/orders/policy", POLICY)
    project.must("up")
    stored = next(row for row in project.state()["latest"]["resources"] if row["type"].endswith(":ApiPolicy"))
    assert "\r\n" in stored["outputs"]["value"]
    assert "\r\n" not in stored["inputs"]["value"]
    before, ours = project.writes(), in_azure(project)
    project.must("refresh")
    assert project.preview() == {}
    for name, edit in PORTAL_EDITS.items():
        in_azure(project, edit)
        assert project.preview() == {}, "a preview without a refresh looks at the state only"
        project.must("refresh")
        assert project.preview() == {("ApiPolicy", "orders"): "update"}, name
        project.must("up")
        assert in_azure(project) == ours, name
        assert project.preview() == {}, name
    after = project.writes_since(before)
    assert after == [("PUT", "apis/orders/policies/policy")] * 2 * len(PORTAL_EDITS)
