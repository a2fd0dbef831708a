// Arrays that repeat themselves, for FusedMachine.h; included once per level of the processor.

// Each of the numbers `width` times, beginning with the first; with a constant width a loop of
// shuffles.
ALWAYS_INLINE void LEVEL(stretch)(const float *source, float *to, int64_t runs, int64_t width) {
  for (int64_t run = 0; run < runs; run++)
    for (int64_t i = 0; i < width; i++) to[run * width + i] = source[run];
}

// Whole runs of a column: element i is source[i / width].
static void LEVEL(stretch_column)(const float *source, float *to, int64_t runs, int64_t width) {
  switch (width) {
    case 2: LEVEL(stretch)(source, to, runs, 2); break;
    case 3: LEVEL(stretch)(source, to, runs, 3); break;
    case 4: LEVEL(stretch)(source, to, runs, 4); break;
    case 6: LEVEL(stretch)(source, to, runs, 6); break;
    case 8: LEVEL(stretch)(source, to, runs, 8); break;
    default: LEVEL(stretch)(source, to, runs, width); break;
  }
}

// A row again and again: the first time number by number, then by copying what is there.
static void LEVEL(repeat_row)(const float *source, int64_t count, float *to, int64_t position,
                              int64_t n) {
  for (int64_t i = 0; i < count && i < n; i++) {
    to[i] = source[position];
    position = position + 1 < count ? position + 1 : 0;
  }
  for (int64_t done = count; done < n; done *= 2)
    memcpy(to + done, to, (size_t)(done < n - done ? done : n - done) * sizeof(float));
}

// Copies the part of a repeating array, or of some columns, that the block needs.
static void LEVEL(spread)(const fledge_fused_spread *s, float *to, int64_t start, int64_t n) {
  const int64_t first = start / s->inner % s->count;
  if (s->inner == 1 && s->step == 0) {
    LEVEL(repeat_row)(s->source, s->count, to, start % s->count, n);
  } else if (s->inner == 1) {
    const float *row = s->source + start / s->count * s->step;
    if (s->count == 1) {
      for (int64_t i = 0; i < n; i++) to[i] = row[i * s->step];
      return;
    }
    int64_t position = start % s->count;
    for (int64_t done = 0; done < n; position = 0, row += s->step) {
      int64_t chunk = s->count - position < n - done ? s->count - position : n - done;
      for (int64_t i = 0; i < chunk; i++) to[done + i] = row[position + i];
      done += chunk;
    }
  } else if (start % s->inner == 0 && n % s->inner == 0 && first + n / s->inner <= s->count) {
    LEVEL(stretch_column)(s->source + first, to, n / s->inner, s->inner);
  } else {
    int64_t run = start / s->inner, left = s->inner - start % s->inner;
    for (int64_t done = 0; done < n; left = s->inner, run++) {
      int64_t chunk = left < n - done ? left : n - done;
      float value = s->source[run % s->count];
      for (int64_t i = 0; i < chunk; i++) to[done + i] = value;
      done += chunk;
    }
  }
}
