"""The operations on a stack: preview, up, refresh, destroy, export, import."""

from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from local.engine import checkpoint, config, deletion, lock, passphrase, program, project, stack_references
from local.engine.checkpoint import Location
from local.engine.config import Value
from local.engine.deployment import Deployment, Scope
from local.engine.events import Audience, Report
from local.engine.monitor import Server
from local.engine.passphrase import Crypter
from local.engine.project import Project
from local.engine.properties import UnsupportedError
from local.engine.providers import Plugins
from local.engine.refresh import refresh
from local.engine.resource import Json
from local.engine.snapshot import replace
from local.engine.stack_references import StackReferences
from local.engine.state import State, back_up, load
from local.engine.urn import STACK_TYPE
from local.errors import LocalError


@dataclass(frozen=True, kw_only=True)
class Target:
    """A stack of a project, and what it takes to work on it."""

    folder: Path
    """Holds `Pulumi.yaml`."""
    stack: str
    backend_url: str
    """`file://FOLDER`."""
    passphrase: str = ""
    plugins: dict[str, str] = field(default_factory=dict)
    """Package -> address of its running provider plugin."""

    @property
    def location(self) -> Location:
        """Where the stack's state is."""
        return checkpoint.locate(self.backend_url, project.load(self.folder).name, self.stack)


def warm_up(target: Target) -> None:
    """Begins with what needs no provider, while the provider starts."""
    passphrase.warm_up(
        target.passphrase, project.load(target.folder).stack_settings(target.stack).get("encryptionsalt")
    )


def run(operation: str, target: Target, audience: Audience) -> Report:
    """Carries out preview, up, refresh or destroy; whether it succeeded is whether the report has errors."""
    report = Report(audience)
    location = target.location
    preview = operation == "preview"
    with nullcontext() if preview else lock.held(location):
        try:
            _run(operation, target, report)
        except UnsupportedError as error:
            raise LocalError(
                f"the embedded engine does not support: {error}. "
                "With the Pulumi CLI it works: https://www.pulumi.com/docs/install/"
            ) from error
    return report


def _run(operation: str, target: Target, report: Report) -> None:
    settings = project.load(target.folder)
    settings.refuse_other_languages()
    preview, program_runs = operation == "preview", operation in ("preview", "up")
    salt = settings.stack_settings(target.stack).get("encryptionsalt")
    state = State(target.location, target.passphrase, salt, writable=not preview)
    if not program_runs and not state.exists:
        raise LocalError(f"no stack named '{target.stack}' found in {target.backend_url}")
    decrypt = (state.crypter if salt in (None, state.crypter.state) else Crypter(target.passphrase, salt)).decrypt
    values = config.load(settings, target.stack, decrypt) if program_runs else {}
    if operation == "up" and salt is None:
        settings.save_salt(target.stack, state.crypter.state)
    _prepare(report, state, values)
    scope = Scope(project=settings.name, stack=target.stack, config=values, preview=preview)
    with closing(state), closing(_plugins(target, settings.name)) as plugins:
        deployment = Deployment(scope, state, plugins, report)
        with closing(Server(deployment)) as server:
            plugins.engine_address = server.address
            try:
                _OPERATIONS[operation](settings, deployment, server)
            except KeyboardInterrupt:
                report.say("error", f"{operation} was interrupted: what had begun was finished and saved")
                deployment.steps.stopped.set()
        deployment.finish_stack(failed=bool(report.errors))


def _plugins(target: Target, project_name: str) -> Plugins:
    references = StackReferences(target.backend_url, project_name, target.passphrase)
    return Plugins(target.plugins, str(target.folder), {stack_references.PACKAGE: references})


def _prepare(report: Report, state: State, values: dict[str, Value]) -> None:
    for warning in state.warnings:
        report.say("warning", warning)
    for operation in state.interrupted:
        report.say(
            "warning",
            "an earlier operation was killed while it created this resource. If it came into being, creating it again "
            "fails as already existing: then delete it in Azure (or import it), and deploy again",
            operation["resource"]["urn"],
        )
    report.config = {key: value.shown for key, value in values.items()}
    report.old_outputs = next((found.outputs for found in state.resources if found.type == STACK_TYPE), {})


def _deploy(settings: Project, deployment: Deployment, server: Server) -> None:
    succeeded = program.run(settings, deployment, server.address)
    server.settle()
    if succeeded and not deployment.steps.stopped.is_set():
        deletion.delete_rest(deployment)


_OPERATIONS: dict[str, Callable[[Project, Deployment, Server], None]] = {
    "preview": _deploy,
    "up": _deploy,
    "refresh": lambda _settings, deployment, _server: refresh(deployment),
    "destroy": lambda _settings, deployment, _server: deletion.delete_rest(deployment),
}


def export_state(target: Target) -> Json:
    """The stack's state as `pulumi stack export` gives it; secrets stay encrypted."""
    stored = load(target.location)
    if not stored.exists:
        raise LocalError(f"no stack named '{target.stack}' found in {target.backend_url}")
    return {"version": checkpoint.VERSION, "deployment": stored.deployment}


def import_state(target: Target, content: bytes, source: Path) -> None:
    """Puts an exported state in the place of the stack's."""
    location = target.location
    deployment = checkpoint.parse(content, source)
    start = f"urn:pulumi:{location.stack}::{location.project}::"
    foreign = next((row["urn"] for row in deployment.get("resources") or () if not row["urn"].startswith(start)), None)
    if foreign:
        raise LocalError(
            f"{source} is the state of another stack: {foreign} is not of {location.project}/{location.stack}"
        )
    with lock.held(location):
        back_up(location)
        replace(location.checkpoint, checkpoint.render(location, deployment))
        location.journal.unlink(missing_ok=True)
