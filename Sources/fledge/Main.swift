import FledgeCommands

@main
enum Main {
  static func main() { Fledge.main(with: []) }
}
