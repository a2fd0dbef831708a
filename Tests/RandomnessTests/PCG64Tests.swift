import Foundation
import Randomness
import Testing

/// Every number here was printed by NumPy 2.4.
@Suite struct PCG64Tests {
  @Test(
    arguments: [
      (
        0,
        [
          0xa30f_ebcf_d9c2_825f, 0x4510_bdf8_82d9_d721, 0x0a7d_3da9_4ecd_e8b8,
          0x043b_27b6_1342_f01d,
        ]
      ),
      (
        1,
        [
          0x8306_bdf3_7922_e4ff, 0xf351_96bb_c152_a866, 0x24e7_a4f6_08ec_18cd,
          0xf2da_b0ae_d2ac_6fd2,
        ]
      ),
      (
        123,
        [
          0xaeae_9c99_03f3_e9cd, 0x0dc7_36db_97cb_6d23, 0x3869_812e_e8b9_ea96,
          0x2f32_fdb1_414d_8c05,
        ]
      ),
      (
        4_294_967_303,
        [
          0xc527_f515_dec9_5ccd, 0x1ca7_438d_e038_1dec, 0x3068_b584_4246_d312,
          0x28f2_d3f9_3820_89e3,
        ]
      ),
      (
        9_223_372_036_854_775_819,
        [
          0x2b7f_a400_8afe_6810, 0xcec3_c92e_6ecf_2f3b, 0x4382_090b_2285_1ecc,
          0x9543_3826_43e0_a3f6,
        ]
      ),
      (
        .max,
        [
          0xae16_3a7a_8c47_568f, 0xd866_59f5_f338_2359, 0x01e5_2b19_5bc2_d24a,
          0xe502_6aaf_19a2_2db1,
        ]
      ),
    ] as [(UInt64, [UInt64])])
  func `a seed gives NumPy's words`(seed: UInt64, expected: [UInt64]) {
    var random = PCG64(seed: seed)
    #expect((0..<4).map { _ in random.next() } == expected)
  }

  @Test func `distributions and their mixture are NumPy's`() {
    var random = PCG64(seed: 7)
    #expect((0..<5).map { _ in random.integer(below: 10) } == [9, 6, 6, 8, 5])
    // Five draws of 32 bits keep half a word, which the next double passes by.
    #expect(random.uniform() == 0.22520718999059186)
    #expect((0..<4).map { _ in random.integer(below: 3) } == [2, 0, 0, 0])
    #expect(random.integer(below: 1 << 32) == 3_751_883_479)
    #expect(random.integer(below: 1 << 40) == 5_789_263_593)
    #expect(random.integer(below: 3 << 61) == 5_680_871_422_486_561_426)
    #expect(
      (0..<6).map { _ in random.integer(below: (1 << 31) + 12_345) } == [
        282_268_421, 255_730_254, 650_760_921, 733_591_995, 1_545_060_905, 547_331_417,
      ])
  }

  @Test func `uniform ranges and categories are NumPy's`() {
    var random = PCG64(seed: 123)
    #expect(random.uniform(in: -0.05...0.05) == 0.018235186324814343)
    #expect(random.uniform(in: -0.05...0.05) == -0.04461789811977773)
    random = PCG64(seed: 5)
    #expect(
      (0..<12).map { _ in random.categorical([0.25, 0.25, 0.5]) } == [
        2, 2, 2, 1, 0, 1, 1, 0, 0, 2, 2, 0,
      ])
  }

  @Test func `a bound of one draws nothing`() {
    var random = PCG64(seed: 9)
    let before = random
    #expect(random.integer(below: 1) == 0)
    #expect(random == before)
  }

  @Test func `a generator survives encoding, with or without a kept half word`() throws {
    for draws in 0..<4 {
      var random = PCG64(seed: 31)
      for _ in 0..<draws { _ = random.nextWord() }
      let data = try JSONEncoder().encode(random)
      var copy = try JSONDecoder().decode(PCG64.self, from: data)
      #expect(copy == random)
      #expect((0..<5).map { _ in copy.nextWord() } == (0..<5).map { _ in random.nextWord() })
    }
  }

  @Test func `a damaged generator is refused`() {
    let data = Data(#"{"state": [1, 2, 3], "increment": [1, 2]}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(PCG64.self, from: data) }
  }
}
