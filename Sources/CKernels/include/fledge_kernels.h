// Loops over rows of numbers, each compiled for AVX-512, AVX2 and the baseline and chosen at load.
//
// Nothing here allocates, locks or keeps state. Arrays are row-major; `row` is the distance between
// rows in floats. Sums have one fixed order per level, whatever the number of threads. Results may
// differ between levels in the last bits.
#ifndef FLEDGE_KERNELS_H
#define FLEDGE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Matrix products

typedef enum {
  FLEDGE_IDENTITY = 0,
  FLEDGE_RELU,        // max(x, 0); not-a-number stays
  FLEDGE_LEAKY_RELU,  // x > 0 ? x : slope x
  FLEDGE_TANH,
  FLEDGE_SIGMOID,
  FLEDGE_SOFTPLUS,
  FLEDGE_SILU,  // x sigmoid(x)
  FLEDGE_GELU,  // x (1 + erf(x / sqrt 2)) / 2
} fledge_activation;

// What happens to a product before it is stored: activation(value + bias), then the gate.
typedef struct {
  const float *bias;  // [n] or NULL
  int32_t activation;
  float slope;        // of FLEDGE_LEAKY_RELU
  const float *gate;  // [m, n] or NULL: the result is multiplied by (gate > 0), ReLU's derivative
  ptrdiff_t gate_row;
} fledge_epilogue;

// C[m, n] = epilogue(alpha op(A) op(B) + beta C), where op(A) is [m, k] and op(B) is [k, n].
//
// op(A)(i, p) = a[i * a_row + p * a_column], of which one stride is 1; the same for B: (1, stride)
// is a transpose. C is not read where beta is 0. `epilogue` may be NULL. C overlaps neither A nor
// B. `scratch` has room for fledge_gemm_scratch(m, n, k) floats, at any address.
void fledge_gemm(int64_t m, int64_t n, int64_t k, const float *a, ptrdiff_t a_row,
                 ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c,
                 ptrdiff_t c_row, float alpha, float beta, const fledge_epilogue *epilogue,
                 float *scratch);

// Floats of scratch that fledge_gemm may need, whatever the strides.
int64_t fledge_gemm_scratch(int64_t m, int64_t n, int64_t k);

// The epilogue alone, in place: for products that came from elsewhere.
void fledge_apply_epilogue(int64_t m, int64_t n, float *c, ptrdiff_t c_row,
                           const fledge_epilogue *epilogue);

// MARK: Rows by index

// out(i, :) = table(indices[i], :). Fetches ahead: meant for random rows of tables larger than the
// caches. Precondition: every index is a row of the table.
void fledge_gather_rows(const float *table, ptrdiff_t table_row, int64_t columns,
                        const int32_t *indices, int64_t count, float *out, ptrdiff_t out_row);

// The forms for graphs, where an index is a whole number in a float. One that is not in 0 ..< bound
// gives a row of not-a-numbers where something is read, and is left out where something is added.
void fledge_gather_rows_float(const float *table, int64_t rows, int64_t columns,
                              ptrdiff_t table_row, const float *indices, int64_t count, float *out,
                              ptrdiff_t out_row);
// out[rows, columns] = 0, then out(indices[i], :) += x(i, :), in the order of i.
void fledge_scatter_rows(const float *x, int64_t count, int64_t columns, ptrdiff_t row,
                         const float *indices, float *out, int64_t rows, ptrdiff_t out_row);
// out[i] = x(i, indices[i]).
void fledge_pick(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, const float *indices,
                 float *out);
// out[rows, columns] = 0, then out(i, indices[i]) = x[i].
void fledge_place(const float *x, const float *indices, int64_t rows, int64_t columns, float *out,
                  ptrdiff_t out_row);

// The column of the first largest element of each row, as a whole number. Not-a-number is never
// larger; 0 without columns.
void fledge_argmax_rows_float(const float *x, int64_t rows, int64_t columns, ptrdiff_t row,
                              float *out);

// MARK: Inner products

// gram(i, j) += Σ rows[i][p] rows[j][p] over p in 0 ..< length, for all pairs of `count` rows; the
// sums are doubles. What is there already belongs to earlier parts of the rows: the matrix is 0 or
// a result of this function, [count, count].
void fledge_gram(const float *const *rows, int64_t count, int64_t length, double *gram);

// MARK: Moving

// out[columns, rows] = x[rows, columns] transposed.
void fledge_transpose(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                      ptrdiff_t out_row);
// out(i, :) = x(i, :).
void fledge_copy_rows(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                      ptrdiff_t out_row);

// MARK: The processor

// The functions of VectorMath.h.
typedef enum {
  FLEDGE_MAP_EXP = 0,
  FLEDGE_MAP_LOG,
  FLEDGE_MAP_TANH,
  FLEDGE_MAP_SIGMOID,
  FLEDGE_MAP_SOFTPLUS,
  FLEDGE_MAP_ERF,
  FLEDGE_MAP_SIN,
  FLEDGE_MAP_COS,
} fledge_function;

// What is compiled once per level.
typedef struct {
  void (*gemm)(int64_t m, int64_t n, int64_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column,
               const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row,
               float alpha, float beta, const fledge_epilogue *epilogue, float *scratch);
  void (*apply_epilogue)(int64_t m, int64_t n, float *c, ptrdiff_t c_row,
                         const fledge_epilogue *epilogue);
  void (*gather_rows)(const float *table, ptrdiff_t table_row, int64_t columns,
                      const int32_t *indices, int64_t count, float *out, ptrdiff_t out_row);
  void (*transpose)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                    ptrdiff_t out_row);
  void (*copy_rows)(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                    ptrdiff_t out_row);
  // out[i] = function(x[i]), a fledge_function; `out` may be `x`.
  void (*map)(int32_t function, const float *x, int64_t count, float *out);
  void (*gram)(const float *const *rows, int64_t count, int64_t length, double *gram);
} fledge_loops;

// The level that the functions above use, the highest of this processor: 0 baseline, 1 AVX2 with
// FMA, 2 AVX-512.
int32_t fledge_level(void);
// The loops of one level, or NULL if this processor cannot run them.
const fledge_loops *fledge_loops_at(int32_t level);

#ifdef __cplusplus
}
#endif
#endif
