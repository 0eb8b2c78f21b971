"""Each single edit of the configuration yields exactly the updates it should; no edit, none."""

from project import STACK_FILE, Project, rotate

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
EDITS = {
    "URL": ("apis/orders/backend/url", "https://orders.backend.internal/v2", {("Backend", "orders"): "update"}),
    "reason": ("apis/legacy/backend/skipChainValidationReason", "as agreed", {("Backend", "legacy"): "update"}),
    "title": ("apis/orders/backend/title", "Orders", {("Backend", "orders"): "update"}),
    "path": ("apis/orders/path", "orders-v2", {("Api", "orders"): "update"}),
    "key": ("apis/legacy/subscriptionRequired", False, {("Api", "legacy"): "update"}),
    "policy text": ("apis/orders/policy", POLICY, {("ApiPolicy", "orders"): "update"}),
    "certificate": ("apis/orders/certificate", "legacy", {("ApiPolicy", "orders"): "update"}),
    "operation added": (
        "apis/orders/operations",
        ["GET /*", "POST /*"],
        {("ApiOperation", "orders-post-any"): "create"},
    ),
    "operation replaced": (
        "apis/legacy/operations",
        ["PUT /*"],
        {("ApiOperation", "legacy-put-any"): "create", ("ApiOperation", "legacy-get-any"): "delete"},
    ),
}


def test_each_edit_alone_updates_what_it_should_and_nothing_else(deployed: Project) -> None:
    file = deployed.root / STACK_FILE
    original = file.read_text()
    assert deployed.preview() == {}
    try:
        for name, (path, value, expected) in EDITS.items():
            deployed.edit(path, value)
            assert deployed.preview() == expected, name
            file.write_text(original)
    finally:
        file.write_text(original)


def test_all_edits_together_write_each_resource_once(project: Project) -> None:
    project.must("up")
    before = project.writes()
    for name, (path, value, _) in EDITS.items():
        if name not in {"certificate", "operation replaced"}:
            project.edit(path, value)
    project.must("up")
    assert sorted(project.writes_since(before)) == [
        ("PUT", "apis/legacy"),
        ("PUT", "apis/orders"),
        ("PUT", "apis/orders/operations/post-any"),
        ("PUT", "apis/orders/policies/policy"),
        ("PUT", "backends/legacy"),
        ("PUT", "backends/orders"),
    ]
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
