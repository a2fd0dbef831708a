// The innermost loop of a product: a tile of C that lives in registers while k runs.
//
// Priorities:
// 1. Two multiply-adds a cycle: at least 8 sums in flight, and fewer loads than multiply-adds.
// 2. Tails cost what they hold: any number of rows, the last vector of columns masked.
// 3. C is touched once: alpha, beta, bias, ReLU and gate happen between register and store.

// What a tile needs to know besides its sizes; pointers are at the tile's first row and column.
typedef struct {
  int64_t k;
  const float *a;
  ptrdiff_t a_row, a_column;
  const float *b;
  ptrdiff_t b_row;
  float *c;
  ptrdiff_t c_row;
  float alpha, beta;
  const float *bias;  // NULL for none
  float floor;        // 0 for ReLU, else -infinity
  const float *gate;  // NULL for none
  ptrdiff_t gate_row;
  int64_t columns;  // that exist in the last vector, 1 ... WIDTH
  int resumes;      // sums go on from what stands in C
  // k runs on after a jump in A, so many times: rows of a window on an image.
  int64_t more_runs;
  ptrdiff_t a_jump;
} tile;

// A loop of constant length that leaves no loop behind: its vectors are to live in registers.
#define EACH(i, count) _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++)

// `rows` by `vectors` sums; `phases` partial sums of each where few would not hide the latency;
// `jumps` if k has more runs than one.
ALWAYS_INLINE void LEVEL(tile)(const tile *t, const int rows, const int vectors, const int phases,
                               const int jumps) {
  const LEVEL(part) part = LEVEL(part_of)(t->columns);
  VECTOR sum[4][24];
  const float alpha = t->alpha, *const biases = t->bias;
  VECTOR bias[8];
  EACH(v, vectors)
    bias[v] = !biases            ? SPLAT(0.0f)
              : v == vectors - 1 ? LEVEL(load_part)(biases + v * WIDTH, part)
                                 : LOAD_VECTOR(biases + v * WIDTH);
  EACH(s, rows * vectors) sum[0][s] = alpha == 1.0f ? bias[s % vectors] : SPLAT(0.0f);
  if (phases == 1 && t->resumes)
    EACH(i, rows)
      EACH(v, vectors)
        sum[0][i * vectors + v] = v == vectors - 1
                                      ? LEVEL(load_part)(t->c + i * t->c_row + v * WIDTH, part)
                                      : LOAD_VECTOR(t->c + i * t->c_row + v * WIDTH);
  EACH(f, phases - 1)
    EACH(s, rows * vectors) sum[f + 1][s] = SPLAT(0.0f);

  const float *a = t->a, *b = t->b;
  const ptrdiff_t a_row = t->a_row, a_column = t->a_column, b_row = t->b_row;
  int64_t p = t->k, more = jumps ? t->more_runs : 0;
#define MULTIPLY_ADD(phase, LOAD_LAST)                                                             \
  {                                                                                                \
    VECTOR right[8];                                                                               \
    EACH(v, vectors)                                                                               \
      right[v] = v == vectors - 1 ? LOAD_LAST(b + v * WIDTH) : LOAD_VECTOR(b + v * WIDTH);         \
    const float *group = a;                                                                        \
    EACH(i, rows) {                                                                                \
      if (i % 3 == 0 && i > 0) group += 3 * a_row;                                                 \
      const VECTOR left = SPLAT(group[i % 3 * a_row]);                                             \
      EACH(v, vectors)                                                                             \
        sum[phase][i * vectors + v] = left * right[v] + sum[phase][i * vectors + v];               \
    }                                                                                              \
    a += a_column;                                                                                 \
    b += b_row;                                                                                    \
  }
#define RUN_ALONG_K(LOAD_LAST)                                                                     \
  for (;;) {                                                                                       \
    if (phases > 1)                                                                                \
      for (; p >= phases; p -= phases)                                                             \
        EACH(f, phases) MULTIPLY_ADD(f, LOAD_LAST)                                                 \
    for (; p > 0; p--) MULTIPLY_ADD(0, LOAD_LAST)                                                  \
    if (!jumps || --more < 0) break;                                                               \
    p = t->k;                                                                                      \
    a += t->a_jump;                                                                                \
  }
#define LOAD_PART(pointer) LEVEL(load_part)(pointer, part)
#if FLEDGE_LEVEL == 2
  RUN_ALONG_K(LOAD_PART)  // a masked load costs no more than another
#else
  if (t->columns == WIDTH) RUN_ALONG_K(LOAD_VECTOR)
  else RUN_ALONG_K(LOAD_PART)
#endif
  if (phases == 4) EACH(s, rows * vectors) sum[2][s] += sum[3][s];
  if (phases > 1) EACH(s, rows * vectors) sum[0][s] += sum[1][s];
  if (phases == 4) EACH(s, rows * vectors) sum[0][s] += sum[2][s];

#undef MULTIPLY_ADD
#undef RUN_ALONG_K
#undef LOAD_PART

  // Copies, as a store to C might otherwise change them in the compiler's eyes.
  const float beta = t->beta;
  const VECTOR floor = SPLAT(t->floor);
  const ptrdiff_t c_row = t->c_row, gate_row = t->gate_row;
  float *c = t->c;
  const float *gate = t->gate;
  if (alpha != 1.0f)
    EACH(s, rows * vectors) sum[0][s] = sum[0][s] * alpha + bias[s % vectors];
#define LOAD_MAYBE_PART(x, v)                                                                      \
  ((v) == vectors - 1 ? LEVEL(load_part)((x) + (v) * WIDTH, part) : LOAD_VECTOR((x) + (v) * WIDTH))
#define STORE_MAYBE_PART(x, v, value)                                                              \
  if ((v) == vectors - 1)                                                                          \
    LEVEL(store_part)((x) + (v) * WIDTH, part, value);                                             \
  else                                                                                             \
    STORE_VECTOR((x) + (v) * WIDTH, value);
  if (beta == 0.0f && !gate) {
    EACH(i, rows) {
      EACH(v, vectors) STORE_MAYBE_PART(c, v, LEVEL(at_least)(floor, sum[0][i * vectors + v]))
      c += c_row;
    }
    return;
  }
  EACH(i, rows) {
    EACH(v, vectors) {
      VECTOR x = sum[0][i * vectors + v];
      if (beta != 0.0f) x = LOAD_MAYBE_PART(c, v) * beta + x;
      x = LEVEL(at_least)(floor, x);
      if (gate) x = LEVEL(gated)(LOAD_MAYBE_PART(gate, v), x);
      STORE_MAYBE_PART(c, v, x)
    }
    c += c_row;
    if (gate) gate += gate_row;
  }
#undef LOAD_MAYBE_PART
#undef STORE_MAYBE_PART
}

