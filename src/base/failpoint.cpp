#include "base/failpoint.hpp"

#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/words.hpp"

namespace smg {
namespace {

constexpr auto variable = "SMGCRM_FAILPOINT";

struct Armed {
    std::string name;
    int hit = 0;
    FailAction action = FailAction::kill;
    std::atomic<int> passed = 0;
};

// Of the whole process, as its death is.
std::optional<Armed>& armed()
{
    static std::optional<Armed> one;
    return one;
}

Result<void> arm(std::string_view text)
{
    auto wrong = fail(Code::invalid, fmt::format("{}=`{}`: expected name:hit:kill, stop, exit or fail", variable, text));
    auto first = text.find(':'), second = text.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return wrong;
    auto name = text.substr(0, first), digits = text.substr(first + 1, second - first - 1);
    auto action = from_word<FailAction>(text.substr(second + 1));
    int hit = 0;
    auto end = digits.data() + digits.size();
    auto [stop, error] = std::from_chars(digits.data(), end, hit);
    if (error != std::errc{} || stop != end || hit < 1 || !action) return wrong;
    if (std::ranges::find(failpoints, name) == failpoints.end())
        return fail(Code::invalid, fmt::format("{}: there is no failpoint `{}`", variable, name));
    auto& one = armed().emplace();
    one.name = name;
    one.hit = hit;
    one.action = *action;
    return {};
}

// The signal reaches this very thread, so that it does not go on before it works.
void give_up(int signal) { ::raise(signal); }

}  // namespace

bool pass_failpoint(std::string_view name)
{
    auto& one = armed();
    if (!one || one->name != name || ++one->passed != one->hit) return false;
    switch (one->action) {
        case FailAction::kill: give_up(SIGKILL); break;
        case FailAction::stop: give_up(SIGSTOP); break;
        case FailAction::exit: ::_exit(EXIT_FAILURE);
        case FailAction::fail: return true;
    }
    return false;
}

Result<void> arm_failpoint()
{
    auto text = std::getenv(variable);
    if (!text || !*text) return {};
    if constexpr (!has_failpoints)
        return fail(Code::invalid, fmt::format("{} is set, and this build has no failpoints: they are for tests", variable));
    return arm(text);
}

}  // namespace smg
