#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "db/database.hpp"
#include "orders/attempt_store.hpp"
#include "suppliers/api_client.hpp"

// The search for a lost order among its supplier's order numbers: a panel answers `status` for our own orders alone, so a
// number that answers and that no order of ours has may be the lost one.
namespace smg::orders {

/// Between which numbers that of an attempt must lie, when a supplier counts upwards: the last one it gave before the
/// request was written, and the first one it gave to a request written after the answer was lost.
struct Gap {
    std::uint64_t after = 0;
    std::uint64_t before = 0;  // 0: none yet

    bool has(std::uint64_t number) const { return number > after && (before == 0 || number < before); }
};
std::optional<Gap> gap_of(db::Tx& tx, const Attempt& attempt);

/// Nothing when it is not a number of up to 18 digits.
std::optional<std::uint64_t> counted(const std::string& number);

struct Orphan {
    std::string number;
    suppliers::OrderStatus status;
};

struct Scan {
    std::vector<Orphan> orphans = {};  // ours by the key, and nobody's here
    std::uint64_t first = 0, last = 0;
    int calls = 0;
    bool whole = false;  // everything between two known numbers was looked at
    std::string problem = {};

    std::string sentence() const;
};

/// At most `most_calls` calls of 100 numbers, and 10 while the upper end is open.
Async<Scan> scan_gap(db::Database& db, suppliers::ApiClient& client, ProviderId provider, Gap gap, int most_calls);

/// The numbers among these that orders at this supplier have.
std::vector<std::string> taken_numbers(db::Tx& tx, ProviderId provider, const std::vector<std::string>& numbers);

/// Another lost order of this supplier: the candidate may be its.
struct Rival {
    OrderId order;
    Gap gap;
    std::optional<Money> expected;
};

/// What an orphan is compared with.
struct Claim {
    std::optional<Money> expected;
    std::int64_t pieces = 0;  // 0: not known
    std::int64_t percent = 0;
    bool key_shared = false;
    bool others_under_way = false;  // a request that has no answer yet may have made it
    std::vector<Rival> rivals = {};
};

bool matches(const Orphan& orphan, const Claim& claim);

/// The only rule by which the program takes an orphan for the lost order without a person: all between two known numbers was
/// looked at, there is one orphan, it costs what the order should, and nobody else can claim it.
struct Judgement {
    std::optional<std::string> number = {};
    std::string why_not = {};
};
Judgement judge(const Scan& scan, const Claim& claim);

}  // namespace smg::orders
