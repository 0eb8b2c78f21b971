"""What APIM would refuse about an API, and what it must not share with another one. Pure.

Source: REST 2024-05-01, Apis.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from backend_mtls.admission import api_operations
from backend_mtls.admission.api_definition import ApiDefinition
from backend_mtls.admission.conflicts import API, BACKEND, PATH, POLICY, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.admission.inputs import known
from backend_mtls.admission.place import Place
from backend_mtls.errors import Problem, Step, Where

PATH_SYNTAX = r"(?:[\w.~-]+(?:/[\w.~-]+)*)?"
"""Paths of APIs, as a regular expression."""
PATH_LENGTH = 400
"""How long they may be."""
_REVISION = re.compile(r"[1-9][0-9]{0,9}")
_VERSION_SET = re.compile(r"(/[^*#&+:<>?]+/apiVersionSets/)?[^*#&+:<>?/]{1,80}", re.IGNORECASE)
_VERSION_LENGTH = 100
_DISPLAY_NAME_LENGTH = 300


def problems(definition: ApiDefinition, api_id: str, *, shares: bool) -> list[Problem]:
    """What is wrong with what is the API's own: not its backend, nor its policy.

    `shares` is whether it calls a backend that others call as well.
    """
    found = id_problems(api_id, "api_id")
    found += _path_problems(known(definition.path), needed=definition.path is None and not definition.existing_api)
    found += api_operations.problems(definition.operations or ())
    found += _combination_problems(definition, shares=shares)
    revision, display_name = definition.revision, known(definition.display_name)
    if revision is not None and not _REVISION.fullmatch(revision):
        what = "The revision is malformed"
        found.append(_problem(what, ("revision",), revision, "a number from 1, as text", 'write "2" for the second'))
    found += _version_problems(known(definition.version), known(definition.version_set), definition)
    for index, protocol in enumerate(definition.protocols):
        if protocol not in {"http", "https"}:
            what = "There is no such protocol"
            found.append(_problem(what, ("protocols", index), protocol, "https or http", "correct it"))
    if not definition.protocols:
        what, fix = "The API has no protocol", "leave it out for https"
        found.append(_problem(what, ("protocols",), "none", "https or http", fix))
    if display_name is not None and not 1 <= len(display_name) <= _DISPLAY_NAME_LENGTH:
        got, allowed = f"{len(display_name)} characters", f"1-{_DISPLAY_NAME_LENGTH}"
        what = "The display name is too long or empty"
        found.append(_problem(what, ("display_name",), got, allowed, "shorten it, or leave it out"))
    return found


def not_there(api_id: str) -> Problem:
    """An existing API that Azure does not know."""
    what = "The existing API cannot be read"
    allowed = "an API that exists on the service and that your credentials can read"
    fix = "correct api_id, or leave existing_api out so that the API is deployed here"
    return _problem(what, ("existing_api",), api_id, allowed, fix)


def revision_order_problems(revision: str, current: str) -> list[Problem]:
    """A problem when the number is neither the current revision's nor the next one."""
    if revision == current:
        return []
    what = "Azure makes a new revision, and never an older one current by its number"
    if not current.isdigit():
        fix = "leave revision out"
        return [_problem(what, ("revision",), revision, f"{current}, which is current and is no number", fix)]
    following = int(current) + 1
    if int(revision) == following:
        return []
    fix = f"write {following}; to go back, deploy as revision {following} what the older one was"
    allowed = f"{current}, which is current, or {following}, made from it"
    return [_problem(what, ("revision",), revision, allowed, fix)]


def revision_of_a_late_service(revision: str) -> Problem:
    """Which revisions there are is asked when the program runs: a new one would lose the policy otherwise."""
    what = "The revisions of the API cannot be asked for: the service's names are not known at plan time"
    allowed = "names that are texts of the program, or of its configuration"
    fix = "give resource_group_name and service_name as texts, or leave revision out"
    return _problem(what, ("revision",), revision, allowed, fix)


def revisions_not_read(revision: str, answer: str) -> Problem:
    """Azure did not say which revisions there are."""
    what = "The revisions of the API cannot be read"
    allowed = "an answer of Azure: without it, an older revision would be taken to be gone"
    fix = "try again, or correct your rights; leave revision out if the API has never had one"
    return replace(_problem(what, ("revision",), f"{revision}: {answer}", allowed, fix), kind="lookup")


