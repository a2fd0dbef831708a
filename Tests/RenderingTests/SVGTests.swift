import Environments
import Foundation
import FoundationXML
import Rendering
import Testing

/// An SVG is well-formed and shows at each time what was drawn.
@Suite struct SVGTests {
  /// The elements of a document, refused unless it is well-formed.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String], depth: Int)] = []
    var text = ""
    private var depth = 0

    static func read(_ document: String) throws -> Reader {
      let reader = Reader()
      let parser = XMLParser(data: Data(document.utf8))
      parser.delegate = reader
      try #require(parser.parse(), "\(String(describing: parser.parserError))\n\(document)")
      return reader
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes, depth))
      depth += 1
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) { depth -= 1 }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  /// What a viewer shows at a frame: each visible shape's tag with its attributes then.
  private func shown(_ document: String, at share: Double) throws -> [[String: String]] {
    let reader = try Reader.read(document)
    var shapes: [[String: String]] = []
    for element in reader.elements.dropFirst(2) {
      if element.name == "animate" {
        let times = try #require(element.attributes["keyTimes"]).split(separator: ";")
        let values = try #require(element.attributes["values"]).split(separator: ";")
        #expect(times.count == values.count && times.first == "0")
        #expect(element.attributes["calcMode"] == "discrete")
        #expect(element.attributes["repeatCount"] == "indefinite")
        let place = try #require(times.lastIndex { (Double($0) ?? 2) <= share })
        shapes[shapes.count - 1][try #require(element.attributes["attributeName"])] = String(
          values[place])
      } else {
        shapes.append(element.attributes.merging(["tag": element.name]) { $1 })
      }
    }
    return shapes.filter { $0["visibility"] != "hidden" }.map {
      $0.filter { $0.key != "visibility" && $0.value != "0" }
    }
  }

  private func check(_ pictures: [Picture]) throws -> String {
    var animation = Animation()
    for picture in pictures { animation.append(picture, seconds: 0.1) }
    let document = animation.svg(size: 100)
    var time = 0.05
    for frame in animation.frames {
      let still = try shown(frame.picture.svg(size: 100), at: 0)
      let moving = try shown(document, at: time / animation.duration)
      #expect(moving == still, "at \(time) s")
      time += frame.seconds
    }
    return document
  }

  @Test func `a still has every kind of shape`() throws {
    var picture = Picture(width: 50, height: 25)
    picture.rectangle(x: 1, y: 2, width: 3, height: 4, Picture.Color(hex: 0xAABBCC))
    picture.polygon([.init(1, 1), .init(5, 2), .init(3, 9)], .black)
    picture.disc(center: .init(20, 10), radius: 4, .black)
    picture.stroke([.init(1, 1), .init(9, 9)], width: 1, .black)
    picture.stroke([.init(1, 1), .init(9, 9), .init(12, 3)], width: 1, .black)
    picture.text("a < b & \"c\"\u{1}", at: .init(2, 20), size: 3, .black)
    let reader = try Reader.read(picture.svg(size: 100))
    #expect(
      reader.elements.map(\.name) == [
        "svg", "rect", "rect", "polygon", "circle", "line", "polyline", "text",
      ])
    #expect(reader.elements[0].attributes["viewBox"] == "0 0 100 50")
    #expect(
      reader.elements[2].attributes
        == ["x": "2", "y": "4", "width": "6", "height": "8", "fill": "#abc"])
    #expect(reader.text.contains("a < b & \"c\"\u{FFFD}"))
  }

  @Test func `what moves is animated, and what stays is there once`() throws {
    let pictures = (0..<20).map { frame in
      var picture = Picture(width: 50, height: 25)
      for column in 0..<10 {
        picture.rectangle(x: Double(5 * column), y: 0, width: 4, height: 4, .black)
      }
      picture.disc(center: .init(Double(frame), 10), radius: 4, .black)
      picture.text("end", at: .init(2, 20), size: 3, .black)
      return picture
    }
    let document = try check(pictures)
    #expect(try Reader.read(document).elements.filter { $0.name == "rect" }.count == 11)
    #expect(document.components(separatedBy: "<animate").count == 2)
    #expect(!document.contains("<script") && !document.contains("<style"))
  }

  @Test func `shapes that come, go and change places are right in every frame`() throws {
    var state: UInt64 = 3
    func random(_ below: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33 % below)
    }
    for _ in 0..<20 {
      let pictures = (0..<12).map { _ in
        var picture = Picture(width: 50, height: 25)
        for _ in 0..<random(8) {
          let (x, y) = (Double(random(5)), Double(random(5)))
          switch random(4) {
          case 0: picture.rectangle(x: x, y: y, width: 4, height: 4, .black)
          case 1: picture.disc(center: .init(x, y), radius: 4, .black)
          case 2: picture.stroke([.init(x, y), .init(9, 9)], width: 1, .black)
          default: picture.text("\(random(3))", at: .init(x, y), size: 3, .black)
          }
        }
        return picture
      }
      _ = try check(pictures)
    }
  }
}
