// The body of the element-wise machine, included once per level of the processor (see
// LevelBegin.h). Priorities:
//
// 1. The same bits at every run: each reduction has one order, given by the shapes alone.
// 2. A small array costs tens of nanoseconds: nothing is allocated, searched or copied to set up.
// 3. A large array moves at the speed of its loads, stores and divisions.

// Fills what does not change from block to block.
static void LEVEL(prepare)(const fledge_fused_kernel *kernel, const fledge_fused_segment *segment) {
  for (int32_t i = 0; i < kernel->spread_count; i++) {
    const fledge_fused_spread *s = &segment->spreads[i];
    const fledge_fused_operand *to = &segment->operands[s->to];
    if (s->count == 1 && s->step == 0) {
      *(v16 *)to->at = (v16){} + s->source[0];
    } else if (!s->every_block && segment->count > 0) {
      int64_t n = segment->block < segment->count ? segment->block : segment->count;
      LEVEL(spread)(s, to->at, 0, n);
    }
  }
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    const fledge_fused_reduction *r = &segment->reductions[i];
    float identity = r->kind == FLEDGE_STEP_MAXIMUM_OVER ? -INFINITY : 0;
    int whole = r->outer == 1 && r->inner == 1;
    float *sums = whole || r->period ? r->partial : r->out;
    int64_t n = whole ? 16 : r->period ? r->period : r->outer * r->inner;
    for (int64_t k = 0; k < n; k++) sums[k] = identity;
  }
}

// The larger of each pair; not-a-number wins.
ALWAYS_INLINE v16 LEVEL(larger)(v16 a, v16 b) {
  return V_SELECT((a > b) | (a != a), a, b);
}

ALWAYS_INLINE v16 LEVEL(smaller)(v16 a, v16 b) {
  return V_SELECT((a < b) | (a != a), a, b);
}

// One more element for a reduction.
ALWAYS_INLINE float LEVEL(joined)(int32_t kind, float sum, float x) {
  if (kind != FLEDGE_STEP_MAXIMUM_OVER) return sum + x;
  return x > sum || x != x ? x : sum;
}

// The 16 lanes as one number, pairwise.
ALWAYS_INLINE float LEVEL(folded)(int32_t kind, v16 x) {
  float lane[16];
  *(v16u *)lane = x;
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lane[i] = LEVEL(joined)(kind, lane[i], lane[i + width]);
  return lane[0];
}

#define LANES ((i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})

#define JOIN_SUM(sum, term) ((sum) + (term))
#define JOIN_MAXIMUM(sum, term) LEVEL(larger)(sum, term)

