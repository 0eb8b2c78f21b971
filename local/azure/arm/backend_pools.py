"""The members of a backend of type Pool.

source: REST 2024-05-01, BackendPool (an existing backend's ARM id, weight and priority 0 to 100);
learn.microsoft.com/azure/api-management/backends (no pool in a pool, at most 30 members). The texts are inferred.
"""

from typing import Any

from local.azure.arm.fields import Fields
from local.azure.arm.paths import name_of
from local.azure.store import Json, Store

MOST = 30


def read(fields: Fields, store: Store, home_id: str) -> Json:
    """`pool` of a backend."""
    pool = fields.part("pool")
    given = pool.items("services") if fields.raw("pool") is not None else None
    if not given or len(given) > MOST:
        pool.problem("services", f"'services' must be an array of 1 to {MOST} backends.")
        return {}
    members = [_member(pool.within(item, f"services[{index}]"), store, home_id) for index, item in enumerate(given)]
    return {"services": members}


def _member(fields: Fields, store: Store, home_id: str) -> Json:
    member_id = fields.text("id", required=True) or ""
    known = store.get(member_id) if _is_backend_of(home_id, member_id) else None
    if known is None:
        fields.problem("id", f"Backend with id '{member_id}' could not be found.")
    elif known.body["properties"]["type"] == "Pool":
        fields.problem("id", f"Backend with id '{member_id}' is a pool: a pool cannot be in a pool.")
    numbers = {name: _number(fields, name) for name in ("weight", "priority")}
    return {"id": member_id, **{name: value for name, value in numbers.items() if value is not None}}


def _is_backend_of(home_id: str, member_id: str) -> bool:
    return member_id.lower() == f"{home_id}/backends/{name_of(member_id)}".lower()


def _number(fields: Fields, name: str) -> Any:
    value = fields.raw(name)
    if value is not None and not (type(value) is int and 0 <= value <= 100):
        fields.problem(name, f"'{name}' must be a whole number from 0 to 100.")
    return value
