// Products with the patches of images, which are never copied into rows of their own: a row of a
// window is a run of numbers in the image, so a tile runs along k there and jumps to the next.
//
// Priorities:
// 1. The sizes of small networks (images of tens of pixels, tens of channels) near the speed of a
//    product of the same size.
// 2. One order of additions: image by image, each with its lines in order.

// An image as tiles read it: its zeros around it if it has any.
typedef struct {
  ptrdiff_t row, image;   // floats from row to row, from image to image in memory
  int64_t run;            // floats of a row of the window
  ptrdiff_t step, line;   // floats from place to place, from line to line
  ptrdiff_t around;       // where the image begins among its zeros
  int64_t scratch;        // floats of an image with zeros, 0 if there are none
} image_layout;

static image_layout LEVEL(layout_of)(const fledge_windows *w) {
  const int64_t row = (w->width + 2 * w->padding) * w->channels;
  const int64_t with_zeros = (w->height + 2 * w->padding) * row;
  return (image_layout){
      .row = row, .image = w->height * w->width * w->channels,
      .run = w->window_width * w->channels, .step = w->stride * w->channels,
      .line = w->stride * row, .around = w->padding * (row + w->channels),
      .scratch = w->padding > 0 ? (with_zeros + 15) / 16 * 16 : 0,
  };
}

// The image of this number as tiles read it; `scratch` is zero around it.
static const float *LEVEL(image_at)(const fledge_windows *w, const image_layout *l, int64_t i,
                                    const float *images, float *scratch) {
  const float *image = images + i * l->image;
  if (l->scratch == 0) return image;
  const int64_t row = w->width * w->channels;
  LEVEL(copy_rows)(image, w->height, row, row, scratch + l->around, l->row);
  return scratch;
}

// op(B) with its rows contiguous: itself, or a copy of `rows` by `columns`.
static const float *LEVEL(rows_of)(const float *b, ptrdiff_t *b_row, ptrdiff_t b_column,
                                   int64_t rows, int64_t columns, float *scratch) {
  if (b_column == 1) return b;
  const ptrdiff_t packed = (columns + 15) / 16 * 16;
  LEVEL(pack_transposed)(b, b_column, columns, rows, scratch, packed);
  *b_row = packed;
  return scratch;
}

// The vectors of the next panel, from column j of n on.
static int64_t LEVEL(next_panel)(int64_t n, int64_t j) {
  const int64_t left = (n - j + WIDTH - 1) / WIDTH;
  const int64_t panels = (left + MOST_VECTORS - 1) / MOST_VECTORS;
  return (left + panels - 1) / panels;
}

// Rows `m` of A by all `n` columns of B; `t` is at the first of both.
static void LEVEL(jumping_product)(const product *g, tile t) {
  for (int64_t j = 0; j < g->n;) {
    const int64_t width = LEVEL(next_panel)(g->n, j);
    const int64_t columns = g->n - j < width * WIDTH ? g->n - j : width * WIDTH;
    tile panel = t;
    panel.b += j;
    panel.c += j;
    if (t.bias) panel.bias += j;
    if (t.gate) panel.gate += j;
    panel.columns = columns - (width - 1) * WIDTH;
    LEVEL(panel)(g, &panel, (int)width);
    j += columns;
  }
}

// Images of one channel: without a gate, and `b` has its rows contiguous.
static void LEVEL(convolve_gray)(const fledge_windows *w, int64_t n, const float *images,
                                 const float *b, ptrdiff_t b_row, float *out, float alpha,
                                 const float *bias, float floor, float *scratch) {
  const image_layout l = LEVEL(layout_of)(w);
  for (int64_t i = 0; i < w->count; i++) {
    const float *image = LEVEL(image_at)(w, &l, i, images, scratch);
    for (int64_t line = 0; line < w->rows; line++, out += w->columns * n) {
      const gray_line g = {
          .image = image + line * l.line, .row = l.row, .window_height = w->window_height,
          .window_width = w->window_width, .places = w->columns, .filters = b, .filters_row = b_row,
          .bias = bias, .alpha = alpha, .floor = floor, .out = out, .out_row = n,
      };
      LEVEL(convolve_gray_line)(g, n);
    }
  }
}

