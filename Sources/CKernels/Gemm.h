// Products of matrices that live in the caches: which loop computes which part.
//
// Priorities:
// 1. Any sizes, strides and transposes; one order of additions for given sizes.
// 2. The products of small networks near the processor's peak: nothing is packed but transposed
//    right operands, and a panel of B stays in the first-level cache while all rows of A go by.
// 3. Narrow results (action values, their gradients) without empty lanes.

// A whole product; `bias`, `floor` and `gate` are the part of the epilogue that is fused.
typedef struct {
  int64_t m, n, k;
  const float *a;
  ptrdiff_t a_row, a_column;
  const float *b;
  ptrdiff_t b_row, b_column;
  float *c;
  ptrdiff_t c_row;
  float alpha, beta, floor;
  const float *bias, *gate;
  ptrdiff_t gate_row;
  float *scratch;
  int resumes;
} product;

// A product deeper than twice this is done in slices of about this depth, so that what is read of A
// and B stays in the second-level cache.
#define DEPTH 256

// The most columns that are dot products rather than lanes.
#define MOST_DOTS 8

// One panel of B against all rows of A, in tiles of nearly equal heights.
static void LEVEL(panel)(const product *g, tile *t, int vectors) {
  const int64_t most = LEVEL(tile_rows)[vectors];
  const int64_t blocks = (g->m + most - 1) / most, height = g->m / blocks, taller = g->m % blocks;
  for (int64_t i = 0; i < blocks; i++) {
    const int64_t rows = height + (i < taller);
    LEVEL(tiles)[vectors][rows - 1][t->more_runs > 0](t);
    t->a += rows * g->a_row;
    t->c += rows * g->c_row;
    if (t->gate) t->gate += rows * g->gate_row;
  }
}

// A slice of the product in panels of vectors; B's rows are contiguous or its columns are.
static void LEVEL(slice)(const product *g) {
  const int transposed = g->b_column != 1;
  const int64_t most = g->m <= 3 && !transposed ? MOST_VECTORS_FLAT : MOST_VECTORS;
  const int64_t vectors = (g->n + WIDTH - 1) / WIDTH;
  const int64_t panels = (vectors + most - 1) / most;
  int64_t j = 0;
  for (int64_t i = 0; i < panels; i++) {
    const int64_t width = vectors / panels + (i < vectors % panels);
    const int64_t columns = g->n - j < width * WIDTH ? g->n - j : width * WIDTH;
    tile t = {
        .k = g->k, .a = g->a, .a_row = g->a_row, .a_column = g->a_column, .b = g->b + j,
        .b_row = g->b_row, .c = g->c + j, .c_row = g->c_row, .alpha = g->alpha, .beta = g->beta,
        .bias = g->bias ? g->bias + j : NULL, .floor = g->floor,
        .gate = g->gate ? g->gate + j : NULL, .gate_row = g->gate_row,
        .columns = columns - (width - 1) * WIDTH, .resumes = g->resumes,
    };
    if (transposed) {
      t.b_row = (columns + 15) / 16 * 16;
      t.b = g->scratch;
      LEVEL(pack_transposed)(g->b + j * g->b_column, g->b_column, columns, g->k, g->scratch,
                             t.b_row);
    }
    LEVEL(panel)(g, &t, (int)width);
    j += columns;
  }
}

// The product, slice by slice along k if it is deep.
//
// The sums of a slice wait in C and go on from there, so that they have the order, and the bits, of
// one long loop: only tiles whose sums are not divided into phases can do so.
static void LEVEL(panels)(const product *g) {
  const int64_t slices = g->k <= 2 * DEPTH ? 1 : (g->k + DEPTH - 1) / DEPTH;
  const int64_t vectors = (g->n + WIDTH - 1) / WIDTH;
  const int64_t panels = (vectors + MOST_VECTORS - 1) / MOST_VECTORS;
  const int64_t narrowest = vectors / panels, widest = narrowest + (vectors % panels != 0);
  const int64_t tallest = LEVEL(tile_rows)[widest];
  const int64_t lowest = g->m / ((g->m + tallest - 1) / tallest);
  if (slices == 1 || g->beta != 0.0f || g->m <= 3 || lowest * narrowest < 8) {
    LEVEL(slice)(g);
    return;
  }
  int64_t p = 0;
  for (int64_t i = 0; i < slices; i++) {
    product part = *g;
    part.k = g->k / slices + (i < g->k % slices);
    part.a += p * g->a_column;
    part.b += p * g->b_row;
    part.resumes = i > 0;
    if (i < slices - 1) {
      part.floor = -INFINITY;
      part.gate = NULL;
      part.alpha = 1.0f;
      if (g->alpha != 1.0f) part.bias = NULL;
    } else if (g->alpha == 1.0f) {
      part.bias = NULL;
    }
    LEVEL(slice)(&part);
    p += part.k;
  }
}

// Few rows against a B whose columns are contiguous: dot products of B's stored rows with A's.
static void LEVEL(few_rows)(const product *g) {
  dots d = {
      .rows = g->n, .k = g->k, .left = g->b, .left_row = g->b_column, .right = g->a,
      .right_row = g->a_row, .c = g->c, .c_i = 1, .c_j = g->c_row, .alpha = g->alpha,
      .beta = g->beta, .floor = g->floor, .bias = g->bias, .bias_i = 1, .bias_j = 0,
      .gate = g->gate, .gate_i = 1, .gate_j = g->gate_row,
  };
  if (g->a_column != 1) {
    for (int64_t i = 0; i < g->m; i++)
      for (int64_t p = 0; p < g->k; p++)
        g->scratch[i * g->k + p] = g->a[i * g->a_row + p * g->a_column];
    d.right = g->scratch;
    d.right_row = g->k;
  }
  LEVEL(dots_of)[g->m](&d);
}

