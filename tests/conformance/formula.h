/*
 * formula.h - which function of the simulator answers which rule of the vectors.
 *
 * A formula reads a vector's inputs, calls the simulator and puts every figure it knows of into
 * the answer, under the names the vectors use.  It computes nothing itself.  To support another
 * rule: write the function in one of formula_*.c and add a line to the table in formula.c.
 */
#ifndef TESTS_CONFORMANCE_FORMULA_H
#define TESTS_CONFORMANCE_FORMULA_H

#include "book.h"

struct formula_call {
    const char *kind;     /* of the vector: "pnl" */
    const json_t *model;  /* borrowed; NULL where the vector has none */
    const json_t *inputs; /* borrowed */
    struct reader *reader;
    struct book *book; /* empty when the call starts */
    json_t *answer;    /* an empty object when the call starts */
};

struct formula {
    const char *name;
    void (*answer)(const struct formula_call *call);
};

/* The formula called `name`, or NULL. */
const struct formula *formula_find(const char *name);

/* Whether vectors of this kind, or that need this engine feature, are driven at all. */
bool formula_kind_known(const char *kind);
bool formula_need_built(const char *need);

/* formula_price.c */
void formula_price_on_mark(const struct formula_call *call);
void formula_price_on_entry(const struct formula_call *call);
void formula_price_overlay(const struct formula_call *call);
void formula_price_bankruptcy(const struct formula_call *call);
void formula_price_pnl(const struct formula_call *call);

/* formula_margin.c */
void formula_margin_tier(const struct formula_call *call);
void formula_margin_deductions(const struct formula_call *call);
void formula_margin_marginal(const struct formula_call *call);
void formula_margin_ratio(const struct formula_call *call);
void formula_margin_rates(const struct formula_call *call);
void formula_margin_variation(const struct formula_call *call);

/* formula_account.c */
void formula_account_risk(const struct formula_call *call);
void formula_account_entry_trigger(const struct formula_call *call);
void formula_account_collateral(const struct formula_call *call);
void formula_account_ratio(const struct formula_call *call);
void formula_account_order(const struct formula_call *call);
void formula_account_bankruptcy(const struct formula_call *call);
void formula_account_transfer(const struct formula_call *call);
void formula_account_offset(const struct formula_call *call);
void formula_account_fund_delta(const struct formula_call *call);

/* formula_funding.c */
void formula_funding_payment(const struct formula_call *call);
void formula_funding_series(const struct formula_call *call);
void formula_funding_index(const struct formula_call *call);

/* formula_rate.c */
void formula_rate_premium(const struct formula_call *call);
void formula_rate_twap(const struct formula_call *call);

/* formula_fund.c */
void formula_fund_delta(const struct formula_call *call);
void formula_fund_close_fee(const struct formula_call *call);
void formula_fund_penalties(const struct formula_call *call);
void formula_fund_liquidator(const struct formula_call *call);
void formula_fund_order_price(const struct formula_call *call);
void formula_fund_can_pay(const struct formula_call *call);
void formula_fund_waterfall(const struct formula_call *call);

/* formula_partial.c */
void formula_partial_block(const struct formula_call *call);
void formula_partial_notional(const struct formula_call *call);
void formula_partial_disposal(const struct formula_call *call);
void formula_partial_cover(const struct formula_call *call);
void formula_partial_initial(const struct formula_call *call);
void formula_partial_health(const struct formula_call *call);

/* formula_adl.c */
void formula_adl_rank(const struct formula_call *call);

/* formula_mark.c */
void formula_mark_index(const struct formula_call *call);
void formula_mark_clamp(const struct formula_call *call);
void formula_mark_impact(const struct formula_call *call);

/* scenario_*.c: steps driven through the engine's own events */
void scenario_book(const struct formula_call *call);
void scenario_variation(const struct formula_call *call);
void scenario_fills(const struct formula_call *call);
void scenario_funding(const struct formula_call *call);
void scenario_social(const struct formula_call *call);

/* Contract kind of the vector's model; linear where it says nothing. */
enum contract_kind formula_contract_kind(const struct formula_call *call);

#endif
