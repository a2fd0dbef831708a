#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// How often this thread has asked for heap memory since it began. Linking this target into a
// program makes its malloc, calloc, realloc and aligned forms count; the memory still comes from
// the C library.
uint64_t allocation_count(void);

#endif
