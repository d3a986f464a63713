#include "market/check.h"

#include <assert.h>
#include <stdio.h>

static bool
same_values(const struct format_row *a, const struct format_row *b)
{
    return a->time == b->time && a->price == b->price && a->quantity == b->quantity &&
           a->side == b->side && a->end == b->end && a->high == b->high && a->low == b->low &&
           a->close == b->close;
}

enum check_verdict
check_row(const struct check_rule *rule, const struct format_row *previous,
          const struct format_row *next, struct check_count *count)
{
    if (next->time < previous->time)
        return CHECK_BACK;
    if (rule->has_id) {
        if (next->id == previous->id)
            return same_values(previous, next) ? CHECK_DUPLICATE : CHECK_REPEATED;
    } else if (next->time == previous->time) {
        if (same_values(previous, next)) {
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
    count->gaps += step > rule->gap_limit && (rule->bars || rule->gap_limit > 0);
    return CHECK_FINE;
}

void
check_describe(enum check_verdict verdict, const struct format_row *previous,
               const struct format_row *next, const struct check_rule *rule, char *buffer,
               size_t size)
{
    char now[TIMELINE_TEXT_MAX], before[TIMELINE_TEXT_MAX];
    timeline_format(now, next->time);
    timeline_format(before, verdict == CHECK_OVERLAP ? previous->end : previous->time);
    switch (verdict) {
    case CHECK_BACK:
        snprintf(buffer, size, "time goes back: %s after %s", now, before);
        return;
    case CHECK_REPEATED:
        if (rule->has_id)
            snprintf(buffer, size, "id %lld again, with other values", (long long)next->id);
        else
            snprintf(buffer, size, "a second bar of %s, with other values", now);
        return;
    case CHECK_OVERLAP:
        snprintf(buffer, size, "the bar begins at %s, before the last one ends at %s", now, before);
        return;
    case CHECK_FINE:
    case CHECK_DUPLICATE:
        break;
    }
    assert(false); /* only mistakes are described */
}
