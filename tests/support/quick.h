/*
 * quick.h - how often a test repeats itself.
 *
 * SEAWALL_QUICK=1 in the environment makes the longest tests do a tenth of their work.  It is for
 * runs under valgrind, which is some thirty times slower and looks for another kind of mistake.
 */
#ifndef TESTS_SUPPORT_QUICK_H
#define TESTS_SUPPORT_QUICK_H

#include <stdlib.h>

/* `full`, or a tenth of it, but at least 1. */
static inline int
quick_of(int full)
{
    if (getenv("SEAWALL_QUICK") == NULL)
        return full;
    return full < 10 ? 1 : full / 10;
}

#endif