static void LEVEL(convolve)(const fledge_windows *w, int64_t n, const float *images,
                            const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *out,
                            float alpha, const fledge_epilogue *epilogue, float *scratch) {
  const image_layout l = LEVEL(layout_of)(w);
  const int32_t activation = epilogue ? epilogue->activation : FLEDGE_IDENTITY;
  const int fused = activation <= FLEDGE_RELU;
  const float *gate = fused && epilogue ? epilogue->gate : NULL;
  const float *bias = epilogue ? epilogue->bias : NULL;
  const float floor = activation == FLEDGE_RELU ? 0.0f : -INFINITY;
  memset(scratch, 0, (size_t)l.scratch * sizeof(float));
  const float *right =
      LEVEL(rows_of)(b, &b_row, b_column, w->window_height * l.run, n, scratch + l.scratch);
  if (LEVEL(is_gray)(w, n) && !gate) {
    LEVEL(convolve_gray)(w, n, images, right, b_row, out, alpha, bias, floor, scratch);
  } else {
    const product g = {.m = w->columns, .n = n, .a_row = l.step, .c_row = n,
                       .gate_row = gate ? epilogue->gate_row : 0};
    tile t = {
        .k = l.run, .a_row = l.step, .a_column = 1, .more_runs = w->window_height - 1,
        .a_jump = l.row - l.run, .b = right, .b_row = b_row, .c = out, .c_row = n, .alpha = alpha,
        .bias = bias, .floor = floor, .gate = gate, .gate_row = g.gate_row,
    };
    for (int64_t i = 0; i < w->count; i++) {
      const float *image = LEVEL(image_at)(w, &l, i, images, scratch);
      for (int64_t line = 0; line < w->rows; line++) {
        t.a = image + line * l.line;
        LEVEL(jumping_product)(&g, t);
        t.c += w->columns * n;
        if (gate) t.gate += w->columns * g.gate_row;
      }
    }
  }
  if (!fused) {
    fledge_epilogue remaining = *epilogue;
    remaining.bias = NULL;
    LEVEL(apply_epilogue)(w->count * w->rows * w->columns, n, out, n, &remaining);
  }
}

// The same for images of one channel.
static void LEVEL(convolve_gray_filters)(const fledge_windows *w, int64_t n, const float *images,
                                         const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
                                         float *out, float alpha, float *scratch) {
  const image_layout l = LEVEL(layout_of)(w);
  const int64_t places = w->rows * w->columns, taps = w->window_height * w->window_width;
  const ptrdiff_t packed = (places + 15) / 16 * 16;
  float *sums = (float *)(((uintptr_t)(scratch + l.scratch) + 63) & ~(uintptr_t)63);
  float *given = sums + taps * n * WIDTH;
  memset(scratch, 0, (size_t)l.scratch * sizeof(float));
  memset(sums, 0, (size_t)(taps * n * WIDTH) * sizeof(float));
  for (int64_t i = 0; i < w->count; i++, b += places * b_row) {
    gray_taps g = {
        .image = LEVEL(image_at)(w, &l, i, images, scratch), .row = l.row, .rows = w->rows,
        .columns = w->columns, .given = b, .given_channel = b_column, .sums = sums,
        .sums_tap = n * WIDTH,
    };
    if (b_row != 1) {
      LEVEL(pack_transposed)(b, b_row, places, n, given, packed);
      g.given = given;
      g.given_channel = packed;
    }
    LEVEL(add_gray_image)(g, n, w->window_height, w->window_width);
  }
  LEVEL(fold_gray)(sums, taps * n, alpha, out);
}

