extension DatasetImport {
  /// The UCI Census-Income rows with the two tasks of MMoE and PLE.
  ///
  /// Tasks: `income` (above 50,000 dollars) and `marital` (never married). Inputs: the 40 other
  /// columns, 29 of them one-hot. The instance weight is one of them, as in the public codes.
  func census() throws(DatasetError) -> Dataset {
    // SHA-256 of the gzip file: 5ac4cacd3ca9f1ecb10de1a0a41e4ac68fdc419e3fec190f5c0c6cc03b2ea659.
    let (contents, sum) = try known(
      path, sha256: "98402b1ab879573d0a7f38a699a40258080e25e33d3401e7bf9c96d3fa0fab8c")
    let table = try CSVFile(contents, format: CSVFile.Format(hasHeader: false))
    guard table.names.count == Self.censusColumns.count else {
      throw unexpected(
        path, "it has \(table.names.count) columns, not \(Self.censusColumns.count)")
    }
    // A question mark is an answer of its own here: nothing is missing.
    var encoder = TableEncoder(table: table.renamed(Self.censusColumns.map(\.name)))
    encoder.missing = []
    let columns = Self.censusColumns.enumerated().filter {
      $1.name != "income" && $1.name != "marital_status"
    }
    let (names, inputs) = try encoder.inputs(
      columns.map { ($0, $1.isNumeric ? .numeric : .oneHot) })
    return Dataset(
      name: "census",
      provenance: [
        "source": "UCI Census-Income (KDD), test half", "sha256": sum,
        "made": "29 columns one-hot, 11 as numbers, among them the instance weight",
      ], inputShape: [names.count], inputs: inputs, inputNames: names,
      tasks: [
        try censusTask("income", of: encoder, true: "50000+.", false: "- 50000."),
        try censusTask("marital", "marital_status", of: encoder, true: "Never married"),
      ])
  }

  /// A binary task: whether a column says `text`; the other answer is any, or the one given.
  private func censusTask(
    _ name: String, _ column: String? = nil, of encoder: TableEncoder, true text: String,
    false other: String? = nil
  ) throws(DatasetError) -> TaskColumn {
    let table = encoder.table
    let index = try table.column(column ?? name)
    var labels: [Float] = []
    for row in 0..<table.rowCount {
      let found = table.text(row, index)
      guard found == text || other == nil || found == other else {
        throw DatasetError(
          table.place(row, index), "'\(found.prefix(40))' is none of the known answers",
          remedy: "fetch the file again")
      }
      labels.append(found == text ? 1 : 0)
    }
    return TaskColumn(name: name, kind: .binary, labels: labels)
  }

  /// The columns in the order of the file, named after its description.
  private static let censusColumns: [(name: String, isNumeric: Bool)] = [
    ("age", true), ("class_of_worker", false), ("industry_code", false),
    ("occupation_code", false), ("education", false), ("wage_per_hour", true),
    ("enrolled_in_education", false), ("marital_status", false), ("major_industry", false),
    ("major_occupation", false), ("race", false), ("hispanic_origin", false), ("sex", false),
    ("union_member", false), ("unemployment_reason", false), ("employment_status", false),
    ("capital_gains", true), ("capital_losses", true), ("stock_dividends", true),
    ("tax_filer_status", false), ("previous_region", false), ("previous_state", false),
    ("household_status", false), ("household_summary", false), ("instance_weight", true),
    ("migration_msa", false), ("migration_region", false), ("migration_within_region", false),
    ("same_house", false), ("migration_sunbelt", false), ("employer_size", true),
    ("family_members_under_18", false), ("birth_country_father", false),
    ("birth_country_mother", false), ("birth_country_self", false), ("citizenship", false),
    ("own_business", true), ("veterans_questionnaire", false), ("veterans_benefits", true),
    ("weeks_worked", true), ("year", true), ("income", false),
  ]
}
