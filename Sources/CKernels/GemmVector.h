// The vector that products are computed in: its width, and how a part of one is moved.

#if FLEDGE_LEVEL == 2
#define WIDTH 16
typedef v16 LEVEL(vector);
typedef v16u LEVEL(unaligned);
typedef __mmask16 LEVEL(part);

ALWAYS_INLINE LEVEL(part) LEVEL(part_of)(int64_t count) { return (__mmask16)((1u << count) - 1); }
ALWAYS_INLINE v16 LEVEL(load_part)(const float *x, LEVEL(part) part) {
  return (v16)_mm512_maskz_loadu_ps(part, x);
}
ALWAYS_INLINE void LEVEL(store_part)(float *x, LEVEL(part) part, v16 value) {
  _mm512_mask_storeu_ps(x, part, (__m512)value);
}
// The larger lane by lane; not-a-number in `x` stays.
ALWAYS_INLINE v16 LEVEL(at_least)(v16 floor, v16 x) {
  return (v16)_mm512_max_ps((__m512)floor, (__m512)x);
}
// x * (gate > 0): what is infinite or not a number shows, as in the definition.
ALWAYS_INLINE v16 LEVEL(gated)(v16 gate, v16 x) {
  const __mmask16 closed = _mm512_cmp_ps_mask((__m512)gate, _mm512_setzero_ps(), _CMP_NGT_UQ);
  return (v16)_mm512_mask_mul_ps((__m512)x, closed, (__m512)x, _mm512_setzero_ps());
}

#elif FLEDGE_LEVEL == 1
#define WIDTH 8
typedef float LEVEL(vector) __attribute__((vector_size(32)));
typedef float LEVEL(unaligned) __attribute__((vector_size(32), aligned(4)));
typedef __m256i LEVEL(part);

ALWAYS_INLINE LEVEL(part) LEVEL(part_of)(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
ALWAYS_INLINE LEVEL(vector) LEVEL(load_part)(const float *x, LEVEL(part) part) {
  return (LEVEL(vector))_mm256_maskload_ps(x, part);
}
ALWAYS_INLINE void LEVEL(store_part)(float *x, LEVEL(part) part, LEVEL(vector) value) {
  _mm256_maskstore_ps(x, part, (__m256)value);
}
ALWAYS_INLINE LEVEL(vector) LEVEL(at_least)(LEVEL(vector) floor, LEVEL(vector) x) {
  return (LEVEL(vector))_mm256_max_ps((__m256)floor, (__m256)x);
}
ALWAYS_INLINE LEVEL(vector) LEVEL(gated)(LEVEL(vector) gate, LEVEL(vector) x) {
  return x *
         (LEVEL(vector))_mm256_and_ps(_mm256_cmp_ps((__m256)gate, _mm256_setzero_ps(), _CMP_GT_OQ),
                                      _mm256_set1_ps(1.0f));
}

#else
#define WIDTH 4
typedef float LEVEL(vector) __attribute__((vector_size(16)));
typedef float LEVEL(unaligned) __attribute__((vector_size(16), aligned(4)));
typedef int32_t LEVEL(bits) __attribute__((vector_size(16)));
typedef int64_t LEVEL(part);

ALWAYS_INLINE LEVEL(part) LEVEL(part_of)(int64_t count) { return count; }
ALWAYS_INLINE LEVEL(vector) LEVEL(load_part)(const float *x, LEVEL(part) part) {
  return (LEVEL(vector)){x[0], part > 1 ? x[1] : 0, part > 2 ? x[2] : 0, part > 3 ? x[3] : 0};
}
ALWAYS_INLINE void LEVEL(store_part)(float *x, LEVEL(part) part, LEVEL(vector) value) {
  for (int64_t i = 0; i < part; i++) x[i] = value[i];
}
ALWAYS_INLINE LEVEL(vector) LEVEL(at_least)(LEVEL(vector) floor, LEVEL(vector) x) {
  LEVEL(bits) low = x < floor;
  return (LEVEL(vector))((low & (LEVEL(bits))floor) | (~low & (LEVEL(bits))x));
}
ALWAYS_INLINE LEVEL(vector) LEVEL(gated)(LEVEL(vector) gate, LEVEL(vector) x) {
  const LEVEL(vector) ones = {1, 1, 1, 1};
  return x * (LEVEL(vector))((gate > 0.0f) & (LEVEL(bits))ones);
}
#endif

// Comparisons lane by lane, and the choice that they make; false where a lane is not a number.
#if FLEDGE_LEVEL == 2
typedef __mmask16 LEVEL(choice);
ALWAYS_INLINE __mmask16 LEVEL(above)(v16 x, v16 y) {
  return _mm512_cmp_ps_mask((__m512)x, (__m512)y, _CMP_GT_OQ);
}
ALWAYS_INLINE __mmask16 LEVEL(same)(v16 x, v16 y) {
  return _mm512_cmp_ps_mask((__m512)x, (__m512)y, _CMP_EQ_OQ);
}
ALWAYS_INLINE v16 LEVEL(choose)(__mmask16 choice, v16 x, v16 y) {
  return (v16)_mm512_mask_blend_ps(choice, (__m512)y, (__m512)x);
}
#else
typedef int32_t LEVEL(choice) __attribute__((vector_size(WIDTH * sizeof(float))));
ALWAYS_INLINE LEVEL(choice) LEVEL(above)(LEVEL(vector) x, LEVEL(vector) y) { return x > y; }
ALWAYS_INLINE LEVEL(choice) LEVEL(same)(LEVEL(vector) x, LEVEL(vector) y) { return x == y; }
ALWAYS_INLINE LEVEL(vector) LEVEL(choose)(LEVEL(choice) choice, LEVEL(vector) x, LEVEL(vector) y) {
  return (LEVEL(vector))((choice & (LEVEL(choice))x) | (~choice & (LEVEL(choice))y));
}
#endif

#define VECTOR LEVEL(vector)
#define LOAD_VECTOR(pointer) (*(const LEVEL(unaligned) *)(pointer))
#define STORE_VECTOR(pointer, value) (*(LEVEL(unaligned) *)(pointer) = (value))
// Subtracting zero leaves every number as it is, so that this is a broadcast and nothing else.
#define SPLAT(x) ((x) - (VECTOR){})
