/* The growing text and its escapes. */
#include "cmocka_all.h"

#include <string.h>

#include "base/text.h"

static void
test_a_text_grows_as_it_is_appended_to(void **state)
{
    struct text text = {0};
    for (int i = 0; i < 10000; i++)
        text_printf(&text, "%d,", i % 10);
    assert_false(text_failed(&text));
    assert_int_equal(text.length, 20000);
    assert_int_equal(strlen(text.data), 20000);
    assert_memory_equal(text.data + 19980, "0,1,2,3,4,5,6,7,8,9,", 20);
    text_clear(&text);
    assert_null(text.data);
    text_clear(&text); /* twice is safe */
}

static void
test_appending_nothing_still_makes_a_string(void **state)
{
    struct text text = {0};
    text_append(&text, "");
    assert_string_equal(text.data, "");
    text_append_bytes(&text, "a\0b", 3);
    assert_int_equal(text.length, 3);
    assert_memory_equal(text.data, "a\0b", 4);
    text_clear(&text);
}

/* Lengths around the first capacity of 256, where an off-by-one would show. */
static void
test_lengths_around_a_capacity_keep_their_end(void **state)
{
    char block[1100];
    memset(block, 'x', sizeof(block));
    for (size_t length = 250; length < 260; length++) {
        struct text text = {0};
        text_append_bytes(&text, block, length);
        assert_true(text.capacity > text.length);
        assert_int_equal(strlen(text.data), length);
        text_printf(&text, "%.*s", 768, block);
        assert_int_equal(strlen(text.data), length + 768);
        text_clear(&text);
    }
}

static void
test_html_and_json_are_escaped(void **state)
{
    static const struct {
        const char *plain, *html, *json;
    } cases[] = {
        {"plain", "plain", "\"plain\""},
        {"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;", "\"a\\u003cb\\u003e\\u0026\\\"c'\""},
        {"</script>", "&lt;/script&gt;", "\"\\u003c/script\\u003e\""},
        {"back\\slash", "back\\slash", "\"back\\\\slash\""},
        {"\n\t\x01\x7f", "\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\""},
        {"\xe2\x82\xac", "\xe2\x82\xac", "\"\xe2\x82\xac\""}, /* the euro sign */
        {"\xe2\x80\xa8", "\xe2\x80\xa8", "\"\\u2028\""},      /* line separator */
        {"\xe2\x80\xa9\xe2\x80", "\xe2\x80\xa9\xe2\x80", "\"\\u2029\xe2\x80\""}, /* cut short */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text html = {0}, json = {0};
        text_append_html(&html, cases[i].plain);
        text_append_json(&json, cases[i].plain);
        assert_string_equal(html.data, cases[i].html);
        assert_string_equal(json.data, cases[i].json);
        text_clear(&html);
        text_clear(&json);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_grows_as_it_is_appended_to),
        cmocka_unit_test(test_appending_nothing_still_makes_a_string),
        cmocka_unit_test(test_lengths_around_a_capacity_keep_their_end),
        cmocka_unit_test(test_html_and_json_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
