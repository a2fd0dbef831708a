// What happens to a product before it is stored: bias, activation, gate.

// One activation of 16 values.
ALWAYS_INLINE v16 LEVEL(activated)(v16 x, int32_t activation, float slope) {
  switch (activation) {
    case FLEDGE_RELU: return V_SELECT(x < 0.0f, V_ALL(0.0f), x);
    case FLEDGE_LEAKY_RELU: return V_SELECT(x > 0.0f, x, x * slope);
    case FLEDGE_TANH: return LEVEL(v_tanh)(x);
    case FLEDGE_SIGMOID: return LEVEL(v_sigmoid)(x);
    case FLEDGE_SOFTPLUS: return LEVEL(v_softplus)(x);
    case FLEDGE_SILU: return x * LEVEL(v_sigmoid)(x);
    case FLEDGE_GELU: return 0.5f * x * (1.0f + LEVEL(v_erf)(x * 0.70710678118654752f));
    default: return x;
  }
}

// 16 values of a row: `count` of them exist.
ALWAYS_INLINE void LEVEL(finish_vector)(float *c, int64_t count, const float *bias,
                                        const float *gate, int32_t activation, float slope) {
  float values[16] = {0}, biases[16] = {0}, gates[16] = {0};
  int whole = count == 16;
  if (!whole) {
    memcpy(values, c, (size_t)count * sizeof(float));
    if (bias) memcpy(biases, bias, (size_t)count * sizeof(float));
    if (gate) memcpy(gates, gate, (size_t)count * sizeof(float));
  }
  v16 x = *(const v16u *)(whole ? c : values);
  if (bias) x += *(const v16u *)(whole ? bias : biases);
  x = LEVEL(activated)(x, activation, slope);
  if (gate) x = V_SELECT(*(const v16u *)(whole ? gate : gates) > 0.0f, x, x * 0.0f);
  if (whole) {
    *(v16u *)c = x;
  } else {
    *(v16u *)values = x;
    memcpy(c, values, (size_t)count * sizeof(float));
  }
}

static void LEVEL(apply_epilogue)(int64_t m, int64_t n, float *c, ptrdiff_t c_row,
                                  const fledge_epilogue *epilogue) {
  // Without gaps and anything by row or column, a narrow matrix is one long row.
  if (c_row == n && !epilogue->bias && !epilogue->gate) {
    n *= m;
    m = 1;
  }
#define EACH_VECTOR(kind)                                                                          \
  for (int64_t i = 0; i < m; i++)                                                                  \
    for (int64_t j = 0; j < n; j += 16)                                                            \
      LEVEL(finish_vector)(c + i * c_row + j, n - j < 16 ? n - j : 16,                             \
                           epilogue->bias ? epilogue->bias + j : NULL,                             \
                           epilogue->gate ? epilogue->gate + i * epilogue->gate_row + j : NULL,    \
                           kind, epilogue->slope);
#define CASE(kind)                                                                                 \
  case kind: EACH_VECTOR(kind) break;
  switch (epilogue->activation) {
    CASE(FLEDGE_RELU)
    CASE(FLEDGE_LEAKY_RELU)
    CASE(FLEDGE_TANH)
    CASE(FLEDGE_SIGMOID)
    CASE(FLEDGE_SOFTPLUS)
    CASE(FLEDGE_SILU)
    CASE(FLEDGE_GELU)
    default: EACH_VECTOR(FLEDGE_IDENTITY)
  }
#undef CASE
#undef EACH_VECTOR
}
