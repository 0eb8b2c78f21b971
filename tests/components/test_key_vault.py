"""Certificates are looked up in a vault over TLS by Microsoft's client, unmodified; here the vault is local Azure's."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from backend_mtls import key_vault
from backend_mtls.key_vault import Finding, Mode, Preflight
from backend_mtls.vault.secret_identifier import SecretIdentifier
from planes import VAULT, Planes

from local.azure import request_log, x509
from local.azure.vault import certificates

RESOURCE = "https://vault.azure.net"
READER = "21090545-7ca7-4776-b22c-e363652d74d2"
NOBODY = "nobody is logged in (az login, or ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET)"
VERSION = "0123456789abcdef0123456789abcdef"


class Credential:
    """Any identity that Microsoft Entra ID would vouch for; counts how often it is asked."""

    def __init__(self, planes: Planes) -> None:
        self.asked = 0
        self._planes = planes

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        self.asked += 1
        return AccessToken(self._planes.tokens.issue(RESOURCE, "https://localhost"), 4_000_000_000)


class Failing:
    """A credential that fails, as each of those of azure-identity can."""

    def __init__(self, error: Exception) -> None:
        self.asked = 0
        self._error = error

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        self.asked += 1
        raise self._error


class Vault:
    """The vault `kv-local`, with a certificate for every case."""

    def __init__(self, planes: Planes, name: str = "kv-local") -> None:
        self.planes = planes
        self.url = planes.open("vault", name)

    def of_somebody_else(self) -> "Vault":
        """A vault to which no role of the caller's extends."""
        self.planes.put(f"{VAULT}-of-somebody-else", {"enableRbacAuthorization": True}, location="westeurope")
        return Vault(self.planes, "kv-local-of-somebody-else")

    def secret(self, name: str, version: str | None = None) -> SecretIdentifier:
        url = f"{self.url}/secrets/{name}" + (f"/{version}" if version else "")
        return SecretIdentifier(url=url, vault="kv-local", vault_url=self.url, name=name, version=version)

    def make(self, name: str, *, enabled: bool = True, **policy: Any) -> certificates.Version:
        """A new version with that policy."""
        wanted = certificates.client_policy(f"CN={name}") | policy
        request = {"policy": wanted, "attributes": {"enabled": enabled}}
        self.planes.do(certificates.create, self.planes.azure.store, "kv-local", name, request)
        return self.planes.do(certificates.get, self.planes.azure.store, "kv-local", name)

    def look_up(self, *secrets: SecretIdentifier, mode: Mode = "if_reachable", **more: Any) -> list[Finding]:
        options = {"verify_challenge_resource": False, "connection_verify": str(self.planes.home.pki / "ca.pem")}
        settings = {each: more.pop(each) for each in list(more) if each in Preflight.__annotations__}
        preflight = Preflight(mode=mode, **{"timeout_seconds": 30} | settings)
        return key_vault.look_up(
            secrets, preflight, **{"credential": Credential(self.planes), "client_options": options} | more
        )

    def served(self) -> list[tuple[str, str]]:
        """What was answered with success so far."""
        log = request_log.read(self.planes.home.request_log)
        return [(each["method"], each["path"]) for each in log if each["plane"] == "vault" and each["status"] == 200]


@pytest.fixture(scope="session")
def planes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planes]:
    with Planes(tmp_path_factory.mktemp("planes")).running() as running:
        yield running


@pytest.fixture
def vault(planes: Planes) -> Vault:
    planes.assign(READER, planes.tokens.principal_id)
    return Vault(planes)


def what(finding: Finding) -> list[str]:
    return [each.what for each in finding.problems]


