// The loops for the level Baseline.

#include <math.h>
#include <string.h>

#include "fledge_convolution.h"
#include "fledge_kernels.h"

#define FLEDGE_LEVEL 0
#include "LevelBegin.h"
#include "LevelBody.h"
#include "LevelEnd.h"
