"""Every rule is documented, has its own module and its own tests, and its page is up to date."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from rules import catalog
from rules.__main__ import page
from rules.catalog import RULES
from rules.references import links
from rules.rule import Rule
from rules.severity import Severity

PROJECT = Path(__file__).parents[2]
MODULES = sorted(each.name for each in pkgutil.iter_modules(catalog.__path__))


def test_every_module_is_one_rule_of_the_same_name() -> None:
    found = {name: importlib.import_module(f"rules.catalog.{name}").RULE.id for name in MODULES}
    assert found == {name: name.replace("_", "-") for name in MODULES}
    assert sorted(rule.id for rule in RULES) == sorted(found.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_why_how_to_fix_and_where_it_comes_from(rule: Rule) -> None:
    for text in (rule.what, rule.why, rule.fix):
        assert len(text) > 20
        assert text[0].isupper()
        assert not text.endswith(".")
    assert all(each.url.startswith("https://") for each in links(rule.reference))
    assert links(rule.reference)
    severities = [rule.severity] if isinstance(rule.severity, Severity) else list(rule.severity.values())
    assert severities == sorted(severities)


@pytest.mark.parametrize("module", MODULES)
def test_every_rule_has_tests_of_its_own(module: str) -> None:
    text = (PROJECT / f"tests/rules/test_{module}.py").read_text()
    assert f'"{module.replace("_", "-")}"' in text
    assert len(re.findall(r"^def test_", text, re.MULTILINE)) >= 3  # compliant, violating, undefined


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert (PROJECT / "docs/rules.md").read_text() == page()
