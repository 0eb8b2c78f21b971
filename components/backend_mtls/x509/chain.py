"""The ways up from a server's certificate, and what stands on them. Pure.

Authorities may have certified each other, so that the number of ways grows like a factorial of the number of
certificates; nothing here walks along ways. Each certificate is visited once, with the least number of authorities
below it, and each pair of a certificate and a key is checked at most once.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend_mtls.x509 import distinguished_name, extensions
from backend_mtls.x509.extensions import Extensions


@dataclass(frozen=True)
class Link:
    """One certificate that may stand in a chain. Links are the same when the certificates are."""

    certificate: x509.Certificate
    """The certificate."""

    @cached_property
    def der(self) -> bytes:
        """The certificate's encoding."""
        return self.certificate.public_bytes(Encoding.DER)

    @cached_property
    def extensions(self) -> Extensions:
        """What its extensions say."""
        return extensions.read(self.der)

    @cached_property
    def key(self) -> bytes:
        """Its public key; one that nobody can read is that of no authority."""
        try:
            return self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except Exception:  # noqa: BLE001 - each kind of key has errors of its own
            return b""

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same: a root, or a link from an authority's old key to its new one."""
        return self.certificate.subject == self.certificate.issuer

    def __str__(self) -> str:
        return distinguished_name.subject(self.der) or f"serial number {self.certificate.serial_number:X}"


@dataclass
class Pool:
    """Certificates among which issuers are looked for."""

    links: Iterable[Link]
    """All of them; one that stands there twice counts once."""
    signature_checks: int = field(default=0, init=False)
    """How many signatures have been checked: what a search costs."""

    def __post_init__(self) -> None:
        self._by_subject: dict[x509.Name, dict[bytes, list[Link]]] = {}
        for link in dict.fromkeys(self.links):
            self._by_subject.setdefault(link.certificate.subject, {}).setdefault(link.key, []).append(link)
        self._checked: dict[tuple[Link, bytes], bool] = {}

    def issuers(self, of: Link) -> list[Link]:
        """Who issued it: the name is the issuer's, and the signature was made with its key. Never itself.

        A signature is made with one key, so that the first that fits is the one.
        """
        for candidates in self._by_subject.get(of.certificate.issuer, {}).values():
            if self._issued(candidates[0], of):
                return [each for each in candidates if each != of]
        return []

    def is_self_signed(self, link: Link) -> bool:
        """Whether it was signed with its own key: then nobody else's can vouch for it."""
        return link.is_self_issued and self._issued(link, link)

    def _issued(self, issuer: Link, link: Link) -> bool:
        pair = (link, issuer.key)
        if pair not in self._checked:
            self.signature_checks += 1
            self._checked[pair] = bool(issuer.key) and verifies(issuer.certificate, link.certificate)
        return self._checked[pair]


@dataclass(frozen=True, kw_only=True)
class Ends:
    """Where the ways up from a certificate end."""

    roots: tuple[Link, ...]
    """In certificates that are signed by themselves, the nearest first."""
    is_open: bool
    """Whether one ends before a root: who issued the last certificate is not known, or the ways go in circles."""


def ends(leaf: Link, pool: Pool) -> Ends:
    """The ends of all ways, whatever stands on them."""
    return _Search(pool, lambda _link, _below: False).of(leaf)


def sound_ends(leaf: Link, pool: Pool, is_obstacle: Callable[[Link, int], bool]) -> Ends:
    """The ends of the ways on which no obstacle stands.

    `is_obstacle` is asked once of each certificate above the leaf that such a way leads to, with the number of
    authorities below it that are not self-issued, on the way where there are fewest.
    """
    return _Search(pool, is_obstacle).of(leaf)


@dataclass
class _Search:
    pool: Pool
    is_obstacle: Callable[[Link, int], bool]

    def of(self, leaf: Link) -> Ends:
        """Goes up by the number of authorities below, so that each certificate is met first where there are fewest."""
        waiting, done = deque([(leaf, 0)]), set[Link]()
        roots, dead_end, blocked = [], False, False
        while waiting:
            link, below = waiting.popleft()
            if link in done:
                continue
            done.add(link)
            if link is not leaf and self.is_obstacle(link, below):
                blocked = True
            elif self.pool.is_self_signed(link):
                roots.append(link)
            else:
                issuers = self.pool.issuers(link)
                dead_end = dead_end or not issuers
                if link is leaf or link.is_self_issued:
                    waiting.extendleft((each, below) for each in reversed(issuers))
                else:
                    waiting.extend((each, below + 1) for each in issuers)
        return Ends(roots=tuple(roots), is_open=dead_end or not (roots or blocked))


def verifies(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the one signed the other, and is named as its issuer."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001 - each kind of key and signature has errors of its own
        return False
    return True
