#include "io/result.h"

#include "io/show.h"

/* One line a key figure: its sentence, its value and its unit. */
static void
figure_lines(const struct result_pool *pool, struct text *out)
{
    for (size_t i = 0; i < layout_figure_table.count; i++) {
        const struct layout_column *column = &layout_figure_table.columns[i];
        const char *row = (const char *)&pool->figures;
        struct text value = {0};
        if (column->store == LAYOUT_F64) {
            const void *at = row + column->offset;
            show_share(&value, *(const double *)at);
        } else if (column->unit == LAYOUT_MONEY)
            show_exact(&value, layout_integer(column, row), pool->decimals);
        else if (column->unit == LAYOUT_TIME)
            show_time(&value, layout_integer(column, row));
        else
            show_count(&value, (uint64_t)layout_integer(column, row));
        text_printf(out, "    %-22s %s%s%s\n", column->name, text_failed(&value) ? "" : value.data,
                    column->unit == LAYOUT_MONEY ? " " : "",
                    column->unit == LAYOUT_MONEY ? pool->currency : "");
        text_clear(&value);
    }
}

static void
provenance_lines(const struct result *result, struct text *out)
{
    text_printf(out, "title     %s\nperiod    ", result->title);
    show_time(out, result->first);
    text_append(out, " to ");
    show_time(out, result->last);
    text_printf(out, "\nwritten   by seawall %s (%s), seed %llu\nscenario  %s\n", result->version,
                result->compiler, (unsigned long long)result->seed, result->scenario_digest);
    for (size_t i = 0; i < result->tape_count; i++) {
        text_printf(out, "tape      %s  %s, ", result->tapes[i].digest, result->tapes[i].name);
        show_count(out, result->tapes[i].rows);
        text_append(out, " rows\n");
    }
    for (size_t i = 0; i < result->warning_count; i++)
        text_printf(out, "warning   %s\n", result->warnings[i]);
}

enum status
result_info(const char *path, struct text *out, struct error *err)
{
    static const struct layout_table *const tables[] = {
        &layout_liquidation_table, &layout_closeout_table, &layout_adl_table,
        &layout_socialised_table, &layout_control_table};
    struct result *result;
    TRY(result_open(&result, path, err));
    text_printf(out, "%s: seawall result\n", path);
    provenance_lines(result, out);
    enum status status = OK;
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables) && status == OK; i++) {
        uint64_t count = 0;
        status = result_event_count(result, tables[i], &count, err);
        text_printf(out, "events    %-12s ", tables[i]->name);
        show_count(out, count);
        text_append(out, "\n");
    }
    for (size_t i = 0; i < result->instrument_count; i++) {
        text_printf(out, "instrument %s, covered by %s, ", result->instruments[i].name,
                    result->instruments[i].pool);
        show_count(out, result->instruments[i].samples);
        text_append(out, " samples\n");
    }
    for (size_t i = 0; i < result->pool_count; i++) {
        text_printf(out, "fund %s, ", result->pools[i].name);
        show_count(out, result->pools[i].changes);
        text_append(out, " changes\n");
        figure_lines(&result->pools[i], out);
    }
    result_close(result);
    if (status == OK && text_failed(out))
        status = error_memory(err, "describing a result");
    return status;
}
