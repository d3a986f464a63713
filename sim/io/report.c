#include "io/report.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "io/embedded.h"
#include "base/replace.h"
#include "io/report_page.h"
#include "io/report_pools.h"

/* The embedded file as text, without a trailing source map comment: it names a file that is not
 * in the page. */
static size_t
useful_size(const struct embedded *file, const char *map_comment)
{
    const char *bytes = (const char *)file->bytes;
    const char *map = map_comment == NULL ? NULL : strstr(bytes, map_comment);
    return map == NULL ? file->size : (size_t)(map - bytes);
}

static void
append_file(struct text *out, const struct embedded *file, const char *map_comment)
{
    text_append_bytes(out, (const char *)file->bytes, useful_size(file, map_comment));
}

static const char script_map[] = "//# sourceMappingURL", style_map[] = "/*# sourceMappingURL";

static unsigned
hex_digit(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The Content-Security-Policy source that allows exactly this script: 'sha256-<base64>'. */
static enum status
append_script_source(struct text *out, const struct embedded *file, const char *map_comment,
                     struct error *err)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct hash_sha256 hash;
    char hex[HASH_SHA256_TEXT];
    TRY(hash_sha256_init(&hash, err));
    hash_sha256_add(&hash, file->bytes, useful_size(file, map_comment));
    hash_sha256_end(&hash, hex);
    text_append(out, "'sha256-");
    for (size_t bit = 0; bit < 256; bit += 6) { /* a letter of base64 is 6 bits */
        unsigned value = 0;
        for (size_t i = bit; i < bit + 6; i++)
            value = value << 1 | (i < 256 ? hex_digit(hex[i / 4]) >> (3 - i % 4) & 1 : 0);
        text_append_bytes(out, &letters[value], 1);
    }
    text_append(out, "='");
    return OK;
}

static void
append_title(const struct report_page *page, struct text *out)
{
    text_append_html(out, page->result->title);
}

static void
append_data(const struct report_page *page, struct text *out)
{
    report_data_json(page->data, page->result, out);
}

static void
append_style(const struct report_page *page, struct text *out)
{
    (void)page;
    append_file(out, &embedded_dygraphs_style, style_map);
    append_file(out, &embedded_style, NULL);
}

static void
append_dygraphs(const struct report_page *page, struct text *out)
{
    (void)page;
    append_file(out, &embedded_dygraphs_script, script_map);
}

static void
append_script(const struct report_page *page, struct text *out)
{
    (void)page;
    append_file(out, &embedded_script, NULL);
}

static void
append_script_sources(const struct report_page *page, struct text *out)
{
    text_append(out, page->script_sources);
}

static void
append_licence(const struct report_page *page, struct text *out)
{
    (void)page;
    text_append_html(out, (const char *)embedded_dygraphs_licence.bytes);
}

/* What stands for each {{token}} of the template. */
static const struct {
    const char *token;
    void (*append)(const struct report_page *page, struct text *out);
} parts[] = {
    {"title", append_title},
    {"script_sources", append_script_sources},
    {"style", append_style},
    {"line", report_page_line},
    {"head", report_page_head},
    {"verdict", report_page_verdict},
    {"warnings", report_page_warnings},
    {"pools", report_pools_funds},
    {"instruments", report_pools_markets},
    {"scenario", report_page_scenario},
    {"licence", append_licence},
    {"data", append_data},
    {"dygraphs", append_dygraphs},
    {"script", append_script},
};

static void
append_part(const struct report_page *page, const char *token, size_t length, struct text *out)
{
    size_t i = 0;
    while (strlen(parts[i].token) != length || memcmp(parts[i].token, token, length) != 0) {
        i++;
        assert(i < sizeof(parts) / sizeof(*parts));
    }
    parts[i].append(page, out);
}

/* Copies the template with every {{token}} replaced. */
static enum status
append_page(const struct report_page *page, struct text *out, struct error *err)
{
    const char *at = (const char *)embedded_template.bytes;
    for (;;) {
        const char *open = strstr(at, "{{");
        if (open == NULL)
            break;
        const char *close = strstr(open, "}}");
        assert(close != NULL);
        text_append_bytes(out, at, (size_t)(open - at));
        append_part(page, open + 2, (size_t)(close - open) - 2, out);
        at = close + 2;
    }
    text_append(out, at);
    return text_failed(out) ? error_memory(err, "writing a report") : OK;
}

enum status
report_write(const char *result_path, const char *output_path, struct error *err)
{
    struct result *result;
    struct report_data data = {0};
    struct report_rank rank = {0};
    struct text sources = {0}, out = {0};
    TRY(result_open(&result, result_path, err));
    enum status status = report_data_read(&data, result, err);
    if (status == OK)
        status = report_rank_read(&rank, result, err);
    if (status == OK)
        status = append_script_source(&sources, &embedded_dygraphs_script, script_map, err);
    text_append(&sources, " ");
    if (status == OK)
        status = append_script_source(&sources, &embedded_script, NULL, err);
    if (status == OK && text_failed(&sources))
        status = error_memory(err, "writing a report");
    if (status == OK) {
        const struct report_page page = {result, &data, &rank, sources.data};
        status = append_page(&page, &out, err);
    }
    if (status == OK)
        status = replace_write(output_path, out.data, out.length, err);
    text_clear(&out);
    text_clear(&sources);
    report_rank_clear(&rank);
    report_data_clear(&data);
    result_close(result);
    return status;
}
