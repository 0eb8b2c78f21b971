"""What a change of the presented certificate means for calls."""

from collections.abc import Iterator
from datetime import datetime

from review.change import Change
from review.effect import Level
from review.facts import day
from review.routes import Route
from rules.certificate import Certificate

Found = Iterator[tuple[Level, str]]


def found(change: Change, before: Route, after: Route, now: datetime) -> Found:
    """What happens to calls because another certificate is presented, or none, or by another name."""
    old, new = before.certificate, after.certificate
    if before.presented and not after.presented:
        yield Level.OUTAGE, f"no longer presents a certificate{_name(old)}: the backend will refuse its calls"
    elif after.presented and not before.presented:
        yield Level.CHANGE, f"presents a certificate for the first time{_name(new)}{_until(new)}"
        yield from _validity(new, now)
    elif new and (old is None or _differs(change, old, new)):
        yield _switched(change, old, new)
        yield from _validity(new, now)
    elif after.presented and new is None and before.reference != after.reference:
        yield Level.RISK, f"presents a certificate that is not of this stack ({after.reference})"
    elif before.reference != after.reference:
        yield Level.SAFE, f"names the same certificate by {after.reference} instead of {before.reference}"
    elif new and _was_renewed(old, new):
        text = f"Key Vault holds another certificate than the gateway presents{_until(new)}: it follows within 4 hours"
        yield Level.SAFE, text


def _switched(change: Change, old: Certificate | None, new: Certificate) -> tuple[Level, str]:
    text = f"presents a new certificate{_name(new)}{_until(new)}"
    if old is None:
        return Level.CHANGE, text
    earlier = old.not_after and new.not_after and new.not_after < old.not_after
    if earlier:
        text += f", which is earlier than the one before ({day(old.not_after)})"
    step = change.step_of.get(new.resource.urn)
    if step and step.op == "replace" and step.deletes_first:
        return Level.OUTAGE, f"{text}; the old one is deleted first, so that calls fail in between"
    return (
        Level.RISK if earlier else Level.SAFE,
        f"{text}; no call is expected to fail if the backend accepts it already",
    )


def _differs(change: Change, old: Certificate, new: Certificate) -> bool:
    if _was_renewed(old, new):
        return False
    if old.thumbprint and new.thumbprint:
        return old.thumbprint != new.thumbprint
    step = change.step_of.get(new.resource.urn)
    touched = step is not None and (step.op in ("create", "replace") or bool({"data", "keyVault"} & step.roots))
    return touched or old.secret_url != new.secret_url


def _was_renewed(old: Certificate | None, new: Certificate) -> bool:
    """Whether the same secret holds another version than the gateway read the last time."""
    if old is None or old.resource.urn != new.resource.urn or not new.secret_url:
        return False
    return old.secret_url == new.secret_url and bool(new.thumbprint) and old.thumbprint not in (None, new.thumbprint)


def _validity(certificate: Certificate | None, now: datetime) -> Found:
    if certificate and certificate.not_after and certificate.not_after <= now:
        yield Level.OUTAGE, f"the certificate it presents has expired on {day(certificate.not_after)}"
    if certificate and certificate.not_before and certificate.not_before > now:
        yield Level.OUTAGE, f"the certificate it presents is not valid before {day(certificate.not_before)}"


def _name(certificate: Certificate | None) -> str:
    if certificate is None:
        return ""
    if certificate.subject is None and certificate.secret_url:
        return f", from {certificate.secret_url}"
    return f", {certificate.subject or certificate.label}"


def _until(certificate: Certificate | None) -> str:
    if certificate is None:
        return ""
    return (
        f", valid until {day(certificate.not_after)}" if certificate.not_after else ", validity known after deployment"
    )
