#include "market/bars.h"

#include <assert.h>

#include "base/money.h"

const char *const bars_path_names[] = {"open-low-high-close", "open-high-low-close", "adverse",
                                       NULL};

void
bars_expand(const struct format_row *bar, enum bars_path path, time_ns_t time[BARS_ROWS],
            int64_t price[BARS_ROWS], int64_t quantity[BARS_ROWS])
{
    const time_ns_t length = bar->end - bar->time;
    assert(length >= BARS_ROWS);
    const bool high_first =
        path == BARS_OPEN_HIGH_LOW_CLOSE ||
        (path == BARS_ADVERSE && bar->high - bar->price > bar->price - bar->low);
    time[0] = bar->time;
    time[1] = bar->time + length / 3;
    time[2] = bar->time + length / 3 * 2 + length % 3 * 2 / 3;
    time[3] = bar->end - 1;
    price[0] = bar->price;
    price[1] = high_first ? bar->high : bar->low;
    price[2] = high_first ? bar->low : bar->high;
    price[3] = bar->close;
    for (int i = 0; i < BARS_ROWS; i++) {
        const int128_t volume = bar->quantity;
        quantity[i] = (int64_t)(volume * (i + 1) / BARS_ROWS - volume * i / BARS_ROWS);
    }
}
