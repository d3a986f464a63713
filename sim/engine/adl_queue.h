/*
 * adl_queue.h - the winners of one side in the order they would be closed.
 *
 * Candidates are open positions of that side that are not in breach themselves and whose equity is
 * above zero; rankings that do not say otherwise want a profit at the mark as well.  The queue is
 * built when it is first needed and stands until the mark moves or a position of that side is
 * opened, closed otherwise or paid funding; it is used up in order.  Ties go to the lower account,
 * then the lower position.
 */
#ifndef SIM_ENGINE_ADL_QUEUE_H
#define SIM_ENGINE_ADL_QUEUE_H

#include "engine/engine.h"

/* Makes the queue the one of `side` of an instrument at its present mark, if it is not yet;
 * `case_id` is for rankings that differ by case. */
enum status adl_queue_prepare(struct engine *engine, uint32_t instrument, int side,
                              uint64_t case_id, struct error *err) MUST_CHECK;

/* The version of a side: changes with whatever happens to its positions. */
uint64_t adl_queue_version(const struct engine *engine, uint32_t instrument, int side);

/* The i-th winner met so far is entry[i - 1], i from `end` down to count + 1; this meets one more
 * (there must be one: count > 0). */
void adl_queue_meet(struct adl_queue *queue);

/* Takes a winner who was met out of the queue. */
void adl_queue_drop(struct adl_queue *queue, size_t i);

/* What a ranking is told about a position. */
enum status adl_queue_candidate(struct engine *engine, uint32_t position, uint64_t case_id,
                                struct adl_candidate *candidate, bool *in_breach,
                                struct error *err) MUST_CHECK;

#endif
