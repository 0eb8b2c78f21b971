"""Whether a server's certificate is for the host that the gateway calls, the way .NET judges it. Pure.

Sources, and what each decides:
- dotnet/runtime, X509Certificate2.MatchesHostname: an IP address has to be among the IP addresses; a host among the DNS
  names, where `*.` stands for one whole left-most label; without any DNS name (for an IP address: any IP address) there
  the common name counts, if it is the only one.
- dotnet/runtime, TargetHostNameHelper (SslStream): trailing dots are cut off, and the host is turned into Punycode by
  IdnMapping. That maps as IDNA 2003 does (pal_idna.c: `ß` becomes `ss`); a host that differs under IDNA 2008 matches
  in either spelling, since it depends on the version of ICU.
- Windows, whose policy CERT_CHAIN_POLICY_SSL SslStream asks there (CertificateValidation.Windows.cs), takes `*.` in a
  common name as well (KB 258858: "Accepted wildcards used by server certificates"): since managed gateways run on
  Windows, that is no problem, although MatchesHostname refuses it. Wildcards within a label (`w*.example.com`), which
  the same article shows, are a problem: MatchesHostname and RFC 9525 refuse them.
"""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from backend_mtls.x509 import distinguished_name
from backend_mtls.x509.extensions import Extensions


@dataclass(frozen=True, kw_only=True)
class ServerNames:
    """What a server's certificate is for."""

    dns: tuple[str, ...]
    """DNS names, wildcards included."""
    addresses: tuple[IPv4Address | IPv6Address, ...]
    """IP addresses."""
    common_name: str | None
    """The subject's, if it may count."""

    @classmethod
    def of(cls, certificate: bytes, extensions: Extensions) -> "ServerNames":
        """Those of a certificate, DER, and of its extensions."""
        names = extensions.names
        common_name = distinguished_name.common_name(certificate) if names.readable else None
        return cls(dns=names.dns, addresses=names.addresses, common_name=common_name)

    def match(self, host: str) -> bool:
        """Whether the gateway takes the certificate for this host: a name, or an IP address without brackets."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            spellings = _spellings(host)
            patterns = self.dns or ((self.common_name,) if self.common_name else ())
            return any(_is_for(pattern.lower(), spelling) for pattern in patterns for spelling in spellings)
        if self.addresses:
            return address in self.addresses
        return self.common_name is not None and self.common_name.lower() == host.lower()

    def __str__(self) -> str:
        common_name = [f"{self.common_name} (its common name)"] if self.common_name else []
        return ", ".join([*self.dns, *map(str, self.addresses)] or common_name) or "no name at all"


def _is_for(pattern: str, host: str) -> bool:
    pattern = pattern.removesuffix(".")
    if pattern.startswith("*.") and len(pattern) > len("*."):
        return host.partition(".")[2] == pattern[2:]
    return bool(host) and host == pattern


def _spellings(host: str) -> set[str]:
    """The host in lower case, and in Punycode if it has other letters than ASCII's."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return {host}
    spellings = {".".join(map(_punycode, unicodedata.normalize("NFKC", host).split(".")))}
    with suppress(UnicodeError):  # a label that is too long, or newer than Unicode 3.2
        spellings.add(host.encode("idna").decode())
    return spellings


def _punycode(label: str) -> str:
    if label.isascii():
        return label
    return f"xn--{label.encode('punycode').decode()}"
