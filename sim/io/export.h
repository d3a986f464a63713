/*
 * export.h - a fund's history as the rows OKX publishes of its own.
 *
 * GET /api/v5/public/insurance-fund of OKX (docs-v5, "Get security fund") answers with details of
 * these types:
 *
 *     regular_update               the balance, once a day at 08:00 UTC; its amt is empty.  Until
 *                                  2026-06-09 OKX published it every minute
 *     liquidation_balance_deposit  what came in, > 0: once a day at 08:00 UTC, as the next two
 *     bankruptcy_loss              what was paid out, < 0: amt is a change of the balance
 *     platform_revenue             capital the platform brought
 *     adl                          ADL begins (rate_adl_start: the drawdown trigger;
 *                                  bal_adl_start: the fund is short) or ends (adl_end), with the
 *                                  largest balance of the last 8 hours, its time and the decline
 *
 * Which change of a fund is of which type, and when ADL is on, is in export_history.h.  An
 * instFamily is a pool, an instType always SWAP.  OKX's total is of all funds in USD; here it is
 * what all pools have in the end, in their currency, and empty where they have several.
 */
#ifndef SIM_IO_EXPORT_H
#define SIM_IO_EXPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timeline.h"

enum export_format {
    EXPORT_CSV = 0, /* a header, then a line a row, oldest row first */
    EXPORT_JSON,    /* the shape of the endpoint's answer, newest row first, as there */
    EXPORT_FORMATS
};
extern const char *const export_format_names[]; /* "csv", "json", NULL */

struct export_options {
    enum export_format format;
    const char *pool; /* only this one; NULL: all */
    bool events;      /* every change is a row; else amounts are sums of a day */
    time_ns_t every;  /* between two regular updates, multiples since 1970 08:00; [1 ms, 1 d] */
};

/* The format of an output by its ending: JSON for ".json", else CSV, as for NULL. */
enum export_format export_format_of(const char *output);

/* Appends the rows of the result at `path`.  ERR_RANGE, with the names there are, when it has no
 * such pool. */
enum status export_rows(const char *path, const struct export_options *options, struct text *out,
                        struct error *err) MUST_CHECK;

#endif