// Adds a block into `width` vectors of partial results: vector k goes into number k % width. The
// elements after the n-th do not count. Four running results at a time, so that no addition waits
// for the one before: of one number if there is only one, else of four neighbours.
#define AT(k) TERM(*(const v16u *)(a + (k) * sa), *(const v16u *)(b + (k) * sb))
#define ACCUMULATE(name, JOIN)                                                                   \
  static void LEVEL(name)(float *partial, int64_t width, const float *a, int64_t sa,             \
                          const float *b, int64_t sb, int64_t n, float identity) {               \
    int64_t vectors = n / 16, rest = n % 16, p = 0;                                              \
    v16 *sums = (v16 *)partial;                                                                  \
    (void)b, (void)sb;                                                                           \
    if (width == 1) {                                                                            \
      v16 s0 = sums[0], s1 = (v16){} + identity, s2 = s1, s3 = s1;                               \
      int64_t k = 0;                                                                             \
      for (; k + 4 <= vectors; k += 4) {                                                         \
        s0 = JOIN(s0, AT(k)), s1 = JOIN(s1, AT(k + 1));                                          \
        s2 = JOIN(s2, AT(k + 2)), s3 = JOIN(s3, AT(k + 3));                                      \
      }                                                                                          \
      for (; k < vectors; k++) s0 = JOIN(s0, AT(k));                                             \
      s0 = JOIN(s0, s1), s2 = JOIN(s2, s3);                                                      \
      sums[0] = JOIN(s0, s2);                                                                    \
      p = 1;                                                                                     \
    }                                                                                            \
    for (; p + 4 <= width; p += 4) {                                                             \
      v16 s0 = sums[p], s1 = sums[p + 1], s2 = sums[p + 2], s3 = sums[p + 3];                    \
      int64_t k = p;                                                                             \
      for (; k + 4 <= vectors; k += width) {                                                     \
        s0 = JOIN(s0, AT(k)), s1 = JOIN(s1, AT(k + 1));                                          \
        s2 = JOIN(s2, AT(k + 2)), s3 = JOIN(s3, AT(k + 3));                                      \
      }                                                                                          \
      if (k < vectors) s0 = JOIN(s0, AT(k));                                                     \
      if (k + 1 < vectors) s1 = JOIN(s1, AT(k + 1));                                             \
      if (k + 2 < vectors) s2 = JOIN(s2, AT(k + 2));                                             \
      sums[p] = s0, sums[p + 1] = s1, sums[p + 2] = s2, sums[p + 3] = s3;                        \
    }                                                                                            \
    for (; p < width; p++) {                                                                     \
      v16 sum = sums[p];                                                                         \
      for (int64_t k = p; k < vectors; k += width) sum = JOIN(sum, AT(k));                       \
      sums[p] = sum;                                                                             \
    }                                                                                            \
    if (rest) {                                                                                  \
      v16 term = V_SELECT(LANES < (int32_t)rest, AT(vectors), (v16){} + identity);               \
      sums[vectors % width] = JOIN(sums[vectors % width], term);                                 \
    }                                                                                            \
  }

#define TERM(x, y) (x)
ACCUMULATE(accumulate_sum, JOIN_SUM)
ACCUMULATE(accumulate_maximum, JOIN_MAXIMUM)
#undef TERM
#define TERM(x, y) ((x) * (x))
ACCUMULATE(accumulate_squares, JOIN_SUM)
#undef TERM
#define TERM(x, y) ((x) * (y))
ACCUMULATE(accumulate_dot, JOIN_SUM)
#undef TERM
#undef AT
#undef ACCUMULATE
#undef JOIN_SUM
#undef JOIN_MAXIMUM

// Reduces n neighbours to one number.
static float LEVEL(run)(int32_t kind, const float *x, int64_t n) {
  if (n < 16) {
    float sum = x[0];
    for (int64_t i = 1; i < n; i++) sum = LEVEL(joined)(kind, sum, x[i]);
    return sum;
  }
  v16 sum = *(const v16u *)x;
  int maximum = kind == FLEDGE_STEP_MAXIMUM_OVER;
  int64_t i = 16;
  for (; i + 16 <= n; i += 16) {
    v16 next = *(const v16u *)(x + i);
    sum = maximum ? LEVEL(larger)(sum, next) : sum + next;
  }
  float result = LEVEL(folded)(kind, sum);
  for (; i < n; i++) result = LEVEL(joined)(kind, result, x[i]);
  return result;
}

// Rows of a few elements; with a constant length a loop without branches.
ALWAYS_INLINE void LEVEL(short_rows)(int32_t kind, const float *x, int64_t rows, int64_t length,
                                     float *out) {
  for (int64_t row = 0; row < rows; row++) {
    float sum = x[row * length];
    for (int64_t i = 1; i < length; i++) sum = LEVEL(joined)(kind, sum, x[row * length + i]);
    out[row] = sum;
  }
}

ALWAYS_INLINE void LEVEL(rows_of)(int32_t kind, const float *x, int64_t rows, int64_t length,
                                  float *out) {
  switch (length) {
    case 2: LEVEL(short_rows)(kind, x, rows, 2, out); break;
    case 3: LEVEL(short_rows)(kind, x, rows, 3, out); break;
    case 4: LEVEL(short_rows)(kind, x, rows, 4, out); break;
    case 6: LEVEL(short_rows)(kind, x, rows, 6, out); break;
    case 8: LEVEL(short_rows)(kind, x, rows, 8, out); break;
    default: LEVEL(short_rows)(kind, x, rows, length, out); break;
  }
}

