// Rows and elements chosen by whole numbers held in floats. Plain loops: they move little.

#include <math.h>
#include <string.h>

#include "fledge_kernels.h"

// The index as an integer, or -1 if it is not in 0 ..< bound. Fractions are cut off.
static inline int64_t row_of(float index, int64_t bound) {
  return index >= 0.0f && index < (float)bound ? (int64_t)index : -1;
}

// Rows are often of one number, and a call of memcpy costs more than such a row.
static inline void copy_row(float *out, const float *in, int64_t columns) {
  if (columns > 4) {
    memcpy(out, in, (size_t)columns * sizeof(float));
    return;
  }
  if (columns > 0) out[0] = in[0];
  if (columns > 1) out[1] = in[1];
  if (columns > 2) out[2] = in[2];
  if (columns > 3) out[3] = in[3];
}

void fledge_gather_rows_float(const float *table, int64_t rows, int64_t columns,
                              ptrdiff_t table_row, const float *indices, int64_t count, float *out,
                              ptrdiff_t out_row) {
  for (int64_t i = 0; i < count; i++, out += out_row) {
    int64_t from = row_of(indices[i], rows);
    if (from < 0) {
      for (int64_t j = 0; j < columns; j++) out[j] = NAN;
    } else {
      copy_row(out, table + from * table_row, columns);
    }
  }
}

void fledge_scatter_rows(const float *x, int64_t count, int64_t columns, ptrdiff_t row,
                         const float *indices, float *out, int64_t rows, ptrdiff_t out_row) {
  for (int64_t i = 0; i < rows; i++) memset(out + i * out_row, 0, (size_t)columns * sizeof(float));
  for (int64_t i = 0; i < count; i++, x += row) {
    int64_t to = row_of(indices[i], rows);
    if (to < 0) continue;
    float *sums = out + to * out_row;
    for (int64_t j = 0; j < columns; j++) sums[j] += x[j];
  }
}

void fledge_pick(const float *x, int64_t rows, int64_t columns, ptrdiff_t row, const float *indices,
                 float *out) {
  for (int64_t i = 0; i < rows; i++, x += row) {
    int64_t at = row_of(indices[i], columns);
    out[i] = at < 0 ? NAN : x[at];
  }
}

void fledge_place(const float *x, const float *indices, int64_t rows, int64_t columns, float *out,
                  ptrdiff_t out_row) {
  for (int64_t i = 0; i < rows; i++, out += out_row) {
    memset(out, 0, (size_t)columns * sizeof(float));
    int64_t at = row_of(indices[i], columns);
    if (at >= 0) out[at] = x[i];
  }
}

void fledge_argmax_rows_float(const float *x, int64_t rows, int64_t columns, ptrdiff_t row,
                              float *out) {
  for (int64_t i = 0; i < rows; i++, x += row) {
    int64_t best = 0;
    for (int64_t j = 1; j < columns; j++)
      if (x[j] > x[best]) best = j;
    out[i] = (float)best;
  }
}
