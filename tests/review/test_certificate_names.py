"""A subject is another one by what it says: states of before spell names as RFC 4514 does, and Azure as .NET does."""

import pytest
from review_changes import effects
from rule_resources import api, api_policy, backend, presents, service, vault_certificate


@pytest.mark.parametrize(
    ("old", "risk"),
    [
        ('O="A, Inc.", S=x, CN=other', None),
        ("O=A\\, Inc.,ST=x,CN=other", None),
        ("O=A\\, Inc.,ST=y,CN=other", "its subject is another one"),
    ],
    ids=["as it is spelt now", "as older states spell it", "another"],
)
def test_a_subject_is_another_one_by_what_it_says_and_not_by_its_spelling(old: str, risk: str | None) -> None:
    new = vault_certificate(
        "other",
        vault={"secretIdentifier": "https://kv.vault.azure.net/secrets/other"},
        outputs={"subject": 'O="A, Inc.", S=x, CN=other', "thumbprint": "CD" * 20},
    )
    before = vault_certificate(outputs={"subject": old, "thumbprint": "AB" * 20})
    parts = [service(), before, new, backend(), api()]
    found = effects(
        [*parts, api_policy(inbound=presents("orders", "orders"))],
        [*parts, api_policy(inbound=presents("other", "orders"))],
    )
    assert ("its subject is another one" in found[0][1]) is bool(risk)
