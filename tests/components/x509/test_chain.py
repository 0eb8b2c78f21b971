"""The ways up from a certificate are found without walking along each of them."""

from backend_mtls.x509 import chain
from backend_mtls.x509.chain import Link, Pool
from certificates import Made, make
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given, settings
from hypothesis import strategies as st


def authority(name: str, issuer: Made | None = None, *, like: Made | None = None) -> Made:
    return make(name, key=like.key if like else ec.generate_private_key(ec.SECP256R1()), issuer=issuer, ca=True)


def link(made: Made) -> Link:
    return Link(made.certificate)


ROOT, OTHER = authority("root"), authority("other")
MIDDLE = authority("middle", ROOT)
LEAF = make("leaf", key=MIDDLE.key, issuer=MIDDLE)


def pool(*made: Made) -> Pool:
    return Pool(map(link, made))


class TestTheEnds:
    def test_of_a_whole_chain_are_its_root(self) -> None:
        assert chain.ends(link(LEAF), pool(MIDDLE, ROOT, OTHER)) == chain.Ends(roots=(link(ROOT),), is_open=False)

    def test_of_a_chain_without_its_root_are_open(self) -> None:
        assert chain.ends(link(LEAF), pool(MIDDLE, OTHER)) == chain.Ends(roots=(), is_open=True)

    def test_of_two_ways_are_both(self) -> None:
        crossed = authority("root", OTHER, like=ROOT)
        found = chain.ends(link(LEAF), pool(MIDDLE, ROOT, crossed, OTHER))
        assert found == chain.Ends(roots=(link(ROOT), link(OTHER)), is_open=False)

    def test_of_ways_in_a_circle_are_open(self) -> None:
        first, second = authority("first"), authority("second")
        circle = [authority("first", second, like=first), authority("second", first, like=second)]
        server = make("leaf", key=first.key, issuer=first)
        assert chain.ends(link(server), pool(*circle)) == chain.Ends(roots=(), is_open=True)

    def test_are_found_by_signature_and_not_by_name(self) -> None:
        assert chain.ends(link(LEAF), pool(authority("middle", ROOT), ROOT)).is_open

    def test_of_a_key_that_no_authority_has_are_open(self) -> None:
        odd = make("odd", key=ed25519.Ed25519PrivateKey.generate(), ca=True)
        server = make("leaf", key=ed25519.Ed25519PrivateKey.generate(), issuer=odd)
        assert chain.ends(link(server), pool(odd)) == chain.Ends(roots=(link(odd),), is_open=False)


class TestAnObstacle:
    def test_closes_the_way_behind_it(self) -> None:
        found = chain.sound_ends(link(LEAF), pool(MIDDLE, ROOT), lambda each, _below: each == link(MIDDLE))
        assert found == chain.Ends(roots=(), is_open=False)

    def test_leaves_other_ways(self) -> None:
        crossed = authority("root", OTHER, like=ROOT)
        found = chain.sound_ends(link(LEAF), pool(MIDDLE, ROOT, crossed, OTHER), lambda each, _: each == link(ROOT))
        assert found == chain.Ends(roots=(link(OTHER),), is_open=False)

    def test_is_asked_with_the_fewest_authorities_below_and_self_issued_ones_do_not_count(self) -> None:
        renewed = authority("root", ROOT)  # from the old key to the new one
        low = authority("low", renewed)
        server = make("leaf", key=low.key, issuer=low)
        asked = {}
        chain.sound_ends(link(server), pool(low, renewed, ROOT), lambda each, below: bool(asked.update({each: below})))
        assert asked == {link(low): 0, link(renewed): 1, link(ROOT): 1}


class TestTheCost:
    """Two authorities that certified each other many times have a factorial number of ways between them."""

    @staticmethod
    def crossed(number: int) -> tuple[Link, Pool]:
        first, second = authority("first"), authority("second")
        made = [authority("first", second, like=first) for _ in range(number)]
        made += [authority("second", first, like=second) for _ in range(number)]
        return link(make("leaf", key=first.key, issuer=first)), pool(*made)

    def test_of_cross_certified_authorities_is_one_check_for_a_certificate_and_a_key(self) -> None:
        leaf, crossed = self.crossed(50)
        assert chain.ends(leaf, crossed).is_open
        assert crossed.signature_checks <= 101

    def test_of_a_name_with_many_keys_is_their_square_at_most(self) -> None:
        made = [authority("same")]
        for _ in range(19):
            made.append(authority("same", made[-1]))
        crossed = pool(*made)
        assert chain.ends(link(make("leaf", key=made[-1].key, issuer=made[-1])), crossed).roots == (link(made[0]),)
        assert crossed.signature_checks <= 21 * 20


@settings(max_examples=30)
@given(edges=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12, unique=True))
def test_the_ends_are_what_walking_along_each_way_finds(edges: list[tuple[int, int]]) -> None:
    keys = [authority(f"authority {number}") for number in range(5)]
    made = [authority(f"authority {of}", keys[by], like=keys[of]) for of, by in edges]
    leaf = make("leaf", key=keys[0].key, issuer=keys[0])

    def walk(current: Made, way: frozenset[Made]) -> set[Made | None]:
        name, issuer = current.certificate.subject, current.certificate.issuer
        if name == issuer:
            return {current}
        above = [each for each in made if each.certificate.subject == issuer]
        return set().union(*(walk(each, way | {each}) for each in above if each not in way)) if above else {None}

    walked = walk(leaf, frozenset())
    found = chain.ends(link(leaf), pool(*made))
    assert set(found.roots) == {link(each) for each in walked if each}
    assert found.is_open == (None in walked or not found.roots)
