// Opens a region of code that is compiled for one level of the processor. No include guard: every
// level of a body includes this anew, and every name written with LEVEL() differs between levels.
//
//   #include <…>                              // system headers go before
//   #define FLEDGE_LEVEL 2                    // FLEDGE_AVX512; 1 AVX2, 0 baseline
//   #include "LevelBegin.h"
//   #include "VectorMath.h"                   // optional
//   static void LEVEL(scale)(float *x, int64_t count) { … }
//   #include "LevelEnd.h"
//
// Why not `target_clones`: clang refuses to inline a function that takes a 64-byte vector by value
// and was declared without AVX-512 into one that has it. Inside a region all functions have the
// same features, so it may. Features are listed one by one because `arch=x86-64-v4` would prefer
// 256-bit vectors.

#include "Levels.h"

#if FLEDGE_LEVEL == 2
#define FLEDGE_SUFFIX _avx512
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma,bmi,bmi2"))),      \
    apply_to = function)
#elif FLEDGE_LEVEL == 1
#define FLEDGE_SUFFIX _avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#else
#define FLEDGE_SUFFIX _baseline
#endif

// Vectors wider than the level has are passed by value only between functions that are inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"
