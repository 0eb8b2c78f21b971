"""Secrets under a passphrase, as Pulumi's `passphrase` secrets provider keeps them.

A salt is `v1:<salt>:v1:<nonce>:<the word "pulumi", encrypted>`, a secret `v1:<nonce>:<ciphertext>`, all in base64.
source: pulumi/pulumi pkg/secrets/passphrase/manager.go, sdk/go/common/resource/config/crypt.go
"""

import base64
import functools
import hashlib
import os
import re
import threading

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from local.errors import LocalError

ROUNDS = 1_000_000
_PROOF = "pulumi"
_BASE64 = "[A-Za-z0-9+/]+=*"
_SALT = re.compile(f"v1:{_BASE64}:v1:{_BASE64}:{_BASE64}")


_one_at_a_time = threading.Lock()


def _key(phrase: str, salt: bytes) -> bytes:
    with _one_at_a_time:
        return _derived(phrase, salt)


@functools.cache  # a third of a second of work
def _derived(phrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", phrase.encode(), salt, ROUNDS, 32)


def warm_up(phrase: str, state: str | None) -> threading.Thread:
    """Begins to derive the key while something else is waited for; what is wrong is found when the key is used."""
    salt = state if state is not None and _SALT.fullmatch(state) else None
    thread = threading.Thread(target=lambda: salt and _key(phrase, base64.b64decode(salt.split(":")[1])), daemon=True)
    thread.start()
    return thread


class Crypter:
    """Encrypts and decrypts with the key of one passphrase and one salt."""

    def __init__(self, phrase: str, state: str | None = None) -> None:
        if state is not None and not _SALT.fullmatch(state):
            raise LocalError(
                f"the encryptionsalt of the stack is malformed: got {state!r}, allowed: v1:<salt>:v1:<nonce>:<text>. "
                "Restore it from the history of the stack's file"
            )
        salt = os.urandom(8) if state is None else base64.b64decode(state.split(":")[1])
        self._cipher = AESGCM(_key(phrase, salt))
        self.state = state or f"v1:{base64.b64encode(salt).decode()}:{self.encrypt(_PROOF)}"
        """What a stack's configuration calls `encryptionsalt`."""
        try:
            proof = self.decrypt(self.state.split(":", 2)[2])
        except LocalError:
            proof = ""
        if proof != _PROOF:
            raise LocalError(
                "incorrect passphrase: the stack's secrets were encrypted with another one. Nothing was changed. "
                "Set PULUMI_CONFIG_PASSPHRASE "
                "(or PULUMI_CONFIG_PASSPHRASE_FILE) to the passphrase of this stack."
            )

    def encrypt(self, text: str) -> str:
        """The text under a fresh nonce."""
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, text: str) -> str:
        """The text that was encrypted; raises LocalError when it was not under this passphrase, or is damaged."""
        try:
            nonce, sealed = text.removeprefix("v1:").split(":")
            return self._cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except (InvalidTag, ValueError) as error:
            raise LocalError(
                f"the secret {text!r} cannot be decrypted with the stack's passphrase: it is damaged, or was encrypted "
                "for another stack. Set it again: pulumi config set --secret KEY"
            ) from error
