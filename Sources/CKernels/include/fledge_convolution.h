// Windows on images: what convolutions and poolings read and write.
//
// Images are [count, height, width, channels]. A window stands at `rows` by `columns` places of an
// image; a patch is what it shows, [window_height, window_width, channels] as one row, zeros where
// it reaches beyond the image. Places are numbered image by image, row by row.
//
// As in fledge_kernels.h nothing allocates, and each sum has one order per level and sizes.
#ifndef FLEDGE_CONVOLUTION_H
#define FLEDGE_CONVOLUTION_H

#include "fledge_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int64_t count, height, width, channels;
  int64_t window_height, window_width, stride, padding;
  int64_t rows, columns;
} fledge_windows;

// out[places, patch] = the patches of the images.
void fledge_patches(const fledge_windows *w, const float *images, float *out);
// The adjoint: out = images, each element the sum of its copies in x[places, patch].
void fledge_overlay(const fledge_windows *w, const float *x, float *out);

// out[places, channels]: in each window and channel the value where the key is largest; the first
// of several, and not-a-number before any number. Beyond the image there is nothing to take.
void fledge_take_largest(const fledge_windows *w, const float *values, const float *keys,
                         float *out);
// The adjoint: out = images of zeros, to which each of values[places, channels] is added where
// fledge_take_largest takes; where `gated`, only if the key there is positive.
void fledge_place_largest(const fledge_windows *w, const float *values, const float *keys,
                          int32_t gated, float *out);

// Products with patches that are never in memory as a whole. Strides are those of fledge_gemm, and
// `scratch` has room for fledge_convolution_scratch(w, n) floats.
//
// out[places, n] = epilogue(alpha patches(images) B), B being [patch, n].
void fledge_convolve(const fledge_windows *w, int64_t n, const float *images, const float *b,
                     ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                     const fledge_epilogue *epilogue, float *scratch);
// out[patch, n] = alpha patches(images)' B, B being [places, n].
void fledge_convolve_filters(const fledge_windows *w, int64_t n, const float *images,
                             const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *out,
                             float alpha, float *scratch);
// out = overlay(alpha A B): images, A being [places, n] and B [n, patch].
void fledge_convolve_images(const fledge_windows *w, int64_t n, const float *a, ptrdiff_t a_row,
                            ptrdiff_t a_column, const float *b, ptrdiff_t b_row,
                            ptrdiff_t b_column, float *out, float alpha, float *scratch);
int64_t fledge_convolution_scratch(const fledge_windows *w, int64_t n);

// The functions above, compiled once per level.
typedef struct {
  void (*patches)(const fledge_windows *w, const float *images, float *out);
  void (*overlay)(const fledge_windows *w, const float *x, float *out);
  void (*take_largest)(const fledge_windows *w, const float *values, const float *keys, float *out);
  void (*place_largest)(const fledge_windows *w, const float *values, const float *keys,
                        int32_t gated, float *out);
  void (*convolve)(const fledge_windows *w, int64_t n, const float *images, const float *b,
                   ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                   const fledge_epilogue *epilogue, float *scratch);
  void (*convolve_filters)(const fledge_windows *w, int64_t n, const float *images, const float *b,
                           ptrdiff_t b_row, ptrdiff_t b_column, float *out, float alpha,
                           float *scratch);
  void (*convolve_images)(const fledge_windows *w, int64_t n, const float *a, ptrdiff_t a_row,
                          ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
                          float *out, float alpha, float *scratch);
  int64_t (*scratch)(const fledge_windows *w, int64_t n);
} fledge_window_loops;

// The loops of one level, or NULL if this processor cannot run them.
const fledge_window_loops *fledge_window_loops_at(int32_t level);

#ifdef __cplusplus
}
#endif
#endif
