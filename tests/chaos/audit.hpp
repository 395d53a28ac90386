#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "http/installation.hpp"

namespace smg::test {

/// What an installation says of its orders, held against the supplier's own ledger and against what the shops have in their
/// hands. Each order must be for `link_of(its number)`.
struct Audit {
    std::size_t orders = 0, acknowledged = 0, adds = 0, uncertain = 0;

    std::vector<std::string> missing;      // acknowledged, and not there, or the shop is told something else now
    std::vector<std::string> doubled;      // more than one `add`, and no person has said so
    std::vector<std::string> unexplained;  // uncertain although an answer is there, or with the supplier and nobody knows
    std::vector<std::string> stuck;        // neither ended, nor under way at the supplier, nor before a person
    std::vector<std::string> broken;       // histories that contradict themselves, journals that are not settled

    bool clean() const;
    std::string summary() const;  // one line of figures, then what is wrong
};

/// Waits until nothing is being sent any more, then counts. `acknowledged`: the number of each order with the body of its
/// first 200.
Audit audit(Installation& crm, const std::map<std::string, std::string>& acknowledged);

}  // namespace smg::test
