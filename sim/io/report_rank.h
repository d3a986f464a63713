/*
 * report_rank.h - the few events of a result worth a row in a table, pool by pool.
 *
 * The ten cases that cost a fund most, all their close-outs together, and the ten ADL closures
 * with the largest haircut.  The event tables are read in blocks; memory follows the number of
 * cases.  Ties go to the lower case id, then to the earlier row.
 */
#ifndef SIM_IO_REPORT_RANK_H
#define SIM_IO_REPORT_RANK_H

#include "io/result.h"

enum { REPORT_RANK_ROWS = 10 };

struct report_loss {
    uint64_t case_id;
    money_t cost;                          /* > 0: the deficit of all its close-outs, after fees */
    money_t uncovered;                     /* part of it that nobody paid */
    uint32_t parts;                        /* close-outs */
    struct layout_liquidation liquidation; /* case_id 0 when its row is missing */
};

struct report_rank_pool {
    struct report_loss losses[REPORT_RANK_ROWS];
    size_t loss_count;
    struct layout_adl adls[REPORT_RANK_ROWS];
    size_t adl_count;
};

struct report_rank {
    struct report_rank_pool *pools; /* owned; one a pool of the result */
};

enum status report_rank_read(struct report_rank *rank, const struct result *result,
                             struct error *err) MUST_CHECK;
void report_rank_clear(struct report_rank *rank);

#endif
