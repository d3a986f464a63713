/*
 * info.h - what a file holds, for people: `seawall info FILE`.
 */
#ifndef SIM_IO_INFO_H
#define SIM_IO_INFO_H

#include "base/error.h"
#include "base/text.h"

/* Appends a summary of a tape or a result, whichever the file is. */
enum status info_print(const char *path, struct text *out, struct error *err) MUST_CHECK;

#endif
