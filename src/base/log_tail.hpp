#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace smg::log {

/// A line as it was written; numbers have no gaps within one life of the process.
struct Line {
    std::int64_t number = 0;
    Time at;
    Level level = Level::info;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Line, (), (number, at, level, text))

constexpr std::size_t lines_kept = 1000, longest_kept = 2000;

/// The last lines of at least this level, the oldest first: what the log holds and nothing else, a long line cut.
std::vector<Line> tail(Level least, std::size_t most);

}  // namespace smg::log
