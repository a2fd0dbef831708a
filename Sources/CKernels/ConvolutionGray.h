// Convolutions of images with one channel into few: the first layer of small networks.
//
// A patch is then a few runs of a few numbers and a pixel of the result fills few lanes, so both
// forms of a general product waste most of each vector. Here the lanes are neighboring places of a
// line: a vector of the image, shifted by each tap, times one number of the filters.

// The most channels that are computed at a time.
#if FLEDGE_LEVEL == 2
#define GRAY_CHANNELS 8
#define GRAY_SUMS 3
#else
#define GRAY_CHANNELS 6
#define GRAY_SUMS 2
#endif
#define GRAY_TAPS 7

static int LEVEL(is_gray)(const fledge_windows *w, int64_t n) {
  return w->channels == 1 && w->stride == 1 && n <= 16 && w->columns >= WIDTH / 2;
}

typedef struct {
  const float *image;  // at the first place
  ptrdiff_t row;
  int64_t window_height, window_width, places;
  const float *filters;
  ptrdiff_t filters_row;
  const float *bias;
  float alpha, floor;
  float *out;
  ptrdiff_t out_row;
} gray_line;

// Four floats of each of 16 places, place 4 q + j in quarter q of vector j, to their rows.
ALWAYS_INLINE void LEVEL(store_places)(const float (*planar)[2 * WIDTH], int64_t count, float *out,
                                       ptrdiff_t out_row, const int channels) {
  typedef float four __attribute__((vector_size(16)));
  for (int64_t p = 0; p < count; p += 4) {
    four r[4];
    EACH(c, 4) r[c] = c < channels ? *(const four *)&planar[c][p] : (four){0};
    const four low01 = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
    const four high01 = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
    const four low23 = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
    const four high23 = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
    const four place[4] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                           __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                           __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                           __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    const int64_t existing = count - p < 4 ? count - p : 4;
    for (int64_t i = 0; i < existing; i++)
      memcpy(out + (p + i) * out_row, &place[i], (size_t)(channels < 4 ? channels : 4) * 4);
  }
}

// Up to two vectors of places, `count` of which exist, by a number of channels.
ALWAYS_INLINE void LEVEL(gray_places)(const gray_line *g, const float *image, int64_t count,
                                      float *out, const int channels, const int vectors) {
  const LEVEL(part) part = LEVEL(part_of)(count - (vectors - 1) * WIDTH);
  VECTOR sum[8][2];
  EACH(c, channels) EACH(v, vectors) sum[c][v] = SPLAT(0.0f);
  const float *filter = g->filters;
  for (int64_t ky = 0; ky < g->window_height; ky++, image += g->row)
    for (int64_t kx = 0; kx < g->window_width; kx++, filter += g->filters_row) {
      VECTOR x[2];
      EACH(v, vectors)
        x[v] = v == vectors - 1 ? LEVEL(load_part)(image + kx + v * WIDTH, part)
                                : LOAD_VECTOR(image + kx + v * WIDTH);
      EACH(c, channels) {
        const VECTOR factor = SPLAT(filter[c]);
        EACH(v, vectors) sum[c][v] = factor * x[v] + sum[c][v];
      }
    }
  _Alignas(64) float planar[8][2 * WIDTH];
  EACH(c, channels)
    EACH(v, vectors) {
      const VECTOR y = sum[c][v] * g->alpha + SPLAT(g->bias ? g->bias[c] : 0.0f);
      *(VECTOR *)&planar[c][v * WIDTH] = LEVEL(at_least)(SPLAT(g->floor), y);
    }
  LEVEL(store_places)(planar, count, out, g->out_row, channels);
  if (channels > 4) LEVEL(store_places)(planar + 4, count, out + 4, g->out_row, channels - 4);
}

ALWAYS_INLINE void LEVEL(gray_line)(const gray_line *g, const int channels) {
  for (int64_t x = 0; x < g->places; x += 2 * WIDTH) {
    const int64_t left = g->places - x;
    if (left > WIDTH)
      LEVEL(gray_places)(g, g->image + x, left < 2 * WIDTH ? left : 2 * WIDTH,
                         g->out + x * g->out_row, channels, 2);
    else
      LEVEL(gray_places)(g, g->image + x, left, g->out + x * g->out_row, channels, 1);
  }
}

