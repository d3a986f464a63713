/* recorder_observer() of recorder.h: what the engine tells becomes rows and figures. */
#include "io/recorder_part.h"

#include <assert.h>

/* Writes one event row, unless events are off. */
static void
add_event(struct recorder *recorder, int table, const void *row)
{
    if (recorder->record_events && recorder->error.code == OK)
        (void)!rows_add(&recorder->events[table], row, &recorder->error);
}

static void
on_liquidation(void *context, const struct liquidation_event *event)
{
    struct recorder *recorder = context;
    if (recorder->error.code != OK)
        return;
    assert(event->instrument < recorder->instrument_count);
    const struct contract *contract = &recorder->contracts[event->instrument];
    if (figures_liquidation(&recorder->figures, event, &recorder->error) != OK)
        return;
    add_event(recorder, RECORDER_LIQUIDATION,
              &(struct layout_liquidation){
                  .time = event->time,
                  .case_id = event->case_id,
                  .step = (int32_t)event->step,
                  .account = event->account,
                  .instrument = event->instrument,
                  .quantity = contract_quantity(contract, event->quantity),
                  .mark_price = contract_price(contract, event->mark_price),
                  .bankruptcy_price = event->bankruptcy_price,
                  .leverage = event->leverage,
                  .margin = event->margin,
                  .equity = event->equity,
                  .maintenance_margin = event->maintenance_margin,
                  .notional = event->notional,
              });
}

static void
on_closeout(void *context, const struct closeout_event *event)
{
    struct recorder *recorder = context;
    if (recorder->error.code != OK)
        return;
    assert(event->instrument < recorder->instrument_count);
    const struct contract *contract = &recorder->contracts[event->instrument];
    figures_closeout(&recorder->figures, event);
    add_event(recorder, RECORDER_CLOSEOUT,
              &(struct layout_closeout){
                  .time = event->time,
                  .case_id = event->case_id,
                  .account = event->account,
                  .instrument = event->instrument,
                  .cause = (int32_t)event->cause,
                  .quantity = contract_quantity(contract, event->quantity),
                  .mark_price = contract_price(contract, event->mark_price),
                  .close_price = contract_price(contract, event->close_price),
                  .bankruptcy_price = event->bankruptcy_price,
                  .slippage = event->slippage,
                  .fee = event->fee,
                  .result = event->result,
                  .uncovered_loss = event->uncovered_loss,
                  .fund_after = event->fund_after,
              });
}

static void
on_adl(void *context, const struct adl_event *event)
{
    struct recorder *recorder = context;
    if (recorder->error.code != OK)
        return;
    assert(event->instrument < recorder->instrument_count);
    const struct contract *contract = &recorder->contracts[event->instrument];
    figures_adl(&recorder->figures, event);
    add_event(recorder, RECORDER_ADL,
              &(struct layout_adl){
                  .time = event->time,
                  .case_id = event->case_id,
                  .account = event->account,
                  .counterparty = event->counterparty,
                  .instrument = event->instrument,
                  .rank = event->rank,
                  .quantity = contract_quantity(contract, event->quantity),
                  .mark_price = contract_price(contract, event->mark_price),
                  .price = event->price,
                  .score = event->score,
                  .profit = event->profit,
                  .haircut = event->haircut,
                  .fund_after = event->fund_after,
              });
}

static void
on_fund(void *context, const struct fund_change *change)
{
    struct recorder *recorder = context;
    if (recorder->error.code != OK)
        return;
    assert(change->pool < recorder->pool_count);
    figures_fund(&recorder->figures, change);
    const struct layout_change row = {.time = change->time,
                                      .kind = (int32_t)change->kind,
                                      .case_id = change->case_id,
                                      .amount = change->amount,
                                      .balance = change->balance};
    if (rows_add(&recorder->pools[change->pool].changes, &row, &recorder->error) != OK)
        return;
    if (change->kind == FUND_INJECTION)
        add_event(recorder, RECORDER_INJECTION,
                  &(struct layout_injection){.time = change->time,
                                             .case_id = change->case_id,
                                             .pool = change->pool,
                                             .amount = change->amount,
                                             .fund_after = change->balance});
}

static void
on_socialised(void *context, const struct socialised_event *event)
{
    struct recorder *recorder = context;
    figures_socialised(&recorder->figures, event);
    add_event(recorder, RECORDER_SOCIALISED,
              &(struct layout_socialised){.time = event->time,
                                          .case_id = event->case_id,
                                          .account = event->account,
                                          .instrument = event->instrument,
                                          .pool = event->pool,
                                          .base = event->base,
                                          .amount = event->amount});
}

static void
on_bad_debt(void *context, const struct bad_debt_event *event)
{
    add_event(context, RECORDER_BAD_DEBT,
              &(struct layout_bad_debt){.time = event->time,
                                        .account = event->account,
                                        .instrument = event->instrument,
                                        .amount = event->amount});
}

static void
on_control(void *context, const struct control_event *event)
{
    add_event(context, RECORDER_CONTROL,
              &(struct layout_control){.time = event->time,
                                       .instrument = event->instrument,
                                       .kind = (int32_t)event->kind,
                                       .on = event->on,
                                       .multiplier = (double)event->multiplier / (double)RATE_ONE});
}

static void
on_sample(void *context, const struct engine_sample *sample)
{
    struct recorder *recorder = context;
    struct error *error = &recorder->error;
    if (error->code != OK)
        return;
    figures_sample(&recorder->figures, sample);
    for (size_t i = 0; i < recorder->pool_count; i++) {
        if (series_add(&recorder->pools[i].series, sample->time, &sample->pools[i], error) != OK)
            return;
    }
    for (size_t i = 0; i < recorder->instrument_count; i++) {
        if (series_add(&recorder->instruments[i].series, sample->time, &sample->instruments[i],
                       error) != OK)
            return;
    }
}

struct observer
recorder_observer(struct recorder *recorder)
{
    return (struct observer){.context = recorder,
                             .liquidation = on_liquidation,
                             .closeout = on_closeout,
                             .adl = on_adl,
                             .fund = on_fund,
                             .socialised = on_socialised,
                             .bad_debt = on_bad_debt,
                             .control = on_control,
                             .sample = on_sample};
}
