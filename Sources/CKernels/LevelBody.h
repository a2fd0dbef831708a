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
#include "Windows.h"
#include "ConvolutionGray.h"
#include "Convolution.h"

const fledge_loops LEVEL(fledge_loops) = {
    .gemm = LEVEL(gemm),
    .apply_epilogue = LEVEL(apply_epilogue),
    .gather_rows = LEVEL(gather_rows),
    .transpose = LEVEL(transpose),
    .copy_rows = LEVEL(copy_rows),
    .map = LEVEL(map),
    .gram = LEVEL(gram),
};

const fledge_window_loops LEVEL(fledge_window_loops) = {
    .patches = LEVEL(patches),
    .overlay = LEVEL(overlay),
    .take_largest = LEVEL(take_largest),
    .place_largest = LEVEL(place_largest),
    .convolve = LEVEL(convolve),
    .convolve_filters = LEVEL(convolve_filters),
    .convolve_images = LEVEL(convolve_images),
    .scratch = LEVEL(convolution_scratch),
};