class TestACertificateThatIsThere:
    def test_is_described_by_its_thumbprint_and_validity(self, vault: Vault) -> None:
        made = vault.make("described")
        (found,) = vault.look_up(vault.secret("described"))
        assert (found.problems, found.warnings, found.unchecked) == ((), (), None)
        assert found.certificate is not None
        assert found.certificate.thumbprint == x509.thumbprint(made.pair.certificate)
        assert found.certificate.not_after == made.pair.certificate.not_valid_after_utc

    def test_is_looked_up_in_the_version_that_is_pinned(self, vault: Vault) -> None:
        first, second = vault.make("pinned"), vault.make("pinned")
        found = vault.look_up(vault.secret("pinned", first.id), vault.secret("pinned"))
        assert [each.certificate and each.certificate.thumbprint for each in found] == [
            x509.thumbprint(first.pair.certificate),
            x509.thumbprint(second.pair.certificate),
        ]

    @pytest.mark.parametrize(
        ("policy", "expected"),
        [
            ({"enabled": False}, "The certificate in the vault is disabled"),
            (
                {"key_props": {"exportable": False, "kty": "RSA", "key_size": 2048}},
                "The key of the certificate in the vault cannot be exported, so that its secret has no private key",
            ),
            (
                {"secret_props": {"contentType": "application/x-pem-file"}},
                "The secret of the certificate in the vault is no PFX",
            ),
        ],
    )
    @pytest.mark.parametrize("mode", ["if_reachable", "required"])
    def test_is_a_problem_when_apim_cannot_use_it(
        self, vault: Vault, mode: Mode, policy: dict[str, Any], expected: str
    ) -> None:
        vault.make("unusable", **policy)
        (found,) = vault.look_up(vault.secret("unusable"), mode=mode)
        assert what(found) == [expected]

    @pytest.mark.parametrize(
        ("days", "problems", "warnings"),
        [
            (100, [], []),
            (340, [], ["The certificate in the vault expires soon"]),
            (360, ["The certificate in the vault expires soon"], []),
            (366, ["The certificate in the vault has expired"], []),
            (-9, ["The certificate in the vault is not valid yet"], []),
        ],
    )
    def test_is_judged_by_its_validity(self, vault: Vault, days: int, problems: list[str], warnings: list[str]) -> None:
        vault.make("year")
        now = datetime.now(UTC) + timedelta(days=days)
        (found,) = vault.look_up(vault.secret("year"), now=now, warn_within_days=30, fail_within_days=7)
        assert (what(found), [each.what for each in found.warnings]) == (problems, warnings)

    def test_is_asked_for_once_however_often_it_is_named_and_its_secret_never(self, vault: Vault) -> None:
        vault.make("once")
        before, credential = len(vault.served()), Credential(vault.planes)
        found = vault.look_up(*[vault.secret("once")] * 5, credential=credential)
        assert [each.secret.name for each in found] == ["once"] * 5
        assert vault.served()[before:] == [("GET", "/certificates/once/")]
        assert credential.asked == 1


class TestACertificateThatIsNot:
    @pytest.mark.parametrize("mode", ["if_reachable", "required"])
    @pytest.mark.parametrize(
        ("version", "expected"),
        [
            (None, "The vault has no such certificate"),
            (VERSION, "The vault has no such version of the certificate"),
        ],
    )
    def test_there_is_a_problem(self, vault: Vault, mode: Mode, version: str | None, expected: str) -> None:
        if version:
            vault.make("absent-version")
        (found,) = vault.look_up(vault.secret("absent-version" if version else "absent", version), mode=mode)
        assert what(found) == [expected]

    def test_there_does_not_keep_others_from_being_found_in_the_order_given(self, vault: Vault) -> None:
        names = [f"one-of-many-{number}" for number in range(12)]
        for name in names[::2]:
            vault.make(name, key_props={"kty": "EC", "crv": "P-256", "exportable": True})
        found = vault.look_up(*map(vault.secret, names))
        assert [each.secret.name for each in found] == names
        assert [each.certificate is not None for each in found] == [True, False] * 6


