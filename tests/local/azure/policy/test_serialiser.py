"""A document comes back as Azure writes it, whatever it looked like when it was saved."""

from local.azure.policy import serialise

DOCUMENT = """<!-- why -->
<policies>
\t<inbound><base/>
        <!-- first -->
    <set-header name='X' exists-action="override"><value>@(a < "b" ? 1 : 2)</value></set-header>
    <set-body><order><line/></order></set-body></inbound>
    <outbound>

    </outbound>
</policies>"""

RAW = """<!-- why -->
<policies>
  <inbound>
    <base />
    <!-- first -->
    <set-header name="X" exists-action="override">
      <value>@(a < "b" ? 1 : 2)</value>
    </set-header>
    <set-body><order><line/></order></set-body>
  </inbound>
  <outbound />
</policies>"""


def test_rawxml_has_two_spaces_crlf_and_expressions_as_they_were() -> None:
    assert serialise(DOCUMENT, "rawxml") == RAW.replace("\n", "\r\n")


def test_xml_escapes_what_xml_has_to_escape_and_greater_than() -> None:
    assert '<value>@(a &lt; "b" ? 1 : 2)</value>' in serialise(DOCUMENT, "xml")
    assert serialise('<a b="@(1 > 2 && x == "y")" />', "xml") == ('<a b="@(1 &gt; 2 &amp;&amp; x == &quot;y&quot;)" />')


def test_a_literal_that_is_no_expression_stays_escaped_in_rawxml() -> None:
    assert serialise('<a b="&#64;(1 &lt; 2 &amp; x"/>', "rawxml") == '<a b="&#64;(1 &lt; 2 &amp; x" />'


def test_line_ends_and_tabs_of_an_attribute_are_references_in_xml_and_stay_in_a_raw_expression() -> None:
    document = '<a b="@{\r\n\treturn 1;\r\n}" c="1&#13;2" />'
    assert serialise(document, "xml") == '<a b="@{&#xA;&#x9;return 1;&#xA;}" c="1&#xD;2" />'
    assert serialise(document, "rawxml") == '<a b="@{\r\n\treturn 1;\r\n}" c="1&#xD;2" />'


def test_white_space_in_cdata_is_text_and_other_white_space_is_not() -> None:
    written = serialise("<a><b><![CDATA[ ]]></b><c> </c><d>\u00a0</d></a>", "rawxml")
    assert written == "<a>\r\n  <b><![CDATA[ ]]></b>\r\n  <c />\r\n  <d>\u00a0</d>\r\n</a>"
