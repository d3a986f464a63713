/*
 * median.h - the middle of a few numbers.
 */
#ifndef SIM_BASE_MEDIAN_H
#define SIM_BASE_MEDIAN_H

#include <stddef.h>

/* The middle one of `count` finite values, of an even count the mean of the middle two, NaN of
 * none.  Puts them in order in place; meant for tens of values, not thousands. */
double median(double *values, size_t count);

/* The same of those of the values that are not NaN, which are moved to the front. */
double median_known(double *values, size_t count);

#endif
