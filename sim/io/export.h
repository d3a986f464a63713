/*
 * export.h - a fund's history as the rows OKX publishes of its own.
 *
 * GET /api/v5/public/insurance-fund of OKX answers with details of these types:
 *
 *     regular_update               the balance, every so often; no amount
 *     liquidation_balance_deposit  what came in since the row before it
 *     bankruptcy_loss              what was paid out, < 0
 *     platform_revenue             capital the platform brought
 *     adl                          ADL begins (rate_adl_start: the drawdown trigger;
 *                                  bal_adl_start: the fund is short) or ends (adl_end), with the
 *                                  largest balance of the last 8 hours, its time and the decline
 *
 * Amounts come once a day at 08:00 UTC, each of what changed after the row before it up to and
 * with that time, and at the end of the run for the rest; one that is zero is left out.  They add
 * up to the closing balance less the opening one.  Whatever else raises the balance (takeovers at
 * the mark, marked inventory, funding) is a deposit, whatever lowers it (that, discounts, costs) a
 * loss.  ADL begins and ends with the samples.
 */
#ifndef SIM_IO_EXPORT_H
#define SIM_IO_EXPORT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "base/timeline.h"

struct export_options {
    bool json; /* the shape of the endpoint's answer, newest row first; else CSV, oldest first */
    const char *pool; /* only this one; NULL: all */
    time_ns_t every;  /* between two regular updates, > 0 */
};

/* Appends the rows of the result at `path`.  ERR_RANGE, with the names there are, when it has no
 * such pool. */
enum status export_rows(const char *path, const struct export_options *options, struct text *out,
                        struct error *err) MUST_CHECK;

#endif
