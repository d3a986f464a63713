/*
 * report.h - one self-contained HTML page about one result: did the fund hold?
 *
 * Everything is inside the page: styles, the chart library, thinned series, tables; it opens
 * without network under a policy that forbids any request.  It reads nothing but the result, and
 * every number it shows is one of the file, rounded for display with the exact value on hover.
 * However long the run, the page stays under 1 MB.
 */
#ifndef SIM_IO_REPORT_H
#define SIM_IO_REPORT_H

#include "base/error.h"

/* Writes the report of `result_path` to `output_path`: <output_path>.partial, synced, renamed. */
enum status report_write(const char *result_path, const char *output_path,
                         struct error *err) MUST_CHECK;

#endif
