// Closes the region that LevelBegin.h opened.

#pragma clang diagnostic pop
#if FLEDGE_LEVEL > 0
#pragma clang attribute pop
#endif
#undef FLEDGE_SUFFIX
#undef FLEDGE_LEVEL
