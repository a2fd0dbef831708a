import Notebooks
import Reports
import Testing

/// The HTML of a text, without line breaks between blocks.
private func html(_ text: String, image: (String) -> String? = { _ in nil }) -> String {
  var page = Markup()
  Markdown(text).write(to: &page, image: image)
  return page.text.split(separator: "\n").joined(separator: "\n")
}

struct MarkdownTests {
  @Test(arguments: [
    ("# One *two*", #"<h1 id="one-two">One <em>two</em></h1>"#),
    ("###### Six", #"<h6 id="six">Six</h6>"#),
    ("####### Seven", "<p>####### Seven</p>"),
    ("#hash", "<p>#hash</p>"),
    ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
    ("one  \ntwo", "<p>one<br>two</p>"),
    ("---", "<hr>"),
    ("> quoted\n> more", "<blockquote><p>quoted more</p>\n</blockquote>"),
  ])
  func `headings, paragraphs, rules and quotes`(text: String, expected: String) {
    #expect(html(text) == expected)
  }

  @Test(arguments: [
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("* a\n  goes on\n* b", "<ul><li>a goes on</li><li>b</li></ul>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("3. a", #"<ol start="3"><li>a</li></ol>"#),
    ("- a\n\n- b\n\nc", "<ul><li>a</li><li>b</li></ul>\n<p>c</p>"),
    ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul>\n</li><li>c</li></ul>"),
    ("-5 is no item", "<p>-5 is no item</p>"),
    ("1998. was a year", #"<ol start="1998"><li>was a year</li></ol>"#),
    ("- a\n1. b", "<ul><li>a</li></ul>\n<ol><li>b</li></ol>"),
  ])
  func lists(text: String, expected: String) {
    #expect(html(text) == expected)
  }

  @Test func `code in fences and by indentation is shown as it is`() {
    #expect(
      html("```\na <b>\n\n  *c*\n```")
        == #"<pre class="code" tabindex="0"><code>a &lt;b&gt;"# + "\n  *c*</code></pre>")
    #expect(
      html("    a\n    b\n\nc")
        == #"<pre class="code" tabindex="0"><code>a"# + "\nb</code></pre>\n<p>c</p>")
    #expect(
      html("````\n```\n````").contains("<code>```</code>"), "a longer fence holds a shorter one")
    #expect(html("```swift\nlet a = 1\n```").contains(#"<span class="k">let</span>"#))
    #expect(html("```\nnever closed").contains("<code>never closed</code>"))
  }

  @Test func `tables align their columns and fill rows that are short`() {
    #expect(
      html("| a | b |\n|---|--:|\n| 1 | `x\\|y` |\n| 2 |")
        == #"<div class="table"><table><thead><tr><th>a</th><th class="numeric">b</th></tr></thead>"#
        + #"<tbody><tr><td>1</td><td class="numeric"><code>x|y</code></td></tr>"#
        + #"<tr><td>2</td><td class="numeric"></td></tr></tbody></table></div>"#)
    #expect(html("a | b\nno table") == "<p>a | b no table</p>")
  }

  @Test(arguments: [
    ("*a* _b_ **c** __d__", "<em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong>"),
    ("***a***", "<strong><em>a</em></strong>"),
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
    ("snake_case_name", "snake_case_name"),
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("*open", "*open"),
    ("**open", "**open"),
    ("`a*b*`", "<code>a*b*</code>"),
    ("``a`b``", "<code>a`b</code>"),
    ("*a `*` b*", "<em>a <code>*</code> b</em>"),
    ("`open", "`open"),
    (#"\*a\* \\ \a"#, #"*a* \ \a"#),
    ("a & b < c", "a &amp; b &lt; c"),
    ("[a *b*](https://x.org/(y))", #"<a href="https://x.org/(y)">a <em>b</em></a>"#),
    ("[a](b.md \"title\")", #"<a href="b.md">a</a>"#),
    ("<https://x.org/a?b&c>", #"<a href="https://x.org/a?b&amp;c">https://x.org/a?b&amp;c</a>"#),
    ("[a] (b)", "[a] (b)"),
    ("[open", "[open"),
  ])
  func `what stands in a line`(text: String, expected: String) {
    #expect(html(text) == "<p>\(expected)</p>")
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
    "[a](JavaScript:alert(1))", "[a](data:text/html,<script>alert(1)</script>)",
    "[a](x\" onclick=\"alert(1))", "![a](javascript:alert(1))", "`<b>`", "# <b>", "- <b>",
    "| <b> |\n|---|", "```\n</code><script>\n```", "[a](vbscript:x)",
  ])
  func `nothing in a text becomes an element, an attribute or an address that runs`(text: String) {
    let page = html(text)
    let elements = page.split(separator: "<").dropFirst().map {
      String($0.prefix { $0.isLetter || $0 == "/" || $0.isNumber })
    }
    let known: Set<String> = [
      "p", "a", "code", "h1", "ul", "li", "div", "table", "thead", "tbody", "tr", "th", "td", "pre",
    ]
    #expect(elements.allSatisfy { known.contains($0.first == "/" ? String($0.dropFirst()) : $0) })
    let addresses = page.split(separator: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(addresses.allSatisfy { !$0.contains(":") })
    #expect(!page.contains(" onclick=\""))
  }

  @Test func `a picture that can be shown is one, and another is a link`() {
    let shown = html("![a *b*](c.svg)") { $0 == "c.svg" ? "data:x" : nil }
    #expect(shown == #"<p><img src="data:x" alt="a b"></p>"#)
    #expect(html("![a](https://x.org/b.png)") == #"<p><a href="https://x.org/b.png">a</a></p>"#)
  }

  @Test func `marks that close nothing are text, however many there are`() {
    let marks = String(repeating: "*a _b [c ", count: 300)
    #expect(html(marks).hasPrefix("<p>*a _b [c "))
  }
}
