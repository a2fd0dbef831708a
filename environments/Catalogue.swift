public import Environments

/// The worlds that come with the framework.
///
/// A new one is a file in one of the folders beside this one, and a line in that folder's list.
public let catalogue: Catalogue = {
  var catalogue = Catalogue([])
  catalogue.add(controlEntries, group: "Classic control")
  catalogue.add(toyTextEntries, group: "Toy text")
  catalogue.add(gridEntries, group: "Grid worlds")
  catalogue.add(diagnosticEntries, group: "Diagnostics")
  return catalogue
}()
