#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace smg {

/// A moment in UTC with the precision that both databases keep.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Where the time comes from; an argument everywhere, so that tests turn it by hand.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
};

/// The system's time plus what a file says: 8 bytes, milliseconds, native order, to be changed at any moment. With it tests
/// turn the clock of a running program. Throws std::invalid_argument when the file is not there.
class ShiftedClock final : public Clock {
public:
    explicit ShiftedClock(const std::filesystem::path& file);
    ~ShiftedClock() override;
    ShiftedClock(const ShiftedClock&) = delete;
    ShiftedClock& operator=(const ShiftedClock&) = delete;
    Time now() const override;

private:
    const volatile std::int64_t* shift_;
};

class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start) : now_(start) {}
    Time now() const override { return now_.load(); }
    void advance(Duration by) { now_ = now_.load() + by; }

private:
    std::atomic<Time> now_;
};

/// Time since the machine started, its sleep included: what a deadline is measured with that no clock setting may move.
Duration since_boot();

/// `2026-11-22 17:36:44.000`: how both databases store a time, sortable as text.
std::string stored(Time time);
std::optional<Time> from_stored(std::string_view text);

/// `2026-11-22T17:36:44.000Z`: how the API shows a time.
std::string iso(Time time);

/// `2026-11-22 19:36:44` by the clocks of a zone, as people read it. An unknown zone is UTC.
std::string local_text(Time time, const std::string& zone);

/// A shop's date: ISO 8601 with an offset, or without one in `zone` (`Europe/Kyiv`). Nothing when it is no date
/// of the years 1000 to 9999.
std::optional<Time> parse_date(std::string_view text, const std::string& zone);

/// Whether the system knows a time zone of this name.
bool known_zone(const std::string& zone);

}  // namespace smg
