public import Randomness

/// Turns files as they are distributed into a data set.
public struct DatasetImport: Sendable {
  /// What can be imported.
  public enum Source: String, CaseIterable, Sendable {
    /// As `fledge data list` describes them.
    case mnist, multimnist, sarcos, census, school, digits, csv, mat

    /// Whether the tasks have to be named, as those of files of one's own.
    public var wantsTasks: Bool { self == .csv || self == .mat }

    /// What it is, in one line.
    public var summary: String {
      switch self {
      case .mnist: "MNIST: a folder with the four IDX files, packed or not; task digit"
      case .multimnist: "MNIST pasted in pairs (Sener & Koltun 2018); tasks left and right"
      case .sarcos: "SARCOS inverse dynamics: sarcos_inv_test.mat; 7 torques"
      case .census: "UCI Census-Income, test half: census-income.test.gz; income and marital status"
      case .school: "School exams: school.mat; 139 regressions, each with rows of its own"
      case .digits: "UCI optical digits: digits.csv.gz of scikit-learn; tasks digit and loop"
      case .csv: "Any table of texts: name the inputs and the tasks"
      case .mat: "Any MATLAB file of level 5 with a row an example: name the variables"
      }
    }
  }

  /// The file, or the folder with the files.
  public var path: String
  /// Whether to go on when a file is not the known one.
  public var isUnchecked: Bool
  /// Whether MNIST is taken from its 10,000 test images alone.
  public var takesTestFilesOnly: Bool
  /// What MultiMNIST is drawn from.
  public var seeds: Seeds
  /// What is in a table.
  public var table: TableImport

  /// Says where the files are, and what pairs of images are drawn from.
  public init(
    from path: String, isUnchecked: Bool = false, takesTestFilesOnly: Bool = false,
    seeds: Seeds = Seeds(root: 0), table: TableImport = TableImport()
  ) {
    self.path = path
    self.isUnchecked = isUnchecked
    self.takesTestFilesOnly = takesTestFilesOnly
    self.seeds = seeds
    self.table = table
  }

  /// Reads the files, checks that they are the known ones, and that something can be learned.
  ///
  /// - Throws: `DatasetError`: one sentence with the file, the place in it and the remedy.
  public func load(_ source: Source) throws(DatasetError) -> Dataset {
    var data =
      switch source {
      case .mnist: try mnist()
      case .multimnist: try multiMNIST()
      case .sarcos: try sarcos()
      case .census: try census()
      case .school: try school()
      case .digits: try opticalDigits()
      case .csv: try table.dataset(from: path)
      case .mat: try table.dataset(fromMATLAB: path)
      }
    if isUnchecked, !source.wantsTasks { data.provenance["unchecked"] = "the files may be others" }
    try data.validate()
    return data
  }

  /// Reads a file that is known by the SHA-256 of its unpacked bytes.
  func known(
    _ path: String, sha256 expected: String
  ) throws(DatasetError) -> (contents: FileContents, sha256: String) {
    let contents = try FileContents(of: path)
    let found = contents.sha256
    guard found == expected || isUnchecked else {
      throw DatasetError(
        "'\(path)'", "its SHA-256, unpacked, is \(found), that of the known file \(expected)",
        remedy: "fetch the file again, or pass --unchecked to import it anyway")
    }
    return (contents, found)
  }

  /// An error for a known file that does not hold what it should.
  func unexpected(_ path: String, _ detail: String) -> DatasetError {
    DatasetError("'\(path)'", detail, remedy: "fetch the file again")
  }
}
