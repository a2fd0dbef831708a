// Elementary functions of 16 floats, for inlining into loops. Included once per level:
// FLEDGE_SUFFIX must be defined (LevelBegin.h does), and gives the names v_exp_avx512, v_exp_avx2,
// v_exp_baseline, …
//
// Priorities:
// 1. No surprises at the edges: infinities, zeros and not-a-numbers give what C's functions give;
//    nothing is flushed, denormal arguments and results are right to the last bit or two.
// 2. Accurate to the units in the last place (ulp) stated at each function; tests hold them to it.
// 3. No tables, no branches, no calls (sin and cos of arguments beyond 10^6 excepted).
//
// `a * b + c` is fused where the level has FMA (clang contracts within an expression); constants
// are split so that the bounds hold without it too.

#include <math.h>

#include "Levels.h"

#ifndef FLEDGE_VECTOR_MATH_MACROS
#define FLEDGE_VECTOR_MATH_MACROS
// Lane by lane `a` where the mask is all ones, `b` where it is zero.
#define V_SELECT(mask, a, b) ((v16)(((mask) & (i16)(a)) | (~(mask) & (i16)(b))))
#define V_ALL(x) ((x) - (v16){})
#define V_MAGNITUDE(x) ((v16)((i16)(x) & 0x7fffffff))
// `x` with the sign of `s`; x must not be negative.
#define V_SIGNED_AS(x, s) ((v16)((i16)(x) | ((i16)(s) & (int32_t)0x80000000)))
// Adding this rounds to a whole number, left in the low bits.
#define V_ROUNDER 12582912.0f
typedef double v8d __attribute__((vector_size(64)));
typedef float v8 __attribute__((vector_size(32)));
#endif

#define V(name) LEVEL_JOIN(v_##name, FLEDGE_SUFFIX)

// exp(r) - 1 = r + r^2 P(r) for |r| <= ln(2) / 2; the coefficients are Cephes' expf (Moshier 1992).
ALWAYS_INLINE v16 V(exp_tail)(v16 r) {
  v16 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return p * (r * r) + r;
}

// x = n ln 2 + r; returns r, writes n as a float and as 2^23 n in the exponent's place.
ALWAYS_INLINE v16 V(exp_reduce)(v16 x, v16 *n, i16 *exponent) {
  v16 shifted = x * 1.44269504088896341f + V_ROUNDER;
  *n = shifted - V_ROUNDER;
  *exponent = (i16)shifted - (i16)V_ALL(V_ROUNDER);
  v16 r = x - *n * 0.693359375f;
  return r - *n * -2.12194440e-4f;
}

// e^x; 1.1 ulp.
ALWAYS_INLINE v16 V(exp)(v16 x) {
  // Beyond these bounds the result is infinite or zero anyway; not-a-number passes both
  // comparisons.
  x = V_SELECT(x > 89.0f, V_ALL(89.0f), x);
  x = V_SELECT(x < -104.0f, V_ALL(-104.0f), x);
  v16 n;
  i16 e;
  v16 p = V(exp_tail)(V(exp_reduce)(x, &n, &e)) + 1.0f;
  // 2^n in two factors, as n reaches from -150 to 128.
  i16 half = e >> 1;
  v16 first = (v16)((half + 127) << 23), second = (v16)((e - half + 127) << 23);
  return p * first * second;
}

// ln(2^e (1 + f)) for sqrt(1/2) <= 1 + f <= sqrt(2); the coefficients are Cephes' logf.
ALWAYS_INLINE v16 V(log_core)(v16 f, v16 e) {
  v16 z = f * f;
  v16 p = f * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  v16 y = p * f * z;
  y = e * -2.12194440e-4f + y;
  y = z * -0.5f + y;
  return e * 0.693359375f + (f + y);
}

// ln x; 1 ulp. -infinity at 0, not-a-number below.
ALWAYS_INLINE v16 V(log)(v16 x) {
  i16 tiny = x < 1.17549435e-38f;
  v16 scaled = V_SELECT(tiny, x * 8388608.0f, x);
  // The exponent that leaves a mantissa in [sqrt(1/2), sqrt(2)).
  i16 bits = (i16)scaled - 0x3f3504f3;
  i16 exponent = bits >> 23;
  v16 mantissa = (v16)((bits & 0x007fffff) + 0x3f3504f3);
  v16 e = __builtin_convertvector(exponent - (tiny & 23), v16);
  v16 y = V(log_core)(mantissa - 1.0f, e);
  y = V_SELECT(x == INFINITY, x, y);
  y = V_SELECT(x == 0.0f, V_ALL(-INFINITY), y);
  return V_SELECT((x < 0.0f) | (x != x), V_ALL(NAN), y);
}

// The hyperbolic tangent; 3 ulp. From e^2|x| - 1, which is accurate near 0 too.
ALWAYS_INLINE v16 V(tanh)(v16 x) {
  v16 magnitude = V_MAGNITUDE(x);
  // tanh rounds to 1 from 9.02 on.
  v16 twice = V_SELECT(magnitude > 10.0f, V_ALL(20.0f), magnitude + magnitude);
  v16 n;
  i16 e;
  v16 tail = V(exp_tail)(V(exp_reduce)(twice, &n, &e));
  v16 scale = (v16)((e + 127) << 23);
  v16 minus_one = scale * tail + (scale - 1.0f);
  return V_SIGNED_AS(minus_one / (minus_one + 2.0f), x);
}

