// Loops over rows, once per level. Priorities:
//
// 1. One order of additions, given by the sizes alone.
// 2. Nothing outside the arrays is read or written.
// 3. Rows of a few floats (observations, action values) cost a few nanoseconds.

#define LOAD(pointer) (*(const v16u *)(pointer))
#define STORE(pointer, value) (*(v16u *)(pointer) = (value))

// The 16 lanes added up, pairwise.
ALWAYS_INLINE float LEVEL(lane_sum)(v16 x) {
  float lane[16];
  STORE(lane, x);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lane[i] += lane[i + width];
  return lane[0];
}

ALWAYS_INLINE float LEVEL(sum_of)(const float *x, int64_t count, int square) {
  v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
#define TERM(v) (square ? (v) * (v) : (v))
  int64_t i = 0;
  for (; i + 64 <= count; i += 64) {
    v16 a = LOAD(x + i), b = LOAD(x + i + 16), c = LOAD(x + i + 32), d = LOAD(x + i + 48);
    s0 = s0 + TERM(a);
    s1 = s1 + TERM(b);
    s2 = s2 + TERM(c);
    s3 = s3 + TERM(d);
  }
  for (; i < count; i += 16) {
    v16 a = count - i < 16 ? LEVEL(load_some)(x + i, count - i) : LOAD(x + i);
    s0 = s0 + TERM(a);
  }
#undef TERM
  return LEVEL(lane_sum)((s0 + s1) + (s2 + s3));
}

static float LEVEL(sum)(const float *x, int64_t count) { return LEVEL(sum_of)(x, count, 0); }

static float LEVEL(squared_norm)(const float *x, int64_t count) { return LEVEL(sum_of)(x, count, 1); }

static void LEVEL(row_sums)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out) {
  for (int64_t i = 0; i < rows; i++) out[i] = LEVEL(sum)(x + i * row, columns);
}

// Sums of 16 columns, rows in four interleaved runs.
ALWAYS_INLINE v16 LEVEL(column_block)(const float *x, int64_t rows, ptrdiff_t row) {
  v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4, x += 4 * row) {
    s0 += LOAD(x);
    s1 += LOAD(x + row);
    s2 += LOAD(x + 2 * row);
    s3 += LOAD(x + 3 * row);
  }
  for (; i < rows; i++, x += row) s0 += LOAD(x);
  return (s0 + s1) + (s2 + s3);
}

static void LEVEL(column_sums)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out) {
  int64_t j = 0;
  for (; j + 16 <= columns; j += 16) STORE(out + j, LEVEL(column_block)(x + j, rows, row));
  // The last columns, in the same order of rows.
  for (; j < columns; j++) {
    float s[4] = {0, 0, 0, 0};
    int64_t whole = rows / 4 * 4;
    for (int64_t i = 0; i < whole; i++) s[i % 4] += x[i * row + j];
    for (int64_t i = whole; i < rows; i++) s[0] += x[i * row + j];
    out[j] = (s[0] + s[1]) + (s[2] + s[3]);
  }
}

static void LEVEL(row_maxima)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out) {
  for (int64_t i = 0; i < rows; i++, x += row) {
    float largest = -INFINITY;
    int64_t j = 0;
    if (columns >= 16) {
      v16 m = LOAD(x);
      for (j = 16; j + 16 <= columns; j += 16) {
        v16 next = LOAD(x + j);
        i16 wins = (next > m) | (next != next);
        m = (v16)((wins & (i16)next) | (~wins & (i16)m));
      }
      for (int lane = 0; lane < 16; lane++)
        if (m[lane] > largest || m[lane] != m[lane]) largest = m[lane];
    }
    for (; j < columns; j++)
      if (x[j] > largest || x[j] != x[j]) largest = x[j];
    out[i] = largest;
  }
}

// MARK: Moving

ALWAYS_INLINE void LEVEL(copy)(const float *x, int64_t count, float *out) {
  int64_t j = 0;
  for (; j + 16 <= count; j += 16) STORE(out + j, LOAD(x + j));
  if (count >= 16) {
    if (j < count) STORE(out + count - 16, LOAD(x + count - 16));  // overlaps what is copied already
  } else {
    for (; j < count; j++) out[j] = x[j];
  }
}

static void LEVEL(copy_rows)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                             ptrdiff_t out_row) {
  for (int64_t i = 0; i < rows; i++) LEVEL(copy)(x + i * row, columns, out + i * out_row);
}

// Rows that are this many ahead are on their way from memory while one is copied.
#define ROWS_AHEAD 16

static void LEVEL(gather_rows)(const float *table, ptrdiff_t table_row, int64_t columns,
                               const int32_t *indices, int64_t count, float *out, ptrdiff_t out_row) {
  const int64_t bytes = columns * (int64_t)sizeof(float);
#define FETCH(i)                                                               \
  {                                                                            \
    const char *line = (const char *)(table + indices[i] * table_row);         \
    for (int64_t b = 0; b < bytes; b += 64) __builtin_prefetch(line + b);      \
    if (bytes > 0) __builtin_prefetch(line + bytes - 1);                       \
  }
  for (int64_t i = 0; i < count && i < ROWS_AHEAD; i++) FETCH(i)
  for (int64_t i = 0; i < count; i++) {
    if (i + ROWS_AHEAD < count) FETCH(i + ROWS_AHEAD)
    LEVEL(copy)(table + indices[i] * table_row, columns, out + i * out_row);
  }
#undef FETCH
}

// MARK: Elementary functions

static void LEVEL(map)(int32_t function, const float *x, int64_t count, float *out) {
#define CASE(kind, name)                                                          \
  case kind:                                                                      \
    for (int64_t i = 0; i < count; i += 16) {                                     \
      const int64_t rest = count - i < 16 ? count - i : 16;                       \
      v16 y = LEVEL(v_##name)(rest == 16 ? LOAD(x + i) : LEVEL(load_some)(x + i, rest)); \
      if (rest == 16)                                                             \
        STORE(out + i, y);                                                        \
      else                                                                        \
        memcpy(out + i, &y, (size_t)rest * sizeof(float));                        \
    }                                                                             \
    break;
  switch (function) {
    CASE(FLEDGE_MAP_EXP, exp)
    CASE(FLEDGE_MAP_LOG, log)
    CASE(FLEDGE_MAP_TANH, tanh)
    CASE(FLEDGE_MAP_SIGMOID, sigmoid)
    CASE(FLEDGE_MAP_SOFTPLUS, softplus)
    CASE(FLEDGE_MAP_ERF, erf)
    CASE(FLEDGE_MAP_SIN, sin)
    CASE(FLEDGE_MAP_COS, cos)
  }
#undef CASE
}

#undef LOAD
#undef STORE
#undef ROWS_AHEAD
