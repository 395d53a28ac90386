#pragma once

#include <string>
#include <vector>

#include "net/http_client.hpp"

// Replies to `add` to begin with: what the simulator says in each of its scenarios, and what good suppliers say.
namespace smg::test {

/// One reply, where it comes from, and what the simulator's ledger says about it.
struct Sample {
    std::string name;
    net::HttpReply reply;
    std::string order;  // the number that the supplier has noted; empty when it has none
};

/// Of each scenario whose reply is whole HTTP, as a client reads it; packed ones are left out.
std::vector<Sample> replies_of_scenarios(const std::string& key);

/// Every form in which suppliers are known to accept and to refuse.
std::vector<Sample> known_replies();

}  // namespace smg::test