// 1 / (1 + e^-x); 3 ulp.
ALWAYS_INLINE v16 V(sigmoid)(v16 x) {
  v16 small = V(exp)(-V_MAGNITUDE(x));
  return V_SELECT(x < 0.0f, small, V_ALL(1.0f)) / (small + 1.0f);
}

// ln(1 + z) for 0 <= z <= 1.
ALWAYS_INLINE v16 V(log_one_plus_fraction)(v16 z) {
  i16 large = z > 0.41421356f;
  v16 f = V_SELECT(large, (z - 1.0f) * 0.5f, z);
  return V(log_core)(f, V_SELECT(large, V_ALL(1.0f), V_ALL(0.0f)));
}

// ln(1 + e^x); 2 ulp. Infinite at infinity, never by overflow.
ALWAYS_INLINE v16 V(softplus)(v16 x) {
  v16 y = V(log_one_plus_fraction)(V(exp)(-V_MAGNITUDE(x)));
  return V_SELECT(x > 0.0f, x, V_SELECT(x != x, x, V_ALL(0.0f))) + y;
}

// The error function; 1.5 ulp. Two minimax forms, of erf(x) and of ln(1 - erf(x)), after N. Juffa's
// erff (2014).
ALWAYS_INLINE v16 V(erf)(v16 x) {
  v16 t = V_MAGNITUDE(x), s = x * x;
  v16 r = t * -1.72853470e-5f + 3.83197126e-4f;
  v16 u = t * -3.88396438e-3f + 2.42546219e-2f;
  r = r * s + u;
  r = r * t - 1.06777877e-1f;
  r = r * t - 6.34846687e-1f;
  r = r * t - 1.28717512e-1f;
  r = r * t - t;
  // Beyond 4 the result rounds to 1; the polynomial is not meant for there.
  v16 far = V_SELECT(t > 4.0f, V_ALL(1.0f), 1.0f - V(exp)(r));
  v16 p = s * -5.96761703e-4f + 4.99119423e-3f;
  p = p * s - 2.67681349e-2f;
  p = p * s + 1.12819925e-1f;
  p = p * s - 3.76125336e-1f;
  p = p * s + 1.28379166e-1f;
  v16 near = p * x + x;
  v16 y = V_SELECT(t > 0.927734375f, V_SIGNED_AS(far, x), near);
  return V_SELECT(x != x, x, y);
}

// x = n pi/2 + r, in double: exact enough next to every multiple of pi/2 below 10^6.
ALWAYS_INLINE v8 V(quarter_turns)(v8 x, v8 *n) {
  v8d wide = __builtin_convertvector(x, v8d);
  v8d turns = wide * 0.63661977236758134308;
  turns = (turns + 6755399441055744.0) - 6755399441055744.0;
  *n = __builtin_convertvector(turns, v8);
  // pi/2 in 33 bits, and the rest.
  v8d r = (wide - turns * 1.57079632673412561417) - turns * 6.07710050650619224932e-11;
  return __builtin_convertvector(r, v8);
}

// sin(x + shift pi/2), |x| <= 10^6; the coefficients are Cephes' sinf and cosf.
ALWAYS_INLINE v16 V(sine_shifted)(v16 x, int32_t shift) {
  v8 low_turns, high_turns;
  v8 low = V(quarter_turns)(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), &low_turns);
  v8 high =
      V(quarter_turns)(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), &high_turns);
  v16 r = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  v16 turns = __builtin_shufflevector(low_turns, high_turns, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                      12, 13, 14, 15);
  i16 quadrant = (i16)(turns + V_ROUNDER) + shift;  // only its last two bits matter
  v16 s = r * r;
  v16 p = s * -1.9515295891e-4f + 8.3321608736e-3f;
  p = p * s - 1.6666654611e-1f;
  v16 sine = p * (s * r) + r;
  v16 q = s * 2.443315711809948e-5f - 1.388731625493765e-3f;
  q = q * s + 4.166664568298827e-2f;
  v16 cosine = q * (s * s) + (1.0f - 0.5f * s);
  v16 y = V_SELECT((quadrant & 1) != 0, cosine, sine);
  return (v16)((i16)y ^ ((quadrant & 2) << 30));
}

// Whether a lane needs the C library: |x| > 10^6, infinite or not-a-number.
ALWAYS_INLINE int V(any_far)(v16 x) {
  i16 far = ~(V_MAGNITUDE(x) <= 1e6f);
  return __builtin_reduce_or(far) != 0;
}

// The sine of x radians; 2 ulp.
ALWAYS_INLINE v16 V(sin)(v16 x) {
  if (__builtin_expect(V(any_far)(x), 0)) {
    for (int i = 0; i < 16; i++) x[i] = sinf(x[i]);
    return x;
  }
  v16 y = V(sine_shifted)(x, 0);
  return V_SELECT(x == 0.0f, x, y);
}

// The cosine of x radians; 2 ulp.
ALWAYS_INLINE v16 V(cos)(v16 x) {
  if (__builtin_expect(V(any_far)(x), 0)) {
    for (int i = 0; i < 16; i++) x[i] = cosf(x[i]);
    return x;
  }
  return V(sine_shifted)(x, 1);
}

#undef V
