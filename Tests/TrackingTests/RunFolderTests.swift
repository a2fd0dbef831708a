import HDF5Store
import TestSupport
import Testing
import Tracking

@Suite struct RunFolderTests {
  @Test func `a run lies under its experiment, variant and seed`() throws {
    let folder = try RunFolder(
      output: "out/runs", experiment: "double q?", variant: "γ=0.9,/x", seed: 7)
    #expect(folder.path == "out/runs/double-q-/γ=0.9,-x/7")
    #expect(folder.runPath == folder.path + "/run.h5")
    #expect(folder.checkpointPath == folder.path + "/checkpoint.h5")
  }

  @Test(arguments: ["", "..", "///", "?", String(repeating: "x", count: 300)])
  func `a name that is no name is refused in a sentence`(name: String) {
    let error = #expect(throws: TrackingError.self) {
      try RunFolder(output: "o", experiment: name, variant: "v", seed: 1)
    }
    #expect(error?.description.contains("an experiment") == true)
  }

  @Test func `names cannot lead out of the output folder`() throws {
    let folder = try RunFolder(output: "o", experiment: "../../etc", variant: ".hidden", seed: 1)
    #expect(folder.path == "o/-..-etc/hidden/1")
  }
}
