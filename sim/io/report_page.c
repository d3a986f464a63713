#include "io/report_page.h"

#include <stdio.h>
#include <string.h>

#include "io/show.h"

enum { WARNINGS_MAX = 50, SCENARIO_MAX = 100000, LINE_TAPES_MAX = 4 };

/* Money of a pool with its currency. */
static void
amount(struct text *out, const struct result_pool *pool, money_t value)
{
    text_append(out, "<span class=\"num\" title=\"");
    show_exact(out, value, pool->decimals);
    text_append(out, "\">");
    show_money(out, value, pool->decimals);
    text_append(out, "</span>&nbsp;");
    text_append_html(out, pool->currency);
}

/* How far the balance fell, or that it did not. */
static void
fall_sentence(struct text *out, const struct result_pool *pool)
{
    const struct layout_figures *figures = &pool->figures;
    if (figures->drawdown_max == 0) {
        text_append(out, "Its balance never fell");
        return;
    }
    text_append(out, "It fell <b>");
    show_share(out, figures->drawdown_max_share);
    text_append(out, "</b> from its peak at its worst, by ");
    amount(out, pool, figures->drawdown_max);
}

/* What a fund that was not depleted has to say of the inventory. */
static void
inventory_sentence(struct text *out, const struct result_pool *pool)
{
    const struct layout_figures *figures = &pool->figures;
    if (figures->worth_lowest < 0) {
        text_append(out, " With the losses that waited in the engine's inventory it was worth <b>");
        amount(out, pool, figures->worth_lowest);
        text_append(out, "</b> at <b>");
        show_time(out, figures->worth_lowest_time);
        text_append(out, "</b>: it owed more than it had.");
    }
    if (figures->inventory_left > 0) {
        text_append(out, " At the end the engine still held inventory, at the mark price another "
                         "<b>");
        amount(out, pool, figures->inventory_pnl_closing);
        text_append(out, "</b> that is not in the balance yet.");
    }
}

/* "ADL closed 12 positions (1,000.00 USDT)" */
static void
deleveraged(struct text *out, const struct result_pool *pool)
{
    const struct layout_figures *figures = &pool->figures;
    text_append(out, "ADL closed <b>");
    show_count(out, figures->adl_count);
    text_append(out, figures->adl_count == 1 ? "</b> position (" : "</b> positions (");
    amount(out, pool, figures->adl_notional);
    text_append(out, ")");
}

/* What a fund that could not pay has to say. */
static void
depletion_sentence(struct text *out, const struct result_pool *pool)
{
    const struct layout_figures *figures = &pool->figures;
    text_append(out, ". The first deficit it could not pay came at <b>");
    show_time(out, figures->depletion_time);
    text_append(out, "</b>; ");
    if (figures->adl_count > 0) {
        deleveraged(out, pool);
        text_append(out, ", ");
    }
    if (figures->socialized_loss_total > 0) {
        text_append(out, "other accounts gave up ");
        amount(out, pool, figures->socialized_loss_total);
        text_append(out, ", ");
    }
    if (figures->adl_count > 0 || figures->socialized_loss_total > 0)
        text_append(out, "and ");
    if (figures->uncovered_loss_total == 0) {
        text_append(out, "no loss stayed uncovered.");
        return;
    }
    amount(out, pool, figures->uncovered_loss_total);
    text_append(out, " stayed uncovered.");
}

/* Winners who were closed before the fund was short. */
static void
trigger_sentence(struct text *out, const struct result_pool *pool)
{
    const struct layout_figures *figures = &pool->figures;
    if (figures->adl_count == 0)
        return;
    text_append(out, " Before it was short ");
    deleveraged(out, pool);
    text_append(out, ".");
}

static void
pool_verdict(const struct result_pool *pool, int named, struct text *out)
{
    static const char *const classes[] = {"held", "paper", "failed", "spared"};
    static const char *const answers[] = {" held.", " held only on paper.", " did NOT hold.",
                                          " held, with ADL."};
    const struct layout_figures *figures = &pool->figures;
    const uint64_t outcome =
        figures->outcome <= LAYOUT_HELD_BY_ADL ? figures->outcome : LAYOUT_DID_NOT_HOLD;
    text_printf(out, "<div class=\"verdict %s\"><p class=\"answer\">", classes[outcome]);
    text_append(out, named ? "Fund <bdi>" : "The fund");
    if (named) {
        text_append_html(out, pool->name);
        text_append(out, "</bdi>");
    }
    text_append(out, answers[outcome]);
    text_append(out, "</p><p>");
    fall_sentence(out, pool);
    if (figures->depleted) {
        depletion_sentence(out, pool);
    } else {
        text_append(out, figures->drawdown_max == 0 ? "." : ", and never failed to pay.");
        trigger_sentence(out, pool);
        inventory_sentence(out, pool);
    }
    text_append(out, "</p></div>\n");
}

