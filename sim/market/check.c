#include "market/check.h"

#include <assert.h>
#include <stdio.h>

bool
check_same_values(const struct format_row *a, const struct format_row *b)
{
    return a->time == b->time && a->price == b->price && a->quantity == b->quantity &&
           a->side == b->side && a->end == b->end && a->high == b->high && a->low == b->low &&
           a->close == b->close;
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
    case CHECK_ID_BACK:
        snprintf(buffer, size,
                 "id goes back: %lld after %lld, so rows are repeated or out of order",
                 (long long)next->id, (long long)previous->id);
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
