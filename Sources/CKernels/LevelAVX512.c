// The loops for the level AVX512.

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "fledge_convolution.h"
#include "fledge_kernels.h"

#define FLEDGE_LEVEL 2
#include "LevelBegin.h"
#include "LevelBody.h"
#include "LevelEnd.h"
#endif