// A reduction along rows, or along an axis in the middle: the block is cut where rows end.
static void LEVEL(reduce)(const fledge_fused_reduction *r, const float *x, int64_t start,
                          int64_t n) {
  if (r->inner == 1) {
    int64_t row = start / r->length, position = start % r->length;
    if (r->length < 16 && position == 0) {
      int64_t rows = n / r->length;
      if (r->kind == FLEDGE_STEP_MAXIMUM_OVER)
        LEVEL(rows_of)(FLEDGE_STEP_MAXIMUM_OVER, x, rows, r->length, r->out + row);
      else
        LEVEL(rows_of)(FLEDGE_STEP_SUM, x, rows, r->length, r->out + row);
      row += rows;
      x += rows * r->length;
      n -= rows * r->length;
    }
    for (int64_t done = 0; done < n; row++, position = 0) {
      int64_t chunk = r->length - position < n - done ? r->length - position : n - done;
      float part = LEVEL(run)(r->kind, x + done, chunk);
      r->out[row] = position == 0 ? part : LEVEL(joined)(r->kind, r->out[row], part);
      done += chunk;
    }
    return;
  }
  int64_t row = start / r->inner, position = start % r->inner;
  for (int64_t done = 0; done < n; row++, position = 0) {
    int64_t chunk = r->inner - position < n - done ? r->inner - position : n - done;
    float *out = r->out + row / r->length * r->inner + position;
    if (r->kind == FLEDGE_STEP_MAXIMUM_OVER) {
      for (int64_t i = 0; i < chunk; i++) out[i] = LEVEL(joined)(r->kind, out[i], x[done + i]);
    } else {
      for (int64_t i = 0; i < chunk; i++) out[i] += x[done + i];
    }
    done += chunk;
  }
}

// Brings the partial results of a segment together.
static void LEVEL(finish)(const fledge_fused_kernel *kernel, const fledge_fused_segment *segment) {
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    const fledge_fused_reduction *r = &segment->reductions[i];
    if (r->outer == 1 && r->inner == 1) {
      r->out[0] = LEVEL(folded)(r->kind, *(v16 *)r->partial);
    } else if (r->period) {
      for (int64_t c = 0; c < r->inner; c++) r->out[c] = r->partial[c];
      for (int64_t k = r->inner; k < r->period; k += r->inner)
        for (int64_t c = 0; c < r->inner; c++)
          r->out[c] = LEVEL(joined)(r->kind, r->out[c], r->partial[k + c]);
    }
  }
}

// Operand `name` of the current step: its first vector in this block, and the way to the next.
#define OPERAND(name)                                                      \
  const float *name = o[s->name].at + o[s->name].advance * start;          \
  const int64_t v##name = o[s->name].vector;
#define NEXT(name) (*(const v16u *)(name + k * v##name))
#define EACH(...)                                                          \
  for (int64_t k = 0; k < vectors; k++) *(v16 *)(to + 16 * k) = __VA_ARGS__; \
  break;
#define ONE(kind, ...) case kind: { OPERAND(a) EACH(__VA_ARGS__) }
#define TWO(kind, ...) case kind: { OPERAND(a) OPERAND(b) EACH(__VA_ARGS__) }
#define THREE(kind, ...) case kind: { OPERAND(a) OPERAND(b) OPERAND(c) EACH(__VA_ARGS__) }
#define FOUR(kind, ...) case kind: { OPERAND(a) OPERAND(b) OPERAND(c) OPERAND(d) EACH(__VA_ARGS__) }
#define V(name) LEVEL_JOIN(v_##name, FLEDGE_SUFFIX)
#define X NEXT(a)
#define Y NEXT(b)
#define Z NEXT(c)
#define W NEXT(d)
#define ONES ((v16){} + 1.0f)
#define ZEROS ((v16){})

