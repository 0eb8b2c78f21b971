"""Binding changes nothing of the user's document but the elements it owns, twice is once, and unbinding restores it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.errors import PolicyDocumentError
from components.policy_document import DEFAULT, CertificateReference, bind, unbind

BY_ID = CertificateReference(certificate_id="orders")
BY_THUMBPRINT = CertificateReference(thumbprint="0123456789ABCDEF0123456789ABCDEF01234567")

EXPRESSIONS = [
    '<set-variable name="a" value="@(context.Request.Headers.GetValueOrDefault("x","<>") == "b" && 1 < 2)" />',
    "<set-variable name='a' value=\"@(Get(&quot;)&quot;))\"/>",
    '<set-body>@{\n  var s = "}"; // it\'s <base />\n  /* } */ return @"a""}" + \'}\' + (1 < 2);\n}</set-body>',
    "<set-body><![CDATA[ <inbound><base /></inbound> ]]></set-body>",
    "<!-- <authentication-certificate thumbprint='x'/> -->",
    '<choose><when condition="@(true)"><authentication-certificate certificate-id="special" /></when></choose>',
    "<base />",
    "<base></base>",
    "text & more",
]
SPACES = ["", " ", "\n", "\r\n", "\n\t", "\n        "]

contents = st.lists(st.tuples(st.sampled_from(SPACES), st.sampled_from(EXPRESSIONS)), max_size=5).map(
    lambda parts: "".join(space + element for space, element in parts)
)


def section(name: str, content: str, space: str) -> str:
    return f"<{name}>{content}{space}</{name}>"


inbound = st.one_of(
    st.just(""),
    st.sampled_from(["<inbound/>", "<inbound />", "<inbound\n\t/>"]),
    st.builds(section, st.just("inbound"), contents, st.sampled_from(SPACES)),
)
documents = st.builds(
    "{}<policies>{}{}{}{}</policies>{}".format,
    st.sampled_from(["", "\ufeff", "<!-- first <inbound> -->\r\n", '<?xml version="1.0"?>\n']),
    st.sampled_from(SPACES),
    inbound,
    st.sampled_from(SPACES),
    st.builds(section, st.sampled_from(["backend", "outbound"]), contents, st.sampled_from(SPACES)),
    st.sampled_from(["", "\n", "\r\n<!-- last -->"]),
)


class TestEveryDocument:
    @given(documents, st.sampled_from([BY_ID, BY_THUMBPRINT]), st.sampled_from([None, "orders"]))
    @example("<policies/>", BY_ID, "orders")
    @example(DEFAULT, BY_THUMBPRINT, "orders")
    @settings(max_examples=2000, deadline=None)
    def test_is_bound_once_and_restored_byte_for_byte(
        self, document: str, reference: CertificateReference, backend: str | None
    ) -> None:
        bound = bind(document, certificate=reference, backend_id=backend)
        assert reference.element in bound
        assert bind(bound, certificate=reference, backend_id=backend) == bound
        assert unbind(bound) == document

    @given(documents)
    @settings(max_examples=500, deadline=None)
    def test_is_rebound_as_if_it_had_never_been_bound(self, document: str) -> None:
        first = bind(document, certificate=BY_ID, backend_id="orders")
        assert bind(first, certificate=BY_THUMBPRINT) == bind(document, certificate=BY_THUMBPRINT)

    @given(st.text(alphabet="<>/=\"'@(){}- !policesnbud\n", max_size=60))
    @settings(max_examples=1000, deadline=None)
    def test_that_cannot_be_read_is_a_policy_document_error(self, document: str) -> None:
        try:
            bound = bind(document, certificate=BY_ID)
        except PolicyDocumentError:
            return
        assert unbind(bound) == document


class TestBinding:
    def test_stands_behind_the_first_base(self) -> None:
        assert bind(DEFAULT, certificate=BY_ID, backend_id="orders") == DEFAULT.replace(
            "<base />\n    </inbound>",
            "<base />\n"
            "        <!-- backend-mtls: begin -->\n"
            '        <set-backend-service backend-id="orders" />\n'
            '        <authentication-certificate certificate-id="orders" />\n'
            "        <!-- backend-mtls: end -->\n"
            "    </inbound>",
        )

    def test_names_a_pfx_by_its_thumbprint(self) -> None:
        bound = bind(DEFAULT, certificate=BY_THUMBPRINT)
        assert f'<authentication-certificate thumbprint="{BY_THUMBPRINT.thumbprint}" />' in bound
        assert "set-backend-service" not in bound

    def test_keeps_the_line_ends_of_the_document(self) -> None:
        bound = bind(DEFAULT.replace("\n", "\r\n"), certificate=BY_ID)
        assert "\n" not in bound.replace("\r\n", "")

    def test_escapes_an_id(self) -> None:
        bound = bind(DEFAULT, certificate=CertificateReference(certificate_id='a"b'))
        assert "certificate-id='a\"b'" in bound


class TestRefusal:
    @pytest.mark.parametrize(
        ("document", "what", "where"),
        [
            (
                '<policies>\n<inbound>\n  <authentication-certificate certificate-id="x" />\n</inbound></policies>',
                "The policy document already has <authentication-certificate> in <inbound>",
                "policy document, line 3, column 3",
            ),
            (
                '<policies><inbound><set-backend-service base-url="https://x" /></inbound></policies>',
                "The policy document already has <set-backend-service> in <inbound>",
                "policy document, line 1, column 20",
            ),
            ("<fragment/>", "The policy document has no <policies> root", "policy document, line 1, column 1"),
            ("", "The policy document has no <policies> root", "policy document, line 1, column 1"),
            (
                "<policies><inbound></policies>",
                "The policy document cannot be read: </policies> closes an element that is not open",
                "policy document, line 1, column 20",
            ),
            (
                "<policies>",
                "The policy document cannot be read: <policies> is never closed",
                "policy document, line 1, column 11",
            ),
        ],
    )
    def test_says_what_and_where(self, document: str, what: str, where: str) -> None:
        with pytest.raises(PolicyDocumentError) as caught:
            bind(document, certificate=BY_ID, backend_id="orders")
        assert (caught.value.problem.what, caught.value.problem.where) == (what, where)

    def test_a_route_of_the_document_is_kept_when_no_backend_is_bound(self) -> None:
        document = '<policies><inbound><set-backend-service base-url="https://x" /></inbound></policies>'
        assert unbind(bind(document, certificate=BY_ID)) == document

    @pytest.mark.parametrize("arguments", [{}, {"thumbprint": "0" * 40, "certificate_id": "x"}, {"thumbprint": "0"}])
    def test_a_reference_is_exactly_one_well_formed_name(self, arguments: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="CertificateReference"):
            CertificateReference(**arguments)
