"""`purge`: frees the names of deleted services, as `az apim deletedservice purge` does on Azure."""

import argparse

from local import endpoints
from local.errors import LocalError
from local.home import locate
from local.provider.arm_client import ArmClient

_API_VERSION = "2024-05-01"
_DONE = {200, 202, 204}


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_arguments: argparse.Namespace) -> int:
    """Purges every service that is soft-deleted in the subscription of the stacks."""
    known = endpoints.load(locate())
    client = ArmClient(known)
    listed = f"/subscriptions/{known.subscription_id}/providers/Microsoft.ApiManagement/deletedservices"
    try:
        for each in client.get(listed, _API_VERSION)["value"]:
            answer = client.send("DELETE", f"{each['id']}?api-version={_API_VERSION}")
            if answer.status not in _DONE:
                raise LocalError(f"{each['name']} was not purged: {answer.error()}")
            print(f"The name {each['name']} is free again: the deleted service was purged.")
    finally:
        client.close()
    return 0
