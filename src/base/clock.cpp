#include "base/clock.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/core.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <stdexcept>

namespace smg {
namespace {

std::optional<int> number(std::string_view text, std::size_t at, std::size_t count)
{
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    auto end = text.data() + at + count;
    auto [stop, error] = std::from_chars(text.data() + at, end, value);
    if (error != std::errc{} || stop != end || text[at] == '-') return std::nullopt;
    return value;
}

struct Parts {
    cctz::civil_second civil;
    int milliseconds = 0;
    std::string_view rest;  // what follows the seconds: an offset, or nothing
};

// `YYYY-MM-DD`, then optionally ` ` or `T` and `HH:MM[:SS[.fff…]]`.
std::optional<Parts> read_parts(std::string_view text)
{
    auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    int hour = 0, minute = 0, second = 0, ms = 0;
    std::size_t at = 10;
    if (at < text.size() && (text[at] == ' ' || text[at] == 'T')) {
        auto h = number(text, 11, 2), m = number(text, 14, 2);
        if (!h || !m || text[13] != ':') return std::nullopt;
        hour = *h, minute = *m, at = 16;
        if (at < text.size() && text[at] == ':') {
            auto s = number(text, 17, 2);
            if (!s) return std::nullopt;
            second = *s, at = 19;
        }
        if (at < text.size() && text[at] == '.') {
            int digits = 0;
            for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
                if (digits < 3) ms = ms * 10 + (text[at] - '0'), ++digits;
            if (digits == 0) return std::nullopt;
            for (; digits < 3; ++digits) ms *= 10;
        }
    }
    cctz::civil_second civil(*year, *month, *day, hour, minute, second);
    // civil_second normalises 31 February: what comes out must be what went in.
    if (civil.year() != *year || civil.month() != *month || civil.day() != *day || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return Parts{civil, ms, text.substr(at)};
}

// What both databases hold: MariaDB's DATETIME begins with the year 1000, and as text a year has four digits.
std::optional<Time> storable(Time time)
{
    auto year = static_cast<int>(std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year());
    return year >= 1000 && year <= 9999 ? std::optional(time) : std::nullopt;
}

Time from_utc(const Parts& parts)
{
    auto seconds = cctz::convert(parts.civil, cctz::utc_time_zone());
    return std::chrono::time_point_cast<Duration>(seconds) + Duration{parts.milliseconds};
}

// `Z`, `+02:00`, `+0200`, `+02`
std::optional<std::chrono::minutes> read_offset(std::string_view text)
{
    if (text == "Z" || text == "z") return std::chrono::minutes{0};
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    auto hours = number(text, 1, 2);
    std::optional<int> minutes = 0;
    if (text.size() == 6 && text[3] == ':') minutes = number(text, 4, 2);
    else if (text.size() == 5) minutes = number(text, 3, 2);
    else if (text.size() != 3) return std::nullopt;
    if (!hours || !minutes || *hours > 18 || *minutes > 59) return std::nullopt;
    auto offset = std::chrono::minutes{*hours * 60 + *minutes};
    return text[0] == '-' ? -offset : offset;
}

}  // namespace

Time SystemClock::now() const { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

ShiftedClock::ShiftedClock(const std::filesystem::path& file)
{
    int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    void* mapped = fd >= 0 && ::lseek(fd, 0, SEEK_END) >= 8 ? ::mmap(nullptr, 8, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0) ::close(fd);
    if (mapped == MAP_FAILED) throw std::invalid_argument("cannot read the clock's shift from " + file.string());
    shift_ = static_cast<const volatile std::int64_t*>(mapped);
}

ShiftedClock::~ShiftedClock() { ::munmap(const_cast<std::int64_t*>(shift_), 8); }

Time ShiftedClock::now() const { return SystemClock().now() + Duration{*shift_}; }

Duration since_boot()
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<Duration>(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

std::string stored(Time time)
{
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date{day};
    std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<Time> from_stored(std::string_view text)
{
    auto parts = read_parts(text);
    if (!parts || !parts->rest.empty()) return std::nullopt;
    return from_utc(*parts);
}

std::string iso(Time time)
{
    auto out = stored(time);
    out[10] = 'T';
    return out + 'Z';
}

std::optional<Time> parse_date(std::string_view text, const std::string& zone)
{
    auto parts = read_parts(text);
    if (!parts) return std::nullopt;
    if (!parts->rest.empty()) {
        auto offset = read_offset(parts->rest);
        if (!offset) return std::nullopt;
        return storable(from_utc(*parts) - *offset);
    }
    cctz::time_zone local;
    if (!cctz::load_time_zone(zone, &local)) return std::nullopt;
    return storable(std::chrono::time_point_cast<Duration>(cctz::convert(parts->civil, local)) +
                    Duration{parts->milliseconds});
}

std::string local_text(Time time, const std::string& zone)
{
    cctz::time_zone local = cctz::utc_time_zone();
    cctz::load_time_zone(zone, &local);
    return cctz::format("%Y-%m-%d %H:%M:%S", std::chrono::floor<std::chrono::seconds>(time), local);
}

bool known_zone(const std::string& zone)
{
    cctz::time_zone found;
    return cctz::load_time_zone(zone, &found);
}

}  // namespace smg
