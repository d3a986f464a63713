/*
 * fees.h - what a forced close costs, and who gets what is left.
 *
 *     residue = what the close left of the margin (> 0) or lacked (< 0)
 *
 *     1  the liquidator's fixed reward, whatever is left
 *     2  the liquidation fee, the liquidator's share of notional, the venue's fee: out of what is
 *        left, or beyond it where the venue charges penalties that nobody can pay
 *     3  the surplus: to the fund, the trader or both; or to the fund up to a cap, and the rest to
 *        the trader
 *     4  what is below zero is a deficit
 *
 * The parts always add up to the residue.  Sources: OKX and BitMEX (all to the fund), dYdX v4
 * GetLiquidationInsuranceFundDelta (cap), Mai protocol v2 and v3 (penalties), Binance (clearance
 * fee), Hyperliquid (all back to the trader).
 */
#ifndef SIM_ENGINE_FEES_H
#define SIM_ENGINE_FEES_H

#include <stdbool.h>

#include "base/money.h"

enum fee_residue { FEE_RESIDUE_FUND = 0, FEE_RESIDUE_TRADER, FEE_RESIDUE_SPLIT };
extern const char *const fees_residue_names[]; /* "fund", "trader", "split", NULL */

/* All rates are shares of the notional at the close price unless said. */
struct fee_rules {
    rate_t rate;           /* liquidation fee */
    rate_t platform_share; /* of the liquidation fee, to the platform; the rest to the fund */
    rate_t venue_rate;     /* a fee of its own to the platform */
    rate_t keeper_rate;    /* to an outside liquidator */
    money_t keeper_reward; /* fixed, always paid */
    bool beyond_margin; /* fees are charged even where nothing is left: they add to the deficit */
    enum fee_residue residue_to;
    rate_t residue_fund_share; /* of the surplus, `split` */
    rate_t surplus_cap;        /* of the surplus at most this goes to the fund, the rest to the
                                  trader, whatever residue_to says; 0: no cap */
};

struct fee_split { /* all >= 0; residue = all others - deficit */
    money_t fund_fee, platform, keeper;
    money_t surplus; /* to the fund */
    money_t trader;  /* back to the trader */
    money_t deficit;
};

struct fee_split fees_split(const struct fee_rules *rules, money_t residue, money_t notional);

#endif
