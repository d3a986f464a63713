#include "io/report_pools.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/show.h"

/* ---- cells ---- */

static void
money_cell(struct text *out, money_t value, int decimals)
{
    text_append(out, "<td class=\"n\" title=\"");
    show_exact(out, value, decimals);
    text_append(out, "\">");
    show_money(out, value, decimals);
    text_append(out, "</td>");
}

static void
number_cell(struct text *out, double value)
{
    text_append(out, "<td class=\"n\">");
    show_number(out, value);
    text_append(out, "</td>");
}

/* To a tenth, "24.5x": more digits would only be noise beside prices. */
static void
leverage_cell(struct text *out, double leverage)
{
    text_append(out, "<td class=\"n\">");
    show_number(out, round(leverage * 10.0) / 10.0);
    text_append(out, "\xC3\x97</td>");
}

static void
time_cell(struct text *out, time_ns_t time)
{
    text_append(out, "<td class=\"t\">");
    show_time(out, time);
    text_append(out, "</td>");
}

/* An account by its name, or by its number when the result has no names. */
static void
account_cell(struct text *out, const struct result *result, uint32_t account)
{
    text_append(out, "<td><bdi>");
    if (account < result->account_count)
        text_append_html(out, result->accounts[account]);
    else
        text_printf(out, "account %u", account);
    text_append(out, "</bdi></td>");
}

static void
instrument_cell(struct text *out, const struct result *result, uint32_t instrument)
{
    text_append(out, "<td><bdi>");
    if (instrument < result->instrument_count)
        text_append_html(out, result->instruments[instrument].name);
    text_append(out, "</bdi></td>");
}

/* ---- key figures ---- */

/* The value of one figure with its unit, exact on hover. */
static void
figure_value(struct text *out, const struct result_pool *pool, const char *name)
{
    const struct layout_column *column = layout_find(&layout_figure_table, name);
    const char *row = (const char *)&pool->figures;
    if (column->store == LAYOUT_F64) {
        double share;
        memcpy(&share, row + column->offset, sizeof(share));
        text_printf(out, "<span class=\"num\" title=\"%.17g\">", share);
        show_share(out, share);
        text_append(out, "</span>");
        return;
    }
    const int64_t value = layout_integer(column, row);
    text_append(out, "<span class=\"num\" title=\"");
    show_exact(out, value, column->unit == LAYOUT_MONEY ? pool->decimals : 0);
    text_append(out, "\">");
    if (column->unit == LAYOUT_MONEY)
        show_money(out, value, pool->decimals);
    else if (column->unit == LAYOUT_TIME)
        show_time(out, value);
    else
        show_count(out, (uint64_t)value);
    text_append(out, "</span>");
    if (column->unit == LAYOUT_MONEY) {
        text_append(out, " <span class=\"unit\">");
        text_append_html(out, pool->currency);
        text_append(out, "</span>");
    }
}

/* One of the large numbers under the verdict. */
static void
card(struct text *out, const struct result_pool *pool, const char *label, const char *figure,
     const char *note)
{
    text_printf(out, "<div class=\"card\"><h3>%s</h3><p class=\"big\">", label);
    figure_value(out, pool, figure);
    text_append(out, "</p><p class=\"quiet\">");
    if (note != NULL)
        figure_value(out, pool, note);
    text_append(out, "</p></div>\n");
}

/* A titled list of figures, labelled by the sentences of the figure table. */
static void
figure_list(struct text *out, const struct result_pool *pool, const char *title,
            const char *const *names)
{
    text_printf(out, "<table class=\"figures\"><caption>%s</caption><tbody>\n", title);
    for (; *names != NULL; names++) {
        const char *doc = layout_find(&layout_figure_table, *names)->doc;
        text_printf(out, "<tr><th scope=\"row\">%c%s</th><td class=\"n\">",
                    doc[0] >= 'a' && doc[0] <= 'z' ? doc[0] - 'a' + 'A' : doc[0], doc + 1);
        figure_value(out, pool, *names);
        text_append(out, "</td></tr>\n");
    }
    text_append(out, "</tbody></table>\n");
}

static void
key_figures(struct text *out, const struct result_pool *pool)
{
    static const char *const balance[] = {
        "balance_opening", "balance_closing",    "balance_lowest",    "balance_lowest_time",
        "drawdown_max",    "drawdown_max_share", "drawdown_max_time", NULL};
    static const char *const flows[] = {"surplus_total",    "fee_total",
                                        "injection_total",  "deficit_total",
                                        "other_total",      "uncovered_loss_total",
                                        "adl_relief_total", "socialized_loss_total",
                                        "depletion_time",   NULL};
    static const char *const events[] = {
        "liquidations", "liquidated_notional",  "share_costing_fund",    "adl_count",
        "adl_notional", "inventory_pnl_lowest", "inventory_pnl_closing", NULL};
    text_append(out, "<div class=\"cards\">\n");
    card(out, pool, "Opening balance", "balance_opening", NULL);
    card(out, pool, "Lowest balance", "balance_lowest", "balance_lowest_time");
    card(out, pool, "Closing balance", "balance_closing", NULL);
    card(out, pool, "Largest fall", "drawdown_max_share", "drawdown_max");
    text_append(out, "</div>\n<div class=\"lists\">\n");
    figure_list(out, pool, "Balance", balance);
    figure_list(out, pool, "Money in and out", flows);
    figure_list(out, pool, "Liquidations, ADL, inventory", events);
    text_append(out, "</div>\n");
}