// The whole of FLEDGE_STEP_ADAM for a block; `s` is that step.
static void LEVEL(adam)(const fledge_fused_step *s, const fledge_fused_operand *o, int64_t start,
                        int64_t vectors) {
#define AT(number) (o[number].at + o[number].advance * start)
#define NUMBER(number) (*(const v16u *)o[number].at)
  const float *m = AT(s[1].a), *g = AT(s[1].d), *v = AT(s[2].a), *h = AT(s[2].d), *p = AT(s[4].a);
  float *new_m = AT(s[1].to), *new_v = AT(s[2].to), *new_p = AT(s[4].to);
  const v16 keep_m = NUMBER(s[1].b), take_m = NUMBER(s[1].c), keep_v = NUMBER(s[2].b);
  const v16 take_v = NUMBER(s[2].c), epsilon = NUMBER(s[3].b);
  const v16 rate = NUMBER(s->to ? s[4].c : s[4].b);
  for (int64_t k = 0; k < vectors; k++) {
    v16 slope = *(const v16u *)(g + 16 * k), other = *(const v16u *)(h + 16 * k);
    v16 mean = *(const v16u *)(m + 16 * k) * keep_m + take_m * slope;
    v16 square = *(const v16u *)(v + 16 * k) * keep_v + take_v * (other * other);
    *(v16 *)(new_m + 16 * k) = mean;
    *(v16 *)(new_v + 16 * k) = square;
    v16 size = __builtin_elementwise_sqrt(square) + epsilon;
    *(v16 *)(new_p + 16 * k) = *(const v16u *)(p + 16 * k) - mean * rate / size;
  }
#undef AT
#undef NUMBER
}

