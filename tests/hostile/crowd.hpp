#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/installation.hpp"

// Many suppliers at once: one simulator that is another supplier at each of its addresses.
namespace smg::test {

/// A supplier in one scenario, and the order that was sent to it.
struct Peer {
    std::string scenario;
    std::string provider_id;
    std::int64_t order = 0;
};

/// `http://…/api/as/SCENARIO` of the installation's simulator.
std::string api_as(Installation& crm, const std::string& scenario);

/// The simulator's scenarios of these stages, but those whose orders merely end in other words.
std::vector<std::string> scenarios_of(Installation& crm, const std::vector<std::string_view>& stages);

/// Adds a supplier by REST and maps the supplier id to it; gives its id in our tables.
std::string join(Installation& crm, const std::string& admin, const std::string& supplier_id, const std::string& api,
                 const json::object& more = {});

std::vector<Peer> join_all(Installation& crm, const std::vector<std::string>& scenarios);

/// Why what the program believes of an order contradicts the supplier's ledger: accepted without an entry of that very
/// number, more than one entry, refused though there is one. Empty when it does not.
std::string contradiction(const Reply& order, const json::array& ledger, std::string_view link);

/// Resident memory of a process now, and the most it ever was, in KiB.
struct Memory {
    long now = 0, most = 0;
};
Memory memory_of(pid_t process);

/// Whether this build measures more than the program: sanitizers keep what was freed.
bool with_sanitizers();

}  // namespace smg::test