/* ---- charts ---- */

/* The frame a chart is drawn in; the script finds it by kind and number. */
static void
plot(struct text *out, const char *kind, size_t number, const char *title, const char *name,
     const char *unit)
{
    text_printf(out, "<figure class=\"chart %s\"><figcaption><b>%s</b> <bdi>", kind, title);
    text_append_html(out, name);
    text_append(out, "</bdi> <span class=\"unit\">");
    text_append_html(out, unit);
    text_printf(out,
                "</span><output></output></figcaption>"
                "<div class=\"plot\" tabindex=\"0\" role=\"img\" data-kind=\"%s\" "
                "data-number=\"%zu\" aria-label=\"%s, ",
                kind, number, title);
    text_append_html(out, unit);
    text_append(out, "; the numbers are in the table below\"></div></figure>\n");
}

/* The step of the bins, "10 min", into a buffer of TIMELINE_TEXT_MAX bytes. */
static void
format_step(char *step, const struct report_data *data)
{
    char joined[TIMELINE_TEXT_MAX];
    timeline_format_duration(joined, data->step);
    const int digits = (int)strspn(joined, "0123456789.");
    snprintf(step, TIMELINE_TEXT_MAX, "%.*s %s", digits, joined, joined + digits);
}

static void
step_summary(struct text *out, const struct report_data *data, const char *what)
{
    char step[TIMELINE_TEXT_MAX];
    format_step(step, data);
    text_printf(out, "<details><summary>%s, every %s, as a table</summary>", what, step);
}

static void
pool_bins(struct text *out, const struct report_page *page, const struct report_series *series)
{
    const struct result_pool *pool = &page->result->pools[series->member];
    step_summary(out, page->data, "Balance");
    text_append(out, "<div class=\"scroll\"><table class=\"data\"><thead><tr>"
                     "<th>From</th><th class=\"n\">Last balance</th>"
                     "<th class=\"n\">Lowest</th><th class=\"n\">Largest</th>"
                     "<th class=\"n\">Largest fall in 8 h</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < page->data->bin_count; i++) {
        const struct report_bin *bin = &series->bins[i];
        if (bin->samples == 0)
            continue;
        text_append(out, "<tr>");
        time_cell(out, report_data_bin_time(page->data, i));
        money_cell(out, bin->last, pool->decimals);
        money_cell(out, bin->low, pool->decimals);
        money_cell(out, bin->high, pool->decimals);
        money_cell(out, bin->sum, pool->decimals);
        text_append(out, "</tr>\n");
    }
    text_append(out, "</tbody></table></div></details>\n");
}

/* ---- events ---- */

static void
loss_row(struct text *out, const struct result *result, const struct report_loss *loss,
         int decimals)
{
    const struct layout_liquidation *row = &loss->liquidation;
    text_append(out, "<tr>");
    time_cell(out, row->time);
    account_cell(out, result, row->account);
    instrument_cell(out, result, row->instrument);
    text_printf(out, "<td>%s</td>", row->quantity > 0 ? "long" : "short");
    number_cell(out, fabs(row->quantity));
    leverage_cell(out, row->leverage);
    number_cell(out, row->mark_price);
    number_cell(out, row->bankruptcy_price);
    text_append(out, "<td class=\"n\">");
    show_count(out, loss->parts);
    text_append(out, "</td>");
    money_cell(out, loss->cost, decimals);
    money_cell(out, loss->uncovered, decimals);
    text_append(out, "</tr>\n");
}

