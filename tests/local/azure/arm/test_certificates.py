"""Certificates: from Key Vault with the service's identity, or from a PFX; never shown, never deleted while in use."""

import uuid

import pytest
from backend_mtls.x509 import pfx
from certificates import make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.local.azure.arm.conftest import SECRET, Pfx, Service, make_pfx

PATH = "/certificates/orders"

SEVERAL = 'CN=a, O="Fabrikam, Inc.", S=Ohio, C=US'
KINDS = {
    "C": NameOID.COUNTRY_NAME,
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "UID": NameOID.USER_ID,
}


def from_vault(identifier: str = SECRET, **more: str) -> dict[str, object]:
    return {"properties": {"keyVault": {"secretIdentifier": identifier, **more}}}


class TestPfx:
    def test_it_shows_what_is_in_it_and_not_the_key(self, service: Service) -> None:
        pfx = make_pfx("orders", password="secret")
        answer = service.put(PATH, {"properties": {"data": pfx.data, "password": "secret"}})
        assert answer.status == 201
        assert set(answer.body["properties"]) == {"subject", "thumbprint", "expirationDate"}
        assert answer.body["properties"]["subject"] == "CN=orders"
        assert answer.body["properties"]["thumbprint"] == pfx.thumbprint
        read = service.get(PATH)
        assert (read.body, read.headers["etag"]) == (answer.body, answer.headers["etag"])

    def test_a_second_put_replaces_it(self, service: Service) -> None:
        service.add_certificate()
        new = make_pfx()
        answer = service.put(PATH, {"properties": {"data": new.data}})
        assert answer.status == 200
        assert answer.body["properties"]["thumbprint"] == new.thumbprint

    @pytest.mark.parametrize(
        ("properties", "reason"),
        [
            ({}, "'data' should not be empty."),
            ({"data": "###"}, "not base64"),
            ({"data": make_pfx().certificate}, "is no PFX with a private key"),
            ({"data": make_pfx(password="right").data, "password": "wrong"}, "network password is not correct"),
        ],
        ids=["nothing", "no base64", "a .cer", "wrong password"],
    )
    def test_what_cannot_be_read_is_refused(self, service: Service, properties: dict[str, str], reason: str) -> None:
        answer = service.put(PATH, {"properties": properties})
        assert (answer.status, answer.error["code"]) == (400, "ValidationError")
        assert reason in answer.error["details"][0]["message"]
        assert service.get(PATH).error["message"] == "Certificate not found."

    def test_a_service_stores_each_thumbprint_once(self, service: Service) -> None:
        pfx = service.add_certificate()
        answer = service.put("/certificates/again", {"properties": {"data": pfx.data}})
        assert answer.status == 400
        assert f"'{pfx.thumbprint}' already exists with id 'orders'" in answer.error["details"][0]["message"]

    @pytest.mark.parametrize(
        ("subject", "expected"),
        [
            ([[("C", "US")], [("ST", "Ohio")], [("O", "Fabrikam, Inc.")], [("CN", "a")]], SEVERAL),
            ([[("CN", "a"), ("OU", "b")]], "CN=a + OU=b"),
            ([[("CN", 'the "one"')]], 'CN="the ""one"""'),
            ([[("CN", " a")], [("UID", "7")]], 'OID.0.9.2342.19200300.100.1.1=7, CN=" a"'),
        ],
    )
    def test_its_subject_is_printed_as_dotnet_prints_it_and_as_the_product_does(
        self, service: Service, subject: list[list[tuple[str, str]]], expected: str
    ) -> None:
        parts = [[x509.NameAttribute(KINDS[kind], value) for kind, value in part] for part in subject]
        made = make(key=ec.generate_private_key(ec.SECP256R1()), subject=parts)
        answer = service.put(PATH, {"properties": {"data": made.base64()}})
        assert answer.body["properties"]["subject"] == expected
        assert pfx.read(made.pfx(), None).subject == pfx.read(made.pfx(), None).issuer == expected

    @pytest.mark.parametrize("name", ["a" * 81, "a*b", "a:b", "a+b"])
    def test_its_id_follows_the_rule(self, service: Service, name: str) -> None:
        answer = service.put(f"/certificates/{name}", {"properties": {"data": make_pfx().data}})
        assert (answer.status, answer.error["code"]) == (400, "ValidationError")


