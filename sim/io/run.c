#include "io/run.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/replay.h"
#include "io/binding.h"
#include "io/feed.h"
#include "io/recorder.h"

/* Everything that is open during a run. */
struct run {
    const struct scenario *scenario; /* borrowed */
    struct feed_tapes tapes;
    struct binding binding;
    struct feed **feeds;           /* the open ones; then NULL */
    struct replay_source *sources; /* one a feed */
    struct pricing **pricing;      /* one an instrument, NULL: its prices are the tape's */
    size_t feed_count, source_count;
    struct engine engine;
    struct holders holders;
    struct recorder *recorder;
    struct progress *progress; /* borrowed */
    struct text effective;     /* the effective scenario */
};

static enum status
open_tapes(struct feed_tapes *tapes, const struct scenario *scenario, struct error *err)
{
    return feed_tapes_open(tapes, (const char *const *)scenario->tapes, scenario->tape_count, err);
}

static enum status
add_feed(struct run *run, const struct replay_source *source, const char *name, int quantity_scale,
         struct pool *pool, struct error *err)
{
    const struct binding *binding = &run->binding;
    struct feed **feed = &run->feeds[run->source_count];
    TRY(feed_open(feed, &run->tapes, name, source->kind,
                  binding->instruments[source->instrument].contract.price_scale, quantity_scale,
                  binding->preroll, pool, err));
    run->sources[run->source_count] = *source;
    run->sources[run->source_count].next = feed_next;
    run->sources[run->source_count].context = *feed;
    run->source_count++;
    return OK;
}

/* The rows of one instrument on the tapes, and those of the sources of its index. */
static enum status
open_feeds_of(struct run *run, size_t i, struct pool *pool, struct error *err)
{
    const struct binding *binding = &run->binding;
    const struct binding_prices *prices = &binding->prices[i];
    for (enum tape_kind kind = 0; kind < TAPE_KINDS; kind++) {
        const struct replay_source source = {.kind = kind, .instrument = i};
        if (binding_feeds(binding, i, kind))
            TRY(add_feed(run, &source, binding->tape_names[i],
                         binding->instruments[i].contract.quantity_scale, pool, err));
    }
    for (size_t k = 0; k < prices->rules.source_count; k++) {
        const struct replay_source source = {
            .kind = prices->source_kind[k], .instrument = i, .index_part = k + 1};
        TRY(add_feed(run, &source, prices->source[k], prices->source_quantity_scale[k], pool, err));
    }
    return OK;
}

static enum status
open_feeds(struct run *run, struct pool *pool, struct error *err)
{
    const size_t instruments = run->scenario->instrument_count;
    run->feed_count = instruments * TAPE_KINDS;
    for (size_t i = 0; i < instruments; i++)
        run->feed_count += run->binding.prices[i].rules.source_count;
    run->feeds = calloc(run->feed_count, sizeof(struct feed *));
    run->sources = calloc(run->feed_count, sizeof(*run->sources));
    if (run->feeds == NULL || run->sources == NULL)
        return error_memory(err, "opening the feeds");
    for (size_t i = 0; i < instruments; i++)
        TRY(open_feeds_of(run, i, pool, err));
    return OK;
}

/* Starts the computation of prices, where there is any. */
static enum status
open_pricing(struct run *run, struct error *err)
{
    const size_t instruments = run->scenario->instrument_count;
    run->pricing = calloc(instruments, sizeof(struct pricing *));
    if (run->pricing == NULL)
        return error_memory(err, "computing prices");
    for (size_t i = 0; i < instruments; i++) {
        if (!run->binding.prices[i].computed)
            continue;
        run->pricing[i] = calloc(1, sizeof(struct pricing));
        if (run->pricing[i] == NULL)
            return error_memory(err, "computing prices");
        TRY(pricing_init(run->pricing[i], &run->binding.prices[i].rules, err));
    }
    return OK;
}

static void
close_pricing(struct run *run)
{
    for (size_t i = 0; run->pricing != NULL && i < run->scenario->instrument_count; i++) {
        if (run->pricing[i] != NULL)
            pricing_clear(run->pricing[i]);
        free(run->pricing[i]);
    }
    free(run->pricing);
}

/* The file name without its directory. */
static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static enum status
open_recorder(struct run *run, const char *output, struct error *err)
{
    const struct scenario *scenario = run->scenario;
    const struct binding *binding = &run->binding;
    char digest[HASH_XXH_TEXT];
    scenario_print(scenario, &run->effective);
    if (text_failed(&run->effective))
        return error_memory(err, "printing the effective scenario");
    hash_xxh(run->effective.data, run->effective.length, digest);
    struct contract *contracts = calloc(scenario->instrument_count, sizeof(*contracts));
    struct recorder_tape *tapes = calloc(scenario->tape_count, sizeof(*tapes));
    enum status status =
        contracts == NULL || tapes == NULL ? error_memory(err, "opening the result") : OK;
    for (size_t i = 0; status == OK && i < scenario->instrument_count; i++) {
        contracts[i] = binding->instruments[i].contract;
    }
    for (size_t i = 0; status == OK && i < scenario->tape_count; i++) {
        tapes[i] = (struct recorder_tape){.name = base_name(scenario->tapes[i]),
                                          .digest = run->tapes.digest[i]};
        for (size_t k = 0; k < tape_stream_count(run->tapes.tape[i]); k++)
            tapes[i].rows += tape_stream_at(run->tapes.tape[i], k)->rows;
    }
    if (status == OK) {
        const struct recorder_layout layout = {
            .title = scenario->title,
            .scenario = run->effective.data,
            .scenario_digest = digest,
            .seed = (uint64_t)scenario->seed,
            .contracts = contracts,
            .instrument_names = binding->symbols,
            .instrument_count = scenario->instrument_count,
            .pool_names = binding->pool_names,
            .pool_contracts = binding->pool_contracts,
            .pool_count = scenario->fund_count,
            .covers = binding->covers,
            .tapes = tapes,
            .tape_count = scenario->tape_count,
            .warnings = (const char *const *)binding->warnings,
            .warning_count = binding->warning_count,
            .record_events = scenario->record.events == EVENTS_ALL,
        };
        status = recorder_open(&run->recorder, output, &layout, err);
    }
    free(contracts);
    free(tapes);
    return status;
}

