// Names for code that exists once per level of the processor; see LevelBegin.h.
#ifndef FLEDGE_LEVELS_H
#define FLEDGE_LEVELS_H

#include <stddef.h>
#include <stdint.h>

// The levels; the highest that the processor has is chosen at load.
#define FLEDGE_BASELINE 0
#define FLEDGE_AVX2 1
#define FLEDGE_AVX512 2

#define LEVEL_JOIN2(name, suffix) name##suffix
#define LEVEL_JOIN(name, suffix) LEVEL_JOIN2(name, suffix)
// The name of a function in the open region: LEVEL(f) is f_avx512, f_avx2 or f_baseline.
#define LEVEL(name) LEVEL_JOIN(name, FLEDGE_SUFFIX)

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// 16 floats, and the same without an alignment; the halves and quarters that a level has are the
// compiler's business.
typedef float v16 __attribute__((vector_size(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t i16 __attribute__((vector_size(64)));

#endif
