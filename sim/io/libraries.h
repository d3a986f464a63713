/*
 * libraries.h - the libraries seawall stands on: made quiet once, and named with their versions.
 */
#ifndef SIM_IO_LIBRARIES_H
#define SIM_IO_LIBRARIES_H

#include "base/text.h"

/* Called first in main(): HDF5 prints no error stacks and GSL does not abort; every status is
 * checked where it arises and told in our own words. */
void libraries_init(void);

/* Appends "seawall 0.1.0" and a line with the versions of the libraries. */
void libraries_versions(struct text *out);

#endif
