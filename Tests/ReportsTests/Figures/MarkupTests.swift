import Reports
import Testing

@Suite struct MarkupTests {
  @Test func `what comes from outside is text, in content and in attributes`() throws {
    let hostile = "</p><script>alert('x')</script> & \"q\" \u{1}\u{7F}"
    var markup = Markup()
    markup.element("p", ["title": hostile], text: hostile)
    let read = try MarkupReader.elements(of: markup.text)
    #expect(read.count == 1)
    let shown = "</p><script>alert('x')</script> & \"q\" \u{FFFD}\u{FFFD}"
    #expect(read[0].text == shown)
    #expect(read[0].attributes["title"] == shown)
  }

  @Test func `an attribute without a value is left out`() {
    var markup = Markup()
    markup.leaf("path", ["class": nil, "d": "M0,0"])
    #expect(markup.text == "<path d=\"M0,0\"/>")
  }

  @Test func `elements close in the order in which they were opened`() {
    var markup = Markup()
    markup.element("a") { markup in
      markup.element("b", text: "1")
      markup.void("br")
    }
    #expect(markup.text == "<a><b>1</b><br></a>")
  }

  @Test func `the reader of these tests refuses what is not well formed`() {
    for bad in [
      "<a>", "<a></b>", "<a b=c></a>", "a & b", "<a b=\"<\"></a>", "<a b=\"1\" b=\"2\"/>",
    ] {
      #expect(throws: MalformedMarkup.self) { try MarkupReader.elements(of: bad) }
    }
  }
}
