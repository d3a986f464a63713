/*
 * unwind_part.h - one part of an account that is being unwound: how much, at which price, and what
 * that leaves of the account.
 *
 * A part is closed for the trader's account: profit and loss change its margin or balance, the
 * liquidation fee is charged out of what is left, and when nothing is held any more the rest is
 * shared out, or a deficit covered, as the venue's rules say.  Where the venue settles fill by
 * fill, each part is taken over at its bankruptcy price and sold at once instead.
 */
#ifndef SIM_ENGINE_UNWIND_PART_H
#define SIM_ENGINE_UNWIND_PART_H

#include "engine/engine.h"

/* What is known of the margin of a position or account. */
struct unwind_risk {
    money_t equity, maintenance, required, initial;
    bool in_breach;
};

enum status unwind_part_risk(struct engine *engine, const struct unwind_case *unwinding,
                             struct unwind_risk *risk, struct error *err) MUST_CHECK;

/* Asks the venue's partial scheme about one position; false when no step is left. */
bool unwind_part_order(struct engine *engine, const struct unwind_case *unwinding,
                       uint32_t position, const struct unwind_risk *risk,
                       struct partial_order *order);

/* Closes `quantity` (abs) of a position at once, at the mark worsened by slippage or at the limit
 * of an outside liquidator; *filled is 0 when the price is beyond the limit. */
enum status unwind_part_now(struct engine *engine, const struct unwind_case *unwinding,
                            uint32_t position, int64_t quantity, int64_t *filled,
                            struct error *err) MUST_CHECK;

/* Closes `quantity` (abs) of a position at `close_price`; *filled is 0 when that is beyond the
 * limit, or when the fund cannot pay what the fill lacks. */
enum status unwind_part_fill(struct engine *engine, const struct unwind_case *unwinding,
                             uint32_t position, int64_t quantity, int64_t close_price,
                             double slippage, int64_t *filled, struct error *err) MUST_CHECK;

#endif
