#include "base/log.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <mutex>

#include "base/log_tail.hpp"
#include "base/text.hpp"

namespace smg::log {
namespace {

spdlog::level::level_enum level_of(Level level)
{
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string escaped(std::string_view message)
{
    std::string out;
    out.reserve(message.size());
    for (unsigned char c : message) {
        bool c1 = c >= 0x80 && c <= 0x9F && out.ends_with('\xC2');  // U+009B begins a terminal's commands as ESC [ does
        if (c1) out.pop_back();
        if (c < 0x20 || c == 0x7F || c1) out += fmt::format("\\x{:02x}", c);
        else out += static_cast<char>(c);
    }
    return out;
}

// The end of the log, in memory. It is as global as the log itself.
class Tail {
public:
    void add(Level level, std::string_view text)
    {
        std::lock_guard lock(mutex_);
        lines_.push_back({++last_, SystemClock().now(), level, cut(text, longest_kept)});
        if (lines_.size() > lines_kept) lines_.pop_front();
    }

    std::vector<Line> last(Level least, std::size_t most)
    {
        std::lock_guard lock(mutex_);
        std::vector<Line> found;
        for (auto line = lines_.rbegin(); line != lines_.rend() && found.size() < most; ++line)
            if (line->level >= least) found.push_back(*line);
        std::ranges::reverse(found);
        return found;
    }

private:
    std::mutex mutex_;
    std::deque<Line> lines_;
    std::int64_t last_ = 0;
};

Tail& the_tail()
{
    static Tail tail;
    return tail;
}

}  // namespace

void open(const Options& options)
{
    std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_color_sink_mt>()};
    if (!options.directory.empty()) {
        std::filesystem::create_directories(options.directory);
        sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.directory + "/smgcrm.log",
                                                                               options.file_bytes, options.files));
    }
    auto logger = std::make_shared<spdlog::logger>("smgcrm", sinks.begin(), sinks.end());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(level_of(options.level));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
    if (!options.directory.empty()) spdlog::flush_every(std::chrono::seconds(1));
}

void write(Level level, std::string_view message)
{
    if (!spdlog::should_log(level_of(level))) return;
    auto line = escaped(message);
    spdlog::log(level_of(level), "{}", line);
    the_tail().add(level, line);
}

std::vector<Line> tail(Level least, std::size_t most) { return the_tail().last(least, most); }

}  // namespace smg::log
