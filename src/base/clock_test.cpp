#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "support/temp_dir.hpp"

namespace smg {
namespace {

using namespace std::chrono_literals;

constexpr auto kyiv = "Europe/Kyiv";

struct Moment {
    std::string_view stored, iso;
    std::int64_t ms;
};

class StoredTime : public testing::TestWithParam<Moment> {};

TEST_P(StoredTime, is_text_that_gives_the_same_moment_again)
{
    Time time{Duration{GetParam().ms}};
    EXPECT_EQ(stored(time), GetParam().stored);
    EXPECT_EQ(iso(time), GetParam().iso);
    EXPECT_EQ(from_stored(GetParam().stored), time);
    EXPECT_EQ(parse_date(GetParam().iso, kyiv), time);
}

INSTANTIATE_TEST_SUITE_P(Rows, StoredTime,
                         testing::Values(Moment{"1970-01-01 00:00:00.000", "1970-01-01T00:00:00.000Z", 0},
                                         Moment{"1969-12-31 23:59:59.999", "1969-12-31T23:59:59.999Z", -1},
                                         Moment{"2026-11-22 17:36:44.007", "2026-11-22T17:36:44.007Z", 1'795'369'004'007},
                                         Moment{"2024-02-29 12:00:00.500", "2024-02-29T12:00:00.500Z", 1'709'208'000'500},
                                         Moment{"9999-12-31 23:59:59.999", "9999-12-31T23:59:59.999Z",
                                                253'402'300'799'999}));

TEST(StoredTimes, sort_as_text_like_the_moments_they_are)
{
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> ms(-30'000'000'000'000, 250'000'000'000'000);
    for (int i = 0; i < 20'000; ++i) {
        Time a{Duration{ms(random)}}, b{Duration{ms(random)}};
        ASSERT_EQ(from_stored(stored(a)), a);
        ASSERT_EQ(stored(a) < stored(b), a < b);
    }
}

struct Date {
    std::string_view written;
    std::string_view utc;  // empty: no date
};

class DateInKyiv : public testing::TestWithParam<Date> {};

TEST_P(DateInKyiv, is_this_moment)
{
    auto time = parse_date(GetParam().written, kyiv);
    EXPECT_EQ(time ? stored(*time) : "", GetParam().utc) << GetParam().written;
}

INSTANTIATE_TEST_SUITE_P(Winter, DateInKyiv,
                         testing::Values(Date{"2026-01-15", "2026-01-14 22:00:00.000"},
                                         Date{"2026-01-15 10:20", "2026-01-15 08:20:00.000"},
                                         Date{"2026-01-15 10:20:30", "2026-01-15 08:20:30.000"},
                                         Date{"2026-01-15T10:20:30.5", "2026-01-15 08:20:30.500"},
                                         Date{"2026-01-15T10:20:30.123456", "2026-01-15 08:20:30.123"}));
INSTANTIATE_TEST_SUITE_P(Summer, DateInKyiv, testing::Values(Date{"2026-07-15 10:20:30", "2026-07-15 07:20:30.000"}));
INSTANTIATE_TEST_SUITE_P(  // on 29 March the hour from 3 to 4 is left out: the clocks go on at 01:00 UTC
    ClocksGoForward, DateInKyiv,
    testing::Values(Date{"2026-03-29 02:59:59", "2026-03-29 00:59:59.000"},
                    Date{"2026-03-29 03:00:00", "2026-03-29 01:00:00.000"},
                    Date{"2026-03-29 03:30:00", "2026-03-29 01:00:00.000"},
                    Date{"2026-03-29 04:00:00", "2026-03-29 01:00:00.000"}));
INSTANTIATE_TEST_SUITE_P(  // on 25 October the hour from 3 to 4 comes twice: the first is meant
    ClocksGoBack, DateInKyiv,
    testing::Values(Date{"2026-10-25 02:59:59", "2026-10-24 23:59:59.000"},
                    Date{"2026-10-25 03:30:00", "2026-10-25 00:30:00.000"},
                    Date{"2026-10-25 04:00:00", "2026-10-25 02:00:00.000"}));
INSTANTIATE_TEST_SUITE_P(Offsets, DateInKyiv,
                         testing::Values(Date{"2026-01-15T10:20:30Z", "2026-01-15 10:20:30.000"},
                                         Date{"2026-01-15T10:20:30z", "2026-01-15 10:20:30.000"},
                                         Date{"2026-01-15T10:20:30+02:00", "2026-01-15 08:20:30.000"},
                                         Date{"2026-01-15T10:20:30-0530", "2026-01-15 15:50:30.000"},
                                         Date{"2026-01-15T10:20+14", "2026-01-14 20:20:00.000"},
                                         Date{"2026-10-25T03:30:00+02:00", "2026-10-25 01:30:00.000"}));
INSTANTIATE_TEST_SUITE_P(
    NoDates, DateInKyiv,
    testing::Values(Date{"", ""}, Date{"yesterday", ""}, Date{"2026", ""}, Date{"2026-02-31", ""}, Date{"2025-02-29", ""},
                    Date{"2026-00-10", ""}, Date{"2026-13-01", ""}, Date{"2026-01-00", ""}, Date{"2026-1-5", ""},
                    Date{"15.01.2026", ""}, Date{"2026/01/15", ""}, Date{"-026-01-15", ""}, Date{"2026-01-15 ", ""},
                    Date{" 2026-01-15", ""}, Date{"2026-01-15 10", ""}, Date{"2026-01-15 10:", ""},
                    Date{"2026-01-15 24:00", ""}, Date{"2026-01-15 10:60", ""}, Date{"2026-01-15 10:20:60", ""},
                    Date{"2026-01-15 10:20:", ""}, Date{"2026-01-15 10:20:30.", ""}, Date{"2026-01-15 10:20:30+2", ""},
                    Date{"2026-01-15 10:20:30+19:00", ""}, Date{"2026-01-15 10:20:30+02:60", ""},
                    Date{"2026-01-15 10:20:30 Europe/Kyiv", ""}, Date{"2026-01-15x", ""}, Date{"1795369004", ""}));
INSTANTIATE_TEST_SUITE_P(  // beyond what a DATETIME and four digits of a year hold
    BeyondTheDatabase, DateInKyiv,
    testing::Values(Date{"0000-01-01", ""}, Date{"0999-12-31", ""}, Date{"9999-12-31T23:59:59-01:00", ""},
                    Date{"0000-01-01T00:00:00+18:00", ""}, Date{"9999-12-31T23:59:59Z", "9999-12-31 23:59:59.000"},
                    Date{"1000-01-01T00:00:00Z", "1000-01-01 00:00:00.000"}));

TEST(FromStored, takes_no_offset)
{
    EXPECT_FALSE(from_stored("2026-11-22 17:36:44.000Z"));
    EXPECT_FALSE(from_stored("2026-11-22 17:36:44+02:00"));
    EXPECT_FALSE(from_stored(""));
}

TEST(TimeZones, are_known_by_name_or_not_at_all)
{
    EXPECT_TRUE(known_zone(kyiv));
    EXPECT_TRUE(known_zone("UTC"));
    EXPECT_FALSE(known_zone("Europe/Atlantis"));
    EXPECT_FALSE(parse_date("2026-01-15", "Europe/Atlantis"));
    EXPECT_TRUE(parse_date("2026-01-15T00:00:00Z", "Europe/Atlantis"));  // its own offset needs no zone
}

TEST(ManualClock, stands_still_until_it_is_turned)
{
    ManualClock clock(*from_stored("2026-11-22 17:00:00.000"));
    auto before = clock.now();
    EXPECT_EQ(clock.now(), before);
    clock.advance(90s);
    EXPECT_EQ(stored(clock.now()), "2026-11-22 17:01:30.000");
}

TEST(ShiftedClock, follows_its_file_at_every_moment)
{
    test::TempDir folder;
    auto file = folder / "shift";
    auto shift_by = [&](Duration by) {
        std::int64_t ms = by.count();
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
        out.write(reinterpret_cast<const char*>(&ms), sizeof ms);
    };
    EXPECT_THROW(ShiftedClock{file}, std::invalid_argument);
    test::write_file(file, std::string(8, '\0'));
    ShiftedClock clock(file);
    EXPECT_LT(clock.now() - SystemClock().now(), 1h);
    shift_by(-24h);
    EXPECT_LT(clock.now() - SystemClock().now(), -23h);
}

TEST(SinceBoot, never_goes_back)
{
    auto first = since_boot();
    EXPECT_GT(first.count(), 0);
    EXPECT_GE(since_boot(), first);
}

}  // namespace
}  // namespace smg
