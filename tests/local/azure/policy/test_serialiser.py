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
