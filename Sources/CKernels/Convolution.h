// Products with the patches of images: a few lines of patches at a time, which stay in the caches
// between being copied and being multiplied.

// Floats of patches at a time.
#define PATCH_BLOCK 12288

// Lines at a time.
static int64_t LEVEL(block_lines)(const fledge_windows *w) {
  const int64_t lines = PATCH_BLOCK / (w->columns * LEVEL(patch_size)(w)), all = w->count * w->rows;
  return lines < 1 ? 1 : lines < all ? lines : all;
}

static int64_t LEVEL(convolution_scratch)(const fledge_windows *w, int64_t n) {
  const int64_t patch = LEVEL(patch_size)(w), rows = LEVEL(block_lines)(w) * w->columns;
  // Of the three products: [rows, n, patch], [patch, n, rows] and [rows, patch, n].
  const int64_t a = fledge_gemm_scratch(rows, n, patch), b = fledge_gemm_scratch(patch, n, rows);
  const int64_t c = fledge_gemm_scratch(rows, patch, n);
  return rows * patch + (a > b ? (a > c ? a : c) : (b > c ? b : c));
}

static void LEVEL(convolve)(const fledge_windows *w, int64_t n, const float *images,
                            const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *out,
                            float alpha, const fledge_epilogue *epilogue, float *scratch) {
  const int64_t patch = LEVEL(patch_size)(w), lines = LEVEL(block_lines)(w);
  float *rest = scratch + lines * w->columns * patch;
  fledge_epilogue own = epilogue ? *epilogue : (fledge_epilogue){.activation = FLEDGE_IDENTITY};
  for (int64_t i = 0, all = w->count * w->rows; i < all; i += lines) {
    const int64_t count = all - i < lines ? all - i : lines, rows = count * w->columns;
    LEVEL(patches_of_lines)(w, i, count, images, scratch);
    LEVEL(gemm)(rows, n, patch, scratch, patch, 1, b, b_row, b_column, out, n, alpha, 0.0f, &own,
                rest);
    out += rows * n;
    if (own.gate) own.gate += rows * own.gate_row;
  }
}

static void LEVEL(convolve_filters)(const fledge_windows *w, int64_t n, const float *images,
                                    const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
                                    float *out, float alpha, float *scratch) {
  const int64_t patch = LEVEL(patch_size)(w), lines = LEVEL(block_lines)(w);
  float *rest = scratch + lines * w->columns * patch;
  for (int64_t i = 0, all = w->count * w->rows; i < all; i += lines) {
    const int64_t count = all - i < lines ? all - i : lines, rows = count * w->columns;
    LEVEL(patches_of_lines)(w, i, count, images, scratch);
    LEVEL(gemm)(patch, n, rows, scratch, 1, patch, b, b_row, b_column, out, n, alpha,
                i == 0 ? 0.0f : 1.0f, NULL, rest);
    b += rows * b_row;
  }
}

static void LEVEL(convolve_images)(const fledge_windows *w, int64_t n, const float *a,
                                   ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                                   ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                                   float *scratch) {
  const int64_t patch = LEVEL(patch_size)(w), lines = LEVEL(block_lines)(w);
  float *rest = scratch + lines * w->columns * patch;
  LEVEL(clear_images)(w, out);
  for (int64_t i = 0, all = w->count * w->rows; i < all; i += lines) {
    const int64_t count = all - i < lines ? all - i : lines, rows = count * w->columns;
    LEVEL(gemm)(rows, patch, n, a, a_row, a_column, b, b_row, b_column, scratch, patch, alpha, 0.0f,
                NULL, rest);
    LEVEL(overlay_lines)(w, i, count, scratch, out);
    a += rows * a_row;
  }
}
