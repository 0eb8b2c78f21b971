"""Servers' certificates with all that may be wrong with them, and what `openssl verify` makes of each."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from subprocess import run

from certificates import Made, make
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "orders.example.com"
UNKNOWN = "the chain ends before a root, which may be a public one: nothing is known, so nothing is reported"
NOT_JUDGED = "not judged: Windows refuses it as well"
PUNYCODE = "SslStream turns the host into Punycode (TargetHostNameHelper)"
DOTS = "SslStream cuts off trailing dots (TargetHostNameHelper)"
ANY_USAGE = "Windows takes anyExtendedKeyUsage for any usage"
ONE_COMMON_NAME = "MatchesHostname: the common name has to be the only one, and alone in its part"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A server that the gateway calls."""

    what: str
    server: Made
    sent: Sequence[Made] = ()
    """What the server sends behind its certificate."""
    trusted: Sequence[Made] = ()
    """The service's CA certificates."""
    host: str = HOST
    why: str = ""
    """Why the gateway judges otherwise than OpenSSL; empty where they agree."""


def authority(name: str, issuer: Made | None = None, *, like: Made | None = None, **more: object) -> Made:
    return make(name, **{"ca": True} | more, key=like.key if like else _key(), issuer=issuer)


def server(issuer: Made | None = None, *names: str, cn: str = "server", usages: Sequence = (), **more: object) -> Made:
    """A server's certificate; `names` are its DNS names and IP addresses, `-` alone stands for none."""
    listed = [_general_name(each) for each in names or (HOST,) if each != "-"]
    extensions = [x509.SubjectAlternativeName(listed)] if listed else []
    extensions += [x509.ExtendedKeyUsage(usages)] if usages else []
    extensions += more.pop("extensions", [])
    return make(cn, key=_key(), issuer=issuer, extensions=extensions, **more)


