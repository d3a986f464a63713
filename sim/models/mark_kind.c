#include "models/mark_kind.h"

#include <assert.h>
#include <math.h>

const struct model *const mark_registry[] = {
    &mark_tape.model,
    &mark_last.model,
    &mark_index.model,
    &mark_index_basis.model,
    &mark_median3.model,
    &mark_median_clamp.model,
    NULL,
};

const char *const mark_average_names[] = {"simple", "exponential", NULL};

const struct mark_type *
mark_of(const struct model *model)
{
    return (const struct mark_type *)(const void *)model;
}

struct mark_inputs
mark_inputs_unknown(void)
{
    return (struct mark_inputs){
        .tape = NAN, .index = NAN, .last = NAN, .mid = NAN, .funding_rate = NAN};
}

enum status
mark_init(struct mark_state *state, const struct mark_type *type, const struct mark_params *params,
          struct error *err)
{
    *state = (struct mark_state){.type = type, .params = params, .average = NAN};
    if (!type->averages)
        return OK;
    return sampler_init(&state->basis, params->window, params->sampling, "the basis of the mark",
                        err);
}

void
mark_clear(struct mark_state *state)
{
    sampler_clear(&state->basis);
    *state = (struct mark_state){0};
}

static double
basis_now(const struct mark_inputs *inputs)
{
    return (isnan(inputs->mid) ? inputs->last : inputs->mid) - inputs->index;
}

void
mark_sample(struct mark_state *state, const struct mark_inputs *inputs)
{
    if (!state->type->averages)
        return;
    if (sampler_take(&state->basis, inputs->time, basis_now(inputs)) == 0)
        return;
    state->average = state->params->average == MARK_AVERAGE_EXPONENTIAL
                         ? sampler_mean_exponential(&state->basis)
                         : sampler_mean(&state->basis);
}

double
mark_price(const struct mark_state *state, const struct mark_inputs *inputs)
{
    assert(state->type);
    const double basis = isnan(state->average) ? basis_now(inputs) : state->average;
    return state->type->price(state->params, inputs, basis);
}