static void LEVEL(convolve_filters)(const fledge_windows *w, int64_t n, const float *images,
                                    const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
                                    float *out, float alpha, float *scratch) {
  if (LEVEL(is_gray)(w, n)) {
    LEVEL(convolve_gray_filters)(w, n, images, b, b_row, b_column, out, alpha, scratch);
    return;
  }
  const image_layout l = LEVEL(layout_of)(w);
  const int64_t places = w->rows * w->columns;
  memset(scratch, 0, (size_t)l.scratch * sizeof(float));
  const product g = {.m = l.run, .n = n, .a_row = 1, .c_row = n};
  for (int64_t i = 0; i < w->count; i++) {
    const float *image = LEVEL(image_at)(w, &l, i, images, scratch);
    ptrdiff_t right_row = b_row;
    const float *right = LEVEL(rows_of)(b + i * places * b_row, &right_row, b_column, places, n,
                                        scratch + l.scratch);
    for (int64_t ky = 0; ky < w->window_height; ky++) {
      const tile t = {
          .k = w->columns, .a = image + ky * l.row, .a_row = 1, .a_column = l.step,
          .more_runs = w->rows - 1, .a_jump = l.line - w->columns * l.step, .b = right,
          .b_row = right_row, .c = out + ky * l.run * n, .c_row = n, .alpha = alpha,
          .beta = i == 0 ? 0.0f : 1.0f, .floor = -INFINITY,
      };
      LEVEL(jumping_product)(&g, t);
    }
  }
}

// MARK: The gradient of the images

// Floats of patches at a time: half of the first-level cache.
#define PATCH_BLOCK 6144

// Lines at a time.
static int64_t LEVEL(block_lines)(const fledge_windows *w) {
  const int64_t lines = PATCH_BLOCK / (w->columns * LEVEL(patch_size)(w)), all = w->count * w->rows;
  return lines < 1 ? 1 : lines < all ? lines : all;
}

static void LEVEL(convolve_images)(const fledge_windows *w, int64_t n, const float *a,
                                   ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
                                   ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                                   float *scratch) {
  const int64_t patch = LEVEL(patch_size)(w), lines = LEVEL(block_lines)(w);
  float *block = scratch + (patch + 15) / 16 * 16 * n, *rest = block + lines * w->columns * patch;
  const float *right = LEVEL(rows_of)(b, &b_row, b_column, n, patch, scratch);
  LEVEL(clear_images)(w, out);
  for (int64_t i = 0, all = w->count * w->rows; i < all; i += lines) {
    const int64_t count = all - i < lines ? all - i : lines, rows = count * w->columns;
    LEVEL(gemm)(rows, patch, n, a, a_row, a_column, right, b_row, 1, block, patch, alpha, 0.0f,
                NULL, rest);
    LEVEL(overlay_lines)(w, i, count, block, out);
    a += rows * a_row;
  }
}

static int64_t LEVEL(convolution_scratch)(const fledge_windows *w, int64_t n) {
  const int64_t zeros = LEVEL(layout_of)(w).scratch, patch = LEVEL(patch_size)(w);
  const int64_t vectors = (n + 15) / 16 * 16, places = w->rows * w->columns;
  const int64_t rows = LEVEL(block_lines)(w) * w->columns;
  // The image with its zeros and op(B); or op(B), a block of patches and what their product needs.
  const int64_t forth = zeros + vectors * (patch > places ? patch : places);
  const int64_t back =
      (patch + 15) / 16 * 16 * n + rows * patch + fledge_gemm_scratch(rows, patch, n);
  // The image with its zeros, a vector for each tap and channel, and op(B).
  const int64_t gray = zeros + 16 + patch * n * WIDTH + n * ((places + 15) / 16 * 16);
  const int64_t most = forth > back ? forth : back;
  return gray > most && LEVEL(is_gray)(w, n) ? gray : most;
}
