// The inner products of a few long rows, added up in double precision. Included once per level.
//
// A product of two floats is exact as a double, so only the sums round. Rows are taken in strips
// that stay in the first-level cache while all pairs of them are multiplied, a square of pairs at a
// time in registers.

#ifndef FLEDGE_GRAM_MACROS
#define FLEDGE_GRAM_MACROS
// Floats of each row in a strip: 16 rows of it are 32 KB.
#define GRAM_STRIP 512
typedef float v8u __attribute__((vector_size(32), aligned(4)));
#endif

// Rows and columns of a square: its sums and operands fill the registers.
#if FLEDGE_LEVEL == 2
#define GRAM_SIDE 4
#else
#define GRAM_SIDE 2
#endif

ALWAYS_INLINE double LEVEL(gram_total)(v8d x) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

// gram(i0 + i, j0 + j) += the products over columns begin ..< end, for `m` by `n` pairs.
ALWAYS_INLINE void LEVEL(gram_square)(const float *const *rows, int64_t count, int64_t i0,
                                      int64_t j0, int m, int n, int64_t begin, int64_t end,
                                      double *gram) {
  v8d sums[GRAM_SIDE][GRAM_SIDE] = {};
  int64_t p = begin;
  for (; p + 8 <= end; p += 8) {
    v8d left[GRAM_SIDE];
    for (int i = 0; i < m; i++)
      left[i] = __builtin_convertvector(*(const v8u *)(rows[i0 + i] + p), v8d);
    for (int j = 0; j < n; j++) {
      const v8d right = __builtin_convertvector(*(const v8u *)(rows[j0 + j] + p), v8d);
      for (int i = 0; i < m; i++) sums[i][j] += left[i] * right;
    }
  }
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      double total = LEVEL(gram_total)(sums[i][j]);
      for (int64_t q = p; q < end; q++)
        total += (double)rows[i0 + i][q] * (double)rows[j0 + j][q];
      gram[(i0 + i) * count + j0 + j] += total;
    }
  }
}

static void LEVEL(gram)(const float *const *rows, int64_t count, int64_t length, double *gram) {
  for (int64_t begin = 0; begin < length; begin += GRAM_STRIP) {
    const int64_t end = begin + GRAM_STRIP < length ? begin + GRAM_STRIP : length;
    for (int64_t i = 0; i < count; i += GRAM_SIDE) {
      for (int64_t j = i; j < count; j += GRAM_SIDE) {
        if (i + GRAM_SIDE <= count && j + GRAM_SIDE <= count) {
          LEVEL(gram_square)(rows, count, i, j, GRAM_SIDE, GRAM_SIDE, begin, end, gram);
        } else {
          for (int64_t a = i; a < count && a < i + GRAM_SIDE; a++)
            for (int64_t b = j; b < count && b < j + GRAM_SIDE; b++)
              LEVEL(gram_square)(rows, count, a, b, 1, 1, begin, end, gram);
        }
      }
    }
  }
  for (int64_t i = 0; i < count; i++)
    for (int64_t j = 0; j < i; j++) gram[i * count + j] = gram[j * count + i];
}

#undef GRAM_SIDE
