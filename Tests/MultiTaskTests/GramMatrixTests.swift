import MultiTask
import Testing

@Suite struct `The Gram matrix` {
  @Test func `holds the inner products of the gradients`() {
    let gram = GramMatrix(rows: [[1, 0], [-1, 1]])
    #expect(gram.elements == [1, -1, -1, 2])
    #expect(gram[1, 0] == -1)
  }
}
