/*
 * fuzz.h - the one function of a fuzz target, as libFuzzer calls it.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input; stops the program (assert, sanitizer) when it finds a bug.  Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