static void LEVEL(block)(const fledge_fused_kernel *kernel, const fledge_fused_segment *segment,
                         int64_t start, int64_t n) {
  const fledge_fused_operand *o = segment->operands;
  const int64_t vectors = (n + 15) / 16;
  const fledge_fused_step *end = kernel->steps + kernel->step_count;
  for (const fledge_fused_step *s = kernel->steps; s < end; s++) {
    if (s->kind >= FLEDGE_STEP_SUM) {
      const fledge_fused_reduction *r = &segment->reductions[s->to];
      OPERAND(a)
      OPERAND(b)
      if (r->partial == NULL) {
        LEVEL(reduce)(r, a, start, n);
        continue;
      }
      int64_t width = r->period ? r->period / 16 : 1;
      if (s->kind == FLEDGE_STEP_SUM)
        LEVEL(accumulate_sum)(r->partial, width, a, va, b, vb, n, 0);
      else if (s->kind == FLEDGE_STEP_SUM_OF_SQUARES)
        LEVEL(accumulate_squares)(r->partial, width, a, va, b, vb, n, 0);
      else if (s->kind == FLEDGE_STEP_DOT)
        LEVEL(accumulate_dot)(r->partial, width, a, va, b, vb, n, 0);
      else
        LEVEL(accumulate_maximum)(r->partial, width, a, va, b, vb, n, -INFINITY);
      continue;
    }
    if (s->kind == FLEDGE_STEP_ADAM) {
      LEVEL(adam)(s, o, start, vectors);
      s += 4;
      continue;
    }
    float *to = o[s->to].at + o[s->to].advance * start;
    switch (s->kind) {
      ONE(FLEDGE_STEP_COPY, X)
      ONE(FLEDGE_STEP_NEGATE, -X)
      ONE(FLEDGE_STEP_RECIPROCAL, ONES / X)
      ONE(FLEDGE_STEP_EXP, V(exp)(X))
      ONE(FLEDGE_STEP_LOG, V(log)(X))
      ONE(FLEDGE_STEP_SQUARE_ROOT, __builtin_elementwise_sqrt(X))
      ONE(FLEDGE_STEP_SQUARE, ({ v16 x = X; x * x; }))
      ONE(FLEDGE_STEP_TANH, V(tanh)(X))
      ONE(FLEDGE_STEP_SIGMOID, V(sigmoid)(X))
      ONE(FLEDGE_STEP_SOFTPLUS, V(softplus)(X))
      ONE(FLEDGE_STEP_ERF, V(erf)(X))
      ONE(FLEDGE_STEP_SINE, V(sin)(X))
      ONE(FLEDGE_STEP_COSINE, V(cos)(X))
      ONE(FLEDGE_STEP_ABSOLUTE, __builtin_elementwise_abs(X))
      ONE(FLEDGE_STEP_SIGN, ({ v16 x = X; V_SELECT(x > 0, ONES, V_SELECT(x < 0, -ONES, ZEROS)); }))
      ONE(FLEDGE_STEP_RELU, ({ v16 x = X; V_SELECT(x <= 0, ZEROS, x); }))
      ONE(FLEDGE_STEP_STEP, V_SELECT(X > 0, ONES, ZEROS))
      TWO(FLEDGE_STEP_ADD, X + Y)
      TWO(FLEDGE_STEP_SUBTRACT, X - Y)
      TWO(FLEDGE_STEP_MULTIPLY, X * Y)
      TWO(FLEDGE_STEP_DIVIDE, X / Y)
      TWO(FLEDGE_STEP_MAXIMUM, LEVEL(larger)(X, Y))
      TWO(FLEDGE_STEP_MINIMUM, LEVEL(smaller)(X, Y))
      TWO(FLEDGE_STEP_GREATER, V_SELECT(X > Y, ONES, ZEROS))
      TWO(FLEDGE_STEP_EQUAL, V_SELECT(X == Y, ONES, ZEROS))
      THREE(FLEDGE_STEP_SELECT, V_SELECT(X != 0, Y, Z))
      THREE(FLEDGE_STEP_MULTIPLY_ADD, X * Y + Z)
      THREE(FLEDGE_STEP_MULTIPLY_SUBTRACT, X * Y - Z)
      THREE(FLEDGE_STEP_SUBTRACT_PRODUCT, X - Y * Z)
      THREE(FLEDGE_STEP_MULTIPLY_MULTIPLY, X * Y * Z)
      TWO(FLEDGE_STEP_SQUARE_MULTIPLY, ({ v16 x = X; x * x * Y; }))
      THREE(FLEDGE_STEP_DIFFERENCE_MULTIPLY, (X - Y) * Z)
      TWO(FLEDGE_STEP_SQUARED_DIFFERENCE, ({ v16 x = X - Y; x * x; }))
      TWO(FLEDGE_STEP_GATE, X * V_SELECT(Y > 0, ONES, ZEROS))
      FOUR(FLEDGE_STEP_SUM_OF_PRODUCTS, X * Y + Z * W)
      FOUR(FLEDGE_STEP_SQUARE_AVERAGE, ({ v16 w = W; X * Y + Z * (w * w); }))
      TWO(FLEDGE_STEP_ROOT_ADD, __builtin_elementwise_sqrt(X) + Y)
      THREE(FLEDGE_STEP_SCALED_ROOT_ADD, __builtin_elementwise_sqrt(X * Y) + Z)
      THREE(FLEDGE_STEP_SUBTRACT_QUOTIENT, X - Y / Z)
      FOUR(FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT, X - Y * Z / W)
      case FLEDGE_STEP_POWER: {
        OPERAND(a)
        OPERAND(b)
        for (int64_t i = 0; i < n; i++)
          to[i] = powf(a[i / 16 * va + i % 16], b[i / 16 * vb + i % 16]);
        break;
      }
    }
  }
}

static void LEVEL(run_kernel)(const fledge_fused_kernel *kernel) {
  const fledge_fused_segment *end = kernel->segments + kernel->segment_count;
  for (const fledge_fused_segment *segment = kernel->segments; segment < end; segment++) {
    LEVEL(prepare)(kernel, segment);
    for (int64_t start = 0; start < segment->count; start += segment->block) {
      int64_t left = segment->count - start;
      int64_t n = left < segment->block ? left : segment->block;
      for (int32_t i = 0; i < kernel->spread_count; i++) {
        const fledge_fused_spread *s = &segment->spreads[i];
        if (s->every_block) LEVEL(spread)(s, segment->operands[s->to].at, start, n);
      }
      LEVEL(block)(kernel, segment, start, n);
    }
    LEVEL(finish)(kernel, segment);
  }
}

#undef V
#undef X
#undef Y
#undef Z
#undef W
#undef ONES
#undef ZEROS
#undef ONE
#undef TWO
#undef THREE
#undef FOUR
#undef EACH
#undef NEXT
#undef OPERAND
#undef LANES
