/*
 * export_history.h - a fund's history in the rows of OKX's insurance-fund endpoint.
 *
 * What a change of the balance is called, and its sign:
 *
 *     opening, injection                     platform_revenue
 *     surplus, fee                           liquidation_balance_deposit, > 0
 *     deficit, discount, cost                bankruptcy_loss, < 0
 *     takeover, variation, funding           a deposit when > 0, a loss when < 0
 *
 * The opening is a row of its own, the first one.  All else is summed up from one 08:00 UTC to the
 * next, 08:00 itself counted; what is left when the run ends is a row at its end.  The last three
 * kinds have both signs, so they are netted over the day before their sign is looked at: an
 * inventory marked up and down again is neither a deposit nor a loss.  A sum of zero is no row.
 * Or every change is a row.  Either way the amounts add up to the balance, exactly.
 *
 * ADL begins with the first winner who is closed, or with the first sample at which the trigger of
 * the venue is on; it ends with the first sample at which the fund is neither short nor in ADL.
 */
#ifndef SIM_IO_EXPORT_HISTORY_H
#define SIM_IO_EXPORT_HISTORY_H

#include "io/export.h"
#include "io/result.h"

enum export_type {
    EXPORT_DEPOSIT = 0,
    EXPORT_LOSS,
    EXPORT_REVENUE,
    EXPORT_ADL,
    EXPORT_UPDATE,
    EXPORT_TYPES
};
extern const char *const export_history_types[]; /* "liquidation_balance_deposit", ... */

enum export_adl {
    EXPORT_ADL_NONE = 0,
    EXPORT_ADL_RATE,    /* the trigger is on and the fund has money: its decline */
    EXPORT_ADL_BALANCE, /* the fund is short, or any other cause: OKX has no names for them */
    EXPORT_ADL_END,
};
extern const char *const export_history_adl[]; /* "", "rate_adl_start", ... */

struct export_row {
    time_ns_t time;
    enum export_type type;
    money_t balance; /* at that time */
    money_t amount;  /* signed; of the types before EXPORT_ADL */
    enum export_adl adl;
    money_t highest; /* of [time - 8 h, time]; EXPORT_ADL, as the next */
    time_ns_t highest_time;
    size_t order; /* rows of one instant stand in it */
};

/* One pool's rows. */
struct export_history {
    const struct result *result;    /* borrowed */
    const struct result_pool *pool; /* borrowed */
    struct layout_change *changes;  /* owned; pool->changes of them */
    struct export_row *rows;        /* owned; oldest first */
    size_t count, capacity;
};

/* Makes the rows of a pool of `result`; clear it in the end, unless this fails. */
enum status export_history_make(struct export_history *history, const struct result *result,
                                const struct result_pool *pool,
                                const struct export_options *options, struct error *err) MUST_CHECK;
void export_history_clear(struct export_history *history);

#endif
