#pragma once

#include <boost/describe/enum.hpp>

#include <array>
#include <string_view>

#include "base/result.hpp"
#include "embedded/failpoints.hpp"  // made by the build: `has_failpoints`, true in builds for tests

// Places at which tests kill, freeze or fail the program, to see that every moment is a good one to die in.
// SMGCRM_FAILPOINT=name:hit:action does so when the program comes by for the hit-th time.
namespace smg {

/// All there are, with the crash points of docs/decisions/0007-send-journal.md.
inline constexpr auto failpoints = std::to_array<std::string_view>({
    "intake.before_commit",  // C0: the order is written, not committed
    "intake.committed",      // C1: … and the shop does not know it yet
    "send.prepared",         // C2: the attempt is committed
    "send.connected",        // C2, C9: nothing is written
    "send.marked",           // C3a, C9: `sending` is committed, the journal knows nothing
    "send.marked_unknown",   // C7, fails: nobody knows whether that commit was kept
    "send.journaled",        // C3b, C9, C11: `go` is on disk
    "send.written",          // C4: the request is written whole, there is no reply
    "send.answered",         // C5: the reply is read, the journal does not know it
    "send.replied",          // C6, C9: the reply is in the journal, not in the database
    "send.saved_unknown",    // C8, fails: nobody knows whether the result's commit was kept
});

enum class FailAction {
    kill,  // as a power cut does
    stop,  // as a frozen machine: SIGCONT brings it back
    exit,  // at once, without any farewell
    fail,  // as the caller says of itself
};
BOOST_DESCRIBE_ENUM(FailAction, kill, stop, exit, fail)

/// A name of the list above: any other does not compile.
struct Failpoint {
    consteval Failpoint(const char* text) : name(text)
    {
        bool known = false;
        for (auto one : failpoints) known = known || one == name;
        if (!known) throw "no such failpoint";
    }
    std::string_view name;
};

/// What a build for tests does at a failpoint; true when the caller is to fail.
bool pass_failpoint(std::string_view name);

constexpr bool failpoint(Failpoint at)
{
    if constexpr (has_failpoints) return pass_failpoint(at.name);
    else return false;
}

/// Reads SMGCRM_FAILPOINT, once and before any thread. A build without failpoints refuses to start when it is set.
Result<void> arm_failpoint();

}  // namespace smg
