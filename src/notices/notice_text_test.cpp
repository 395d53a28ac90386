#include <gmock/gmock.h>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include "notices/notice.hpp"
#include "notices/telegram_html.hpp"

namespace smg::notices {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

NewNotice uncertain()
{
    NewNotice notice;
    notice.kind = Kind::uncertain;
    notice.values = {
        {"order", "41"}, {"site", "https://a.example/?a=1&b=<2>"}, {"supplier", "Panel"}, {"reason", "час\nвийшов"}};
    return notice;
}

TEST(NoticeText, is_in_the_chosen_language)
{
    EXPECT_THAT(rendered(Language::uk, uncertain()), HasSubstr("Замовлення №41"));
    EXPECT_THAT(rendered(Language::en, uncertain()), HasSubstr("Order 41"));
}

TEST(NoticeText, escapes_values_and_keeps_each_in_its_line)
{
    auto text = rendered(Language::uk, uncertain());
    EXPECT_THAT(text, HasSubstr("Сайт: https://a.example/?a=1&amp;b=&lt;2&gt;\n"));
    EXPECT_THAT(text, HasSubstr("Що сталося: час вийшов\n"));
}

TEST(NoticeText, leaves_out_a_line_without_its_value)
{
    EXPECT_THAT(rendered(Language::uk, uncertain()), Not(HasSubstr("Сума")));
    auto with_amount = uncertain();
    with_amount.values.emplace_back("amount", "12.50 UAH");
    EXPECT_THAT(rendered(Language::uk, with_amount), HasSubstr("Сума: 12.50 UAH"));
}

TEST(NoticeText, has_words_for_every_kind_in_both_languages)
{
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Kind>>([](auto one) {
        for (auto language : {Language::uk, Language::en}) {
            NewNotice notice;
            notice.kind = one.value;
            notice.lines = {"<further>"};
            auto text = rendered(language, notice);
            EXPECT_THAT(text, HasSubstr("<b>"));
            EXPECT_THAT(text, HasSubstr("\n&lt;further&gt;"));
        }
    });
}

TEST(NoticeText, leaves_room_for_the_mark_within_telegrams_limit)
{
    auto notice = uncertain();
    for (int i = 0; i < 3000; ++i) notice.lines.push_back("🦔<&>");
    for (auto language : {Language::uk, Language::en}) {
        auto text = marked_as_repeat(language, rendered(language, notice));
        EXPECT_LE(telegram_length(text), max_message);
        EXPECT_GT(telegram_length(text), max_message - 200);
    }
}

TEST(NoticeText, of_a_digest_lists_the_titles)
{
    auto digest = rendered_digest(Language::en, {rendered(Language::en, uncertain()), "<b>two</b>\nnot this"}, 2);
    EXPECT_THAT(digest, HasSubstr("Notices: 2"));
    EXPECT_THAT(digest, HasSubstr("Order 41"));
    EXPECT_THAT(digest, HasSubstr("\n<b>two</b>"));
    EXPECT_THAT(digest, Not(HasSubstr("not this")));
    EXPECT_LE(telegram_length(rendered_digest(Language::en, std::vector<std::string>(1000, digest), 1000)), max_message);
}

TEST(NoticeText, is_told_again_after_15_minutes_and_then_each_hour)
{
    const Time created{};
    auto next = [&](Duration last_told) { return next_reminder(Kind::uncertain, created, created + last_told) - created; };
    EXPECT_EQ(next(0ms), 15min);
    EXPECT_EQ(next(3min), 15min) << "told late the first time";
    EXPECT_EQ(next(15min), 75min);
    EXPECT_EQ(next(10h), 11h) << "missed ones are not made up for";
    EXPECT_EQ(next(100h), 101h) << "money may be at stake";
}

TEST(NoticeText, what_can_wait_is_told_again_but_once_a_day_after_the_first)
{
    const Time created{};
    for (auto kind : {Kind::notaccepted, Kind::no_mapping, Kind::dead_job}) {
        EXPECT_EQ(next_reminder(kind, created, created), created + 15min);
        EXPECT_EQ(next_reminder(kind, created, created + 10h), created + 11h);
        EXPECT_EQ(next_reminder(kind, created, created + 24h), created + 48h);
    }
}

}  // namespace
}  // namespace smg::notices
