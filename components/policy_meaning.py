"""stub"""


def same_meaning(a: str, b: str) -> bool:
    return a == b
