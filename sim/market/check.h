/*
 * check.h - whether a row may follow the row before it.
 *
 *     time goes back                           a mistake, always
 *     the same row again                       a duplicate: left out and counted.  The same is:
 *                                              equal id and values; without ids, equal values
 *     an id, or the start of a bar, again
 *     with other values                        a mistake
 *     an id below the one before               a mistake: rows repeated or out of order
 *     ids left out                             missing rows: counted
 *     a bar that begins before the last ends   a mistake
 *     a long time without rows                 a gap: counted.  Bars: any hole between two bars
 */
#ifndef SIM_MARKET_CHECK_H
#define SIM_MARKET_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "market/format.h"

enum check_verdict {
    CHECK_FINE = 0,
    CHECK_DUPLICATE,
    CHECK_BACK,     /* earlier than the row before */
    CHECK_ID_BACK,  /* an id below that of the row before */
    CHECK_REPEATED, /* the id or bar of the row before, with other values */
    CHECK_OVERLAP,  /* a bar that begins within the row before */
};

struct check_rule {
    bool bars, has_id;
    bool keep_duplicates; /* rows without ids: equal rows are events of their own */
    time_ns_t gap_limit; /* longest time without rows that is no gap; 0: unlimited, for bars none */
};

/* What was counted; those of consecutive stretches add up. */
struct check_count {
    uint64_t gaps;
    uint64_t missing;      /* ids between those of consecutive rows */
    time_ns_t gap_longest; /* longest time between two rows; bars: longest hole */
};

/* Whether two rows are equal but for their ids. */
bool check_same_values(const struct format_row *a, const struct format_row *b);

/* What `next` is after `previous`; adds to *count when it is CHECK_FINE.  Inline: it is asked once
 * a row. */
static inline enum check_verdict
check_row(const struct check_rule *rule, const struct format_row *previous,
          const struct format_row *next, struct check_count *count)
{
    if (next->time < previous->time)
        return CHECK_BACK;
    if (rule->has_id) {
        if (next->id == previous->id)
            return check_same_values(previous, next) ? CHECK_DUPLICATE : CHECK_REPEATED;
        if (next->id < previous->id)
            return CHECK_ID_BACK;
        count->missing += (uint64_t)(next->id - previous->id) - 1;
    } else if (next->time == previous->time) {
        if (check_same_values(previous, next)) {
            if (rule->bars || !rule->keep_duplicates)
                return CHECK_DUPLICATE;
        } else if (rule->bars) {
            return CHECK_REPEATED;
        }
    }
    if (rule->bars && next->time < previous->end)
        return CHECK_OVERLAP;
    const time_ns_t step = next->time - (rule->bars ? previous->end : previous->time);
    if (step > count->gap_longest)
        count->gap_longest = step;
    if (rule->bars || rule->gap_limit > 0) /* the branch that can be foretold comes first */
        count->gaps += step > rule->gap_limit;
    return CHECK_FINE;
}

/* The sentence for a verdict that is a mistake. */
void check_describe(enum check_verdict verdict, const struct format_row *previous,
                    const struct format_row *next, const struct check_rule *rule, char *buffer,
                    size_t size);

#endif
