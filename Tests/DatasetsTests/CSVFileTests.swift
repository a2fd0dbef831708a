import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CSVFileTests {
  private func table(
    _ text: String, _ format: CSVFile.Format = CSVFile.Format()
  ) throws -> CSVFile {
    try CSVFile(FileContents(path: "t.csv", bytes: Array(text.utf8)), format: format)
  }

  private func rows(_ table: CSVFile) -> [[String]] {
    (0..<table.rowCount).map { row in table.names.indices.map { table.text(row, $0) } }
  }

  @Test func `fields stand between commas, rows between line ends`() throws {
    for ending in ["\n", "\r\n", "\r"] {
      let table = try table(["a,b", "1,x y", "", "2,"].joined(separator: ending) + ending)
      #expect(table.names == ["a", "b"])
      #expect(rows(table) == [["1", "x y"], ["2", ""]])
    }
    #expect(rows(try table("a,b\n1,2")) == [["1", "2"]])
    #expect(rows(try table("a,b\n1,")) == [["1", ""]])
    #expect(rows(try table("\u{FEFF}a\n1")) == [["1"]])
  }

  @Test func `quotes hold commas, line ends and doubled quotes`() throws {
    let table = try table("name,note\n\"a,b\",\"say \"\"hi\"\"\nthere\" \n\"\",x\n")
    #expect(rows(table) == [["a,b", "say \"hi\"\nthere"], ["", "x"]])
    #expect(table.place(1, 1) == "'t.csv', line 4, column 'note'")
  }

  @Test func `spaces around a field go, unless they are to stay`() throws {
    #expect(rows(try table("a,b\n 1 ,\t2 ")) == [["1", "2"]])
    #expect(rows(try table("a,b\n 1 ,2", .init(keepsSpaces: true))) == [[" 1 ", "2"]])
  }

  @Test func `other delimiters and files without a header`() throws {
    let format = CSVFile.Format(delimiter: UInt8(ascii: "\t"), hasHeader: false)
    let table = try table("1\t\t3\n4\t5\t6", format)
    #expect(table.names == ["column1", "column2", "column3"])
    #expect(rows(table) == [["1", "", "3"], ["4", "5", "6"]])
  }

  @Test func `a flaw is told with its line`() {
    func flaw(_ text: String) -> String { failure { _ = try table(text) } }
    #expect(flaw("a,b\n1,2\n3\n").contains("line 3: it has 1 fields, not 2"))
    #expect(flaw("a,b\n1,\"2\n3\n").contains("line 2: a quoted field does not end"))
    #expect(flaw("a,b\n1,\"2\"x\n").contains("line 2: there is text after a closing quote"))
    #expect(flaw("a,a\n1,2\n").contains("two columns are called 'a'"))
    #expect(flaw("a,b\n").contains("no rows"))
    #expect(flaw("").contains("no rows"))
  }

  @Test func `what is no text in UTF-8 is refused, with its line`() {
    func flaw(_ bytes: [UInt8]) -> String {
      failure { _ = try CSVFile(FileContents(path: "t.csv", bytes: bytes)) }
    }
    // A number would end at the zero byte.
    #expect(flaw(Array("a,b\n1,2\n3.5\0\09,4\n".utf8)).contains("line 3: it has a zero byte"))
    #expect(flaw("a\n1\n".utf16.flatMap { [UInt8($0), 0] }).contains("save the table as UTF-8"))
    // In Latin-1, é and è would become one category.
    let latin = Array("name\n".utf8) + [0xe9, 0x0a, 0xe8, 0x0a]
    #expect(flaw(latin).contains("line 2: byte 5 is no text in UTF-8"))
    #expect(flaw(Array("a\nα\nβ€😀\n".utf8)) == "")
  }

  @Test func `no damage traps`() {
    let text = "a,b,c\n1,\"x,\"\"y\"\"\",3\r\n4,\"5\n\",6\n"
    forEachDamage(of: Array(text.utf8), rounds: 600, seed: 1) { bytes in
      guard let table = try? CSVFile(FileContents(path: "t.csv", bytes: bytes)) else { return }
      _ = rows(table)
    }
  }
}

