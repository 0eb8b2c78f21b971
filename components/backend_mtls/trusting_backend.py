"""A backend entity that says itself which server certificates its connections accept.

Owns: one backend entity in API version 2025-03-01-preview, the first whose `tls` has `serverX509Names` and
`serverCertificateThumbprints`; and, where azure-native is configured, a provider for that version with the same
configuration.
Does not own: every other backend, which stays with azure-native's default version (2024-05-01).

azure-native serves another API version as a package of its own, which it becomes when it is parameterized. That
package's default provider reads its own configuration (`azure-native_apimanagement_v20250301preview:…`), and knows
nothing of azure-native's: the backend would be looked for in whatever subscription the environment names. So the
configuration is copied. source: pulumi-azure-native provider/pkg/provider/provider_parameterize.go and its tests; #4755
(releases before it read neither); #4032 (a resource moves to such a package without a replacement).
"""

import base64
import inspect
import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import register_package
from pulumi_azure_native import ProviderArgs

from backend_mtls import asking, gate
from backend_mtls.admission.inputs import has_later
from backend_mtls.errors import Problem, Where

BASE = "azure-native"
MODULE, VERSION = "apimanagement", "v20250301preview"
PACKAGE = f"{BASE}_{MODULE}_{VERSION}"
"""What the parameterized package is called."""
PINS = ("serverX509Names", "serverCertificateThumbprints")
"""The parts of `tls` that the default version does not know."""
_SUFFIX = "2025-03-01-preview"
_BACKEND, _BACKEND_OF_PACKAGE = f"{BASE}:{MODULE}:Backend", f"{PACKAGE}:{MODULE}:Backend"
_ALONE = f"the component has a provider of {BASE}, and none of {PACKAGE}"
_SECRET = frozenset({"clientId", "clientSecret", "clientCertificatePassword"})
"""What azure-native's own provider class makes secret."""
_PARAMETER = base64.b64encode(json.dumps({"module": MODULE, "version": VERSION}, separators=(",", ":")).encode())
_SETTINGS = tuple(inspect.signature(ProviderArgs).parameters)
"""What azure-native can be configured with."""


class TrustingBackend(pulumi.CustomResource):
    """The entity; a stack whose backend was one of azure-native's default version goes on with it."""

    def __init__(self, name: str, kind: str, arguments: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        """`kind` is `Backend` or `WorkspaceBackend`; `arguments` has the SDK's names."""
        properties = {asking.camel(key): value for key, value in arguments.items() if value is not None}
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[former(kind)]))
        super().__init__(f"{PACKAGE}:{MODULE}:{kind}", name, properties, options, package_ref=_package())


def former(kind: str) -> pulumi.Alias:
    """What the entity is called as long as it says nothing of trust."""
    return pulumi.Alias(type_=f"{BASE}:{MODULE}:{kind}")


def later(kind: str) -> pulumi.Alias:
    """What it was called when it did: an entity that no longer says anything goes on, too."""
    return pulumi.Alias(type_=f"{PACKAGE}:{MODULE}:{kind}")


class BackendTrustProvider(pulumi.ProviderResource):
    """The provider for backends that say whom they trust, where azure-native's is one that the program makes.

    What that one was given cannot be read from it. So a component that is given a provider of azure-native gets both:
    `opts=ResourceOptions(providers=[own, BackendTrustProvider("own-trust", subscription_id=…)])`.
    """

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **settings: Any) -> None:
        """`settings` are those of `pulumi_azure_native.Provider`, by the same names.

        Raises `ArgumentsError` for a setting that azure-native does not have.
        """
        unknown = sorted(set(settings) - set(_SETTINGS))
        if unknown:
            raise gate.refused(f"BackendTrustProvider {name}", [_no_such_setting(each) for each in unknown])
        super().__init__(PACKAGE, name, _properties(settings), opts, package_ref=_package())


def provider(component: pulumi.Resource) -> pulumi.ProviderResource | None:
    """The provider for the component's trusting backends; None leaves it to the component, or to the default one."""
    if _is_given(component, _BACKEND_OF_PACKAGE, _BACKEND):
        return None
    key: Any = gate.passed().get_loop()  # a program's; a plugin has one for each component (`below`)
    if key not in _providers:
        _providers[key] = _configured(BASE, pulumi.ResourceOptions())
    return _providers[key]


