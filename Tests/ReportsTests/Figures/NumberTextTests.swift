import Reports
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-2.46, 1, "-2.5"), (12.0, 0, "12"), (0.05, 3, "0.050"),
    (999.96, 1, "1000.0"), (.nan, 2, "NaN"), (-.infinity, 2, "-∞"), (1e18, 1, "1.000e18"),
  ]) func `fixed decimals`(value: Double, decimals: Int, expected: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == expected)
  }

  @Test(arguments: [
    (487.234, "487.2"), (0.0123456, "0.01235"), (9.9996, "10.00"), (123_456.7, "123457"),
    (1.23456e-7, "1.235e-7"), (-98_765_432, "-9.877e7"), (0, "0"), (3e-308, "3.000e-308"),
  ]) func `significant digits`(value: Double, expected: String) {
    #expect(NumberText.significant(value) == expected)
  }

  @Test(arguments: [
    (Int64(0), "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
    (.min, "-9,223,372,036,854,775,808"),
  ]) func `thousands are set apart`(value: Int64, expected: String) {
    #expect(NumberText.grouped(value) == expected)
  }

  @Test(arguments: [
    (4.24, "4.2 s"), (59.97, "1 min 0 s"), (725, "12 min 5 s"), (12_000, "3 h 20 min"),
    (200_000, "2 d 7 h"), (-1, "unknown"),
  ]) func `durations use their two largest units`(seconds: Double, expected: String) {
    #expect(NumberText.duration(seconds) == expected)
  }

  @Test func `decimals follow the largest number`() {
    #expect(NumberText.decimals(for: [487.2, 0.1]) == 1)
    #expect(NumberText.decimals(for: [0.01234]) == 5)
    #expect(NumberText.decimals(for: [1e6]) == 0)
    #expect(NumberText.decimals(for: [0, .nan]) == 0)
  }

  @Test func `zeros at the end go, but not those of an exponent`() {
    #expect("1.50".withoutZeros == "1.5" && "2.00".withoutZeros == "2")
    #expect("1.000e-10".withoutZeros == "1e-10" && "1.500e-20".withoutZeros == "1.5e-20")
    #expect("1.000e10".withoutZeros == "1e10" && "100".withoutZeros == "100")
  }
}
