"""Every rule, one module each."""

from rules.catalog import chain_validation_off, name_validation_off
from rules.rule import Rule

RULES: tuple[Rule, ...] = (
    chain_validation_off.RULE,
    name_validation_off.RULE,
)