@Suite struct TableImportTests {
  private func load(_ text: String, _ table: TableImport) throws -> Dataset {
    try withTemporaryDirectory { folder in
      let path = try write(text, to: "t.csv", in: folder)
      return try DatasetImport(from: path, table: table).load(.csv)
    }
  }

  private let text = """
    age,color,zip,price,sold,kind
    30,red,10,1.5,yes,b
    ?,blue,9,2.5,no,a
    50,,10,NA,yes,c

    """

  private let tasks: [TableImport.Task] = [
    .init(column: "price", kind: .regression), .init(column: "sold", kind: .binary),
    .init(column: "kind", kind: .classification),
  ]

  @Test func `numbers stay, texts become one-hot, gaps are told`() throws {
    let data = try load(text, TableImport(categories: ["zip"], tasks: tasks))
    #expect(
      data.inputNames == [
        "age", "age=missing", "color=blue", "color=red", "color=missing", "zip=9", "zip=10",
      ])
    #expect(Array(data.inputs[..<7]) == [30, 0, 0, 1, 0, 0, 1])
    #expect(Array(data.inputs[7..<14]) == [0, 1, 1, 0, 0, 1, 0])
    #expect(Array(data.inputs[14...]) == [50, 0, 0, 0, 1, 0, 1])
    #expect(
      data.tasks.map(\.kind) == [.regression(width: 1), .binary, .classification(classes: 3)])
    #expect(data.tasks[0].labels[2].isNaN)
    #expect(data.tasks[1].labels == [1, 0, 1] && data.tasks[1].classNames == ["no", "yes"])
    #expect(data.tasks[2].labels == [1, 0, 2])
    #expect(data.provenance["sha256"]?.count == 64)
  }

  @Test func `inputs can be named and columns left out`() throws {
    let named = try load(text, TableImport(inputs: ["zip"], tasks: tasks))
    #expect(named.inputNames == ["zip"] && named.inputs == [10, 9, 10])
    let rest = try load(text, TableImport(leftOut: ["age", "color"], tasks: tasks))
    #expect(rest.inputNames == ["zip"])
  }

  @Test func `a flaw is told with file, line and column`() {
    func flaw(_ text: String, _ table: TableImport) -> String {
      failure { _ = try load(text, table) }
    }
    let price: [TableImport.Task] = [.init(column: "y", kind: .regression)]
    #expect(
      flaw("x,y\n1,a\n", .init(tasks: price)).contains("line 2, column 'y': 'a' is not a number"))
    #expect(flaw("x,y\n1,1e99\n", .init(tasks: price)).contains("'1e99' is not a finite number"))
    #expect(flaw("x,y\n1,1\n1,1\n", .init(tasks: price)).contains("all labels are 1.0"))
    #expect(flaw("x,y\n1,\n1,\n", .init(tasks: price)).contains("no row has a label"))
    #expect(flaw("x,z\n1,2\n", .init(tasks: price)).contains("no column 'y'"))
    #expect(flaw("y\n1\n", .init(tasks: price)).contains("no column is left"))
    #expect(flaw("x,y\n1,2\n", .init(inputs: ["x", "x"], tasks: price)).contains("named twice"))
    #expect(flaw("x,y\n1,2\n", .init(inputs: ["y"], tasks: price)).contains("input and task"))
    #expect(flaw("x,y\n1,2\n", .init(leftOut: ["q"], tasks: price)).contains("no column 'q'"))
    #expect(flaw("x,y\n1,2\n", .init()).contains("--task"))
    #expect(flaw("x,y\n1,2\n", .init(tasks: price, delimiter: "é")).contains("delimiter"))
    let binary: [TableImport.Task] = [.init(column: "y", kind: .binary)]
    #expect(flaw("x,y\n1,a\n1,b\n1,c\n", .init(tasks: binary)).contains("has 3 values, not 2"))
  }

  @Test func `free text is not taken for categories`() {
    let lines = (0..<1_001).map { "\($0),word\($0),\($0)" }
    let text = (["n,t,y"] + lines).joined(separator: "\n")
    let table = TableImport(tasks: [.init(column: "y", kind: .regression)])
    #expect(
      failure { _ = try load(text, table) }.contains("column 't': it has more than 1000 categories")
    )
  }
}