def revision_cannot_follow(revision: str, reason: str, arm_id: str) -> Problem:
    """A policy of an older revision names what this deployment may take away, and cannot be bound anew."""
    what = "The policy of an older revision cannot follow the certificate"
    allowed = "a policy that can be bound, in every revision of the API"
    url = f"https://management.azure.com{arm_id}?api-version=2024-05-01"
    fix = f'delete the revision: az rest --method delete --headers If-Match=* --url "{url}"'
    return _problem(what, ("revision",), f"revision {revision}: {reason}", allowed, fix)


def _path_problems(path: str | None, *, needed: bool) -> list[Problem]:
    characters = "letters, digits, -._~ and single slashes"
    allowed = f"{characters}, at most {PATH_LENGTH} characters; empty for one API of the service"
    if needed:
        return [_problem("The API has no path", ("path",), "nothing", allowed, "say under which path it is published")]
    if path is None or (re.fullmatch(PATH_SYNTAX, path) and len(path) <= PATH_LENGTH):
        return []
    return [
        _problem("The path of the API is malformed", ("path",), path, allowed, "write it without slashes around it")
    ]


def _version_problems(version: str | None, version_set: str | None, definition: ApiDefinition) -> list[Problem]:
    """Source: pulumi-azure-native#1661 (a version needs a set)."""
    found = []
    if definition.version is not None and definition.version_set is None and "api" not in definition.adopt:
        what, fix = "A version belongs to a version set", "name the set, or leave the version out"
        found.append(_problem(what, (("version", "version_set"),), str(version), "both, or neither", fix))
    if version is not None and not 1 <= len(version) <= _VERSION_LENGTH:
        got, allowed = f"{len(version)} characters", f"1-{_VERSION_LENGTH}"
        found.append(_problem("The version is too long or empty", ("version",), got, allowed, "shorten it"))
    if version_set is not None and not _VERSION_SET.fullmatch(version_set):
        what, allowed = "The version set is not named by its id", "an id of 1-80 characters, or an ARM id"
        fix = "give the id of the azure-native ApiVersionSet, or the last part of it"
        found.append(_problem(what, ("version_set",), version_set, allowed, fix))
    return found


def _combination_problems(definition: ApiDefinition, *, shares: bool) -> list[Problem]:
    found = []
    if (definition.backend is not None) == shares:
        what = "The API needs exactly one backend"
        got = "backend and shared_backend" if shares else "none"
        both = (("backend", "shared_backend"),)
        found.append(_problem(what, both, got, "backend or shared_backend", "name one of them"))
    if definition.openapi and definition.operations is not None:
        what = "The operations are given twice"
        both = (("operations", "openapi"),)
        found.append(_problem(what, both, "both", "operations or openapi", "remove one of them"))
    if definition.existing_api:
        owned = ("path", "display_name", "operations", "openapi", "revision", "version", "version_set")
        given = tuple(name for name in owned if getattr(definition, name) is not None)
        if given:
            what = "The API exists already, and is not changed here"
            fix = "leave them out, or own the API (adopt)"
            found.append(_problem(what, (given,), "values for an API that exists", "none of them", fix))
        if "api" in definition.adopt:
            what = "The API is both somebody else's and adopted"
            fix = "leave out existing_api to own it, or adopt to leave it to its owner"
            found.append(_problem(what, (("existing_api", "adopt"),), "both", "one of them", fix))
    if shares and "backend" in definition.adopt:
        what = "A shared backend is adopted where it is declared"
        found.append(_problem(what, ("adopt",), "backend", "api, policy", "set adopt=True on the MtlsBackend"))
    return found


def declarations(definition: ApiDefinition, api_id: str, place: Place, *, shares: bool) -> list[Declaration]:
    """What nothing else on the service may have."""
    owner, path = place.key, known(definition.path)
    policy = f"apis/{api_id}/policies/policy"
    found = [Declaration(kind=POLICY, owner=owner, value=policy, where=Where.of("policy"))]
    if definition.backend is not None and not shares:
        found.append(Declaration(kind=BACKEND, owner=owner, value=api_id, where=Where.of("backend")))
    if definition.existing_api:
        return found
    if path is not None and definition.version_set is None:  # versions of one API share it
        found.append(Declaration(kind=PATH, owner=place.service.key, value=path, where=Where.of("path")))
    return [Declaration(kind=API, owner=owner, value=api_id, where=Where.of("api_id")), *found]


def _problem(what: str, steps: Sequence[Step], got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=Where.of(*steps), got=got, allowed=allowed, fix=fix)
