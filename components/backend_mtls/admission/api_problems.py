"""What APIM would refuse about an API, and what it must not share with another one. Source: REST 2024-05-01, Apis."""

import re
from collections.abc import Sequence
from typing import Any

from backend_mtls.admission import api_operations
from backend_mtls.admission.conflicts import API, BACKEND, PATH, POLICY, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.errors import Problem
from backend_mtls.mtls_backend import settings_problems

_PATH = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*")
_PATH_LENGTH = 400
_REVISION = re.compile(r"[1-9][0-9]{0,9}")
_DISPLAY_NAME_LENGTH = 300


def problems(args: Any, api_id: str, path: str | None, binding: Sequence[Problem]) -> list[Problem]:
    """What is wrong with the arguments of an `MtlsApi` with this id.

    `path` is the API's, also one that exists already; `binding` is what is wrong with its policy.
    """
    found = own_problems(args, api_id)
    if args.existing_api and path is None:
        what = "The existing API cannot be read"
        allowed = "an API that exists on the service and that your credentials can read"
        fix = "correct api_id, or leave existing_api out so that the API is deployed here"
        found.append(_problem(what, "existing_api", api_id, allowed, fix))
    if args.backend is not None and args.shared_backend is None:
        found += [each.at(f"backend.{each.where}") for each in settings_problems(args.backend, args.service)]
    return found + [each.at(each.where.replace("document", "policy", 1)) for each in binding]


def own_problems(args: Any, api_id: str) -> list[Problem]:
    """What is wrong with what is the API's own: not its backend, nor its policy."""
    found = id_problems(api_id, "api_id")
    found += _path_problems(args.path, needed=not args.existing_api)
    found += api_operations.problems(args.operations or ())
    found += _combination_problems(args)
    if args.revision is not None and not _REVISION.fullmatch(args.revision):
        what = "The revision is malformed"
        found.append(_problem(what, "revision", args.revision, "a number from 1, as text", 'write "2" for the second'))
    for index, protocol in enumerate(args.protocols):
        if protocol not in {"http", "https"}:
            found.append(
                _problem("There is no such protocol", f"protocols[{index}]", protocol, "https or http", "correct it")
            )
    if not args.protocols:
        found.append(
            _problem("The API has no protocol", "protocols", "none", "https or http", "leave it out for https")
        )
    if args.display_name is not None and not 1 <= len(args.display_name) <= _DISPLAY_NAME_LENGTH:
        got = f"{len(args.display_name)} characters"
        what = "The display name is too long or empty"
        found.append(_problem(what, "display_name", got, f"1-{_DISPLAY_NAME_LENGTH}", "shorten it, or leave it out"))
    return found


def _path_problems(path: str | None, *, needed: bool) -> list[Problem]:
    allowed = f"letters, digits, -._~ and single slashes, at most {_PATH_LENGTH} characters"
    if path is None:
        if not needed:
            return []
        return [_problem("The API has no path", "path", "nothing", allowed, "say under which path it is published")]
    if _PATH.fullmatch(path) and len(path) <= _PATH_LENGTH:
        return []
    return [_problem("The path of the API is malformed", "path", path, allowed, "write it without slashes around it")]


def _combination_problems(args: Any) -> list[Problem]:
    found = []
    if (args.backend is None) == (args.shared_backend is None):
        what = "The API needs exactly one backend"
        got = "none" if args.backend is None else "backend and shared_backend"
        found.append(_problem(what, "backend, shared_backend", got, "backend or shared_backend", "name one of them"))
    if args.openapi and args.operations is not None:
        what = "The operations are given twice"
        found.append(_problem(what, "operations, openapi", "both", "operations or openapi", "remove one of them"))
    if args.existing_api:
        owned = ("path", "display_name", "operations", "openapi", "revision")
        given = [name for name in owned if getattr(args, name) is not None]
        if given:
            what = "The API exists already, and is not changed here"
            fix = "leave them out, or own the API (adopt)"
            found.append(_problem(what, ", ".join(given), "values for an API that exists", "none of them", fix))
        if "api" in args.adopt:
            what = "The API is both somebody else's and adopted"
            fix = "leave out existing_api to own it, or adopt to leave it to its owner"
            found.append(_problem(what, "existing_api, adopt", "both", "one of them", fix))
    if args.shared_backend is not None and "backend" in args.adopt:
        what = "A shared backend is adopted where it is declared"
        found.append(_problem(what, "adopt", "backend", "api, policy", "set adopt=True on the MtlsBackend"))
    return found


def declarations(place: str, owner: str, args: Any, api_id: str) -> list[Declaration]:
    """What nothing else on the service may have."""
    policy = f"apis/{api_id}/policies/policy"
    found = [Declaration(kind=POLICY, owner=owner, value=policy, where=f"{place}: policy")]
    if args.backend is not None and args.shared_backend is None:
        found.append(Declaration(kind=BACKEND, owner=owner, value=api_id, where=f"{place}: backend"))
    if args.existing_api:
        return found
    if args.path:
        found.append(Declaration(kind=PATH, owner=args.service.key, value=args.path, where=f"{place}: path"))
    return [Declaration(kind=API, owner=owner, value=api_id, where=f"{place}: api_id"), *found]


def _problem(what: str, where: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(what=what, where=where, got=got, allowed=allowed, fix=fix)
