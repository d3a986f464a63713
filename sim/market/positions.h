/*
 * positions.h - the explicit positions of a population, from a CSV file.
 *
 *     account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time
 *     alice,BTC-USDT-SWAP,long,12.5,7900.5,,25,,
 *     bob,BTC-USDT-SWAP,short,3,7950,1200.50,,2020-03-12T10:00:00Z,2020-03-12T18:00:00Z
 *
 * Columns are found by name, in any order.  `margin` (settlement currency) and `leverage` (> 1 is
 * usual, must be > 0): a row fills exactly one of the two, and the file needs only the one it uses.
 * open_time and close_time may be missing or empty: from the start, and never.  `mode` (isolated or
 * cross; empty: as the venue says) and `order_margin` (settlement currency, held back for open
 * orders of a cross position) may be missing too.  Cross rows of an account share one balance, an
 * isolated row has its own margin; what comes back of it goes to that balance.  An account may
 * hold a symbol once at a time, or where `mode` says cross once on each side: two rows whose times
 * overlap are a mistake.  Mistakes are collected, up to POSITIONS_PROBLEMS_MAX of them, each as
 * file:line:column (the column is the
 * number of the field).
 */
#ifndef SIM_MARKET_POSITIONS_H
#define SIM_MARKET_POSITIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/param.h"
#include "base/text.h"
#include "base/timeline.h"
#include "market/contract.h"

enum { POSITIONS_PROBLEMS_MAX = 20, POSITIONS_ACCOUNT_MAX = 48 };

enum positions_mode { POSITIONS_MODE_OF_VENUE = 0, POSITIONS_ISOLATED, POSITIONS_CROSS };

struct positions_row {
    char account[POSITIONS_ACCOUNT_MAX];
    char symbol[CONTRACT_SYMBOL_MAX];
    int side;                   /* +1 long, -1 short */
    struct decimal quantity;    /* > 0, contracts */
    struct decimal entry_price; /* > 0 */
    struct decimal margin;      /* > 0, settlement currency; value 0: leverage is stated */
    double leverage;            /* > 0; 0: margin is stated */
    enum positions_mode mode;
    struct decimal order_margin; /* >= 0; settlement currency */
    time_ns_t open;              /* 0: open from the start */
    time_ns_t close;             /* TIME_NS_NEVER: until liquidated */
    uint64_t line;               /* in the file, for later messages */
};

struct positions {
    struct positions_row *rows; /* owned, in the order of the file */
    size_t count, capacity;
};

/*
 * Reads `path` (plain, .gz or .zip; "-" is standard input).  Every mistake is appended to *problems
 * (may be NULL) as one line; *err gets the first and how many there are.  On failure *positions is
 * empty.
 */
enum status positions_read(struct positions *positions, const char *path, struct text *problems,
                           struct error *err) MUST_CHECK;

void positions_clear(struct positions *positions);

#endif
