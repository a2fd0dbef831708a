// The element-wise machine: a whole expression over arrays of one length in a single pass.
//
// A program is a list of vector steps over numbered operands. The arrays are walked block by block;
// a block is small enough that every intermediate stays in the first-level cache, and large enough
// that choosing a step costs nothing beside doing it. See FusedElementwise.c.
#ifndef FLEDGE_FUSED_H
#define FLEDGE_FUSED_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a step does with operands a, b, c, d; every step but a reduction writes operand `to`.
typedef enum {
  // One operand.
  FLEDGE_STEP_COPY = 0,
  FLEDGE_STEP_NEGATE,
  FLEDGE_STEP_RECIPROCAL,
  FLEDGE_STEP_EXP,
  FLEDGE_STEP_LOG,
  FLEDGE_STEP_SQUARE_ROOT,
  FLEDGE_STEP_SQUARE,
  FLEDGE_STEP_TANH,
  FLEDGE_STEP_SIGMOID,
  FLEDGE_STEP_SOFTPLUS,
  FLEDGE_STEP_ERF,
  FLEDGE_STEP_SINE,
  FLEDGE_STEP_COSINE,
  FLEDGE_STEP_ABSOLUTE,
  FLEDGE_STEP_SIGN,
  FLEDGE_STEP_RELU,
  FLEDGE_STEP_STEP,  // a > 0 ? 1 : 0
  // Two operands.
  FLEDGE_STEP_ADD,
  FLEDGE_STEP_SUBTRACT,
  FLEDGE_STEP_MULTIPLY,
  FLEDGE_STEP_DIVIDE,
  FLEDGE_STEP_MAXIMUM,
  FLEDGE_STEP_MINIMUM,
  FLEDGE_STEP_POWER,
  FLEDGE_STEP_GREATER,
  FLEDGE_STEP_EQUAL,
  // Three operands.
  FLEDGE_STEP_SELECT,  // a != 0 ? b : c
  // Several operations that occur together, in one step.
  FLEDGE_STEP_MULTIPLY_ADD,          // a b + c
  FLEDGE_STEP_MULTIPLY_SUBTRACT,     // a b - c
  FLEDGE_STEP_SUBTRACT_PRODUCT,      // a - b c
  FLEDGE_STEP_MULTIPLY_MULTIPLY,     // a b c
  FLEDGE_STEP_SQUARE_MULTIPLY,       // a^2 b
  FLEDGE_STEP_DIFFERENCE_MULTIPLY,   // (a - b) c
  FLEDGE_STEP_SQUARED_DIFFERENCE,    // (a - b)^2
  FLEDGE_STEP_GATE,                  // b > 0 ? a : a * 0
  FLEDGE_STEP_SUM_OF_PRODUCTS,       // a b + c d
  FLEDGE_STEP_SQUARE_AVERAGE,        // a b + c d^2
  FLEDGE_STEP_ROOT_ADD,              // sqrt(a) + b
  FLEDGE_STEP_SCALED_ROOT_ADD,       // sqrt(a b) + c
  FLEDGE_STEP_SUBTRACT_QUOTIENT,     // a - b / c
  FLEDGE_STEP_SUBTRACT_SCALED_QUOTIENT,  // a - b c / d
  // The next four steps, in this order and each reading the ones before, vector by vector: the
  // update of Adam with m' = a b + c d, v' = a b + c d^2, s = sqrt(v') + b, p' = a - b c / d.
  // Operand s is not written. b and c of the first two, b of the third, and of the fourth either b
  // or c (the one that is not m') are single numbers; `to` is 1 if m' is b of the fourth.
  FLEDGE_STEP_ADAM,
  // Reductions of operand a; `to` is the number of the reduction.
  FLEDGE_STEP_SUM,
  FLEDGE_STEP_SUM_OF_SQUARES,        // of a^2
  FLEDGE_STEP_DOT,                   // of a b
  FLEDGE_STEP_MAXIMUM_OVER,
} fledge_step_kind;

typedef struct {
  uint16_t kind, to, a, b, c, d;
} fledge_fused_step;

// Where an operand's numbers are. Element i of the walk lies at `at + advance * (start of the
// block)` and on; consecutive vectors of 16 are `vector` floats apart. Arrays advance with the
// blocks (16, 1); registers are written anew in each (16, 0); constants and scalars are one vector
// (0, 0).
typedef struct {
  float *at;
  int32_t vector, advance;
} fledge_fused_operand;

// An array that repeats itself, or of which only some columns are wanted: element i reads
// source[i / (inner count) * step + (i / inner) % count]. Copied into the operand `to` once a run
// (`every_block` is 0: one number, or a pattern that fits the block) or block by block.
typedef struct {
  const float *source;
  int64_t inner, count, step;
  int32_t to, every_block;
} fledge_fused_spread;

// The elements as [outer, length, inner]; the middle axis disappears, out is [outer, inner].
// `partial` holds 16 sums if outer and inner are 1; else `period` of them if that is not 0: a
// common multiple of inner and 16 that divides the block (outer is then 1).
typedef struct {
  float *out, *partial;
  int64_t outer, length, inner, period;
  int32_t kind;
} fledge_fused_reduction;

// One pass: `count` elements in blocks of `block`, a multiple of 16.
typedef struct {
  int64_t count, block;
  const fledge_fused_operand *operands;
  const fledge_fused_spread *spreads;
  const fledge_fused_reduction *reductions;
} fledge_fused_segment;

// The same steps for one or several segments.
typedef struct {
  const fledge_fused_step *steps;
  const fledge_fused_segment *segments;
  int32_t step_count, segment_count, spread_count, reduction_count;
} fledge_fused_kernel;

// All arrays written are aligned to 64 bytes and padded to a multiple of 64 bytes, which may be
// overwritten; arrays read may be read up to 60 bytes beyond their end.
void fledge_fused_run(const fledge_fused_kernel *kernel);

#ifdef __cplusplus
}
#endif
#endif
