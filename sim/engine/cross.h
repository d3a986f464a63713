/*
 * cross.h - the risk of a cross account, and the alarms that watch it.
 *
 * A leg is what the account needs margin for in one instrument: a position, or, where the venue
 * nets hedged legs, all of its positions in the instrument together.  With B the balance,
 *
 *     cushion = B - order margin + sum over legs of (value - entry value - required)
 *
 * To watch an account without looking at it, the cushion is split over its legs by their notional,
 * and each leg gets the alarms of an isolated position that would breach when its share is used up:
 *
 *     leg 1   |<------- share 1 ------>|         while every mark is inside its alarms, every
 *     leg 2   |<- share 2 ->|                    leg keeps a cushion >= 0, and so does the sum
 *
 * Whatever the marks do inside the bounds, the account cannot have breached: the legs' cushions
 * add up to the account's exactly, in integers.  When an alarm rings the account is looked at, and
 * if it is well the cushion is split anew.  So accounts cost nothing until a mark comes near.
 */
#ifndef SIM_ENGINE_CROSS_H
#define SIM_ENGINE_CROSS_H

#include "engine/engine.h"

/* What an account needs margin for in one instrument; money of its settlement currency. */
struct cross_leg {
    uint32_t instrument;
    uint32_t position;   /* whose row carries the alarms of the leg */
    int64_t quantity;    /* signed; 0: fully hedged */
    money_t entry_value; /* of all of it */
    money_t value;       /* at the mark */
    struct margin_need need;
};

struct cross_risk {
    money_t equity;
    money_t maintenance; /* maintenance margins */
    money_t required;    /* with liquidation fees in the trigger and order margin */
    money_t initial;     /* initial margins */
    money_t notional;    /* sum over the legs */
};

/* Measures an account at the present marks; leaves its legs in engine->legs. */
enum status cross_measure(struct engine *engine, uint32_t account, struct cross_risk *risk,
                          struct error *err) MUST_CHECK;

/* The verdict on what was measured: nothing is taken from an account that holds nothing. */
bool cross_in_breach(const struct engine *engine, const struct cross_risk *risk);

/* Splits the cushion of an account over its legs and stores their alarms, without adding them to
 * the sides: for alarm_rebuild(). */
enum status cross_watch(struct engine *engine, uint32_t account, struct error *err) MUST_CHECK;

/* The same, and adds them to the sides of their instruments. */
enum status cross_arm(struct engine *engine, uint32_t account, struct error *err) MUST_CHECK;

#endif
