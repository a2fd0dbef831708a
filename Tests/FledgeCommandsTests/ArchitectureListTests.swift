import Testing

@Suite struct ArchitectureListTests {
  @Test func `the architectures are listed, for people and for programs`() throws {
    let table = try CommandLineTool.run("list", "architectures")
    #expect(table.status == 0, "\(table)")
    let objects = try CommandLineTool.run("list", "architectures", "--json").objects()
    let names = objects.compactMap { $0["id"] as? String }
    #expect(names.contains("hardSharing") && names.contains("softModularization"))
    for name in names { #expect(("\n" + table.output).contains("\n" + name + " "), "\(name)") }
    let mixture = try #require(objects.first { $0["id"] as? String == "mmoe" })
    #expect((mixture["settings"] as? [String: String])?["experts"] == "4")
    #expect(mixture["source"] as? String == "Ma et al. 2018")
  }

  @Test func `one architecture is told of in full`() throws {
    let one = try CommandLineTool.run("list", "architectures", "crossStitch")
    for word in ["a column of layers", "Misra et al. 2016", "sameTask", "0.9", "by its column"] {
      #expect(one.output.contains(word), "\(word): \(one)")
    }
    let wrong = try CommandLineTool.run("list", "architectures", "crossStich")
    #expect(wrong.status != 0)
    #expect(wrong.errors.contains("did you mean 'crossStitch'?"), "\(wrong)")
  }
}
