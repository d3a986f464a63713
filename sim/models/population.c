#include "models/population.h"

static const struct param positions_rows[] = {
    {
        .key = "file",
        .type = PARAM_TEXT,
        .offset = offsetof(struct population_params, file),
        .unit = "path",
        .doc = "CSV of the positions, one a row: account, instrument, side, quantity, entry "
               "price and margin.",
    },
    {.key = NULL},
};

#define DISTRIBUTION_ROW(name, text)                                                              \
    {                                                                                             \
        .key = #name, .type = PARAM_MODEL,                                                        \
        .offset = offsetof(struct population_params, name) + offsetof(struct distribution, kind), \
        .params_offset =                                                                          \
            offsetof(struct population_params, name) + offsetof(struct distribution, params),     \
        .registry = distribution_registry, .unit = "", .doc = (text),                             \
    }

static const struct param synthetic_rows[] = {
    {
        .key = "open_interest",
        .type = PARAM_DOUBLE,
        .offset = offsetof(struct population_params, open_interest),
        .min = 1.0,
        .max = 1e15,
        .unit = "quote",
        .doc = "Notional held on one side of each instrument at the start, in its quote currency.",
    },
    DISTRIBUTION_ROW(leverage, "Leverage a position is opened with, 1 or more; cut at the "
                               "leverage_max of its risk tier."),
    DISTRIBUTION_ROW(size, "Notional of one position, in the quote currency."),
    DISTRIBUTION_ROW(lifetime, "Hours a position stays open unless it is liquidated."),
    {
        .key = "step",
        .type = PARAM_DURATION,
        .offset = offsetof(struct population_params, step),
        .min = 0.001,
        .max = 86400.0,
        .unit = "s",
        .fallback = "1min",
        .doc = "How often positions expire and new ones replace them.",
    },
    {
        .key = "lookback",
        .type = PARAM_DURATION,
        .offset = offsetof(struct population_params, lookback),
        .min = 0.0,
        .max = 31536000.0,
        .unit = "s",
        .fallback = "1d",
        .doc = "The opening book was entered at tape prices within this time before the start.",
    },
    {
        .key = "recovery",
        .type = PARAM_DURATION,
        .offset = offsetof(struct population_params, recovery),
        .min = 0.001,
        .max = 315360000.0,
        .unit = "s",
        .fallback = "1d",
        .doc = "Time constant with which new positions bring open interest back to its target.",
    },
    {.key = NULL},
};

const struct model population_positions = {
    .name = "positions",
    .doc = "The positions of a file, as they stood at the start of the run.",
    .params = positions_rows,
};

const struct model population_synthetic = {
    .name = "synthetic",
    .doc = "Positions drawn at random until each side of every instrument holds its open interest: "
           "size, leverage and lifetime from distributions, entry prices from the tape, longs and "
           "shorts balanced. The same seed draws the same positions.",
    .params = synthetic_rows,
};

const struct model *const population_registry[] = {
    &population_positions,
    &population_synthetic,
    NULL,
};