class TestKeyVault:
    def test_it_is_read_with_the_services_own_identity(self, service: Service) -> None:
        thumbprint = service.add_key_vault_certificate()
        properties = service.get(PATH).body["properties"]
        assert properties["subject"] == "CN=orders-client"
        assert properties["thumbprint"] == thumbprint
        assert properties["keyVault"]["lastStatus"]["code"] == "Success"
        assert properties["keyVault"]["secretIdentifier"] == SECRET

    def test_an_identity_without_access_is_refused(self, service: Service) -> None:
        principal = service.get("").body["identity"]["principalId"]
        answer = service.put(PATH, from_vault())
        assert (answer.status, answer.error["code"]) == (400, "InvalidOperation")
        assert answer.error["message"] == (
            f"Failed to access KeyVault Secret {SECRET} using Managed Service Identity (http://aka.ms/apimmsi) of Api"
            " Management service. Check if Managed Identity of Type: SystemAssigned, ClientId:  and ObjectId:"
            f" {principal} has GET permissions on secrets in the KeyVault Access Policies."
        )

    def test_a_service_without_an_identity_is_refused(self, service: Service) -> None:
        service.put("", {**service.body, "identity": None})
        assert service.put(PATH, from_vault()).error["code"] == "InvalidOperation"

    def test_an_identity_that_the_service_has_not_is_refused(self, service: Service) -> None:
        client_id = str(uuid.uuid4())
        detail = service.put(PATH, from_vault(identityClientId=client_id)).error["details"][0]
        assert detail["target"] == "identityClientId"
        assert detail["message"] == (
            f"Can not find Managed Identity with provided IdentityClientId : {client_id}."
            " For more information please see aka.ms/apimmsi."
        )

    @pytest.mark.parametrize("kind", ["certificates", "keys"])
    def test_only_a_secret_is_accepted(self, service: Service, kind: str) -> None:
        service.grant()
        detail = service.put(PATH, from_vault(SECRET.replace("/secrets/", f"/{kind}/"))).error["details"][0]
        assert detail["message"] == "ApiManagement service only accepts KeyVault Secrets type."

    def test_a_secret_that_is_not_there_is_refused(self, service: Service) -> None:
        service.grant()
        answer = service.put(PATH, from_vault(SECRET.replace("orders-client", "nothing")))
        assert answer.status == 400
        assert "nothing was not found in this key vault" in answer.error["message"]

    def test_a_rotated_secret_is_followed_on_refresh(self, service: Service) -> None:
        name = f"rotating-{service.name}"
        old = import_into_vault(service, name)
        service.grant()
        service.put(PATH, from_vault(SECRET.replace("orders-client", name)))
        new = import_into_vault(service, name)
        assert service.get(PATH).body["properties"]["thumbprint"] == old.thumbprint
        answer = service.azure.arm("POST", f"{service.path}{PATH}/refreshSecret")
        assert (answer.status, "etag" in answer.headers) == (200, True)
        assert service.get(PATH).body["properties"]["thumbprint"] == new.thumbprint

    def test_a_pinned_version_never_follows(self, service: Service) -> None:
        name = f"pinned-{service.name}"
        old = import_into_vault(service, name)
        version = vault(service, "GET", f"/certificates/{name}")["id"].rpartition("/")[2]
        service.grant()
        service.put(PATH, from_vault(SECRET.replace("orders-client", f"{name}/{version}")))
        import_into_vault(service, name)
        service.azure.arm("POST", f"{service.path}{PATH}/refreshSecret")
        assert service.get(PATH).body["properties"]["thumbprint"] == old.thumbprint

    def test_a_pfx_has_nothing_to_refresh(self, service: Service) -> None:
        service.add_certificate()
        assert service.azure.arm("POST", f"{service.path}{PATH}/refreshSecret").status == 400


