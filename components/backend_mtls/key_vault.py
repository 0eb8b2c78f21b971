"""Looks certificates up in Key Vault before anything is deployed: whether they are there, usable by APIM, and valid.

Owns: read-only requests to the vaults' data plane, all at once and within one time limit.
Does not own: the secret's value, which is the private key. It is never asked for: the certificate and its policy say
enough. What cannot be checked (no network, no log-in, no right) is said, and is an error only when asked to be.
"""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from backend_mtls import azure_credential
from backend_mtls.azure_credential import CredentialError
from backend_mtls.errors import Problem, Where
from backend_mtls.vault import certificate as vault_certificate
from backend_mtls.vault.certificate import VaultCertificate
from backend_mtls.vault.secret_identifier import SecretIdentifier
from backend_mtls.vault_refusal import login_reason, reason
from backend_mtls.x509 import certificate as x509_certificate
from backend_mtls.x509.certificate import UnreadableCertificateError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential
    from azure.keyvault.certificates import CertificateClient

Mode = Literal["required", "if_reachable", "off"]
"""Whether what cannot be checked is a problem (`required`), is only said (`if_reachable`), or nothing is (`off`)."""

TIMEOUT_SECONDS = 5.0
"""For everything together. Logging in by `az` takes one to three seconds, a vault's answer a fraction of one; more
would be felt in every preview on a machine that cannot reach the vault."""
_WORKERS = 8
"""Requests at a time: far below what a vault throttles (4,000 in 10 seconds)."""


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """How the vaults are asked: the settings of `look_up`, to be kept and passed on."""

    mode: Mode = "if_reachable"
    """Whether what cannot be checked is a problem."""
    warn_within_days: int = 30
    """Expiry within so many days is a warning."""
    fail_within_days: int = 0
    """Expiry within so many days is a problem; 0: only what has expired is."""
    timeout_seconds: float = TIMEOUT_SECONDS
    """For all vaults and certificates together, log-in included."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is known about one certificate."""

    secret: SecretIdentifier
    """The one that was asked for."""
    certificate: VaultCertificate | None = None
    """What the vault says; None when it has none, or could not be asked."""
    problems: tuple[Problem, ...] = ()
    """Why APIM could not use it."""
    warnings: tuple[Problem, ...] = ()
    """What will be a problem later."""
    unchecked: str | None = None
    """Why nothing could be checked; None when it was."""


