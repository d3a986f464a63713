#include "formula.h"

#include <string.h>

static const struct formula formulas[] = {
    {"lin_lp_wallet", formula_price_on_mark},
    {"lin_lp_mark_mm_lev", formula_price_on_mark},
    {"lin_lp_entry_mm", formula_price_on_entry},
    {"inv_lp_entry_mm", formula_price_on_entry},
    {"overlay_threshold", formula_price_overlay},
    {"inv_bankr", formula_price_bankruptcy},
    {"lin_bankr", formula_price_bankruptcy},
    {"inv_pnl", formula_price_pnl},
    {"mm_tier", formula_margin_tier},
    {"cum_from_tiers", formula_margin_deductions},
    {"mm_marginal", formula_margin_marginal},
    {"mm_ratio", formula_margin_ratio},
    {"inv_margin", formula_margin_rates},
    {"margin_simple", formula_margin_rates},
    {"vega_margin", formula_margin_variation},
    {"acct_risk", formula_account_risk},
    {"trigger_entry_mm", formula_account_entry_trigger},
    {"trigger_nc_mmr", formula_account_collateral},
    {"trigger_ratio", formula_account_ratio},
    {"order_margin_check", formula_account_order},
    {"dydx_bankruptcy_quote", formula_account_bankruptcy},
    {"transfer_at_bankr", formula_account_transfer},
    {"adl_offset", formula_account_offset},
    {"fund_delta_simple", formula_account_fund_delta},
    {"funding", formula_funding_payment},
    {"funding_series", formula_funding_series},
    {"funding_index", formula_funding_index},
    {"funding_rate", formula_rate_premium},
    {"twap_funding", formula_rate_twap},
    {"index_median", formula_mark_index},
    {"mark_clamp", formula_mark_clamp},
    {"impact_mid", formula_mark_impact},
    {"dydx_fund_delta", formula_fund_delta},
    {"mark_close_fee", formula_fund_close_fee},
    {"mm_close", formula_fund_penalties},
    {"drift_liquidate_perp", formula_fund_liquidator},
    {"dydx_order_price", formula_fund_order_price},
    {"fund_can_pay", formula_fund_can_pay},
    {"fund_transfer", formula_fund_can_pay},
    {"waterfall", formula_fund_waterfall},
    {"mango_bankruptcy", formula_fund_waterfall},
    {"dydx_size_to_liquidate", formula_partial_block},
    {"dydx_max_min_notional", formula_partial_notional},
    {"disposal_schedule", formula_partial_disposal},
    {"drift_cover", formula_partial_cover},
    {"partial_to_initial", formula_partial_initial},
    {"mango_base", formula_partial_health},
    {"adl_rank", formula_adl_rank},
    {"scenario_book", scenario_book},
    {"scenario_mtm", scenario_variation},
    {"scenario_fills", scenario_fills},
    {"scenario_funding_pool", scenario_funding},
    {"scenario_social", scenario_social},
};

static const char *const kinds[] = {
    "liquidation_price",
    "liquidation_order_price",
    "bankruptcy_price",
    "maintenance_margin",
    "liquidation_trigger",
    "close_out_surplus_deficit",
    "partial_liquidation_size",
    "fund_waterfall",
    "adl_ranking",
    "adl_fills",
    "funding_payment",
    "mark_price",
    "pnl",
    "scenario",
};

static const char *const needs_built[] = {
    "mm_on_entry_notional",
    "trigger_rule_le",
    "cross_margin_multi_asset",
    "funding_cap_param",
    "surplus_cap_param",
    "liquidator_takeover",
    "liquidation_fee",
    "liquidation_penalty",
    "liquidation_order_price_rule",
    "fund_payout_fee",
    "socialise_per_open_interest",
    "loss_socialisation",
    "adl_price_mode",
    "partial_liquidation",
    "per_block_notional_cap",
    "lot_step",
    "staged_disposal_schedule",
    "partial_liquidation_to_im",
    "partial_liquidation_to_mm",
    "adl_ranking_mode",
    "adl",
    "index_median",
    "mark_median_clamp",
    "impact_price",
    "funding_rate_formula",
    "twap_funding",
    "mark_to_market_settlement",
    "fund_inventory",
    "liquidation_by_market_fills",
    "fund_bounded_fills",
    "funding_counterparty_fund",
};

const struct formula *
formula_find(const char *name)
{
    for (size_t i = 0; i < sizeof(formulas) / sizeof(*formulas); i++)
        if (strcmp(formulas[i].name, name) == 0)
            return &formulas[i];
    return NULL;
}

bool
formula_kind_known(const char *kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

bool
formula_need_built(const char *need)
{
    for (size_t i = 0; i < sizeof(needs_built) / sizeof(*needs_built); i++)
        if (strcmp(needs_built[i], need) == 0)
            return true;
    return false;
}

enum contract_kind
formula_contract_kind(const struct formula_call *call)
{
    const json_t *kind = reader_find(call->model, "contract");
    return json_is_string(kind) && strcmp(json_string_value(kind), "inverse") == 0
               ? CONTRACT_INVERSE
               : CONTRACT_LINEAR;
}
