"""The older revisions of an API: found in Azure and owned, so that they follow its certificate and end with it.

Owns: every revision below the current one, and the policies in them that bind a certificate or a backend. Azure makes
the policy of a new revision as a copy, and never touches the old one again: it goes on naming a certificate that is
rotated away, which Azure then does not delete, and the API itself cannot be deleted as long as another revision is
there (azure-native never sends `deleteRevisions`).
Does not own: what else is in their policies, their operations, or a revision above the current one.

Azure's list of revisions is not to be had through azure-native, so they are asked for by their numbers.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, asking, gate
from backend_mtls.admission import api_problems, policy_binding
from backend_mtls.errors import PolicyDocumentError, Problem
from backend_mtls.placement import Placement
from backend_mtls.policy import meaning, mentions
from backend_mtls.policy_scope import OlderRevision, PolicyScope

if TYPE_CHECKING:
    from backend_mtls.client_certificate_policy import ClientCertificatePolicyArgs

_GAP = 3
"""So many numbers in a row without a revision end the search: Azure numbers them one by one."""
_OF_THE_CURRENT = ("displayName", "path", "protocols", "sourceApiId", "subscriptionRequired")


@dataclass(frozen=True, kw_only=True)
class Revisions:
    """What is known of an API's revisions before anything is registered."""

    api_id: str
    """Id of the API."""
    arguments: dict[str, Any]
    """What the API is declared with: the number, and what a new revision is made from."""
    ignored: tuple[str, ...] = ()
    """What Azure does not say afterwards."""
    older: tuple[tuple[str, str], ...] = ()
    """Number and path of each older revision, the newest first."""
    problems: tuple[Problem, ...] = ()
    """Why the number cannot be deployed."""


def look(place: Placement, api_id: str, revision: str | None, component: pulumi.Resource) -> Revisions:
    """What Azure has of the API.

    A new number is made from the API that is there, so that operations and policy stay; it has to be the next one:
    what exists already is made current by a release only.
    """
    if revision is None or not revision.isdigit():  # the latter is refused
        return Revisions(api_id=api_id, arguments={})
    number = {"api_revision": revision}
    if not place.service.is_named:
        problem = api_problems.revision_of_a_late_service(revision)
        return Revisions(api_id=api_id, arguments=number, problems=(problem,))
    function = f"apimanagement:{place.choose('getApi', 'getWorkspaceApi')}"

    def found(asked: str) -> dict[str, Any] | None:
        return asking.ask_existing(function, {**place.names, "api_id": asked}, component)

    try:
        current = found(api_id)
        if current is None:
            return Revisions(api_id=api_id, arguments=number)
        older, missing = [], 0
        for each in range(int(revision) - 1, 0, -1):
            one = found(f"{api_id};rev={each}")
            missing = 0 if one else missing + 1
            if one:
                older.append((str(each), str(one["path"])))
            if missing == _GAP:
                break
    except asking.AskingError as error:
        problem = api_problems.revisions_not_read(revision, str(error))
        return Revisions(api_id=api_id, arguments=number, problems=(problem,))
    now = str(current.get("apiRevision", revision))
    return Revisions(
        api_id=api_id,
        arguments=number | {"source_api_id": current["id"]},
        ignored=("sourceApiId",) if now == revision else (),
        older=tuple(older),
        problems=tuple(api_problems.revision_order_problems(revision, now)),
    )


def owned(
    name: str, revisions: Revisions, api: pulumi.Resource, place: Placement, component: pulumi.Resource
) -> tuple[OlderRevision, ...]:
    """The older revisions as resources: imported as they are, never changed, deleted before the API."""
    made = []
    for number, path in revisions.older:
        identifier = f"{revisions.api_id};rev={number}"
        resource = place.choose(apimanagement.Api, apimanagement.WorkspaceApi)(
            f"{name}-revision-{number}",
            **place.names,
            api_id=identifier,
            path=path,
            opts=pulumi.ResourceOptions(
                parent=component,
                depends_on=[api],
                import_=place.arm_id(f"apis/{identifier}"),
                ignore_changes=[*adoption.UNSAID_OF_API, *_OF_THE_CURRENT],
                delete_before_replace=False,
            ),
        )
        made.append(OlderRevision(number=number, api_id=identifier, resource=resource))
    return tuple(made)


def follow(
    name: str,
    args: "ClientCertificatePolicyArgs",
    scope: PolicyScope,
    place: Placement,
    *,
    parent: pulumi.Resource,
    entry: gate.Entry,
) -> None:
    """Lets what the policies of this scope bind in older revisions follow; the rest of them stays as it is there."""
    for revision in scope.older:
        there = replace(scope, ids={**scope.ids, "api_id": revision.api_id}, resources=(revision.resource,), older=())
        try:
            found = asking.ask_existing(f"apimanagement:{there.function}", there.names(place), parent)
            document = str((found or {}).get("value", ""))
            bound = _bound(document, args) if mentions.of_document(document) else None
        except asking.AskingError as error:
            entry.refuse([api_problems.revisions_not_read(revision.number, str(error))])
            continue
        except PolicyDocumentError as error:
            url = place.arm_id(f"apis/{revision.api_id}") or ""
            entry.refuse([api_problems.revision_cannot_follow(revision.number, error.problem.what, url)])
            continue
        if bound is None:
            continue
        backend = [args.backend.resource] if args.backend and args.backend.resource else []
        needed = [revision.resource, *backend, args.certificate.resource]
        unchanged = meaning.same_meaning(document, bound)
        there.resource_class(
            f"{name}-revision-{revision.number}",
            **there.names(place),
            format="xml",  # as Azure gives a document back when no format is asked for
            value=bound,
            opts=pulumi.ResourceOptions(
                parent=parent,
                depends_on=entry.after(parent, needed, bound, place.key),
                import_=place.arm_id(there.path),
                ignore_changes=["format", "value"] if unchanged else None,
                delete_before_replace=False,
            ),
        )


def _bound(document: str, args: "ClientCertificatePolicyArgs") -> str:
    """The document of an older revision with what is bound now. Raises `PolicyDocumentError`."""
    text, problems = policy_binding.bind(
        document,
        certificate=args.certificate.reference,
        backend_id=args.backend.backend_id if args.backend else None,
        existing="replace",
    )
    if problems:
        raise PolicyDocumentError(problems[0])
    return text
