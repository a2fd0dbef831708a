// Loops over rows. Priorities:
//
// 1. Nothing outside the arrays is read or written.
// 2. Rows of a few floats (observations, action values) cost a few nanoseconds.

#define LOAD(pointer) (*(const v16u *)(pointer))
#define STORE(pointer, value) (*(v16u *)(pointer) = (value))

// MARK: Moving

ALWAYS_INLINE void LEVEL(copy)(const float *x, int64_t count, float *out) {
  int64_t j = 0;
  for (; j + 16 <= count; j += 16) STORE(out + j, LOAD(x + j));
  if (count >= 16) {
    if (j < count)
      STORE(out + count - 16, LOAD(x + count - 16));  // overlaps what is copied already
  } else {
    for (; j < count; j++) out[j] = x[j];
  }
}

static void LEVEL(copy_rows)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row,
                             float *out, ptrdiff_t out_row) {
  for (int64_t i = 0; i < rows; i++) LEVEL(copy)(x + i * row, columns, out + i * out_row);
}

// Rows that are this many ahead are on their way from memory while one is copied.
#define ROWS_AHEAD 16

static void LEVEL(gather_rows)(const float *table, ptrdiff_t table_row, int64_t columns,
                               const int32_t *indices, int64_t count, float *out,
                               ptrdiff_t out_row) {
  const int64_t bytes = columns * (int64_t)sizeof(float);
#define FETCH(i)                                                                                   \
  {                                                                                                \
    const char *line = (const char *)(table + indices[i] * table_row);                             \
    for (int64_t b = 0; b < bytes; b += 64) __builtin_prefetch(line + b);                          \
    if (bytes > 0) __builtin_prefetch(line + bytes - 1);                                           \
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
#define CASE(kind, name)                                                                           \
  case kind:                                                                                       \
    for (int64_t i = 0; i < count; i += 16) {                                                      \
      const int64_t rest = count - i < 16 ? count - i : 16;                                        \
      v16 y = LEVEL(v_##name)(rest == 16 ? LOAD(x + i) : LEVEL(load_some)(x + i, rest));           \
      if (rest == 16)                                                                              \
        STORE(out + i, y);                                                                         \
      else                                                                                         \
        memcpy(out + i, &y, (size_t)rest * sizeof(float));                                         \
    }                                                                                              \
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
