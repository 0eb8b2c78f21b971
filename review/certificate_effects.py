"""What a change of the presented certificate means for calls."""

from datetime import datetime, timedelta

from backend_mtls.x509 import distinguished_name

from review.calls import Calls
from review.change import Change
from review.facts import day
from review.said import Found, Said, said
from rules.certificate import Certificate

_EARLIER = timedelta(days=1)


def found(change: Change, before: Calls, after: Calls, now: datetime) -> Found:
    """What happens to calls because another certificate is presented, or none, or by another name."""
    was, will = before.presented, after.presented
    old, new = before.certificate, after.certificate
    if will.is_unknown or was.is_unknown:
        yield from _unknown(before, after)
    elif will.is_none:
        if not was.is_none:
            yield said("certificate-lost", name=_name(old))
    elif was.is_none:
        yield said("certificate-first", name=_name(new), until=_until(new))
        yield from _validity(new, now)
    elif new and (old is None or _differs(change, old, new)):
        yield _switched(change, old, new)
        yield from _validity(new, now)
    elif not was.says_the_same(will):
        if new is None:
            yield said("certificate-elsewhere", reference=will.words)
        else:
            yield said("certificate-same", before=was.words, after=will.words)
    elif new and _was_renewed(old, new):
        yield said("certificate-behind", until=_until(new))


def _unknown(before: Calls, after: Calls) -> Found:
    if not before.presented.is_unknown:
        yield said("certificate-unknown", reason=after.presented.reason, before=before.presented.words)
    elif not after.presented.is_unknown:
        yield said("certificate-known", after=after.presented.words, reason=before.presented.reason)
    elif before.presented.value != after.presented.value and after.presented.attribute != "unknown":
        yield said("certificate-unknown", reason=after.presented.reason, before=before.presented.words)


def _switched(change: Change, old: Certificate | None, new: Certificate) -> Said:
    told = {"name": _name(new), "until": _until(new)}
    step = change.step_of.get(new.resource.urn)
    if step and step.op == "replace" and step.deletes_first:
        return said("certificate-gap", **told)
    why = _another_trust(old, new)
    if old and old.not_after and new.not_after and old.not_after - new.not_after >= _EARLIER:
        need = "" if why is None else f"{why}: calls fail unless the backend accepts it already"
        return said("certificate-earlier", **told, before=day(old.not_after), need=need)
    return said("certificate-renewed", **told) if why is None else said("certificate-switched", **told, why=why)


def _another_trust(old: Certificate | None, new: Certificate) -> str | None:
    """Why a backend that trusts the one need not trust the other, as far as it is known; None when it surely does."""
    if old is None or not (old.subject and new.subject):
        return ""
    if not distinguished_name.is_same(old.subject, new.subject):
        return "; its subject is another one"
    if not (old.issuer and new.issuer):
        return ""
    if not distinguished_name.is_same(old.issuer, new.issuer):
        return "; its issuer is another one"
    return "; it is self-signed" if new.issuer == new.subject else None


def _differs(change: Change, old: Certificate, new: Certificate) -> bool:
    if old.secret_url and old.secret_url == new.secret_url:
        return False  # whatever the gateway reads there; a newer version is told otherwise
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
        yield said("certificate-expired", day=day(certificate.not_after))
    if certificate and certificate.not_before and certificate.not_before > now:
        yield said("certificate-early", day=day(certificate.not_before))


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
