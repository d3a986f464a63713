/*
 * report_page.h - the parts of the report's page, each appended as HTML.
 */
#ifndef SIM_IO_REPORT_PAGE_H
#define SIM_IO_REPORT_PAGE_H

#include "base/text.h"
#include "io/report_data.h"
#include "io/report_rank.h"
#include "io/result.h"

struct report_page {
    const struct result *result;    /* borrowed */
    const struct report_data *data; /* borrowed */
    const struct report_rank *rank; /* borrowed */
    const char *script_sources;     /* borrowed; what the page's policy lets run */
};

/* "The fund held": the answer, in one sentence a pool. */
void report_page_verdict(const struct report_page *page, struct text *out);

/* What the reader must know before believing the numbers; nothing when there is nothing. */
void report_page_warnings(const struct report_page *page, struct text *out);

/* One line under the title: period, version, seed and short digests. */
void report_page_line(const struct report_page *page, struct text *out);

/* Period, version and whole digests. */
void report_page_head(const struct report_page *page, struct text *out);

/* The effective scenario. */
void report_page_scenario(const struct report_page *page, struct text *out);

#endif
