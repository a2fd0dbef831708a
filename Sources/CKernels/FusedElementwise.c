#include "fledge_fused.h"

#include <math.h>
#include <string.h>

#include "Levels.h"
#include "fledge_kernels.h"

#if defined(__x86_64__)
#define FLEDGE_LEVEL FLEDGE_AVX512
#include "LevelBegin.h"
#include "VectorMath.h"
#include "FusedSpreads.h"
#include "FusedMachine.h"
#include "LevelEnd.h"

#define FLEDGE_LEVEL FLEDGE_AVX2
#include "LevelBegin.h"
#include "VectorMath.h"
#include "FusedSpreads.h"
#include "FusedMachine.h"
#include "LevelEnd.h"
#endif

#define FLEDGE_LEVEL FLEDGE_BASELINE
#include "LevelBegin.h"
#include "VectorMath.h"
#include "FusedSpreads.h"
#include "FusedMachine.h"
#include "LevelEnd.h"

void fledge_fused_run(const fledge_fused_kernel *kernel) {
#if defined(__x86_64__)
  int32_t level = fledge_level();
  if (level == FLEDGE_AVX512) return run_kernel_avx512(kernel);
  if (level == FLEDGE_AVX2) return run_kernel_avx2(kernel);
#endif
  run_kernel_baseline(kernel);
}
