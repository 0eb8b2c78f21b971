"""Secrets are encrypted as the CLI encrypts them."""

import pytest

from local.engine.passphrase import Crypter
from local.errors import LocalError

MADE_BY_THE_CLI = "v1:AWinPlrgzaQ=:v1:SWMCSzHmLY7Dlvil:b2yz6wTGRAcujMgpwwCQuM0+5fMW6Q=="
"""Salt of a stack that `pulumi stack init` made with the passphrase `x`."""
HUNTER2 = "v1:Z9CLp13UfvynW83r:Ae1JuLYnz0Ih18zJMbfcFMVAqRz9p/A="
"""What `pulumi config set --secret` made of `hunter2` there."""


def test_reads_what_the_cli_encrypted() -> None:
    assert Crypter("x", MADE_BY_THE_CLI).decrypt(HUNTER2) == "hunter2"


def test_refuses_another_passphrase() -> None:
    with pytest.raises(LocalError, match="incorrect passphrase"):
        Crypter("y", MADE_BY_THE_CLI)


def test_refuses_a_salt_that_is_none() -> None:
    with pytest.raises(LocalError, match="incorrect passphrase"):
        Crypter("x", MADE_BY_THE_CLI[:-4] + "AA==")


def test_a_new_salt_proves_its_passphrase() -> None:
    made = Crypter("x")
    again = Crypter("x", made.state)
    assert again.decrypt(made.encrypt("text")) == "text"
    assert made.encrypt("text") != made.encrypt("text")


@pytest.mark.parametrize("salt", ["", "v1", "v1:AAAA", "v2:AAAA:v1:AAAA:AAAA", "v1:?:v1:AAAA:AAAA"])
def test_says_when_the_salt_is_malformed(salt: str) -> None:
    with pytest.raises(LocalError, match="encryptionsalt of the stack is malformed"):
        Crypter("x", salt)


@pytest.mark.parametrize("secret", [HUNTER2[:-4] + "AA==", HUNTER2[:-2], "v1:AAAA", "hunter2", "v2:AAAA:AAAA"])
def test_says_when_a_secret_is_damaged(secret: str) -> None:
    with pytest.raises(LocalError, match="cannot be decrypted with the stack's passphrase"):
        Crypter("x", MADE_BY_THE_CLI).decrypt(secret)
