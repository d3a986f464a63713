/*
 * funding_rows.h - the rows that several kinds of funding rate share.
 */
#ifndef SIM_MODELS_FUNDING_ROWS_H
#define SIM_MODELS_FUNDING_ROWS_H

#include "models/funding_rate.h"

#define FUNDING_DURATION(name, text, words)                                                    \
    {                                                                                          \
        .key = #name, .type = PARAM_DURATION, .offset = offsetof(struct funding_params, name), \
        .min = 0.001, .max = 31.0 * 86400.0, .unit = "s", .fallback = (text), .doc = (words),  \
    }
#define FUNDING_SHARE(name, low, high, text, words)                                          \
    {                                                                                        \
        .key = #name, .type = PARAM_DOUBLE, .offset = offsetof(struct funding_params, name), \
        .min = (low), .max = (high), .unit = "1", .fallback = (text), .doc = (words),        \
    }
#define FUNDING_INTERVAL(text) \
    FUNDING_DURATION(interval, text, "Time between two settlements, at its multiples since 1970.")
#define FUNDING_PERIOD \
    FUNDING_DURATION(period, "8h", "Time that premium and interest are quoted for.")
#define FUNDING_LENGTH(text)                                                                \
    FUNDING_DURATION(length, text,                                                          \
                     "Length of the window that is averaged; a fixed window is at most as " \
                     "long as the interval.")
#define FUNDING_SAMPLING(text) FUNDING_DURATION(sampling, text, "Time between two samples.")
#define FUNDING_ROLLING                                                                           \
    {                                                                                             \
        .key = "rolling", .type = PARAM_BOOL, .offset = offsetof(struct funding_params, rolling), \
        .unit = "", .fallback = "false",                                                          \
        .doc = "false: the window begins anew at each settlement; true: it is always the last "   \
               "length.",                                                                         \
    }
#define FUNDING_CROSS_CYCLE                                                                       \
    {                                                                                             \
        .key = "cross_cycle", .type = PARAM_BOOL,                                                 \
        .offset = offsetof(struct funding_params, cross_cycle), .unit = "", .fallback = "false",  \
        .doc = "true: what a window makes is paid at the settlement after the one that ends it.", \
    }
#define FUNDING_PREMIUM                                                                       \
    {                                                                                         \
        .key = "premium", .type = PARAM_CHOICE,                                               \
        .offset = offsetof(struct funding_params, premium), .unit = "", .fallback = "mid",    \
        .doc = "What is compared with the index: mid, the mean of best bid and ask; impact, " \
               "how far the impact bid is above it or the impact ask below; mark, the mark "  \
               "price.",                                                                      \
        .choices = funding_premium_names,                                                     \
    }
#define FUNDING_AVERAGE                                                                       \
    {                                                                                         \
        .key = "average", .type = PARAM_CHOICE,                                               \
        .offset = offsetof(struct funding_params, average), .unit = "", .fallback = "simple", \
        .doc = "simple: every sample alike; rising: weights 1, 2, 3, ... up to the newest.",  \
        .choices = funding_average_names,                                                     \
    }
#define FUNDING_FLOOR \
    FUNDING_SHARE(floor, -1.0, 1.0, "", "Lowest rate of an interval; left out, none.")
#define FUNDING_CAP \
    FUNDING_SHARE(cap, -1.0, 1.0, "", "Highest rate of an interval; left out, none.")

extern const char *const funding_premium_names[];
extern const char *const funding_average_names[];

#endif
