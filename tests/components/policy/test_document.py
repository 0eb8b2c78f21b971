"""What binding writes, where, and what it keeps of a document."""

import pytest
from backend_mtls.policy.document import DEFAULT, CertificateReference, bind, unbind

BY_ID = CertificateReference(certificate_id="orders")
BY_THUMBPRINT = CertificateReference(thumbprint="0123456789ABCDEF0123456789ABCDEF01234567")
BLOCK = """<!-- backend-mtls: begin -->
        <authentication-certificate certificate-id="orders" />
        <!-- backend-mtls: end -->"""


class TestBinding:
    def test_stands_behind_base(self) -> None:
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

    def test_escapes_what_would_be_an_expression(self) -> None:
        bound = bind(DEFAULT, certificate=CertificateReference(certificate_id="@(a"))
        assert 'certificate-id="&#64;(a"' in bound
        assert unbind(bound) == DEFAULT

    @pytest.mark.parametrize("arguments", [{}, {"thumbprint": "0" * 40, "certificate_id": "x"}, {"thumbprint": "0"}])
    def test_a_reference_is_exactly_one_well_formed_name(self, arguments: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="CertificateReference"):
            CertificateReference(**arguments)


class TestPlace:
    """Where the binding goes, section by section."""

    def test_behind_the_last_base_so_that_no_outer_scope_comes_after_it(self) -> None:
        document = "<policies>\n    <inbound>\n        <base />\n        <base></base>\n    </inbound>\n</policies>"
        assert bind(document, certificate=BY_ID) == document.replace("</base>", f"</base>\n        {BLOCK}")

    def test_first_without_base(self) -> None:
        document = "<policies>\n    <inbound>\n        <cors />\n    </inbound>\n</policies>"
        assert bind(document, certificate=BY_ID) == document.replace("<inbound>", f"<inbound>\n        {BLOCK}")

    def test_not_behind_a_base_in_a_branch(self) -> None:
        branch = '<choose><when condition="@(a)"><base /></when></choose>'
        document = f"<policies>\n    <inbound>\n        {branch}\n    </inbound>\n</policies>"
        assert bind(document, certificate=BY_ID) == document.replace("<inbound>", f"<inbound>\n        {BLOCK}")

    def test_an_empty_section_is_opened_and_still_inherits_nothing(self) -> None:
        document = "<policies>\n    <inbound\t/>\n</policies>"
        opened = BLOCK.replace("begin", "begin replacing <inbound\t/>")
        assert bind(document, certificate=BY_ID) == document.replace(
            "<inbound\t/>", f"<inbound>\n        {opened}\n    </inbound>"
        )

    @pytest.mark.parametrize(
        ("document", "begin"),
        [("<policies>\n</policies>", "begin"), ("<policies />", "begin replacing <policies />")],
    )
    def test_a_missing_section_is_added_and_still_inherits_everything(self, document: str, begin: str) -> None:
        assert bind(document, certificate=BY_ID) == (
            f"<policies>\n    <!-- backend-mtls: {begin} -->\n"
            "    <inbound>\n"
            "        <base />\n"
            '        <authentication-certificate certificate-id="orders" />\n'
            "    </inbound>\n"
            "    <!-- backend-mtls: end -->\n"
            "</policies>"
        )


class TestLayout:
    """What is inserted stands on lines of its own, indented and ended as those of the document."""

    @pytest.mark.parametrize("unit", ["\t", "  ", "    ", "   ", "\t\t"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("inside", ["<base />", "", "<inbound />", "<policies />"])
    def test_it_follows_the_document(self, unit: str, newline: str, inside: str) -> None:
        section = {
            "<base />": ["<inbound>", f"{unit}<base />", "</inbound>"],
            "": ["<outbound>", f"{unit}<cors />", "</outbound>"],
            "<inbound />": ["<inbound />"],
            "<policies />": [],
        }[inside]
        document = newline.join(["<!-- x -->", "<policies>", *(unit + each for each in section), "</policies>"])
        lines = bind(document, certificate=BY_ID).split(newline)
        depths = [(len(each) - len(each.lstrip())) / len(unit) for each in lines]
        if inside != "<policies />":  # otherwise there is nothing to follow
            assert max(depths) == 2
            assert all(each.startswith(unit * int(depth)) for each, depth in zip(lines, depths, strict=True))
        assert not {"\r", "\n"} & set("".join(lines))

    def test_the_line_end_is_the_one_that_stands_in_front(self) -> None:
        document = "<!-- x -->\n<policies>\r\n  <inbound>\r\n    <base />\r\n  </inbound>\r\n</policies>\n"
        bound = bind(document, certificate=BY_ID)
        assert bound.replace("\r\n", "").count("\n") == 2
        assert "    <base />\r\n    <!-- backend-mtls: begin -->\r\n    <authentication" in bound

    def test_what_begins_no_line_says_nothing_of_the_layout(self) -> None:
        document = "<policies>\n<inbound><base />\n    </inbound><backend>\n  <base />\n</backend></policies>"
        assert bind(document, certificate=BY_ID).count("\n<!-- backend-mtls") == 2


class TestTakingItBack:
    """Unbinding restores the document, also when somebody went on writing around the binding."""

    def test_what_was_written_beside_the_binding_stays(self) -> None:
        bound = bind("<policies><inbound/></policies>", certificate=BY_ID)
        edited = bound.replace("end -->", "end --><cors />")
        assert unbind(edited) == "<policies><inbound><cors />\n</inbound></policies>"

    def test_a_document_without_a_binding_is_unchanged(self) -> None:
        assert unbind(DEFAULT) == DEFAULT

    def test_markers_elsewhere_are_comments(self) -> None:
        document = "<!-- backend-mtls: end --><policies><outbound><!-- backend-mtls: begin --></outbound></policies>"
        assert unbind(document) == document
        assert unbind(bind(document, certificate=BY_ID)) == document
