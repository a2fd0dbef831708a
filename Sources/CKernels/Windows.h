// Patches of images, what is laid back over them, and the largest of each window.
//
// A line is a row of places of one image: line i is row i % rows of image i / rows. Lines are what
// work is divided by, so that patches need not be in memory all at once.

// The floats of a patch.
ALWAYS_INLINE int64_t LEVEL(patch_size)(const fledge_windows *w) {
  return w->window_height * w->window_width * w->channels;
}

// Where a window that begins at `start` (which may be negative) meets an axis of this length.
typedef struct {
  int64_t first, end;  // within the window
} meeting;

ALWAYS_INLINE meeting LEVEL(meet)(int64_t start, int64_t size, int64_t length) {
  const int64_t first = start < 0 ? -start : 0, rest = length - start;
  return (meeting){first, rest < size ? (rest > first ? rest : first) : size};
}

// Copies, or adds, `count` floats; the last vector in part.
ALWAYS_INLINE void LEVEL(move_run)(const float *from, int64_t whole, LEVEL(part) rest, float *to,
                                   const int adds) {
  int64_t i = 0;
  for (; i < whole; i += WIDTH) {
    VECTOR x = LOAD_VECTOR(from + i);
    if (adds) x += LOAD_VECTOR(to + i);
    STORE_VECTOR(to + i, x);
  }
  VECTOR x = LEVEL(load_part)(from + i, rest);
  if (adds) x += LEVEL(load_part)(to + i, rest);
  LEVEL(store_part)(to + i, rest, x);
}

// The same for a run of any length, 0 included.
ALWAYS_INLINE void LEVEL(move_some)(const float *from, int64_t count, float *to, const int adds) {
  if (count <= 0) return;
  const int64_t whole = (count - 1) / WIDTH * WIDTH;
  LEVEL(move_run)(from, whole, LEVEL(part_of)(count - whole), to, adds);
}

// The patches of one line: from the images to rows (`forth`), or rows added to the images.
ALWAYS_INLINE void LEVEL(move_line)(const fledge_windows *w, int64_t line, float *images,
                                    float *rows, const int forth) {
  const int64_t patch = LEVEL(patch_size)(w), run = w->window_width * w->channels;
  const int64_t image_row = w->width * w->channels, step = w->stride * w->channels;
  const int64_t whole = (run - 1) / WIDTH * WIDTH;
  const LEVEL(part) rest = LEVEL(part_of)(run - whole);
  const int64_t top = line % w->rows * w->stride - w->padding;
  const meeting vertical = LEVEL(meet)(top, w->window_height, w->height);
  // Places from `inner` up to `outer` have the window's width within the image.
  int64_t inner = (w->padding + w->stride - 1) / w->stride;
  int64_t outer = (w->width + w->padding - w->window_width) / w->stride + 1;
  if (outer > w->columns) outer = w->columns;
  if (inner > outer) inner = outer;
  float *image = images + (line / w->rows * w->height + top) * image_row;
  if (forth && (vertical.first > 0 || vertical.end < w->window_height))
    memset(rows, 0, (size_t)(w->columns * patch) * sizeof(float));
  float *corner = image - w->padding * w->channels;
  // Rows of the window inside, places outside: runs that are added to overlap only after a while.
#define AT_EDGE(x)                                                                                 \
  {                                                                                                \
    const meeting across =                                                                         \
        LEVEL(meet)((x) * w->stride - w->padding, w->window_width, w->width);                      \
    const int64_t first = across.first * w->channels, end = across.end * w->channels;              \
    for (int64_t ky = vertical.first; ky < vertical.end; ky++) {                                   \
      float *at = corner + ky * image_row + (x) * step + first;                                    \
      float *slot = rows + (x) * patch + ky * run;                                                 \
      if (forth) {                                                                                 \
        memset(slot, 0, (size_t)run * sizeof(float));                                              \
        LEVEL(move_some)(at, end - first, slot + first, 0);                                        \
      } else {                                                                                     \
        LEVEL(move_some)(slot + first, end - first, at, 1);                                        \
      }                                                                                            \
    }                                                                                              \
  }
  for (int64_t x = 0; x < inner; x++) AT_EDGE(x)
  const int64_t apart = forth ? 1 : (w->window_width + w->stride - 1) / w->stride;
  for (int64_t phase = 0; phase < apart; phase++)
    for (int64_t x = inner + phase; x < outer; x += apart)
      for (int64_t ky = vertical.first; ky < vertical.end; ky++) {
        float *at = corner + ky * image_row + x * step, *slot = rows + x * patch + ky * run;
        if (forth)
          LEVEL(move_run)(at, whole, rest, slot, 0);
        else
          LEVEL(move_run)(slot, whole, rest, at, 1);
      }
  for (int64_t x = outer; x < w->columns; x++) AT_EDGE(x)
#undef AT_EDGE
}

static void LEVEL(patches_of_lines)(const fledge_windows *w, int64_t line, int64_t count,
                                    const float *images, float *out) {
  const int64_t size = w->columns * LEVEL(patch_size)(w);
  for (int64_t i = 0; i < count; i++)
    LEVEL(move_line)(w, line + i, (float *)images, out + i * size, 1);
}

static void LEVEL(overlay_lines)(const fledge_windows *w, int64_t line, int64_t count,
                                 const float *x, float *out) {
  const int64_t size = w->columns * LEVEL(patch_size)(w);
  for (int64_t i = 0; i < count; i++)
    LEVEL(move_line)(w, line + i, out, (float *)x + i * size, 0);
}

static void LEVEL(clear_images)(const fledge_windows *w, float *out) {
  memset(out, 0, (size_t)(w->count * w->height * w->width * w->channels) * sizeof(float));
}

