/// A folder of event files, which TensorBoard shows together.
package enum TensorBoardFolder {
  /// The file that tells what the columns of the table of hyperparameters are.
  private static let columns = "events.out.tfevents.0.fledge"

  /// Whether a file is a run's, as `TensorBoardRun` writes it.
  private static func isRun(_ name: String) -> Bool {
    let own = name.split(separator: "/").last ?? ""
    return own.hasPrefix("events.out.tfevents.") && own.hasSuffix(".fledge") && own != columns
  }

  /// Tells TensorBoard's table of hyperparameters what its columns are: the settings of all runs in
  /// the folder, those that were exported before among them.
  ///
  /// TensorBoard takes the columns from one place, so they are gathered from the runs each time.
  ///
  /// - Parameter names: every file in the folder and below, as paths from there.
  package static func writeColumns(
    in folder: String, of names: [String]
  ) throws(InterchangeError) {
    var (order, values) = ([String](), [String: Set<Hyperparameter>]())
    var experiments = Set<String>()
    for name in names.filter(isRun).sorted() {
      guard let session = HyperparameterRecords.session(ofFile: "\(folder)/\(name)") else {
        continue
      }
      experiments.insert(session.group.split(separator: "/").first.map(String.init) ?? "")
      for (name, value) in session.settings {
        if values[name] == nil { order.append(name) }
        values[name, default: []].insert(value)
      }
    }
    let settings = order.map { name in
      (name: name, values: values[name, default: []].sorted { "\($0)" < "\($1)" })
    }
    let file = try EventFile("\(folder)/\(columns)", replaces: true, wallTime: 0)
    try file.write(
      [
        HyperparameterRecords.experiment(
          settings, metrics: TensorBoardRun.compared,
          description: experiments.sorted().joined(separator: ", "), time: 0)
      ], step: 0, wallTime: 0)
    try file.commit()
  }
}