class TestLimit:
    def test_the_consumption_tier_has_fifty_and_each_of_them_can_still_change(self, service: Service) -> None:
        service.put("", {**service.body, "sku": {"name": "Consumption", "capacity": 0}})
        for number in range(50):
            service.add_certificate(f"c{number}")
        answer = service.put("/certificates/c50", {"properties": {"data": make_pfx().data}})
        assert (answer.status, answer.error["code"]) == (400, "ValidationError")
        assert "The limit of 50 certificates" in answer.error["message"]
        service.add_certificate("c0")
        assert service.delete_entity("/certificates/c1").status == 200
        service.add_certificate("c50")

    def test_another_tier_has_more(self, service: Service) -> None:
        for number in range(51):
            service.add_certificate(f"c{number}")


class TestInUse:
    @pytest.mark.parametrize("attribute", ["thumbprint", "certificate-id"])
    def test_a_policy_keeps_it(self, service: Service, attribute: str) -> None:
        pfx = service.add_certificate()
        service.add_api()
        value = pfx.thumbprint.lower() if attribute == "thumbprint" else "orders"
        assert service.put_policy(f'<authentication-certificate {attribute}="{value}" />').status == 201
        answer = service.delete_entity(PATH)
        assert (answer.status, answer.error["code"]) == (400, "ValidationError")
        assert answer.error["message"] == (
            "The Certificate 'orders' is used by the following entities:\r\n/apis/orders/policies/policy\r\n"
        )
        assert service.delete_entity("/apis/orders/policies/policy").status == 200
        assert service.delete_entity(PATH).status == 200
        assert service.delete_entity(PATH).status == 204

    def test_a_backend_keeps_it(self, service: Service) -> None:
        service.add_certificate()
        service.add_backend(credentials={"certificateIds": [f"{service.path}{PATH}"]})
        assert service.delete_entity(PATH).error["message"].endswith(":\r\n/backends/orders\r\n")
        service.delete_entity("/backends/orders")
        assert service.delete_entity(PATH).status == 200

    def test_another_certificate_of_the_service_can_go(self, service: Service) -> None:
        service.add_certificate()
        service.add_certificate("other")
        service.add_api()
        service.put_policy('<authentication-certificate certificate-id="orders" />')
        assert service.delete_entity("/certificates/other").status == 200


class TestList:
    def names(self, service: Service, query: str = "") -> list[str]:
        return [one["name"] for one in service.get(f"/certificates{query}").body["value"]]

    def test_it_can_be_filtered(self, service: Service) -> None:
        pfx = service.add_certificate("one")
        service.add_certificate("two")
        assert self.names(service) == ["one", "two"]
        assert self.names(service, f"?$filter=thumbprint eq '{pfx.thumbprint}'") == ["one"]
        assert self.names(service, "?$filter=startswith(name,'t')") == ["two"]
        assert self.names(service, "?$filter=name ne 'one' and expirationDate gt '2000-01-01'") == ["two"]
        assert self.names(service, "?$filter=expirationDate lt '2000-01-01'") == []

    def test_it_pages(self, service: Service) -> None:
        for name in ("a", "b", "c"):
            service.add_certificate(name)
        first = service.get("/certificates?$top=2").body
        assert ([one["name"] for one in first["value"]], first["count"]) == (["a", "b"], 3)
        second = service.azure.arm("GET", first["nextLink"]).body
        assert ([one["name"] for one in second["value"]], second["nextLink"]) == (["c"], "")

    def test_what_it_does_not_understand_is_refused(self, service: Service) -> None:
        service.add_certificate()
        assert service.get("/certificates?$filter=length(name) gt 3").status == 501
        assert service.get("/certificates?$orderby=name").status == 501


def vault(service: Service, method: str, path: str, body: object = None) -> dict[str, str]:
    known = service.azure
    headers = {"Authorization": f"Bearer {known.token_for('https://vault.azure.net')}"}
    url = known.endpoints.vaults["kv-local"] + path
    answer = known.arm(method, url, body, "7.4", headers)
    assert answer.status == 200, answer
    found: dict[str, str] = answer.body
    return found


def import_into_vault(service: Service, name: str) -> Pfx:
    pfx = make_pfx(name)
    vault(service, "POST", f"/certificates/{name}/import", {"value": pfx.data})
    return pfx
