"""No key material and no password in state, logs, previews or outputs."""

import base64

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from project import PASSWORD, Project


def forms(project: Project) -> dict[str, bytes]:
    """Every form in which the private key or the PFX could have leaked, as bytes."""
    pfx = (project.azure.home.pki / "legacy-client.pfx").read_bytes()
    key, _, _ = pkcs12.load_key_and_certificates(pfx, PASSWORD.encode())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    old = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).splitlines()[2]
    found = {"PEM": pem, "PEM header": b"PRIVATE KEY-----", "password": PASSWORD.encode()}
    for name, raw in {"PFX": pfx, "PKCS#8": der, "PKCS#1": old, "exponent": key_number(key)}.items():
        text = base64.b64encode(raw)
        found |= {f"{name} raw": raw[40:100], f"{name} base64": text[60:120], f"{name} hex": raw[40:80].hex().encode()}
    return found


def key_number(key: rsa.RSAPrivateKey) -> bytes:
    number = key.private_numbers().d
    return number.to_bytes(256, "big")


def assert_free_of(found: dict[str, bytes], content: bytes, where: object) -> None:
    for name, form in found.items():
        assert form not in content, f"{name} in {where}"


def test_not_in_state_logs_or_anything_that_others_can_read(deployed: Project) -> None:
    found = forms(deployed)
    home = deployed.azure.home.root
    keys = {"pki", "azure.db", "azure.db-wal", "azure.db-shm"}
    files = [each for each in home.rglob("*") if each.is_file() and each.relative_to(home).parts[0] not in keys]
    assert any("stacks" in each.parts for each in files)
    assert any("logs" in each.parts for each in files)
    for file in files:
        assert_free_of(found, file.read_bytes(), file)
    assert home.stat().st_mode & 0o077 == 0


def test_not_in_what_the_commands_print(project: Project) -> None:
    found = forms(project)
    printed = [project.must("preview", "--json"), project.must("preview"), project.must("up"), project.must("export")]
    printed += [project.run("call", "--json").stdout, project.run("status", "--json").stdout, project.must("destroy")]
    for text in printed:
        assert_free_of(found, text.encode(), text[:60])


def test_no_certificate_of_arm_shows_its_data(deployed: Project) -> None:
    service = next(
        each["id"] for each in deployed.state()["latest"]["resources"] if each["type"].endswith("ManagementService")
    )
    answer = deployed.azure.arm("GET", f"{service}/certificates")
    assert answer.body["count"] == 2
    assert_free_of(forms(deployed), repr(answer.body).encode(), "ARM")
    assert all("data" not in each["properties"] for each in answer.body["value"])
