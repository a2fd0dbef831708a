// Everything that exists once per level, and the table of it. Included by each Level….c, inside a
// region of LevelBegin.h.

#include "VectorMath.h"
#include "Epilogue.h"
#include "GemmVector.h"
#include "GemmTile.h"
#include "GemmPack.h"
#include "GemmDots.h"
#include "Gemm.h"
#include "Loops.h"
#include "GramRows.h"

const fledge_loops LEVEL(fledge_loops) = {
    .gemm = LEVEL(gemm),
    .apply_epilogue = LEVEL(apply_epilogue),
    .gather_rows = LEVEL(gather_rows),
    .transpose = LEVEL(transpose),
    .copy_rows = LEVEL(copy_rows),
    .map = LEVEL(map),
    .gram = LEVEL(gram),
};
