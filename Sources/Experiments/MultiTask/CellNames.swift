import NeuralNetworks

/// Names for alternatives that are compared: the alternative's own where that tells them apart,
/// else with the settings that are not the standard ones, such as `caGrad-convergence=0.2`.
func distinctNames<Value: Choice>(of values: [Value]) throws -> [String] {
  let short = values.map(\.chosen.name)
  var names = try zip(values, short).map { value, name in
    guard short.count(where: { $0 == name }) > 1 else { return name }
    let own = try ConfigEncoder.encode(value)[name]
    let standard = try value.standard.map(ConfigEncoder.encode)?[name]
    let changes = own.map { differences(of: $0, from: standard) } ?? []
    return ([name] + (changes.isEmpty ? [] : [changes.joined(separator: ",")]))
      .joined(separator: "-")
  }
  // What settings cannot tell apart, such as two empty lists, the place in the file does.
  for (index, name) in names.enumerated() where names[..<index].contains(name) {
    names[index] = "\(name)-\(index + 1)"
  }
  return names
}

/// The settings that differ, each as `key=value`.
private func differences(of node: ConfigNode, from standard: ConfigNode?) -> [String] {
  guard let entries = node.entries else { return [] }
  return entries.flatMap { entry -> [String] in
    guard entry.value != standard?[entry.key] else { return [] }
    if entry.value.entries != nil {
      let inner = differences(of: entry.value, from: standard?[entry.key])
      return inner.isEmpty ? [entry.key] : inner
    }
    return ["\(entry.key)=\(wordForFolder(entry.value))"]
  }
}

/// A value as a part of a folder's name: `[64, 64]` as `64+64`.
private func wordForFolder(_ node: ConfigNode) -> String {
  switch node.content {
  case .null: "none"
  case .scalar(let text): text
  case .sequence(let nodes): nodes.map(wordForFolder).joined(separator: "+")
  case .mapping(let entries):
    entries.map { "\($0.key)=\(wordForFolder($0.value))" }.joined(separator: "+")
  }
}
