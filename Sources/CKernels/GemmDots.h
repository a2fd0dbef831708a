// Products with few columns whose operands are contiguous along k: every element a dot product.
//
// A tile would leave most lanes of its vectors empty. Here k runs along the lanes, and 16 sums
// (8 rows of 2, 5 rows of 3, …) are folded together at the end.

ALWAYS_INLINE v16 LEVEL(fold_pairs)(v16 x, v16 y) { return LOW(x, y) + HIGH(x, y); }
ALWAYS_INLINE v16 LEVEL(fold_quads)(v16 x, v16 y) { return LOW_PAIR(x, y) + HIGH_PAIR(x, y); }
ALWAYS_INLINE v16 LEVEL(fold_halves)(v16 x, v16 y) {
  return __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
                                 31);
}
ALWAYS_INLINE v16 LEVEL(fold_last)(v16 x, v16 y) {
  return __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

// Lane i of the result is the sum of the lanes of x[i].
ALWAYS_INLINE v16 LEVEL(fold_16)(const v16 x[16]) {
  v16 quads[4];
  EACH(i, 4)
    quads[i] = LEVEL(fold_quads)(LEVEL(fold_pairs)(x[4 * i], x[4 * i + 1]),
                                 LEVEL(fold_pairs)(x[4 * i + 2], x[4 * i + 3]));
  return LEVEL(fold_last)(LEVEL(fold_halves)(quads[0], quads[1]),
                          LEVEL(fold_halves)(quads[2], quads[3]));
}

// The first `count` floats of 16, zeros after them.
ALWAYS_INLINE v16 LEVEL(load_some)(const float *x, int64_t count) {
#if FLEDGE_LEVEL == 2
  return LEVEL(load_part)(x, LEVEL(part_of)(count));
#else
  float lane[16] = {0};
  for (int64_t i = 0; i < count; i++) lane[i] = x[i];
  return *(const v16u *)lane;
#endif
}

// c(i, j) = alpha left(i, :) right(j, :) and so on; c, bias and gate have strides for i and for j.
typedef struct {
  int64_t rows, k;
  const float *left, *right;
  ptrdiff_t left_row, right_row;
  float *c;
  ptrdiff_t c_i, c_j;
  float alpha, beta, floor;
  const float *bias;
  ptrdiff_t bias_i, bias_j;
  const float *gate;
  ptrdiff_t gate_i, gate_j;
} dots;

// `rows` rows from i on, of which `existing` exist; `columns` dot products of each.
ALWAYS_INLINE v16 LEVEL(dot_block)(const dots *d, int64_t i, int64_t existing, const int rows,
                                   const int columns) {
  const float *left[16], *right = d->right;
  v16 sum[16] = {0};
  EACH(u, rows) left[u] = d->left + (i + (u < existing ? u : 0)) * d->left_row;
  int64_t p = 0;
#define MULTIPLY_ADD(LOAD)                                                                         \
  {                                                                                                \
    v16 b[8];                                                                                      \
    EACH(v, columns) b[v] = LOAD(right + v * d->right_row + p);                                    \
    EACH(u, rows) {                                                                                \
      __builtin_prefetch(left[u] + rows * d->left_row + p);                                        \
      const v16 a = LOAD(left[u] + p);                                                             \
      EACH(v, columns) sum[u * columns + v] = a * b[v] + sum[u * columns + v];                     \
    }                                                                                              \
  }
#define LOAD_ALL(pointer) (*(const v16u *)(pointer))
#define LOAD_REST(pointer) LEVEL(load_some)(pointer, d->k - p)
  for (; p + 16 <= d->k; p += 16) MULTIPLY_ADD(LOAD_ALL)
  if (p < d->k) MULTIPLY_ADD(LOAD_REST)
#undef MULTIPLY_ADD
#undef LOAD_ALL
#undef LOAD_REST
  return LEVEL(fold_16)(sum);
}

// Element (i + u, v) of an array in lane u * columns + v, zeros where there is no row.
ALWAYS_INLINE v16 LEVEL(collect)(const float *x, ptrdiff_t x_i, ptrdiff_t x_j, int64_t existing,
                                 const int columns) {
  float lane[16] = {0};
  for (int64_t u = 0; u < existing; u++)
    for (int v = 0; v < columns; v++) lane[u * columns + v] = x[u * x_i + v * x_j];
  return *(const v16u *)lane;
}

ALWAYS_INLINE void LEVEL(dots)(const dots *d, const int rows, const int columns) {
  const int whole_vector = d->c_j == 1 && d->c_i == columns && rows * columns == 16;
  const int one_bias = !d->bias || d->bias_i == 0;
  v16 bias = d->bias ? LEVEL(collect)(d->bias, 0, d->bias_j, rows, columns) : V_ALL(0.0f);
  for (int64_t i = 0; i < d->rows; i += rows) {
    const int64_t existing = d->rows - i < rows ? d->rows - i : rows;
    float *c = d->c + i * d->c_i;
    if (!one_bias)
      bias = LEVEL(collect)(d->bias + i * d->bias_i, d->bias_i, d->bias_j, existing, columns);
    v16 x = LEVEL(dot_block)(d, i, existing, rows, columns) * d->alpha + bias;
    if (d->beta != 0.0f) x = LEVEL(collect)(c, d->c_i, d->c_j, existing, columns) * d->beta + x;
    x = V_SELECT(x < d->floor, V_ALL(d->floor), x);
    if (d->gate) {
      v16 gate = LEVEL(collect)(d->gate + i * d->gate_i, d->gate_i, d->gate_j, existing, columns);
      x = V_SELECT(gate > 0.0f, x, x * 0.0f);
    }
    if (whole_vector && existing == rows) {
      *(v16u *)c = x;
    } else {
      float lane[16];
      *(v16u *)lane = x;
      for (int64_t u = 0; u < existing; u++)
        for (int v = 0; v < columns; v++) c[u * d->c_i + v * d->c_j] = lane[u * columns + v];
    }
  }
}

// 16 sums fit the registers of AVX-512 beside their operands, fewer those of the others.
#if FLEDGE_LEVEL == 2
#define ROWS_OF(columns) (16 / (columns))
#else
#define ROWS_OF(columns) ((columns) == 1 ? 4 : (columns) == 2 ? 2 : 1)
#endif
#define DOTS(columns)                                                                              \
  static void LEVEL(dots_##columns)(const dots *d) { LEVEL(dots)(d, ROWS_OF(columns), columns); }
DOTS(1)
DOTS(2)
DOTS(3)
DOTS(4)
DOTS(5)
DOTS(6)
DOTS(7)
DOTS(8)
static void (*const LEVEL(dots_of)[])(const dots *) = {
    NULL,          LEVEL(dots_1), LEVEL(dots_2), LEVEL(dots_3), LEVEL(dots_4),
    LEVEL(dots_5), LEVEL(dots_6), LEVEL(dots_7), LEVEL(dots_8),
};
