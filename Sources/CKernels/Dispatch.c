// Chooses the level once, when the program is loaded, and forwards to it.

#include "Levels.h"
#include "fledge_convolution.h"
#include "fledge_kernels.h"

extern const fledge_loops fledge_loops_baseline;
extern const fledge_window_loops fledge_window_loops_baseline;
#if defined(__x86_64__)
extern const fledge_loops fledge_loops_avx2, fledge_loops_avx512;
extern const fledge_window_loops fledge_window_loops_avx2, fledge_window_loops_avx512;
#endif

static const fledge_loops *loops = &fledge_loops_baseline;
static const fledge_window_loops *windows = &fledge_window_loops_baseline;
static int32_t level = FLEDGE_BASELINE;

const fledge_loops *fledge_loops_at(int32_t wanted) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (wanted == FLEDGE_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma")
               ? &fledge_loops_avx512
               : NULL;
  if (wanted == FLEDGE_AVX2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &fledge_loops_avx2
                                                                           : NULL;
#endif
  return wanted == FLEDGE_BASELINE ? &fledge_loops_baseline : NULL;
}

const fledge_window_loops *fledge_window_loops_at(int32_t wanted) {
  if (!fledge_loops_at(wanted)) return NULL;
#if defined(__x86_64__)
  if (wanted == FLEDGE_AVX512) return &fledge_window_loops_avx512;
  if (wanted == FLEDGE_AVX2) return &fledge_window_loops_avx2;
#endif
  return &fledge_window_loops_baseline;
}

__attribute__((constructor)) static void choose_level(void) {
  level = FLEDGE_AVX512;
  while (!fledge_loops_at(level)) level--;
  loops = fledge_loops_at(level);
  windows = fledge_window_loops_at(level);
}

int32_t fledge_level(void) { return level; }

int64_t fledge_gemm_scratch(int64_t m, int64_t n, int64_t k) {
  (void)n;  // by 64 columns at a time
  const int64_t panel = 64 * k, few = 8 * (k > m ? k : m), alignment = 16;
  return (panel > few ? panel : few) + alignment;
}

void fledge_gemm(int64_t m, int64_t n, int64_t k, const float *a, ptrdiff_t a_row,
                 ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c,
                 ptrdiff_t c_row, float alpha, float beta, const fledge_epilogue *epilogue,
                 float *scratch) {
  loops->gemm(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, alpha, beta, epilogue,
              scratch);
}

void fledge_apply_epilogue(int64_t m, int64_t n, float *c, ptrdiff_t c_row,
                           const fledge_epilogue *epilogue) {
  loops->apply_epilogue(m, n, c, c_row, epilogue);
}

void fledge_gather_rows(const float *rows, ptrdiff_t row, int64_t columns, const int32_t *indices,
                        int64_t count, float *out, ptrdiff_t out_row) {
  loops->gather_rows(rows, row, columns, indices, count, out, out_row);
}

void fledge_transpose(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                      ptrdiff_t out_row) {
  loops->transpose(x, rows, columns, row, out, out_row);
}

void fledge_copy_rows(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, float *out,
                      ptrdiff_t out_row) {
  loops->copy_rows(x, rows, columns, row, out, out_row);
}

void fledge_gram(const float *const *rows, int64_t count, int64_t length, double *gram) {
  loops->gram(rows, count, length, gram);
}

void fledge_patches(const fledge_windows *w, const float *images, float *out) {
  windows->patches(w, images, out);
}

void fledge_overlay(const fledge_windows *w, const float *x, float *out) {
  windows->overlay(w, x, out);
}

void fledge_take_largest(const fledge_windows *w, const float *values, const float *keys,
                         float *out) {
  windows->take_largest(w, values, keys, out);
}

void fledge_place_largest(const fledge_windows *w, const float *values, const float *keys,
                          int32_t gated, float *out) {
  windows->place_largest(w, values, keys, gated, out);
}

void fledge_convolve(const fledge_windows *w, int64_t n, const float *images, const float *b,
                     ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                     const fledge_epilogue *epilogue, float *scratch) {
  windows->convolve(w, n, images, b, b_row, b_column, out, alpha, epilogue, scratch);
}

void fledge_convolve_filters(const fledge_windows *w, int64_t n, const float *images,
                             const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *out,
                             float alpha, float *scratch) {
  windows->convolve_filters(w, n, images, b, b_row, b_column, out, alpha, scratch);
}

void fledge_convolve_images(const fledge_windows *w, int64_t n, const float *a, ptrdiff_t a_row,
                            ptrdiff_t a_column, const float *b, ptrdiff_t b_row,
                            ptrdiff_t b_column, float *out, float alpha, float *scratch) {
  windows->convolve_images(w, n, a, a_row, a_column, b, b_row, b_column, out, alpha, scratch);
}

int64_t fledge_convolution_scratch(const fledge_windows *w, int64_t n) {
  return windows->scratch(w, n);
}