def look_up(
    secrets: Sequence[SecretIdentifier],
    preflight: Preflight = Preflight(),
    *,
    credential: "TokenCredential | None" = None,
    client_options: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> list[Finding]:
    """One finding for each secret, in the order given; none when the mode is `off`.

    A certificate that is missing, disabled, not exportable, no PFX, not valid, or expires within `fail_within_days` is
    a problem; one that expires within `warn_within_days` a warning. After `timeout_seconds`, whatever has not been
    answered counts as not checked, and is not waited for. `credential` left out: the one that azure-native uses
    (`azure_credential`). `client_options` go to Microsoft's client as they are, for instance a proxy or a private CA
    (`connection_verify`). `now` left out: this moment. Raises nothing: every failure is in the findings.
    """
    if preflight.mode == "off" or not secrets:
        return []
    now = now or datetime.now(UTC)
    lookup = _LookUp(credential, dict(client_options or {}), time.monotonic() + preflight.timeout_seconds)
    answers = lookup.run(dict.fromkeys(secrets))
    late = f"no answer within {preflight.timeout_seconds:g} seconds"
    findings = {secret: _finding(secret, answers.get(secret, late), preflight, now) for secret in secrets}
    if preflight.mode == "required":
        findings = {secret: _required(finding) for secret, finding in findings.items()}
    return [findings[secret] for secret in secrets]


def notes(findings: Sequence[Finding]) -> list[str]:
    """What a preview should say: each certificate that was found, and why others could not be checked."""
    lines = []
    for finding in findings:
        known = finding.certificate
        if known and known.thumbprint and known.not_after:
            until = f"{known.not_after:%Y-%m-%d}"
            lines.append(f"{finding.secret.url}: thumbprint {known.thumbprint}, valid until {until}")
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.unchecked and not finding.problems:
            reasons.setdefault(finding.unchecked, []).append(finding.secret.url)
    lines += [f"Not checked beforehand, {reason}: {', '.join(urls)}" for reason, urls in reasons.items()]
    return lines


_Answer = VaultCertificate | str | None
"""The certificate, why it could not be asked for, or None when there is none."""


def _finding(secret: SecretIdentifier, answer: _Answer, preflight: Preflight, now: datetime) -> Finding:
    if isinstance(answer, str):
        return Finding(secret=secret, unchecked=answer)
    if answer is None:
        problem = vault_certificate.missing(secret.url, pinned=secret.version is not None)
        return Finding(secret=secret, problems=(problem,))
    warn, fail = preflight.warn_within_days, preflight.fail_within_days
    problems = vault_certificate.problems(answer, secret.url, fail_within_days=fail, now=now)
    warnings = [] if problems else vault_certificate.warnings(answer, secret.url, warn_within_days=warn, now=now)
    return Finding(secret=secret, certificate=answer, problems=tuple(problems), warnings=tuple(warnings))


def _issued(der: bytes) -> dict[str, str]:
    """What the certificate itself says, once an authority has issued it."""
    if not der:
        return {}
    try:
        issued = x509_certificate.read(der)
    except UnreadableCertificateError:
        return {}
    return {"issuer": issued.issuer, "key_type": issued.key_type}


def _required(finding: Finding) -> Finding:
    if finding.unchecked is None:
        return finding
    problem = Problem(
        what="The certificate in the vault could not be checked",
        where=Where.of("secret_id"),
        got=f"{finding.secret.url}: {finding.unchecked}",
        allowed="a vault that answers, and an identity that may read its certificates (Key Vault Reader)",
        fix="log in (az login), get the right or the network access, or do not require the check",
    )
    return replace(finding, problems=(problem,))


class _LookUp:
    """All requests of one call. The threads are daemons: one that hangs holds up neither the call nor the exit."""

    def __init__(self, credential: "TokenCredential | None", options: dict[str, Any], deadline: float) -> None:
        self._login = _OneLogIn(credential) if credential else None
        self._options = options
        self._deadline = deadline
        self._clients: dict[str, CertificateClient] = {}
        self._lock = threading.Lock()

    def run(self, secrets: Mapping[SecretIdentifier, None]) -> dict[SecretIdentifier, _Answer]:
        """The answers that came in time."""
        # without a handler Python prints the SDK's warnings, which the findings hold anyway
        logging.getLogger("azure").addHandler(logging.NullHandler())
        waiting: queue.SimpleQueue[SecretIdentifier] = queue.SimpleQueue()
        answered: queue.SimpleQueue[tuple[SecretIdentifier, _Answer]] = queue.SimpleQueue()
        for secret in secrets:
            waiting.put(secret)
        for _ in range(min(_WORKERS, len(secrets))):
            threading.Thread(target=self._work, args=(waiting, answered.put), daemon=True).start()
        answers: dict[SecretIdentifier, _Answer] = {}
        while len(answers) < len(secrets):
            try:
                secret, answer = answered.get(timeout=max(0.0, self._deadline - time.monotonic()))
            except queue.Empty:
                break
            answers[secret] = answer
        if len(answers) == len(secrets):  # a request that still hangs keeps its client
            for client in self._clients.values():
                client.close()
        return answers

    def _work(
        self,
        waiting: "queue.SimpleQueue[SecretIdentifier]",
        answer: Callable[[tuple[SecretIdentifier, _Answer]], None],
    ) -> None:
        while time.monotonic() < self._deadline:
            try:
                secret = waiting.get_nowait()
            except queue.Empty:
                return
            answer((secret, self._ask(secret)))

    def _ask(self, secret: SecretIdentifier) -> _Answer:
        """The vault's answer. Whatever goes wrong in the SDK, in a credential or on the way is a reason."""
        try:
            client = self._client(secret.vault_url)
            found = client.get_certificate(secret.name)
            policy = found.policy
            version = client.get_certificate_version(secret.name, secret.version) if secret.version else found
            properties = version.properties
            if policy is None or properties is None:
                return "the vault's answer has neither policy nor attributes"
            return VaultCertificate(
                thumbprint=properties.x509_thumbprint.hex().upper() if properties.x509_thumbprint else None,
                enabled=bool(properties.enabled),
                exportable=bool(policy.exportable),
                content_type=str(getattr(policy.content_type, "value", policy.content_type) or ""),
                not_before=properties.not_before,
                not_after=properties.expires_on,
                **_issued(bytes(version.cer or b"")),
            )
        except Exception as error:  # noqa: BLE001 (see above)
            return reason(error)

    def _client(self, vault_url: str) -> "CertificateClient":
        """One client for each vault, one log-in for all of them; neither outlives the time limit by its retries."""
        from azure.keyvault.certificates import CertificateClient  # noqa: PLC0415 -- costs time; only where it is used

        with self._lock:
            if self._login is None:
                self._login = _OneLogIn(azure_credential.from_environment(os.environ))
            if vault_url not in self._clients:
                left = max(0.1, self._deadline - time.monotonic())
                limits = {"retry_total": 0, "connection_timeout": left, "read_timeout": left}
                self._clients[vault_url] = CertificateClient(vault_url, self._login, **limits | self._options)
            return self._clients[vault_url]


class _OneLogIn:
    """Asks a credential once for each scope: every request would otherwise start `az`, or fail for itself."""

    def __init__(self, credential: "TokenCredential") -> None:
        self._credential = credential
        self._lock = threading.Lock()
        self._tokens: dict[tuple[Any, ...], AccessToken | CredentialError] = {}

    def get_token(self, *scopes: str, **options: Any) -> "AccessToken":
        """The token; raises `CredentialError`, each time that of the first attempt."""
        key = (*scopes, options.get("tenant_id"), options.get("claims"))
        with self._lock:
            if key not in self._tokens:
                try:
                    self._tokens[key] = self._credential.get_token(*scopes, **options)
                except Exception as error:  # noqa: BLE001 (a credential may be anybody's)
                    self._tokens[key] = CredentialError(login_reason(error))
            token = self._tokens[key]
        if isinstance(token, CredentialError):
            raise token
        return token
