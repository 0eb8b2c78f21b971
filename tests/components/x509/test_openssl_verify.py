"""Where the judgement on a server's certificate differs from that of `openssl verify`, a reason stands in the table.

`UPDATE_REPORTS=1 pytest` on this file writes the table anew.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backend_mtls.x509 import ca_certificate, server_trust
from server_situations import Situation, by_openssl, situations

TABLE = Path(__file__).with_name("openssl_verify.md")
HEAD = """# What `openssl verify` says of servers' certificates, and what we say

Made by `tests/components/x509/test_openssl_verify.py` from certificates that are made for each run, with
`openssl verify -purpose sslserver -verify_hostname HOST`. Where the two differ, the last column says by which rule of
.NET or Windows; empty: they agree.

| situation | openssl | reported | why they differ |
|---|---|---|---|
"""
NOW = datetime.now(UTC)
LAST_WEEK = NOW - timedelta(days=5)
ALL = situations()


def reported(situation: Situation) -> list[str]:
    """What is wrong, in words."""
    cas = [
        ca_certificate.read(each.pem, now=LAST_WEEK if each.certificate.not_valid_after_utc < NOW else NOW)
        for each in situation.trusted
    ]
    sent = b"".join(each.pem for each in (situation.server, *situation.sent))
    host = f"[{situation.host}]" if ":" in situation.host else situation.host
    found = server_trust.problems(sent, url=f"https://{host}/", ca_certificates=cas, trusted_anyway=())
    return [each.what for each in found]


def test_there_are_many_situations_each_another() -> None:
    assert len({each.what for each in ALL}) == len(ALL) > 60


@pytest.mark.parametrize("situation", ALL, ids=lambda each: each.what)
def test_openssl_agrees_or_a_rule_says_why_not(situation: Situation) -> None:
    agreed = (by_openssl(situation) == "accepted") == (reported(situation) == [])
    assert agreed == (situation.why == "")


def test_the_table_is_what_both_say() -> None:
    rows = [[each.what, by_openssl(each), "; ".join(reported(each)) or "nothing", each.why] for each in ALL]
    written = HEAD + "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in rows)
    if os.environ.get("UPDATE_REPORTS"):
        TABLE.write_text(written, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == written
