"""Each single edit of the configuration yields exactly the updates it should; no edit, none."""

from project import Project, rotate

POLICY = """<policies>
    <inbound>
        <base />
        <set-header name="X-From" exists-action="override"><value>gateway</value></set-header>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""
EDITS = [
    ("URL", "apis/orders/backend/url", "https://orders.backend.internal/v2", {("Backend", "orders"): "update"}),
    ("reason", "apis/legacy/backend/skipChainValidationReason", "as agreed", {("Backend", "legacy"): "update"}),
    ("path", "apis/orders/path", "orders-v2", {("Api", "orders"): "update"}),
    ("policy text", "apis/orders/policy", POLICY, {("ApiPolicy", "orders"): "update"}),
    ("policy text again", "apis/orders/policy", POLICY + "\n", {("ApiPolicy", "orders"): "update"}),
    ("certificate", "apis/orders/certificate", "legacy", {("ApiPolicy", "orders"): "update"}),
    ("certificate back", "apis/orders/certificate", "orders", {("ApiPolicy", "orders"): "update"}),
    ("title", "apis/orders/backend/title", "Orders", {("Backend", "orders"): "update"}),
    ("key", "apis/orders/subscriptionRequired", False, {("Api", "orders"): "update"}),
    ("operation", "apis/orders/operations", ["GET /*", "POST /*"], {("ApiOperation", "orders-post-any"): "create"}),
    ("operation removed", "apis/orders/operations", ["GET /*"], {("ApiOperation", "orders-post-any"): "delete"}),
]


def test_each_edit_updates_what_it_should_and_nothing_else(project: Project) -> None:
    project.must("up")
    assert project.preview() == {}
    for name, path, value, expected in EDITS:
        project.edit(path, value)
        assert project.preview() == expected, name
        before = project.writes()
        project.must("up")
        assert len(project.writes_since(before)) == 1, name
    assert all(call["ok"] for call in project.call().values())


def test_a_new_pfx_replaces_the_certificate_and_updates_the_policy(project: Project) -> None:
    project.must("up")
    rotate(project)
    assert project.preview() == {("Certificate", "legacy"): "replace", ("ApiPolicy", "legacy"): "update"}


def test_an_api_is_removed_without_touching_the_other(project: Project) -> None:
    project.must("up")
    before = project.writes()
    project.edit("apis/legacy", None)
    project.must("up")
    writes = project.writes_since(before)
    assert {method for method, _ in writes} == {"DELETE"}
    assert all("legacy" in path for _, path in writes)
    assert list(project.call()) == ["orders"]


def test_a_second_up_changes_nothing_and_says_so(deployed: Project) -> None:
    before = deployed.writes()
    printed = deployed.must("up")
    assert deployed.writes_since(before) == []
    assert "unchanged" in printed
    assert deployed.preview() == {}