void
report_page_verdict(const struct report_page *page, struct text *out)
{
    for (size_t i = 0; i < page->data->pool_count; i++)
        pool_verdict(&page->result->pools[i], page->result->pool_count > 1, out);
    if (page->data->pool_count < page->result->pool_count) {
        size_t failed = 0;
        for (size_t i = page->data->pool_count; i < page->result->pool_count; i++)
            failed += page->result->pools[i].figures.outcome == LAYOUT_DID_NOT_HOLD;
        text_append(out, "<p class=\"quiet\">Of the ");
        show_count(out, page->result->pool_count - page->data->pool_count);
        text_append(out, " other pools in the file, ");
        show_count(out, failed);
        text_append(out, " did not hold.</p>\n");
    }
}

void
report_page_warnings(const struct report_page *page, struct text *out)
{
    const struct result *result = page->result;
    if (result->warning_count == 0)
        return;
    text_append(out, "<aside class=\"warnings\"><h2>Read with care</h2><ul>\n");
    for (size_t i = 0; i < result->warning_count && i < WARNINGS_MAX; i++) {
        text_append(out, "<li><bdi>");
        text_append_html(out, result->warnings[i]);
        text_append(out, "</bdi></li>\n");
    }
    if (result->warning_count > WARNINGS_MAX) {
        text_append(out, "<li>and ");
        show_count(out, result->warning_count - WARNINGS_MAX);
        text_append(out, " more, in /provenance/warnings of the result</li>\n");
    }
    text_append(out, "</ul></aside>\n");
}

/* The first 12 characters of a digest: enough to recognise it. */
static void
short_digest(struct text *out, const char *digest)
{
    char start[13];
    snprintf(start, sizeof(start), "%.12s", digest);
    text_append(out, "<code>");
    text_append_html(out, start);
    text_append(out, "</code>");
}

void
report_page_line(const struct report_page *page, struct text *out)
{
    const struct result *result = page->result;
    show_time(out, result->first);
    text_append(out, " to ");
    show_time(out, result->last);
    text_append(out, " <span class=\"sep\"></span> seawall ");
    text_append_html(out, result->version);
    text_printf(out, ", seed %llu <span class=\"sep\"></span> scenario ",
                (unsigned long long)result->seed);
    short_digest(out, result->scenario_digest);
    for (size_t i = 0; i < result->tape_count && i < LINE_TAPES_MAX; i++) {
        text_append(out, ", tape ");
        short_digest(out, result->tapes[i].digest);
    }
    if (result->tape_count > LINE_TAPES_MAX)
        text_append(out, " and more");
}

static void
head_row(struct text *out, const char *label, const char *value)
{
    text_printf(out, "<div><dt>%s</dt><dd><code>", label);
    text_append_html(out, value);
    text_append(out, "</code></dd></div>\n");
}

void
report_page_head(const struct report_page *page, struct text *out)
{
    const struct result *result = page->result;
    text_append(out, "<div><dt>Period</dt><dd>");
    show_time(out, result->first);
    text_append(out, " to ");
    show_time(out, result->last);
    text_append(out, "</dd></div>\n");
    text_append(out, "<div><dt>Simulated by</dt><dd>seawall ");
    text_append_html(out, result->version);
    text_printf(out, ", seed %llu</dd></div>\n", (unsigned long long)result->seed);
    head_row(out, "Scenario digest", result->scenario_digest);
    for (size_t i = 0; i < result->tape_count && i < WARNINGS_MAX; i++) {
        text_append(out, "<div><dt>Tape <bdi>");
        text_append_html(out, result->tapes[i].name);
        text_append(out, "</bdi></dt><dd><code>");
        text_append_html(out, result->tapes[i].digest);
        text_append(out, "</code>, ");
        show_count(out, result->tapes[i].rows);
        text_append(out, " rows</dd></div>\n");
    }
}

void
report_page_scenario(const struct report_page *page, struct text *out)
{
    const char *scenario = page->result->scenario;
    size_t length = strlen(scenario);
    if (length > SCENARIO_MAX) {
        length = SCENARIO_MAX;
        while (length > 0 && ((unsigned char)scenario[length] & 0xC0) == 0x80)
            length--; /* not in the middle of a character */
    }
    char one[2] = "";
    text_append(out, "<pre tabindex=\"0\">");
    for (size_t i = 0; i < length; i++) {
        one[0] = scenario[i];
        text_append_html(out, one);
    }
    text_append(out, "</pre>\n");
    if (length < strlen(scenario))
        text_append(out, "<p class=\"quiet\">Cut here; the rest is in /provenance/scenario of the "
                         "result.</p>\n");
}