#define GRAY_LINE(channels)                                                                        \
  static void LEVEL(gray_line_##channels)(const gray_line *g) { LEVEL(gray_line)(g, channels); }
GRAY_LINE(1)
GRAY_LINE(2)
GRAY_LINE(3)
GRAY_LINE(4)
GRAY_LINE(5)
GRAY_LINE(6)
GRAY_LINE(7)
GRAY_LINE(8)
static void (*const LEVEL(gray_lines)[])(const gray_line *) = {
    NULL,                LEVEL(gray_line_1), LEVEL(gray_line_2), LEVEL(gray_line_3),
    LEVEL(gray_line_4),  LEVEL(gray_line_5), LEVEL(gray_line_6), LEVEL(gray_line_7),
    LEVEL(gray_line_8),
};

// One line of the result: `g` says all but the channels, `n` of them.
static void LEVEL(convolve_gray_line)(gray_line g, int64_t n) {
  const int64_t blocks = (n + GRAY_CHANNELS - 1) / GRAY_CHANNELS;
  for (int64_t i = 0; i < blocks; i++) {
    const int64_t channels = n / blocks + (i < n % blocks);
    LEVEL(gray_lines)[channels](&g);
    g.filters += channels;
    g.out += channels;
    if (g.bias) g.bias += channels;
  }
}

// MARK: The gradient of the filters

typedef struct {
  const float *image;  // at the first place and tap
  ptrdiff_t row;
  int64_t rows, columns;
  const float *given;  // [channels, rows, columns]
  ptrdiff_t given_channel;
  float *sums;  // a vector for each tap and channel
  ptrdiff_t sums_tap;
} gray_taps;

// Sums over all places of an image for some channels and neighboring taps.
ALWAYS_INLINE void LEVEL(gray_taps)(const gray_taps *g, const int channels, const int taps) {
  VECTOR sum[GRAY_SUMS][GRAY_TAPS];
  EACH(c, channels)
    EACH(t, taps) sum[c][t] = *(VECTOR *)(g->sums + t * g->sums_tap + c * WIDTH);
  const int64_t whole = g->columns / WIDTH * WIDTH;
  const LEVEL(part) part = LEVEL(part_of)(g->columns - whole);
  const float *image = g->image, *given = g->given;
#define ADD_PLACES(LOAD)                                                                           \
  {                                                                                                \
    VECTOR tap[GRAY_TAPS];                                                                         \
    EACH(t, taps) tap[t] = LOAD(image + x + t);                                                    \
    EACH(c, channels) {                                                                            \
      const VECTOR y = LOAD(given + c * g->given_channel + x);                                     \
      EACH(t, taps) sum[c][t] = y * tap[t] + sum[c][t];                                            \
    }                                                                                              \
  }
#define LOAD_PART(pointer) LEVEL(load_part)(pointer, part)
  for (int64_t line = 0; line < g->rows; line++, image += g->row, given += g->columns) {
    int64_t x = 0;
    for (; x < whole; x += WIDTH) ADD_PLACES(LOAD_VECTOR)
    if (x < g->columns) ADD_PLACES(LOAD_PART)
  }
#undef ADD_PLACES
#undef LOAD_PART
  EACH(c, channels)
    EACH(t, taps) *(VECTOR *)(g->sums + t * g->sums_tap + c * WIDTH) = sum[c][t];
}

#define GRAY_TAP(channels, taps)                                                                   \
  static void LEVEL(gray_taps_##channels##x##taps)(const gray_taps *g) {                           \
    LEVEL(gray_taps)(g, channels, taps);                                                           \
  }
#define GRAY_ROW(channels)                                                                         \
  GRAY_TAP(channels, 1)                                                                            \
  GRAY_TAP(channels, 2)                                                                            \
  GRAY_TAP(channels, 3)                                                                            \
  GRAY_TAP(channels, 4)                                                                            \
  GRAY_TAP(channels, 5)                                                                            \
  GRAY_TAP(channels, 6)                                                                            \
  GRAY_TAP(channels, 7)
#define GRAY_NAMES(channels)                                                                       \
  {                                                                                                \
    NULL, LEVEL(gray_taps_##channels##x1), LEVEL(gray_taps_##channels##x2),                        \
        LEVEL(gray_taps_##channels##x3), LEVEL(gray_taps_##channels##x4),                          \
        LEVEL(gray_taps_##channels##x5), LEVEL(gray_taps_##channels##x6),                          \
        LEVEL(gray_taps_##channels##x7)                                                            \
  }
GRAY_ROW(1)
GRAY_ROW(2)
#if GRAY_SUMS == 3
GRAY_ROW(3)
static void (*const LEVEL(gray_sums)[][8])(const gray_taps *) = {
    {NULL}, GRAY_NAMES(1), GRAY_NAMES(2), GRAY_NAMES(3)};
#else
static void (*const LEVEL(gray_sums)[][8])(const gray_taps *) = {
    {NULL}, GRAY_NAMES(1), GRAY_NAMES(2)};
#endif

// All taps and channels of one image; `g` is at the first of each.
static void LEVEL(add_gray_image)(gray_taps g, int64_t n, int64_t window_height,
                                  int64_t window_width) {
  const int64_t groups = (n + GRAY_SUMS - 1) / GRAY_SUMS;
  const float *image = g.image, *given = g.given;
  float *sums = g.sums;
  for (int64_t ky = 0; ky < window_height; ky++)
    for (int64_t kx = 0; kx < window_width; kx += GRAY_TAPS) {
      const int64_t taps = window_width - kx < GRAY_TAPS ? window_width - kx : GRAY_TAPS;
      int64_t c = 0;
      for (int64_t i = 0; i < groups; i++) {
        const int64_t channels = n / groups + (i < n % groups);
        g.image = image + ky * g.row + kx;
        g.given = given + c * g.given_channel;
        g.sums = sums + (ky * window_width + kx) * g.sums_tap + c * WIDTH;
        LEVEL(gray_sums)[channels][taps](&g);
        c += channels;
      }
    }
}

// out[taps, n] = alpha times the sums of the lanes.
static void LEVEL(fold_gray)(const float *sums, int64_t count, float alpha, float *out) {
  for (int64_t i = 0; i < count; i++, sums += WIDTH) {
    float lane[WIDTH];
    memcpy(lane, sums, sizeof(lane));
    for (int half = WIDTH / 2; half > 0; half /= 2)
      for (int j = 0; j < half; j++) lane[j] += lane[j + half];
    out[i] = alpha * lane[0];
  }
}
#undef GRAY_CHANNELS
#undef GRAY_SUMS
#undef GRAY_TAPS
