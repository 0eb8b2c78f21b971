"""Nothing in the project's part of a stack's configuration goes unnoticed, whoever wrote it: a hand or the CLI."""

from pathlib import Path
from typing import Any

import pytest
from working_copy import WorkingCopy

SERVICE = {"resourceGroup": "rg", "name": "apim"}
VAULT = {"keyVault": {"secretId": "https://kv.vault.azure.net/secrets/orders"}}
KEYS = "apis, certificates, keepVersionAliases, keyVaultPreflight, review, service"


@pytest.fixture
def copy(tmp_path: Path) -> WorkingCopy:
    return WorkingCopy(tmp_path)


def refused(copy: WorkingCopy, **keys: Any) -> str:
    """What is said of a stack with these keys besides a service."""
    copy.declare("edited", **({"service": SERVICE} | keys))
    ended = copy.run("expected", "edited")
    assert ended.returncode == 1, ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    return ended.stdout


class TestAKeyThatThereIsNot:
    def test_at_the_top_is_refused_with_the_nearest_one(self, copy: WorkingCopy) -> None:
        assert refused(copy, certifcates={"orders": VAULT}) == (
            "edited: 1 problem found; nothing was deployed\n"
            "1. There is no such key\n"
            "    where:   certifcates\n"
            "    got:     certifcates\n"
            f"    allowed: {KEYS}\n"
            "    fix:     write certificates\n"
        )

    def test_is_one_of_all_problems_in_one_message(self, copy: WorkingCopy) -> None:
        said = refused(copy, certifcates={}, colour="red", service=SERVICE | {"ownd": {}, "resource_group": "rg"})
        assert said.startswith("edited: 4 problems found; nothing was deployed\n")
        fixes = [line.strip() for line in said.splitlines() if "fix: " in line]
        assert fixes == [
            "fix:     write owned",
            "fix:     write resourceGroup",
            "fix:     write certificates",
            "fix:     correct the name, or remove it",
        ]

    def test_because_path_was_forgotten_says_the_command(self, copy: WorkingCopy) -> None:
        said = refused(copy, **{"service.owned.sku": "Developer"})
        assert said.endswith(
            "    fix:     pulumi config rm 'service.owned.sku', and set it inside service: "
            "pulumi config set --path 'service.owned.sku' VALUE\n"
        )

    def test_in_another_namespace_is_no_business_of_the_program(self, copy: WorkingCopy) -> None:
        before = copy.write("prod")
        copy.replace("prod", "config:\n", "config:\n  pulumi:disable-default-providers: []\n  other:certifcates: {}\n")
        assert copy.write("prod") == before

    def test_is_not_what_the_review_reads(self, copy: WorkingCopy) -> None:
        before = copy.write("prod")
        copy.replace("prod", "config:\n", "config:\n  backend-mtls:review: {environment: production}\n")
        assert copy.write("prod") == before


class TestAValueThatIsNotStructured:
    def test_is_one_problem_like_any_other(self, copy: WorkingCopy) -> None:
        said = refused(copy, apis="orders", keepVersionAliases="perhaps")
        assert "2 problems found" in said
        assert "    where:   apis\n    got:     [secret]\n    allowed: a group of keys\n" in said
        assert "    where:   keepVersionAliases\n    got:     'perhaps'\n" in said


class TestWhatTheCliWritesForAText:
    def test_a_whole_number_or_a_flag_is_taken_as_it_was_written(self, copy: WorkingCopy) -> None:
        written = {}
        for revision, tag in (("2", "true"), (2, True)):
            api = {"path": "2024", "certificate": "orders", "revision": revision, "backend": {"url": "https://orders"}}
            owned = {"location": "x", "publisherName": "Team", "publisherEmail": "x@example.com", "tags": {"a": tag}}
            api["path"] = int(api["path"]) if revision == 2 else api["path"]
            service = SERVICE | {"owned": owned}
            copy.declare("edited", service=service, certificates={"orders": VAULT}, apis={"orders": api})
            written[revision] = copy.write("edited")
        assert written["2"] == written[2]
        assert "path: '2024'" in written[2]

    def test_a_fraction_is_refused_because_its_text_is_not_known(self, copy: WorkingCopy) -> None:
        """`1.10` is 1.1 to YAML. The CLI itself writes such a text in quotes."""
        said = refused(copy, apis={"orders": {"certificate": 1.10, "backend": {"url": "https://orders"}}})
        assert "    got:     1.1\n    allowed: a text; in quotes, where YAML takes it for something else\n" in said