class TestWhatCannotBeChecked:
    def unchecked(self, vault: Vault, expected: str, *secrets: SecretIdentifier, **more: Any) -> None:
        """Says why, without a problem; with one when the check is required."""
        for found in vault.look_up(*secrets, **more):
            assert (found.problems, found.certificate) == ((), None)
            assert found.unchecked is not None
            assert found.unchecked.startswith(expected), found.unchecked
        for found in vault.look_up(*secrets, mode="required", **more):
            (problem,) = found.problems
            assert str(problem) == (
                "The certificate in the vault could not be checked\n"
                "    where:   secret_id\n"
                f"    got:     {found.secret.url}: {found.unchecked}\n"
                "    allowed: a vault that answers, and an identity that may read its certificates (Key Vault Reader)\n"
                "    fix:     log in (az login), get the right or the network access, or do not require the check"
            )

    def test_for_lack_of_a_right_is_said(self, vault: Vault) -> None:
        other = vault.of_somebody_else()
        self.unchecked(
            other, "the identity may not read certificates in the vault (ForbiddenByRbac)", other.secret("x")
        )

    def test_for_a_token_that_is_not_accepted_is_said(self, vault: Vault) -> None:
        expected = "the vault does not accept the identity's token (401)"
        self.unchecked(vault, expected, vault.secret("x"), credential=Wrong())

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (
                CredentialUnavailableError(message="az is not there"),
                f"logging in to Azure failed: {NOBODY}",
            ),
            (ClientAuthenticationError(message="AADSTS\nmore"), "logging in to Azure failed: nobody is logged in"),
            (OSError("no token file"), "logging in to Azure failed: no token file"),
            (RuntimeError("first\nsecond"), "logging in to Azure failed: first"),
            (RuntimeError(), "logging in to Azure failed: RuntimeError"),
        ],
    )
    def test_for_lack_of_a_log_in_is_said_and_tried_once(
        self, vault: Vault, capfd: pytest.CaptureFixture[str], error: Exception, expected: str
    ) -> None:
        credential = Failing(error)
        self.unchecked(vault, expected, vault.secret("one"), vault.secret("two"), credential=credential)
        assert credential.asked == 2  # once in each of the two look-ups
        assert capfd.readouterr() == ("", "")

    def test_for_a_certificate_authority_that_is_not_known_is_said(self, vault: Vault) -> None:
        options = {"verify_challenge_resource": False}
        self.unchecked(vault, "the vault cannot be reached: ", vault.secret("x"), client_options=options)

    def test_because_nothing_listens_is_said(self, vault: Vault) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url = f"https://localhost:{taken.getsockname()[1]}"
        self.unchecked(vault, "the vault cannot be reached: ", replace(vault.secret("x"), vault_url=url))

    def test_because_the_vault_never_answers_is_said_when_the_time_is_over(self, vault: Vault) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            hung = replace(vault.secret("x"), vault_url=f"https://localhost:{silent.getsockname()[1]}")
            for found in vault.look_up(hung, timeout_seconds=0.3):
                assert found.unchecked is not None

    def test_because_a_log_in_never_ends_is_said_when_the_time_is_over(self, vault: Vault) -> None:
        over = threading.Event()
        try:
            (found,) = vault.look_up(vault.secret("x"), timeout_seconds=0.3, credential=Waiting(over))
            assert found.unchecked == "no answer within 0.3 seconds"
        finally:
            over.set()

    def test_is_not_even_tried_when_the_check_is_off(self, vault: Vault) -> None:
        credential = Credential(vault.planes)
        assert vault.look_up(vault.secret("orders-client"), mode="off", credential=credential) == []
        assert credential.asked == 0

    def test_nothing_is_asked_for_no_certificate(self, vault: Vault) -> None:
        assert vault.look_up() == []


class Wrong:
    """A token that the vault has not heard of."""

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken("wrong", 4_000_000_000)


class Waiting:
    """A log-in that takes until the test is over."""

    def __init__(self, over: threading.Event) -> None:
        self._over = over

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        self._over.wait()
        raise CredentialUnavailableError(message="over")
