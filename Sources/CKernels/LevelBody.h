// Everything that exists once per level, and the table of it.

#include "VectorMath.h"
#include "Epilogue.h"
#include "GemmVector.h"
#include "GemmTile.h"
#include "GemmPack.h"
#include "GemmDots.h"
#include "Gemm.h"
#include "Loops.h"

const fledge_loops LEVEL(fledge_loops) = {
    .gemm = LEVEL(gemm),
    .apply_epilogue = LEVEL(apply_epilogue),
    .column_sums = LEVEL(column_sums),
    .row_sums = LEVEL(row_sums),
    .row_maxima = LEVEL(row_maxima),
    .sum = LEVEL(sum),
    .squared_norm = LEVEL(squared_norm),
    .gather_rows = LEVEL(gather_rows),
    .transpose = LEVEL(transpose),
    .copy_rows = LEVEL(copy_rows),
    .map = LEVEL(map),
};

#undef WIDTH
#undef MOST_VECTORS
#undef MOST_VECTORS_FLAT
