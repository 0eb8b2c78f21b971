"""Every example is deployed, deployed again without a change, called over mutual TLS, and destroyed without a trace."""

from pathlib import Path
from typing import ClassVar

import pytest
from certificates import Made, make
from project import PROJECT, Project

SERVICE = "resourceGroups/rg-backend-mtls-local/providers/Microsoft.ApiManagement/service/apim-backend-mtls-local"


def accepted(project: Project) -> tuple[Made, Path]:
    """A client that the legacy backend accepts, and its PFX."""
    client = make("team-client")
    pki = project.azure.home.pki
    (pki / "legacy-clients" / "team.pem").write_bytes(client.pem)
    (pki / "team.pfx").write_bytes(client.pfx())
    return client, pki / "team.pfx"


def arm(project: Project, path: str) -> str:
    return f"/subscriptions/{project.azure.endpoints.subscription_id}/{path}"


def test_every_example_is_tested_here() -> None:
    folders = {each.parent.name for each in (PROJECT / "examples").glob("*/Pulumi.yaml")}
    assert folders == {"adoption", "scopes", "typescript", "yaml"}  # the last two: test_languages.py


class TestScopes:
    def test_present_the_certificate_where_it_is_bound_and_nowhere_else(self, project: Project) -> None:
        project.edit("service/owned/sku", "Premium")
        project.must("up")
        client, pfx = accepted(project)
        config = {"resourceGroup": "rg-backend-mtls-local", "service": "apim-backend-mtls-local", "pfxFile": str(pfx)}
        example = project.example("scopes", config)
        before = project.writes()
        example.must("up")
        example.must("preview", "--expect-no-changes")
        outputs = example.outputs()
        assert outputs["thumbprint"] == client.thumbprint
        self.assert_calls(project, outputs["gateway"], client)
        created = project.writes()
        example.must("destroy")
        gone = {path for method, path in project.writes_since(created) if method == "DELETE"}
        made = {path for method, path in created[len(before) :] if method == "PUT"}
        assert gone == made - {"products/partners/apiLinks/status", "subscriptions/partner"}
        assert all(each["ok"] for each in project.call().values())

    def assert_calls(self, project: Project, gateway: str, client: Made) -> None:
        status, seen = project.get(f"{gateway}/status/read")
        assert (status, client.thumbprint in seen.upper()) == (200, True)
        assert project.get(f"{gateway}/status/other")[0] == 404
        status, seen = project.get(f"{gateway}/team/anything")
        assert (status, client.thumbprint in seen.upper()) == (200, True)
        put = project.azure.arm
        link = {"properties": {"apiId": arm(project, f"{SERVICE}/apis/status")}}
        assert put("PUT", arm(project, f"{SERVICE}/products/partners/apiLinks/status"), link).status == 201
        scope = {"scope": arm(project, f"{SERVICE}/products/partners"), "displayName": "p", "primaryKey": "partner-key"}
        assert put("PUT", arm(project, f"{SERVICE}/subscriptions/partner"), {"properties": scope}).status == 201
        status, seen = project.get(f"{gateway}/status/read", key="partner-key")
        assert (status, client.thumbprint in seen.upper()) == (200, True)
        # Azure deletes no product that somebody has subscribed to
        assert put("DELETE", arm(project, f"{SERVICE}/subscriptions/partner"), headers={"If-Match": "*"}).status == 200


class TestAdoption:
    """The platform's stack, and beside it an API whose certificate, backend and policy were made by hand."""

    CONFIG: ClassVar = {
        "resourceGroup": "rg-backend-mtls-local",
        "service": "apim-backend-mtls-local",
        "secretId": "https://kv-local.vault.azure.net/secrets/payments-client",
        "backendUrl": "https://orders.backend.internal",
        "offline": "true",
    }

    @pytest.fixture
    def by_hand(self, project: Project) -> Project:
        project.must("up")
        secret = self.CONFIG["secretId"]
        project.vault_certificate("payments-client", accepted_by="orders")
        policy = (PROJECT / "examples/adoption/policy.xml").read_text()
        tls = {"validateCertificateChain": True, "validateCertificateName": True}
        for path, properties in {
            "certificates/payments-client": {"keyVault": {"secretIdentifier": secret}},
            "backends/payments": {
                "url": self.CONFIG["backendUrl"],
                "protocol": "http",
                "title": "Payments",
                "tls": tls,
            },
            "apis/payments": {"path": "payments", "displayName": "Payments", "subscriptionRequired": False},
            "apis/payments/operations/read": {"displayName": "Read", "method": "GET", "urlTemplate": "/*"},
            "apis/payments/policies/policy": {"format": "rawxml", "value": policy},
        }.items():
            answer = project.azure.arm("PUT", arm(project, f"{SERVICE}/{path}"), {"properties": properties})
            assert answer.status == 201, answer
        return project

    def test_writes_nothing_and_owns_everything_from_then_on(self, by_hand: Project) -> None:
        example = by_hand.example("adoption", self.CONFIG)
        before = by_hand.writes()
        assert set(example.operations().values()) == {"import"}
        example.must("up")
        assert by_hand.writes_since(before) == []
        example.must("preview", "--expect-no-changes")
        status, seen = by_hand.get(example.outputs()["url"])
        assert (status, "CN=payments-client" in seen) == (200, True)

    def test_shows_what_a_change_does_and_deletes_in_order(self, by_hand: Project) -> None:
        example = by_hand.example("adoption", self.CONFIG)
        example.must("up")
        policy = example.folder / "policy.xml"
        policy.write_text(policy.read_text().replace('"none"', '"nobody"'))
        assert example.operations() == {("ApiPolicy", "payments"): "update"}
        before = by_hand.writes()
        example.must("up")
        assert by_hand.writes_since(before) == [("PUT", "apis/payments/policies/policy")]
        before = by_hand.writes()
        example.must("destroy")
        deleted = [path for _, path in by_hand.writes_since(before)]
        assert deleted == ["apis/payments/policies/policy", "backends/payments", "certificates/payments-client"]

    def test_of_something_else_than_what_is_declared_is_an_update_in_the_same_up(self, by_hand: Project) -> None:
        config = self.CONFIG | {"backendUrl": "https://orders.backend.internal/v2"}
        example = by_hand.example("adoption", config)
        before = by_hand.writes()
        example.must("up")
        assert by_hand.writes_since(before) == [("PUT", "backends/payments")]
        example.must("preview", "--expect-no-changes")