static void LEVEL(patches)(const fledge_windows *w, const float *images, float *out) {
  LEVEL(patches_of_lines)(w, 0, w->count * w->rows, images, out);
}

static void LEVEL(overlay)(const fledge_windows *w, const float *x, float *out) {
  LEVEL(clear_images)(w, out);
  LEVEL(overlay_lines)(w, 0, w->count * w->rows, x, out);
}

// MARK: The largest

// One window and one vector of channels. `vertical` and `across` say which of its pixels exist;
// pointers are at its corner, within the image or beyond. Either `out` takes from `values`, or
// `images` are given what is in `out`; `alone` if no other window gives to these pixels.
ALWAYS_INLINE void LEVEL(largest)(meeting vertical, meeting across, ptrdiff_t row, ptrdiff_t pixel,
                                  const float *values, const float *keys, float *out,
                                  float *images, const int gated, const int alone,
                                  LEVEL(part) part) {
  const ptrdiff_t first = vertical.first * row + across.first * pixel;
  VECTOR best = LEVEL(load_part)(keys + first, part);
  VECTOR taken = images ? best : LEVEL(load_part)(values + first, part);
  // Which pixel of the window it is, counted from 0.
  VECTOR place = {0};
  float next = 0.0f;
  for (int64_t y = vertical.first; y < vertical.end; y++)
    for (int64_t x = across.first; x < across.end; x++, next += 1.0f) {
      if (next == 0.0f) continue;
      const ptrdiff_t at = y * row + x * pixel;
      const VECTOR key = LEVEL(load_part)(keys + at, part);
      const LEVEL(choice) larger = LEVEL(above)(key, best) | ~LEVEL(same)(key, key);
      best = LEVEL(choose)(larger, key, best);
      if (images)
        place = LEVEL(choose)(larger, SPLAT(next), place);
      else if (values == keys)
        taken = best;
      else
        taken = LEVEL(choose)(larger, LEVEL(load_part)(values + at, part), taken);
    }
  if (!images) {
    LEVEL(store_part)(out, part, taken);
    return;
  }
  const VECTOR none = {0};
  VECTOR given = LEVEL(load_part)(out, part);
  if (gated) given = LEVEL(choose)(LEVEL(above)(best, none), given, none);
  next = 0.0f;
  for (int64_t y = vertical.first; y < vertical.end; y++)
    for (int64_t x = across.first; x < across.end; x++, next += 1.0f) {
      float *at = images + y * row + x * pixel;
      VECTOR sum = LEVEL(choose)(LEVEL(same)(place, SPLAT(next)), given, none);
      if (!alone) sum += LEVEL(load_part)(at, part);
      LEVEL(store_part)(at, part, sum);
    }
}

// All windows, and all vectors of channels; `images` as above. Squares of 2 × 2 side by side, which
// nearly all networks have, are loops of known length.
ALWAYS_INLINE void LEVEL(all_largest)(const fledge_windows *w, const float *values,
                                      const float *keys, float *out, float *images,
                                      const int gated, const int alone) {
  const ptrdiff_t row = w->width * w->channels, pixel = w->channels;
  const LEVEL(part) whole = LEVEL(part_of)(WIDTH), rest = LEVEL(part_of)(pixel % WIDTH);
  const int is_two = w->window_height == 2 && w->window_width == 2 && w->padding == 0;
  for (int64_t line = 0; line < w->count * w->rows; line++) {
    const int64_t top = line % w->rows * w->stride - w->padding;
    const meeting vertical = LEVEL(meet)(top, w->window_height, w->height);
    for (int64_t x = 0; x < w->columns; x++) {
      const int64_t left = x * w->stride - w->padding;
      const meeting across = LEVEL(meet)(left, w->window_width, w->width);
      const ptrdiff_t corner = ((line / w->rows * w->height + top) * w->width + left) * pixel;
      const ptrdiff_t place = (line * w->columns + x) * pixel;
      for (int64_t c = 0; c < pixel; c += WIDTH) {
        const LEVEL(part) part = pixel - c < WIDTH ? rest : whole;
        float *to = images ? images + corner + c : NULL;
        if (is_two)
          LEVEL(largest)((meeting){0, 2}, (meeting){0, 2}, row, pixel, values + corner + c,
                         keys + corner + c, out + place + c, to, gated, alone, part);
        else
          LEVEL(largest)(vertical, across, row, pixel, values + corner + c, keys + corner + c,
                         out + place + c, to, gated, alone, part);
      }
    }
  }
}

static void LEVEL(take_largest)(const fledge_windows *w, const float *values, const float *keys,
                                float *out) {
  if (values == keys)
    LEVEL(all_largest)(w, keys, keys, out, NULL, 0, 0);
  else
    LEVEL(all_largest)(w, values, keys, out, NULL, 0, 0);
}

static void LEVEL(place_largest)(const fledge_windows *w, const float *values, const float *keys,
                                 int32_t gated, float *out) {
  // Windows side by side that leave nothing out write every pixel once.
  const int alone = w->padding == 0 && w->window_height == w->stride &&
                    w->window_width == w->stride && w->rows * w->stride == w->height &&
                    w->columns * w->stride == w->width;
  float *given = (float *)values;
  if (!alone) LEVEL(clear_images)(w, out);
  if (alone && gated)
    LEVEL(all_largest)(w, keys, keys, given, out, 1, 1);
  else if (alone)
    LEVEL(all_largest)(w, keys, keys, given, out, 0, 1);
  else
    LEVEL(all_largest)(w, keys, keys, given, out, gated, 0);
}