// Few columns, with rows of A contiguous.
static void LEVEL(few_columns)(const product *g) {
  dots d = {
      .rows = g->m, .k = g->k, .left = g->a, .left_row = g->a_row, .right = g->b,
      .right_row = g->b_column, .c = g->c, .c_i = g->c_row, .c_j = 1, .alpha = g->alpha,
      .beta = g->beta, .floor = g->floor, .bias = g->bias, .bias_i = 0, .bias_j = 1,
      .gate = g->gate, .gate_i = g->gate_row, .gate_j = 1,
  };
  if (g->b_row != 1) {
    for (int64_t j = 0; j < g->n; j++)
      for (int64_t p = 0; p < g->k; p++)
        g->scratch[j * g->k + p] = g->b[p * g->b_row + j * g->b_column];
    d.right = g->scratch;
    d.right_row = g->k;
  }
  LEVEL(dots_of)[g->n](&d);
}

// Few columns, with columns of A contiguous: the transposed product, turned at the end.
static void LEVEL(few_columns_turned)(const product *g) {
  product turned = {
      .m = g->n, .n = g->m, .k = g->k, .a = g->b, .a_row = g->b_column, .a_column = g->b_row,
      .b = g->a, .b_row = g->a_column, .b_column = 1, .c = g->scratch, .c_row = g->m,
      .alpha = g->alpha, .floor = -INFINITY,
  };
  LEVEL(panels)(&turned);
  if (!g->bias && g->beta == 0.0f && g->floor < 0.0f && !g->gate) {
    for (int64_t j = 0; j < g->n; j++)
      for (int64_t i = 0; i < g->m; i++) g->c[i * g->c_row + j] = g->scratch[j * g->m + i];
    return;
  }
  for (int64_t i = 0; i < g->m; i++) {
    float *c = g->c + i * g->c_row;
    const float *sum = g->scratch + i;
    for (int64_t j = 0; j < g->n; j++, sum += g->m) {
      float x = *sum;
      if (g->bias) x += g->bias[j];
      if (g->beta != 0.0f) x += g->beta * c[j];
      if (x < g->floor) x = g->floor;
      if (g->gate && !(g->gate[i * g->gate_row + j] > 0.0f)) x *= 0.0f;
      c[j] = x;
    }
  }
}

// Which loop computes the last columns, which fill less than half a vector; NULL if a tile does it
// best. Costs are in vector multiply-adds, measured roughly.
static void (*LEVEL(narrow_way)(const product *g, int64_t columns))(const product *) {
  if (columns == 0 || columns > MOST_DOTS || columns > WIDTH / 2) return NULL;
  const int64_t tiles = g->m * g->k;
  if (g->a_row == 1 && g->a_column != 1) {
    const int64_t turned = columns * ((g->m + WIDTH - 1) / WIDTH * g->k + 2 * g->m);
    return turned < tiles ? LEVEL(few_columns_turned) : NULL;
  }
  const int64_t folding = g->gate || g->beta != 0.0f ? 5 : 3;
  const int64_t copying = g->b_row == 1 ? 0 : 3 * columns * g->k;
  const int64_t dots = columns * ((g->k + 15) / 16 + folding) * g->m + copying;
  return dots < tiles ? LEVEL(few_columns) : NULL;
}

// Whether few rows against a transposed B are better dot products than tiles over a packed B.
static int LEVEL(are_few_rows)(const product *g) {
  if (g->m > MOST_DOTS || g->b_column == 1) return 0;
  const int64_t depth = (g->k + 15) / 16;
  return g->m * (depth + 3) * g->n < (g->m * g->k * ((g->n + 15) / 16)) + 6 * depth * g->n;
}

static void LEVEL(gemm)(int64_t m, int64_t n, int64_t k, const float *a, ptrdiff_t a_row,
                        ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
                        float *c, ptrdiff_t c_row, float alpha, float beta,
                        const fledge_epilogue *epilogue, float *scratch) {
  if (m <= 0 || n <= 0) return;
  const int32_t activation = epilogue ? epilogue->activation : FLEDGE_IDENTITY;
  const int fused = activation <= FLEDGE_RELU;
  product g = {
      .m = m, .n = n, .k = k, .a = a, .a_row = a_row, .a_column = a_column, .b = b,
      .b_row = b_row, .b_column = b_column, .c = c, .c_row = c_row, .alpha = alpha, .beta = beta,
      .floor = activation == FLEDGE_RELU ? 0.0f : -INFINITY,
      .bias = epilogue ? epilogue->bias : NULL, .gate = epilogue && fused ? epilogue->gate : NULL,
      .gate_row = epilogue ? epilogue->gate_row : 0,
      .scratch = (float *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63),
  };
  if (LEVEL(are_few_rows)(&g)) {
    LEVEL(few_rows)(&g);
  } else {
    const int64_t rest = n % WIDTH;
    void (*narrow)(const product *) = LEVEL(narrow_way)(&g, rest);
    if (narrow) {
      product tail = g;
      tail.n = rest;
      tail.b += (n - rest) * b_column;
      tail.c += n - rest;
      if (tail.bias) tail.bias += n - rest;
      if (tail.gate) tail.gate += n - rest;
      narrow(&tail);
      g.n = n - rest;
    }
    if (g.n > 0) LEVEL(panels)(&g);
  }
  if (!fused) {
    fledge_epilogue remaining = *epilogue;
    remaining.bias = NULL;
    LEVEL(apply_epilogue)(m, n, c, c_row, &remaining);
  }
}
