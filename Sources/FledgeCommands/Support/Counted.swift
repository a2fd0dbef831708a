/// "1 cell", "3 cells"; "2 strategies" with a plural of its own.
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
