"""Every certificate and PFX of the `cryptography-vectors` is read or refused with a text, as the table says.

The table is rewritten by `python -m pytest tests/components/x509/test_public_vectors.py` with `REWRITE_VECTORS=1`.
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import cryptography_vectors
import pytest
from backend_mtls.errors import ArgumentProblemError, PfxError
from backend_mtls.x509 import ca_certificate, certificate, file_kinds, pfx

ROOT = Path(cryptography_vectors.__file__).parent
TABLE = Path(__file__).parent / "public_vectors.md"
PASSWORDS = (None, "password", "cryptography", "mypassword", "foobar")
"""Those that the vectors' authors chose; a file that opens with none of them is tested with the first."""
HEAD = "# What is read of the public vectors, and what is refused\n\n| file | outcome |\n|---|---|\n"


def files(folder: str, *endings: str) -> list[Path]:
    return sorted(each for each in (ROOT / folder).rglob("*") if each.suffix in endings and each.is_file())


CERTIFICATES = files("x509", ".pem", ".der", ".crt", ".cer")
PFX = [*files("pkcs12", ".p12", ".pfx"), *files("x509", ".p12")]


def outcome_of_pfx(path: Path) -> str:
    problems = []
    for password in PASSWORDS:
        try:
            return f"{pfx.read(path.read_bytes(), password).thumbprint}"
        except PfxError as error:
            problems.append(error.problem)
    told = next((each for each in problems if each.kind != "password"), problems[0])
    return f"{told.what}: {told.got}"


def encoding(path: Path) -> bytes | None:
    """The first certificate in the file; None when it is none."""
    data = path.read_bytes()
    found = ca_certificate._BLOCK.search(data)
    if found:
        return ca_certificate._decoded(found[1], data)
    return data if data[:1] == b"\x30" and file_kinds.of(data) in {None, file_kinds.CERTIFICATE} else None


def outcome_of_certificate(path: Path) -> str:
    try:
        der = encoding(path)
        return certificate.read(der).thumbprint if der is not None else f"no certificate: {_kind(path)}"
    except certificate.UnreadableCertificateError as error:
        return f"unreadable: {error}"
    except ArgumentProblemError as error:
        return f"unreadable: {error.problem.what}"


def _kind(path: Path) -> str:
    kind = file_kinds.of(path.read_bytes())
    return kind.name if kind else "nothing known"


@cache
def rows() -> dict[str, str]:
    found = {str(path.relative_to(ROOT)): outcome_of_certificate(path) for path in CERTIFICATES}
    return found | {str(path.relative_to(ROOT)): outcome_of_pfx(path) for path in PFX}


def test_the_table_says_what_is_read_and_what_is_refused() -> None:
    text = HEAD + "".join(f"| {name} | {outcome.replace('|', chr(92) + '|')} |\n" for name, outcome in rows().items())
    if os.environ.get("REWRITE_VECTORS"):
        TABLE.write_text(text)
    assert TABLE.read_text() == text


def test_there_are_many() -> None:
    assert len(CERTIFICATES) > 600
    assert len(PFX) > 300


@pytest.mark.parametrize("part", range(4))
def test_thumbprints_are_those_of_openssl(part: int) -> None:
    """And what is not read, OpenSSL does not read either, or the table would be too strict."""
    for path in CERTIFICATES[part::4]:
        der, ours = encoding_or_none(path), rows()[str(path.relative_to(ROOT))]
        if der is None:
            continue
        command = ["openssl", "x509", "-inform", "DER", "-noout", "-fingerprint", "-sha1"]
        said = subprocess.run(command, input=der, capture_output=True, check=False).stdout.decode()  # noqa: S603
        theirs = said.strip().partition("=")[2].replace(":", "")
        if re.fullmatch("[0-9A-F]{40}", ours) and theirs:
            assert ours == theirs, path


def encoding_or_none(path: Path) -> bytes | None:
    try:
        return encoding(path)
    except ArgumentProblemError:
        return None


@pytest.mark.parametrize("path", CERTIFICATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_as_an_authority_it_is_read_or_refused_by_name(path: Path) -> None:
    try:
        assert ca_certificate.read(path.read_bytes()).thumbprint
    except ArgumentProblemError as error:
        problem = error.problem
        assert problem.what and problem.got and problem.allowed and problem.fix  # noqa: PT018