def by_openssl(situation: Situation) -> str:
    """`accepted` or `refused`: the numbers of the errors differ between versions."""
    try:
        ip_address(situation.host)
        option = "-verify_ip"
    except ValueError:
        option = "-verify_hostname"
    with tempfile.TemporaryDirectory() as folder:
        files = {"server": [situation.server], "sent": situation.sent, "trusted": situation.trusted}
        for name, made in files.items():
            (Path(folder) / name).write_bytes(b"".join(each.pem for each in made))
        command = ["openssl", "verify", "-purpose", "sslserver", option, situation.host, "-no-CAfile", "-no-CApath"]
        command += [*(["-untrusted", "sent"] if situation.sent else []), "-no-CAstore"]
        command += [*(["-CAfile", "trusted"] if situation.trusted else []), "server"]
        done = run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - what we wrote
    said = done.stdout + done.stderr
    if done.returncode and not re.search(r"error \d+ at \d+ depth lookup", said):
        raise AssertionError(said)  # the command is wrong, and not the certificate
    return "refused" if done.returncode else "accepted"


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def signing(*, certificates: bool) -> x509.KeyUsage:
    """A key usage for certificates, or for other signatures."""
    names = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign")
    rest = dict.fromkeys((*names, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=not certificates, key_cert_sign=certificates, **rest)


PAST = {"starts_in": timedelta(days=-9), "lasts": timedelta(days=8)}
FUTURE = {"starts_in": timedelta(days=9)}
SERVER, CLIENT, CODE, ANY = (
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
)
ROOT, OTHER = authority("root"), authority("other")
MIDDLE = authority("middle", ROOT)


def _above(what: str, why: str = "", **more: object) -> Situation:
    """A server whose certificate comes from an intermediate authority that is unusual."""
    middle = authority("middle", ROOT, **more)
    return Situation(what=f"intermediate: {what}", server=server(middle), sent=[middle], trusted=[ROOT], why=why)


def _named(what: str, *names: str, host: str = HOST, why: str = "", **more: object) -> Situation:
    """A server whose certificate is for these names."""
    return Situation(what=f"name: {what}", server=server(ROOT, *names, **more), trusted=[ROOT], host=host, why=why)


def _leaf(what: str, why: str = "", **more: object) -> Situation:
    return Situation(what=f"server: {what}", server=server(ROOT, **more), trusted=[ROOT], why=why)


def situations() -> list[Situation]:
    """All of them, newly made."""
    return [*_chains(), *_servers(), *_intermediates(), *_names()]


def _chains() -> list[Situation]:
    crossed, circle = authority("root", OTHER, like=ROOT), authority("first")
    circle_above = authority("second", circle)
    circle_below = authority("first", circle_above, like=circle)
    self_signed, own = server(), authority("own", extensions=[x509.SubjectAlternativeName([x509.DNSName(HOST)])])
    expired = authority("middle", ROOT, like=MIDDLE, **PAST)
    low = authority("low", MIDDLE)
    impostor = authority("middle", ROOT)
    old_root = authority("old root", **PAST)
    best = "Windows takes the best of several chains"
    found = [
        ("whole", server(MIDDLE), [MIDDLE, ROOT], [ROOT], ""),
        ("without the root", server(MIDDLE), [MIDDLE], [ROOT], ""),
        ("out of order", server(low), [ROOT, MIDDLE, low], [ROOT], ""),
        ("intermediate on the service", server(MIDDLE), [], [ROOT, MIDDLE], ""),
        ("intermediate nowhere", server(MIDDLE), [], [ROOT], UNKNOWN),
        ("intermediate on the service, root nowhere", server(MIDDLE), [], [MIDDLE], UNKNOWN),
        ("nothing trusted, root not sent", server(MIDDLE), [MIDDLE], [], UNKNOWN),
        ("root sent and not trusted", server(MIDDLE), [MIDDLE, ROOT], [OTHER], ""),
        ("self-signed", self_signed, [], [ROOT], ""),
        ("an authority's own certificate", own, [], [own], ""),
        ("by a cross-signed root", server(MIDDLE), [MIDDLE, crossed], [OTHER], ""),
        ("by a cross-signed root, and the root itself", server(MIDDLE), [MIDDLE, ROOT, crossed], [OTHER], best),
        ("a circle", server(circle), [circle_above, circle_below], [ROOT], UNKNOWN),
        ("an authority of the same name with another key", server(MIDDLE), [impostor], [ROOT], UNKNOWN),
        ("an expired intermediate beside its successor", server(MIDDLE), [expired, MIDDLE], [ROOT], ""),
        ("an expired intermediate, root not trusted", server(MIDDLE), [expired, ROOT], [OTHER], ""),
        ("an expired root", server(old_root), [], [old_root], ""),
    ]
    return [Situation(what=f"chain: {what}", server=s, sent=c, trusted=t, why=why) for what, s, c, t, why in found]


def _servers() -> list[Situation]:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
    no_check = "Windows asks for the extended key usage, not for the key usage of a server (inferred)"
    return [
        _leaf("expired", **PAST),
        _leaf("not valid yet", **FUTURE),
        _leaf("for servers and clients", usages=[SERVER, CLIENT]),
        _leaf("for clients only", usages=[CLIENT]),
        _leaf("for any usage", ANY_USAGE, usages=[ANY]),
        _leaf("key for certificates only", no_check, extensions=[signing(certificates=True)]),
        _leaf("key for signatures", extensions=[signing(certificates=False)]),
        _leaf("an unknown critical extension", NOT_JUDGED, critical=[unknown]),
        _leaf("an unknown extension", extensions=[unknown]),
    ]


def _intermediates() -> list[Situation]:
    high = authority("high", ROOT, ca=None, extensions=[x509.BasicConstraints(ca=True, path_length=0)])
    low = authority("low", high)
    new = authority("high")
    identifiers = [
        x509.SubjectKeyIdentifier.from_public_key(new.key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(high.key.public_key()),
    ]
    renewed = authority("high", high, like=new, extensions=identifiers)
    excluded = x509.NameConstraints(permitted_subtrees=None, excluded_subtrees=[x509.DNSName("example.com")])
    return [
        _above("expired", **PAST),
        _above("not valid yet", **FUTURE),
        _above("basicConstraints CA=FALSE", ca=False),
        _above("no basicConstraints", ca=None),
        _above("key not for certificates", extensions=[signing(certificates=False)]),
        _above("key for certificates", extensions=[signing(certificates=True)]),
        _above("for servers", extensions=[x509.ExtendedKeyUsage([SERVER])]),
        _above("for code", extensions=[x509.ExtendedKeyUsage([CODE])]),
        _above("for any usage", ANY_USAGE, extensions=[x509.ExtendedKeyUsage([ANY])]),
        _above("names that it must not issue for", NOT_JUDGED, extensions=[excluded]),
        Situation(what="intermediate: path length 0", server=server(high), sent=[high], trusted=[ROOT]),
        Situation(what="intermediate: path too long", server=server(low), sent=[low, high], trusted=[ROOT]),
        Situation(
            what="intermediate: path length 0 and a new key",
            server=server(renewed),
            sent=[renewed, high],
            trusted=[ROOT],
        ),
    ]


def _names() -> list[Situation]:
    common = x509.NameAttribute(NameOID.COMMON_NAME, HOST)
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "orders")
    other = x509.NameAttribute(NameOID.COMMON_NAME, "other")
    partial, top = "MatchesHostname: a wildcard stands for a whole label", "MatchesHostname: a wildcard may stand there"
    return [
        _named("the host", HOST),
        _named("in other case", "Orders.Example.COM"),
        _named("another host", "legacy.example.com"),
        _named("a wildcard", "*.example.com"),
        _named("a wildcard, two labels down", "*.example.com", host="a.orders.example.com"),
        _named("a wildcard, its parent", "*.example.com", host="example.com"),
        _named("a wildcard within a label", "o*.example.com", why=partial),
        _named("a wildcard alone", "*", host="orders"),
        _named("a wildcard under a top-level domain", "*.example", host="orders.example", why=top),
        _named("a wildcard further right", "orders.*.com"),
        _named("common name alone", "-", cn=HOST),
        _named("another common name", "-"),
        _named("common name beside a DNS name", "legacy.example.com", cn=HOST),
        _named("common name beside an IP address", "10.0.0.1", cn=HOST),
        _named("a wildcard as the common name", "-", cn="*.example.com"),
        _named("two common names", "-", subject=[[common], [other]], why=ONE_COMMON_NAME),
        _named("common name with more in its part", "-", subject=[[common, unit]], why=ONE_COMMON_NAME),
        _named("common name among other parts", "-", subject=[[unit], [common]]),
        _named("an IP address", "10.0.0.1", host="10.0.0.1"),
        _named("another IP address", "10.0.0.1", host="10.0.0.2"),
        _named("an IPv6 address", "::1", host="0:0::1"),
        _named("an IP address as a common name", "-", cn="10.0.0.1", host="10.0.0.1", why="MatchesHostname: it counts"),
        _named("an IP address, the host a DNS name", HOST, host="10.0.0.1"),
        _named("Punycode", "xn--bcher-kva.example", host="xn--bcher-kva.example"),
        _named("Punycode, the host in letters", "xn--bcher-kva.example", host="bücher.example", why=PUNYCODE),
        _named("ß as IDNA 2003 has it", "strasse.example", host="straße.example", why=PUNYCODE),
        _named("ß as IDNA 2008 has it", "xn--strae-oqa.example", host="straße.example", why=PUNYCODE),
        _named("a host with a trailing dot", HOST, host=f"{HOST}.", why=DOTS),
        _named("a name with a trailing dot", f"{HOST}.", why="MatchesHostname: cuts it off"),
    ]
