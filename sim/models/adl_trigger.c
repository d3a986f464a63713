#include "models/adl_trigger.h"

#include <math.h>
#include <stddef.h>

static const char *const reference_names[] = {"peak", "mean", NULL};
static const char *const scope_names[] = {"pool", "symbol", NULL};
static const char *const compare_names[] = {"le", "lt", NULL};

#define FIELD(name) offsetof(struct adl_trigger_params, name)

const struct param adl_trigger_rows[] = {
    {.key = "depleted",
     .type = PARAM_BOOL,
     .offset = FIELD(depleted),
     .unit = "",
     .fallback = "false",
     .doc = "Whether a balance at or below depleted_below puts deleveraging on; without it only a "
            "deficit that cannot be paid does."},
    {.key = "depleted_below",
     .type = PARAM_DOUBLE,
     .offset = FIELD(depleted_below),
     .min = 0.0,
     .max = 1e15,
     .unit = "settlement",
     .fallback = "0",
     .doc = "Balance at or below which deleveraging is on."},
    {.key = "drawdown",
     .type = PARAM_BOOL,
     .offset = FIELD(drawdown),
     .unit = "",
     .fallback = "false",
     .doc = "Whether a fall of the fund within the window puts deleveraging on."},
    {.key = "reference",
     .type = PARAM_CHOICE,
     .offset = FIELD(reference),
     .unit = "",
     .fallback = "peak",
     .choices = reference_names,
     .doc = "What the fall is measured from: the highest balance of the window, or its mean."},
    {.key = "scope",
     .type = PARAM_CHOICE,
     .offset = FIELD(scope),
     .unit = "",
     .fallback = "pool",
     .choices = scope_names,
     .doc = "pool: the balance falls; symbol: what one instrument brought the pool falls, and only "
            "that instrument is deleveraged."},
    {.key = "compare",
     .type = PARAM_CHOICE,
     .offset = FIELD(compare),
     .unit = "",
     .fallback = "le",
     .choices = compare_names,
     .doc = "Whether a fall that just reaches the line counts (le) or must go beyond it (lt)."},
    {.key = "window",
     .type = PARAM_DURATION,
     .offset = FIELD(window),
     .min = 1.0,
     .max = 2592000.0,
     .unit = "s",
     .fallback = "8h",
     .doc = "Length of the window, closed at both ends."},
    {.key = "rate",
     .type = PARAM_DOUBLE,
     .offset = FIELD(rate),
     .min = 0.000001,
     .max = 1.0,
     .unit = "1",
     .fallback = "30%",
     .doc = "Fall, as a share of the base, that puts it on."},
    {.key = "recover_rate",
     .type = PARAM_DOUBLE,
     .offset = FIELD(recover_rate),
     .min = 0.0,
     .max = 1.0,
     .unit = "1",
     .fallback = "25%",
     .doc = "Fall, as a share of the base, below which it goes off again."},
    {.key = "amount",
     .type = PARAM_DOUBLE,
     .offset = FIELD(amount),
     .min = 0.0,
     .max = 1e15,
     .unit = "settlement",
     .fallback = "0",
     .doc = "Smallest fall that puts it on, whatever the rate says."},
    {.key = "balance_min",
     .type = PARAM_DOUBLE,
     .offset = FIELD(balance_min),
     .min = 0.0,
     .max = 1e15,
     .unit = "settlement",
     .fallback = "0",
     .doc = "Balance the pool must exceed for the drawdown trigger to be looked at."},
    {.key = "inventory_cap",
     .type = PARAM_BOOL,
     .offset = FIELD(inventory_cap),
     .unit = "",
     .fallback = "false",
     .doc = "Whether an inventory too large for the fund puts deleveraging on."},
    {.key = "inventory_ratio",
     .type = PARAM_DOUBLE,
     .offset = FIELD(inventory_ratio),
     .min = 0.000001,
     .max = 1e6,
     .unit = "1",
     .fallback = "100%",
     .doc = "Largest notional of the inventory, as a multiple of the balance."},
    {.key = "account_negative",
     .type = PARAM_BOOL,
     .offset = FIELD(account_negative),
     .unit = "",
     .fallback = "false",
     .doc = "Whether positions of an account below zero at the mark are deleveraged at once."},
    {.key = NULL},
};

double
adl_trigger_line(const struct adl_trigger_params *params, double base)
{
    return fmax(params->rate * base, params->amount);
}

bool
adl_trigger_drawdown(const struct adl_trigger_params *params, bool on, double fall, double base,
                     double balance)
{
    if (!params->drawdown || !(base > 0.0))
        return false;
    if (on)
        return fall >= params->recover_rate * base;
    if (!(balance > params->balance_min) && params->balance_min > 0.0)
        return false;
    const double line = adl_trigger_line(params, base);
    return params->compare == ADL_TRIGGER_LT ? fall > line : fall >= line;
}

bool
adl_trigger_depleted(const struct adl_trigger_params *params, double balance)
{
    return params->depleted && balance <= params->depleted_below;
}

bool
adl_trigger_inventory(const struct adl_trigger_params *params, double inventory, double balance)
{
    return params->inventory_cap && inventory > params->inventory_ratio * fmax(balance, 0.0);
}
