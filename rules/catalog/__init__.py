"""Every rule, one module each."""

from rules.catalog import (
    authorities_ignored,
    certificate_not_presented,
    certificate_still_referenced,
    certificate_unused,
    chain_validation_off,
    development_endpoint,
    http_backend,
    inherited_authentication_dropped,
    name_validation_off,
    policy_unreadable,
    presents_without_backend,
    reference_not_in_stack,
    reference_without_dependency,
    routes_by_url,
    secret_in_policy,
    subscription_not_required,
    untrusted_backend,
    vault_certificate_by_thumbprint,
)
from rules.rule import Rule

RULES: tuple[Rule, ...] = (
    authorities_ignored.RULE,
    certificate_not_presented.RULE,
    certificate_still_referenced.RULE,
    certificate_unused.RULE,
    chain_validation_off.RULE,
    development_endpoint.RULE,
    http_backend.RULE,
    inherited_authentication_dropped.RULE,
    name_validation_off.RULE,
    policy_unreadable.RULE,
    presents_without_backend.RULE,
    reference_not_in_stack.RULE,
    reference_without_dependency.RULE,
    routes_by_url.RULE,
    secret_in_policy.RULE,
    subscription_not_required.RULE,
    untrusted_backend.RULE,
    vault_certificate_by_thumbprint.RULE,
)