#define PHASES(rows, vectors) ((rows) * (vectors) >= 8 ? 1 : (rows) * (vectors) >= 4 ? 2 : 4)
#define TILE(rows, vectors)                                                                        \
  static void LEVEL(tile_##rows##x##vectors)(const tile *t) {                                      \
    LEVEL(tile)(t, rows, vectors, PHASES(rows, vectors), 0);                                       \
  }                                                                                                \
  static void LEVEL(jumping_tile_##rows##x##vectors)(const tile *t) {                              \
    LEVEL(tile)(t, rows, vectors, PHASES(rows, vectors), 1);                                       \
  }
#define TILES_3(vectors) TILE(1, vectors) TILE(2, vectors) TILE(3, vectors)
#define TILES_4(vectors) TILES_3(vectors) TILE(4, vectors)
#define TILES_6(vectors) TILES_4(vectors) TILE(5, vectors) TILE(6, vectors)
#define TILES_8(vectors) TILES_6(vectors) TILE(7, vectors) TILE(8, vectors)
#define TILES_12(vectors)                                                                          \
  TILES_8(vectors) TILE(9, vectors) TILE(10, vectors) TILE(11, vectors) TILE(12, vectors)
#define AT(rows, vectors) {LEVEL(tile_##rows##x##vectors), LEVEL(jumping_tile_##rows##x##vectors)},
#define ROWS_3(vectors) AT(1, vectors) AT(2, vectors) AT(3, vectors)
#define ROWS_4(vectors) ROWS_3(vectors) AT(4, vectors)
#define ROWS_6(vectors) ROWS_4(vectors) AT(5, vectors) AT(6, vectors)
#define ROWS_8(vectors) ROWS_6(vectors) AT(7, vectors) AT(8, vectors)
#define ROWS_12(vectors)                                                                           \
  ROWS_8(vectors) AT(9, vectors) AT(10, vectors) AT(11, vectors) AT(12, vectors)

// The largest tiles that fit the registers: 24 sums of 32 registers, or 12 of 16. Tiles of up to
// three rows may be wider, for single observations.
#if FLEDGE_LEVEL == 2
#define MOST_VECTORS 4
#define MOST_VECTORS_FLAT 8
TILES_12(1)
TILES_12(2)
TILES_8(3)
TILES_6(4)
TILES_3(5)
TILES_3(6)
TILES_3(7)
TILES_3(8)
// The most rows of a tile, and the tiles, by vectors, rows and whether they jump.
static const int LEVEL(tile_rows)[] = {0, 12, 12, 8, 6, 3, 3, 3, 3};
static void (*const LEVEL(tiles)[][12][2])(const tile *) = {
    {{0}},       {ROWS_12(1)}, {ROWS_12(2)}, {ROWS_8(3)}, {ROWS_6(4)},
    {ROWS_3(5)}, {ROWS_3(6)},  {ROWS_3(7)},  {ROWS_3(8)},
};
#else
#define MOST_VECTORS 2
#define MOST_VECTORS_FLAT 4
TILES_12(1)
TILES_6(2)
TILES_4(3)
TILES_3(4)
static const int LEVEL(tile_rows)[] = {0, 12, 6, 4, 3};
static void (*const LEVEL(tiles)[][12][2])(const tile *) = {
    {{0}}, {ROWS_12(1)}, {ROWS_6(2)}, {ROWS_4(3)}, {ROWS_3(4)},
};
#endif
