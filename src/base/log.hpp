#pragma once

#include <fmt/core.h>

#include <boost/describe/enum.hpp>

#include <string>
#include <string_view>

// The one door to the log. Control characters in a message are escaped, so that a hostile value cannot forge a line.
namespace smg::log {

enum class Level { debug, info, warning, error };
BOOST_DESCRIBE_ENUM(Level, debug, info, warning, error)

struct Options {
    Level level = Level::info;
    std::string directory = {};  // rotating files there as well when not empty
    std::size_t file_bytes = 10 * 1024 * 1024;
    std::size_t files = 5;
};

/// Lines go to standard error; standard output belongs to results.
void open(const Options& options);
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args)
{
    write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace smg::log
