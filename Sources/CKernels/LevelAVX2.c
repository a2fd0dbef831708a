// The loops for the level AVX2.

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "fledge_convolution.h"
#include "fledge_kernels.h"

#define FLEDGE_LEVEL 1
#include "LevelBegin.h"
#include "LevelBody.h"
#include "LevelEnd.h"
#endif
