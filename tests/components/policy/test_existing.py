"""What happens to a certificate or a backend that the document chooses itself."""

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import CertificateReference, bind, unbind

THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
BY_ID = CertificateReference(certificate_id="orders")
BY_THUMBPRINT = CertificateReference(thumbprint=THUMBPRINT)
CERTIFICATE = '<authentication-certificate certificate-id="orders" />'
BACKEND = '<set-backend-service backend-id="orders" />'
OTHER = '<authentication-certificate certificate-id="other" />'


def inbound(*policies: str) -> str:
    lines = "".join(f"\n    {each}" for each in policies)
    return f"<policies>\n  <inbound>{lines}\n  </inbound>\n</policies>"


def block(*elements: str) -> str:
    return "\n    ".join(["<!-- backend-mtls: begin -->", *elements, "<!-- backend-mtls: end -->"])


class TestWhatIsThere:
    """An element that says exactly what would be bound is kept where it stands."""

    @pytest.mark.parametrize(
        ("existing", "reference"),
        [
            (CERTIFICATE, BY_ID),
            ("<authentication-certificate  certificate-id = 'ORDERS'></authentication-certificate>", BY_ID),
            ('<authentication-certificate certificate-id="&#x6f;rders"><!-- x --></authentication-certificate>', BY_ID),
            (f'<authentication-certificate thumbprint="{THUMBPRINT.lower()}"/>', BY_THUMBPRINT),
        ],
    )
    def test_the_document_is_adopted_unchanged(self, existing: str, reference: CertificateReference) -> None:
        for document in (inbound("<base />", existing, BACKEND), inbound("<base />", BACKEND, existing, "<cors />")):
            assert bind(document, certificate=reference, backend_id="Orders") == document
            assert unbind(document) == document

    def test_in_front_of_the_last_base_it_does_not_count_since_an_outer_scope_may_override_it(self) -> None:
        first, last = inbound(CERTIFICATE, BACKEND, "<base />"), inbound("<base />", CERTIFICATE, BACKEND, "<base />")
        for document in (first, last):
            bound = bind(document, certificate=BY_ID, backend_id="orders")
            assert bound == document.replace("\n  </inbound>", f"\n    {block(BACKEND, CERTIFICATE)}\n  </inbound>")
            assert unbind(bound) == document

    def test_the_id_that_any_element_may_have_is_no_difference(self) -> None:
        named = [each.replace(" ", ' id="apim-generated-policy" ', 1) for each in (BACKEND, CERTIFICATE)]
        document = inbound("<base />", *named)
        assert bind(document, certificate=BY_ID, backend_id="orders") == document
        for other in (OTHER, f"{CERTIFICATE[:-3]} password='x' />"):
            with pytest.raises(PolicyDocumentError, match='got:     <authentication-certificate id="generated" '):
                bind(inbound("<base />", other.replace(" ", ' id="generated" ', 1)), certificate=BY_ID)

    @pytest.mark.parametrize(
        "existing",
        [
            OTHER,
            f'<authentication-certificate thumbprint="{THUMBPRINT}" />',
            '<authentication-certificate certificate-id="orders" password="x" />',
            '<authentication-certificate certificate-id="@("orders")" />',
            '<authentication-certificate certificate-id="{{orders}}" />',
        ],
    )
    def test_anything_else_is_refused(self, existing: str) -> None:
        with pytest.raises(PolicyDocumentError, match="says something else than what is to be bound"):
            bind(inbound("<base />", existing), certificate=BY_ID)

    def test_what_is_missing_goes_to_its_usual_place(self) -> None:
        only_certificate = inbound("<base />", "<cors />", CERTIFICATE)
        assert bind(only_certificate, certificate=BY_ID, backend_id="orders") == inbound(
            "<base />", block(BACKEND), "<cors />", CERTIFICATE
        )
        only_backend = inbound("<base />", "<cors />", BACKEND)
        assert bind(only_backend, certificate=BY_ID, backend_id="orders") == inbound(
            "<base />", block(CERTIFICATE), "<cors />", BACKEND
        )

    def test_several_that_say_the_same_are_kept(self) -> None:
        document = inbound(CERTIFICATE, "<base />", CERTIFICATE)
        assert bind(document, certificate=BY_ID) == document

    def test_one_of_several_that_says_something_else_is_refused(self) -> None:
        for document in (inbound(OTHER, CERTIFICATE), inbound(CERTIFICATE, OTHER)):
            with pytest.raises(PolicyDocumentError, match="says something else"):
                bind(document, certificate=BY_ID)

    def test_a_route_is_not_looked_at_when_no_backend_is_bound(self) -> None:
        route = '<set-backend-service base-url="https://x" />'
        assert bind(inbound("<base />", route), certificate=BY_ID) == inbound("<base />", block(CERTIFICATE), route)