static void
loss_table(struct text *out, const struct report_page *page, size_t pool)
{
    const struct report_rank_pool *rank = &page->rank->pools[pool];
    const struct result_pool *shown = &page->result->pools[pool];
    text_append(out, "<h3>Costliest liquidations</h3>\n");
    if (rank->loss_count == 0) {
        text_append(out, shown->figures.liquidations == 0
                             ? "<p class=\"quiet\">No position was liquidated.</p>\n"
                             : "<p class=\"quiet\">No recorded liquidation cost the fund "
                               "anything.</p>\n");
        return;
    }
    text_append(out, "<div class=\"scroll\" tabindex=\"0\"><table class=\"data\"><thead><tr>"
                     "<th>Taken over</th><th>Account</th><th>Instrument</th><th>Side</th>"
                     "<th class=\"n\">Contracts</th><th class=\"n\">Leverage</th>"
                     "<th class=\"n\">Mark</th><th class=\"n\">Bankruptcy</th>"
                     "<th class=\"n\">Close-outs</th><th class=\"n\">Deficit, ");
    text_append_html(out, shown->currency);
    text_append(out, "</th><th class=\"n\">Uncovered</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < rank->loss_count; i++)
        loss_row(out, page->result, &rank->losses[i], shown->decimals);
    text_append(out, "</tbody></table></div>\n");
}

static void
adl_row(struct text *out, const struct result *result, const struct layout_adl *row, int decimals)
{
    text_append(out, "<tr>");
    time_cell(out, row->time);
    account_cell(out, result, row->account);
    account_cell(out, result, row->counterparty);
    instrument_cell(out, result, row->instrument);
    number_cell(out, row->quantity);
    number_cell(out, row->mark_price);
    number_cell(out, row->price);
    money_cell(out, row->profit, decimals);
    money_cell(out, row->haircut, decimals);
    text_append(out, "</tr>\n");
}

static void
adl_table(struct text *out, const struct report_page *page, size_t pool)
{
    const struct report_rank_pool *rank = &page->rank->pools[pool];
    const struct result_pool *shown = &page->result->pools[pool];
    if (shown->figures.adl_count == 0)
        return;
    text_append(out, "<h3>Winners closed by ADL, largest haircut first</h3>\n"
                     "<div class=\"scroll\" tabindex=\"0\"><table class=\"data\"><thead><tr>"
                     "<th>Closed</th><th>Bankrupt</th><th>Winner</th><th>Instrument</th>"
                     "<th class=\"n\">Contracts</th><th class=\"n\">Mark</th>"
                     "<th class=\"n\">Settled at</th><th class=\"n\">Profit realised, ");
    text_append_html(out, shown->currency);
    text_append(out, "</th><th class=\"n\">Haircut</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < rank->adl_count; i++)
        adl_row(out, page->result, &rank->adls[i], shown->decimals);
    text_append(out, "</tbody></table></div>\n<p class=\"quiet\">");
    show_count(out, rank->adl_count);
    text_append(out, " of ");
    show_count(out, shown->figures.adl_count);
    text_append(out, " closures; all are in /event/adl of the result.</p>\n");
}

void
report_pools_funds(const struct report_page *page, struct text *out)
{
    const struct result *result = page->result;
    for (size_t i = 0; i < page->data->pool_count; i++) {
        const struct result_pool *pool = &result->pools[i];
        text_append(out, "<section><h2>Insurance fund <bdi>");
        text_append_html(out, pool->name);
        text_append(out, "</bdi></h2>\n");
        key_figures(out, pool);
        plot(out, "balance", i, "Fund balance", pool->name, pool->currency);
        plot(out, "drawdown", i, "Fall from the peak of the last 8 hours", "", pool->currency);
        pool_bins(out, page, &page->data->pools[i]);
        loss_table(out, page, i);
        adl_table(out, page, i);
        text_append(out, "</section>\n");
    }
}

static void
instrument_bins(struct text *out, const struct report_page *page,
                const struct report_series *series)
{
    const struct result_instrument *instrument = &page->result->instruments[series->member];
    step_summary(out, page->data, "Mark price and liquidated notional");
    text_append(out, "<div class=\"scroll\"><table class=\"data\"><thead><tr>"
                     "<th>From</th><th class=\"n\">Last mark</th><th class=\"n\">Lowest</th>"
                     "<th class=\"n\">Highest</th><th class=\"n\">Liquidated, ");
    text_append_html(out, instrument->currency);
    text_append(out, "</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < page->data->bin_count; i++) {
        const struct report_bin *bin = &series->bins[i];
        if (bin->samples == 0)
            continue;
        text_append(out, "<tr>");
        time_cell(out, report_data_bin_time(page->data, i));
        const int64_t marks[] = {bin->last, bin->low, bin->high};
        for (size_t j = 0; j < sizeof(marks) / sizeof(*marks); j++) {
            text_append(out, "<td class=\"n\">");
            show_decimal(out, marks[j], instrument->price_decimals, instrument->price_decimals);
            text_append(out, "</td>");
        }
        money_cell(out, bin->sum, instrument->decimals);
        text_append(out, "</tr>\n");
    }
    text_append(out, "</tbody></table></div></details>\n");
}

void
report_pools_markets(const struct report_page *page, struct text *out)
{
    const struct result *result = page->result;
    char title[96], step[TIMELINE_TEXT_MAX];
    format_step(step, page->data);
    snprintf(title, sizeof(title), "Liquidated notional per %s", step);
    for (size_t i = 0; i < page->data->instrument_count; i++) {
        const struct result_instrument *instrument = &result->instruments[i];
        text_append(out, "<section><h2>Market <bdi>");
        text_append_html(out, instrument->name);
        text_append(out, "</bdi></h2>\n");
        plot(out, "mark", i, "Mark price", "", instrument->price_unit);
        plot(out, "bars", i, title, "", instrument->currency);
        instrument_bins(out, page, &page->data->instruments[i]);
        text_append(out, "</section>\n");
    }
    if (page->data->instrument_count < result->instrument_count) {
        text_append(out, "<p class=\"quiet\">");
        show_count(out, result->instrument_count - page->data->instrument_count);
        text_append(out, " more instruments are in the result, under /instrument.</p>\n");
    }
}
