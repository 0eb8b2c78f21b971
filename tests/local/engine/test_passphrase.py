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
