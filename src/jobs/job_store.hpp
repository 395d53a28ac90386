#pragma once

#include <boost/describe/class.hpp>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.hpp"

// All SQL of the table `jobs`, beside enqueue() and hurry_lane() of job.hpp. A row is waiting (no lease), leased, or dead.
// Every hand-over raises `fence`, so that who lost a job has no say in it any more.
namespace smg::jobs {

constexpr std::size_t max_payload = 64 * 1024;
constexpr std::size_t max_error = 500;
constexpr int max_crashes = 3;  // a job in hand at so many process deaths, without an answer in between, is poison
constexpr Duration poison_pause = std::chrono::minutes(10);  // before poison that is asked for by its key runs once more

/// A job that nobody works on any more until a person decides.
struct DeadJob {
    JobId id;
    std::string kind;
    std::string lane;
    std::string payload;
    std::optional<std::string> dedup_key;
    int tries = 0;
    int crashes = 0;
    std::optional<std::string> last_error;
    Time dead_at;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(DeadJob, (), (id, kind, lane, payload, dedup_key, tries, crashes, last_error, dead_at, created_at))

/// Tells a person, in the same transaction.
using Tell = std::function<void(db::Tx&, const DeadJob&)>;

/// How many jobs of a lane may run at once, on all nodes together; 0 pauses it. Called on database threads.
using LaneLimit = std::function<int(std::string_view lane)>;

// ---- asking for

/// As enqueue(), but false when the job of this key runs or is due already: then nothing changes, and it does not run twice.
/// One that waits for a later time is due now, poison excepted.
bool enqueue_unless_due(db::Tx& tx, Time now, const NewJob& job);

// ---- taking

struct FreeSlots {
    std::string kind;
    int free = 0;
    Duration lease{};
};

struct ClaimRequest {
    std::string boot_id;
    std::vector<FreeSlots> slots;
    LaneLimit lane_limit = {};  // none: lanes are not limited
    int at_most = 32;
};

struct Claimed {
    std::vector<Job> jobs;
    bool more = false;  // others are due as well, as soon as there is room for them
};

/// Leases due jobs, the longest waiting first; what is in a full lane or of a full kind does not hold up the rest, and what
/// is in a paused lane costs nothing. Nodes that claim in the same moment may exceed a lane's limit by what each of them
/// takes then.
Claimed claim(db::Tx& tx, Time now, ClaimRequest request);

/// False when the lease was lost.
bool renew(db::Tx& tx, const Job& job, Time until);

// ---- giving back: false when the lease was lost or this was done before; then nothing changes. An answer, whichever, ends
// the row of crashes.

/// The row goes, unless someone asked for the job again meanwhile: then it runs once more at once.
bool finish(db::Tx& tx, Time now, const Job& job);

/// Counts a try. After `max_tries` of them the job is dead, unless someone asked for it again meanwhile.
bool retry(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time run_at, int max_tries, const Tell& tell);

/// Waits until then, or runs at once when someone asked for it meanwhile.
bool park(db::Tx& tx, Time now, const Job& job, const std::string& reason, Time until);

/// As if it had not been claimed.
bool release(db::Tx& tx, const Job& job);

// ---- after crashes

struct Lost {
    std::vector<std::string> live;  // boots whose leases hold
    Time expired_before;            // of leases; the epoch judges none
};

/// Jobs whose process died with them in hand wait again, with one more crash; the third in a row makes them dead. Gives
/// their number.
int release_lost(db::Tx& tx, Time now, const Lost& lost, const Tell& tell);

/// Leases of this boot that it does not know of: the claim's commit got no answer. Not the jobs' fault.
int release_unheld(db::Tx& tx, const std::string& boot_id, const std::vector<JobId>& held);

// ---- looking and deciding

struct KindCount {
    std::string kind;
    std::int64_t waiting = 0;  // due or not
    std::int64_t due = 0;
    std::int64_t running = 0;
    std::int64_t dead = 0;
    std::optional<Time> oldest_due;  // what should have begun by now and has not
};
BOOST_DESCRIBE_STRUCT(KindCount, (), (kind, waiting, due, running, dead, oldest_due))

std::vector<KindCount> counts(db::Tx& tx, Time now);

struct LaneCount {
    std::string lane;
    std::int64_t waiting = 0, running = 0;
};
BOOST_DESCRIBE_STRUCT(LaneCount, (), (lane, waiting, running))

std::vector<LaneCount> lane_counts(db::Tx& tx);

struct KeyState {
    bool running = false, dead = false;
    Time run_at;
};
BOOST_DESCRIBE_STRUCT(KeyState, (), (running, dead, run_at))

/// What the one job of a key is doing.
std::optional<KeyState> state_of(db::Tx& tx, std::string_view dedup_key);

/// In which lanes the jobs of these keys wait; keys without a job are left out.
std::map<std::string, std::string> lanes_of(db::Tx& tx, const std::vector<std::string>& dedup_keys);

struct Overdue {
    std::int64_t count = 0;
    std::optional<Time> oldest;
};
BOOST_DESCRIBE_STRUCT(Overdue, (), (count, oldest))

/// Jobs that were due before: outside of lanes those that have not ended, in a lane those that nobody works on. Not of lanes
/// that begin with one of these words: they may have reasons to wait of which people are told otherwise.
Overdue overdue(db::Tx& tx, Time before, std::span<const std::string_view> patient_lanes);

/// The latest first; below `before` when given, for paging.
std::vector<DeadJob> dead_jobs(db::Tx& tx, int limit, std::optional<JobId> before = {});

std::optional<DeadJob> find_dead(db::Tx& tx, JobId id);

/// From the beginning, as if new. False when there is no such dead job.
bool retry_dead(db::Tx& tx, Time now, JobId id);
bool discard_dead(db::Tx& tx, JobId id);

}  // namespace smg::jobs
