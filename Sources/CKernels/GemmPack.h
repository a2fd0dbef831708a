// Operands copied into the order in which the innermost loops read them.

typedef float LEVEL(quarter) __attribute__((vector_size(16), aligned(4)));
#define QUARTER_VECTOR LEVEL(quarter)

// Lane group g of vector i is the quarter vector number 4 g + i.
#define JOIN_QUARTERS(r, quarter_at)                                                               \
  EACH(i, 4) {                                                                                     \
    QUARTER_VECTOR a = quarter_at(i), b = quarter_at(4 + i);                                       \
    QUARTER_VECTOR c = quarter_at(8 + i), d = quarter_at(12 + i);                                  \
    r[i] = __builtin_shufflevector(__builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7),          \
                                   __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7), 0, 1, 2, \
                                   3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);                   \
  }
#define LOW(x, y)                                                                                  \
  __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH(x, y)                                                                                 \
  __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW_PAIR(x, y)                                                                             \
  __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH_PAIR(x, y)                                                                            \
  __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)

// Stores four columns of 16 rows, read into four vectors by JOIN_QUARTERS, as four rows of 16.
ALWAYS_INLINE void LEVEL(store_turned)(const v16 r[4], float *out, ptrdiff_t out_row) {
  v16 low01 = LOW(r[0], r[1]), high01 = HIGH(r[0], r[1]);
  v16 low23 = LOW(r[2], r[3]), high23 = HIGH(r[2], r[3]);
  *(v16u *)out = LOW_PAIR(low01, low23);
  *(v16u *)(out + out_row) = HIGH_PAIR(low01, low23);
  *(v16u *)(out + 2 * out_row) = LOW_PAIR(high01, high23);
  *(v16u *)(out + 3 * out_row) = HIGH_PAIR(high01, high23);
}

ALWAYS_INLINE void LEVEL(transpose_four)(const float *x, ptrdiff_t row, float *out,
                                         ptrdiff_t out_row) {
  // The compiler is to compute 16 addresses from few registers, not to keep 16 pointers in memory.
  __asm__("" : "+r"(x));
  v16 r[4];
#define QUARTER(n) (*(const LEVEL(quarter) *)(x + (n) / 4 * 4 * row + (n) % 4 * row))
  JOIN_QUARTERS(r, QUARTER)
#undef QUARTER
  LEVEL(store_turned)(r, out, out_row);
}

// The same for rows anywhere, from column p on.
ALWAYS_INLINE void LEVEL(transpose_four_of)(const float *const rows[16], int64_t p, float *out,
                                            ptrdiff_t out_row) {
  v16 r[4];
#define QUARTER(n) (*(const LEVEL(quarter) *)(rows[n] + p))
  JOIN_QUARTERS(r, QUARTER)
#undef QUARTER
  LEVEL(store_turned)(r, out, out_row);
}

// out(p, j) = x(j, p) for `rows` rows of `columns`; out has rows rounded up to 16, of which the
// last mean nothing.
static void LEVEL(pack_transposed)(const float *x, ptrdiff_t row, int64_t rows, int64_t columns,
                                   float *out, ptrdiff_t out_row) {
  const int64_t whole = columns / 4 * 4;
  for (int64_t j = 0; j < rows; j += 16, x += 16 * row, out += 16) {
    const int64_t count = rows - j < 16 ? rows - j : 16;
    if (columns < 4) {
      for (int64_t i = 0; i < count; i++)
        for (int64_t p = 0; p < columns; p++) out[p * out_row + i] = x[i * row + p];
    } else if (count == 16) {
      for (int64_t p = 0; p < whole; p += 4)
        LEVEL(transpose_four)(x + p, row, out + p * out_row, out_row);
      // The last four again rather than some of the next.
      if (whole < columns)
        LEVEL(transpose_four)(x + columns - 4, row, out + (columns - 4) * out_row, out_row);
    } else {
      const float *from[16];
      for (int i = 0; i < 16; i++) from[i] = i < count ? x + i * row : x;
      for (int64_t p = 0; p < whole; p += 4)
        LEVEL(transpose_four_of)(from, p, out + p * out_row, out_row);
      if (whole < columns)
        LEVEL(transpose_four_of)(from, columns - 4, out + (columns - 4) * out_row, out_row);
    }
  }
}

// out[columns, rows] = x[rows, columns] transposed.
static void LEVEL(transpose)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row,
                             float *out, ptrdiff_t out_row) {
  const int64_t whole = columns < 4 ? 0 : rows / 16 * 16;
  LEVEL(pack_transposed)(x, row, whole, columns, out, out_row);
  for (int64_t i = whole; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) out[j * out_row + i] = x[i * row + j];
}