def below(component: pulumi.Resource, name: str) -> list[pulumi.ProviderResource]:
    """The same for everything below a component that may be there several times, in processes of their own."""
    if _is_given(component, _BACKEND_OF_PACKAGE, _BACKEND):
        return []
    made = _configured(name, pulumi.ResourceOptions(parent=component))
    return [made] if made else []


def problems(component: pulumi.Resource) -> list[Problem]:
    """A problem when the component was given a provider of azure-native alone: the other's would be the default one."""
    if not _is_given(component, _BACKEND) or _is_given(component, _BACKEND_OF_PACKAGE):
        return []
    return [
        Problem(
            what="A backend that says whom it trusts needs a provider of its own beside yours, configured alike",
            where=Where.of("trust"),
            got=f"a provider of {BASE} alone",
            allowed=f"providers of {BASE} and of {PACKAGE}, or the default ones",
            fix='give both: opts=ResourceOptions(providers=[yours, BackendTrustProvider("trust", subscription_id=…)]); '
            f"in another language: pulumi package add {BASE} {MODULE} {VERSION}",
        )
    ]


def _is_given(component: pulumi.Resource, *types: str) -> bool:
    """Whether the component has a provider of its own for one of these types."""
    return any(component.get_provider(each) is not None for each in types)


def _no_such_setting(name: str) -> Problem:
    return Problem(
        what="There is no such setting of azure-native",
        where=Where.of(name),
        got=name,
        allowed=", ".join(_SETTINGS),
        fix="correct the name, or remove it",
        kind="type",
    )


def pins_in_azure(names: Mapping[str, Any], kind: str, component: pulumi.Resource) -> bool:
    """Whether a backend that exists already says whom it trusts; `names` are the arguments that name it.

    The default version does not show it, and would take it away with the next update.
    """
    if has_later(names):
        return False
    if problems(component):
        pulumi.log.warn(f"Not checked whether a backend says whom it trusts, which an update would remove: {_ALONE}")
        return False
    options = pulumi.InvokeOptions(parent=component, provider=provider(component))
    arguments = {asking.camel(name): value for name, value in names.items()}
    try:
        with gate.held():
            found = pulumi.runtime.invoke(
                f"{PACKAGE}:{MODULE}:get{kind}", arguments, options, package_ref=_package()
            ).value
    except Exception:  # noqa: BLE001 (as in asking.py; what cannot be read cannot be imported either)
        return False
    tls = (found or {}).get("tls") or {}
    return any(tls.get(pin) for pin in PINS)


_providers: "WeakKeyDictionary[Any, pulumi.ProviderResource | None]" = WeakKeyDictionary()
"""One for each program: every provider is a process of its own."""


def _configured(name: str, options: pulumi.ResourceOptions) -> pulumi.ProviderResource | None:
    """One with azure-native's configuration in the stack; None where there is none, as with `ARM_*` alone."""
    config = pulumi.Config(BASE)
    values: dict[str, Any] = {}
    for setting in _SETTINGS:
        key = asking.camel(setting)
        is_secret = pulumi.runtime.is_config_secret(config.full_key(key))
        values[setting] = config.get_secret(key) if is_secret else config.get(key)
    given = {setting: value for setting, value in values.items() if value is not None}
    return _made(f"{name}-{_SUFFIX}", given, options) if given else None


def _made(name: str, settings: Mapping[str, Any], options: pulumi.ResourceOptions) -> pulumi.ProviderResource:
    """The provider; like everything that a program declares it is registered when all of it has been admitted."""
    admitted: pulumi.Output[list[pulumi.Resource]] = pulumi.Output.from_input(_admitted(gate.passed()))
    options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=admitted))
    return BackendTrustProvider(name, options, **settings)


def _properties(settings: Mapping[str, Any]) -> dict[str, Any]:
    """As the provider takes them: everything but a text is JSON, and what is secret stays it."""
    given = {asking.camel(name): value for name, value in settings.items() if value is not None}
    return {
        name: pulumi.Output.secret(value) if name in _SECRET else pulumi.Output.from_input(value).apply(_text)
        for name, value in given.items()
    }


async def _admitted(passed: Any) -> list[pulumi.Resource]:
    await passed
    return []


async def _package() -> str:
    """The reference by which the engine knows the package; it is told of it once."""
    version = asking.version_of_provider()
    return await register_package(BASE, version, "", PACKAGE, version, base64.b64encode(_PARAMETER).decode())


def _text(value: Any) -> Any:
    """A setting as the provider takes it: everything but a text is JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
