"""Nothing that is referenced is ever deleted, and nothing is referenced before it exists."""

import json
import threading

from project import Project, rotate


def positions(writes: list[tuple[str, str]], method: str, *names: str) -> list[int]:
    return [next(i for i, each in enumerate(writes) if each == (method, name)) for name in names]


def test_creation_is_certificate_then_backend_then_policy(deployed: Project) -> None:
    writes = deployed.writes()
    for api in ("orders", "legacy"):
        certificate = next(
            path for method, path in writes if method == "PUT" and path.startswith(f"certificates/{api}")
        )
        order = positions(writes, "PUT", certificate, f"backends/{api}", f"apis/{api}/policies/policy")
        assert order == sorted(order)


def test_destroy_is_policy_then_backend_then_certificate(project: Project) -> None:
    project.must("up")
    created = project.writes()
    project.must("destroy")
    writes = project.writes_since(created)
    for api in ("orders", "legacy"):
        certificate = next(
            path for method, path in writes if method == "DELETE" and path.startswith(f"certificates/{api}")
        )
        order = positions(writes, "DELETE", f"apis/{api}/policies/policy", f"backends/{api}", certificate)
        assert order == sorted(order)
    assert project.state()["latest"].get("resources", []) == []


class Caller(threading.Thread):
    """Calls an API again and again until it is told to stop."""

    def __init__(self, project: Project, url: str, key: str) -> None:
        super().__init__()
        self.project, self.url, self.key = project, url, key
        self.statuses, self.seen = [], []
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            answer = self.project.azure.send("GET", self.url, headers={"Ocp-Apim-Subscription-Key": self.key})
            self.statuses.append(answer.status)
            self.seen.append(answer.body["client"]["thumbprint"] if answer.status == 200 else json.dumps(answer.body))


def test_a_rotated_pfx_is_created_then_bound_then_the_old_one_is_deleted_and_no_call_fails(project: Project) -> None:
    project.must("up")
    before, old = project.writes(), project.call()["legacy"]
    renewed = rotate(project)
    key = project.azure.arm("POST", f"{_service(project)}/subscriptions/master/listSecrets").body["primaryKey"]
    caller = Caller(project, old["url"], key)
    caller.start()
    try:
        project.must("up")
    finally:
        caller.done.set()
        caller.join()
    assert project.writes_since(before) == [
        ("PUT", f"certificates/legacy-{renewed.thumbprint[:8].lower()}"),
        ("PUT", "apis/legacy/policies/policy"),
        ("DELETE", f"certificates/legacy-{old['expected_thumbprint'][:8].lower()}"),
    ]
    assert set(caller.statuses) == {200}, caller.seen
    assert set(caller.seen) <= {old["presented_thumbprint"], renewed.thumbprint}
    after = project.call()["legacy"]
    assert (after["presented_thumbprint"], after["ok"]) == (renewed.thumbprint, True)


def _service(project: Project) -> str:
    return next(
        each["id"] for each in project.state()["latest"]["resources"] if each["type"].endswith("ManagementService")
    )