static enum status
on_progress(void *context, time_ns_t time, uint64_t rows, struct error *err)
{
    const struct run *run = context;
    const struct binding *binding = &run->binding;
    time_ns_t end = binding->to;
    for (size_t i = 0; end == TIME_NS_NEVER && i < run->scenario->instrument_count; i++) {
        end = binding->prices[i].last;
    }
    const double share = end > binding->from
                             ? (double)(time - binding->from) / (double)(end - binding->from)
                             : (double)NAN;
    char when[TIMELINE_TEXT_MAX], detail[128];
    timeline_format(when, time - time % TIME_NS_SECOND);
    snprintf(detail, sizeof(detail), "at %s, %llu liquidations", when,
             (unsigned long long)run->engine.cases);
    progress_show(run->progress, share < 0.0 ? 0.0 : share, rows, detail);
    return recorder_status(run->recorder, err);
}

static enum status
replay(struct run *run, struct error *err)
{
    const struct binding *binding = &run->binding;
    struct engine_config config = binding->engine;
    config.observer = recorder_observer(run->recorder);
    TRY(engine_init(&run->engine, &config, err));
    TRY(holders_init(&run->holders, &binding->holders, config.instrument_count, binding->from,
                     err));
    struct replay driver = {
        .sources = run->sources,
        .source_count = run->source_count,
        .engine = &run->engine,
        .holders = &run->holders,
        .pricing = run->pricing,
        .from = binding->from,
        .to = binding->to,
        .sample_every = config.sample_every,
        .progress = on_progress,
        .progress_context = run,
    };
    enum status status = replay_run(&driver, err);
    if (status == OK)
        status = recorder_status(run->recorder, err);
    if (status == OK) {
        struct error difference = {.message = ""};
        if (!engine_verify(&run->engine, &difference)) {
            fprintf(stderr, "seawall: bug: the books do not balance: %s\n", difference.message);
            abort();
        }
    }
    holders_clear(&run->holders);
    engine_clear(&run->engine);
    return status;
}

static void
close_run(struct run *run)
{
    for (size_t i = 0; run->feeds != NULL && i < run->feed_count; i++)
        feed_close(run->feeds[i]);
    free(run->feeds);
    free(run->sources);
    close_pricing(run);
    recorder_abort(run->recorder);
    text_clear(&run->effective);
    binding_clear(&run->binding);
    feed_tapes_close(&run->tapes);
}

enum status
run_scenario(const struct scenario *scenario, const char *output, struct pool *pool,
             struct progress *progress, struct error *err)
{
    struct run run = {.scenario = scenario, .progress = progress};
    enum status status = open_tapes(&run.tapes, scenario, err);
    if (status == OK)
        status = binding_init(&run.binding, scenario, &run.tapes, err);
    if (status == OK)
        status = open_feeds(&run, pool, err);
    if (status == OK)
        status = open_pricing(&run, err);
    if (status == OK)
        status = open_recorder(&run, output, err);
    if (status == OK && run.binding.account_count > 0)
        recorder_accounts(run.recorder, (const char *const *)run.binding.accounts,
                          run.binding.account_count);
    if (status == OK)
        status = replay(&run, err);
    if (status == OK) {
        struct recorder *recorder = run.recorder;
        run.recorder = NULL; /* commit frees it, whatever happens */
        status = recorder_commit(recorder, err);
    }
    close_run(&run);
    return status;
}

enum status
run_check(const struct scenario *scenario, struct error *err)
{
    struct feed_tapes tapes;
    struct binding binding;
    for (size_t i = 0; i < scenario->venue.assumed_count; i++)
        fprintf(stderr, BINDING_PROFILE "assumed: %s\n", scenario->venue.assumed[i]);
    for (size_t i = 0; i < scenario->venue.gap_count; i++)
        fprintf(stderr, BINDING_PROFILE "gap: %s\n", scenario->venue.gaps[i]);
    TRY(open_tapes(&tapes, scenario, err));
    const enum status status = binding_init(&binding, scenario, &tapes, err);
    for (size_t i = 0; status == OK && i < binding.warning_count; i++) {
        if (strncmp(binding.warnings[i], BINDING_PROFILE, strlen(BINDING_PROFILE)) != 0)
            fprintf(stderr, "seawall: note: %s\n", binding.warnings[i]);
    }
    if (status == OK)
        binding_clear(&binding);
    feed_tapes_close(&tapes);
    return status;
}
