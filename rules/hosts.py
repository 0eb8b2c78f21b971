"""What a host's name says about where it is."""

import re
from ipaddress import ip_address

_INTERNAL = frozenset(
    {"local", "localdomain", "localhost", "internal", "intranet", "private", "corp", "home", "lan"}
    | {"test", "example", "invalid"}
)
"""Last labels that no public name has: RFC 2606, RFC 6762, ICANN's refusals and reservation of `.internal`."""
_TUNNELS = (
    "ngrok.io",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "trycloudflare.com",
    "loca.lt",
    "localhost.run",
    "lhr.life",
    "serveo.net",
    "devtunnels.ms",
)
_DEVELOPMENT = frozenset(
    {"dev", "develop", "development", "test", "tst", "qa", "uat", "staging", "stage", "sandbox", "preprod"}
)
_DIGITS = re.compile(r"\d+$")


def is_internal(host: str) -> bool:
    """Whether no public authority issues a certificate for it."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or _last(host) in _INTERNAL or host.endswith(".home.arpa")
    return address.is_private or address.is_loopback or address.is_link_local


def is_development(host: str) -> bool:
    """Whether it is this machine, a tunnel to somebody's machine, or named after an environment before production."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        pass
    if _last(host) in ("localhost", "local", "test") or any(host.endswith(f".{each}") for each in _TUNNELS):
        return True
    # the last label is no environment: `.dev` is a public domain
    words = re.split(r"[.-]", host.rpartition(".")[0] or host)
    return any(_DIGITS.sub("", each) in _DEVELOPMENT for each in words)


def _last(host: str) -> str:
    return host.rpartition(".")[2]
