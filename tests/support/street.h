/*
 * street.h - a small book by hand: two contracts, one pool, and who comes and goes.
 */
#ifndef TESTS_SUPPORT_STREET_H
#define TESTS_SUPPORT_STREET_H

#include "engine/holders.h"
#include "reference.h"

enum { STREET_INSTRUMENTS = 2 };
#define STREET_FOREVER 1e9 /* hours */

/* Two linear instruments of 1 coin a contract, whole contracts, cents, 1e-6 USDT, one pool. */
struct street {
    struct engine_instrument instruments[STREET_INSTRUMENTS];
    struct engine_pool pool;
    struct engine_config config;
    struct engine engine;
    struct population_params params;
    struct holder_target targets[STREET_INSTRUMENTS];
    struct holders_config population;
    struct holders holders;
    struct happenings list;
};

/* Everybody holds 1,000 USDT at 10x for `hours`; steps of an hour, no lookback; a target of
 * `open_interest` in the first contract. */
void street_init(struct street *street, double hours, double open_interest);

/* Opens engine and population; with street_start() the population comes in at a first mark. */
void street_open(struct street *street, time_ns_t from);
void street_start(struct street *street, time_ns_t from, int64_t mark_price);

/* Verifies the books and frees. */
void street_close(struct street *street);

/* One instant with a mark: the population first, then the margins. */
void street_instant(struct street *street, size_t instrument, time_ns_t time, int64_t mark_price);

/* What is open in the first contract, the engine's included. */
int64_t street_longs(const struct street *street);
int64_t street_shorts(const struct street *street);

/* A position entered at 100 with 50 a contract. */
struct position street_position(uint32_t account, uint32_t instrument, int64_t quantity,
                                time_ns_t close);

#endif