class TestReplacing:
    """On request the element is kept in a comment, in its place, and comes back byte for byte."""

    def test_the_original_stands_in_a_comment(self) -> None:
        document = inbound("<base />", OTHER, '<set-backend-service base-url="https://x" />')
        bound = bind(document, certificate=BY_ID, backend_id="orders", existing="replace")
        assert bound == inbound(
            "<base />",
            block(BACKEND, CERTIFICATE),
            f"<!-- backend-mtls: replaced {OTHER} -->",
            '<!-- backend-mtls: replaced <set-backend-service base-url="https://x" /> -->',
        )
        assert unbind(bound) == document

    @pytest.mark.parametrize(
        ("original", "kept"),
        [
            ("a--b", "a-&#45;b"),
            ("a---b----", "a-&#45;-b-&#45;-&#45;"),
            ("a-&#45;b&amp;&#45;", "a-&amp;#45;b&amp;amp;&amp;#45;"),
        ],
    )
    def test_hyphens_and_references_survive_a_comment(self, original: str, kept: str) -> None:
        document = inbound(
            f"<authentication-certificate\r\ncertificate-id='{original}' ></authentication-certificate >"
        )
        bound = bind(document, certificate=BY_ID, existing="replace")
        assert f"'{kept}'" in bound
        assert "--" not in bound.replace("<!--", "").replace("-->", "")
        assert unbind(bound) == document

    def test_what_already_says_it_is_kept_and_nothing_inserted(self) -> None:
        document = inbound(OTHER, "<base />", CERTIFICATE)
        bound = bind(document, certificate=BY_ID, existing="replace")
        assert bound == inbound(f"<!-- backend-mtls: replaced {OTHER} -->", "<base />", CERTIFICATE)
        assert unbind(bound) == document


class TestBranches:
    """A branch overrides the binding for the calls that reach it."""

    @pytest.mark.parametrize(
        "branch",
        [
            f'<choose><when condition="@(a < b)">{OTHER}</when><otherwise><cors /></otherwise></choose>',
            f'<choose><when condition="@(a < b)">{OTHER}</when></choose>',
            f'<retry condition="@(a)" count="2"><choose><when condition="@(b)">{OTHER}</when></choose></retry>',
            f'<wait for="any"><limit-concurrency key="a" max-count="2">{OTHER}</limit-concurrency></wait>',
            f'<wait for="all"><choose><when condition="@(a)">{OTHER}</when></choose></wait>',
        ],
    )
    def test_it_stays_behind_the_binding_and_is_refused_in_front_of_it(self, branch: str) -> None:
        assert bind(inbound("<base />", branch), certificate=BY_ID) == inbound("<base />", block(CERTIFICATE), branch)
        with pytest.raises(PolicyDocumentError, match="in a branch stands in front of <base />"):
            bind(inbound(branch, "<base />"), certificate=BY_ID)

    def test_it_is_no_concern_when_nothing_is_inserted(self) -> None:
        document = inbound(f'<choose><when condition="@(a)">{OTHER}</when></choose>', "<base />", CERTIFICATE)
        assert bind(document, certificate=BY_ID) == document

    @pytest.mark.parametrize(
        "setting",
        [
            f'<send-request mode="new">{OTHER}</send-request>',
            f"<set-body><order>{OTHER}</order></set-body>",
            '<include-fragment fragment-id="f" />',
            f"<!-- {OTHER} -->",
            f"<set-body><![CDATA[{OTHER}]]></set-body>",
        ],
    )
    def test_what_is_no_policy_here_is_not_looked_at(self, setting: str) -> None:
        document = inbound(setting, "<base />", setting)
        assert bind(document, certificate=BY_ID) == inbound(setting, "<base />", block(CERTIFICATE), setting)
