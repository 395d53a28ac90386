#include "hostile/crowd.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace smg::test {
namespace {

std::int64_t number_of(const Reply& reply, std::string_view what)
{
    if (reply.status() != 201) throw std::runtime_error(fmt::format("{}: {} {}", what, reply.status(), reply.http.body));
    return reply.number("data.id");
}

}  // namespace

std::string api_as(Installation& crm, const std::string& scenario)
{
    return crm.supplier().program().url("/api/as/" + scenario);
}

std::vector<std::string> scenarios_of(Installation& crm, const std::vector<std::string_view>& stages)
{
    const std::set<std::string> endings = {"ok", "partial", "canceled", "refunded", "never_ends"};
    std::vector<std::string> names;
    auto all = get(crm.supplier().program().url("/scenarios"), "");
    for (const auto& row : all.body.as_array()) {
        auto name = text_at(row, "name");
        if (std::ranges::find(stages, text_at(row, "stage")) != stages.end() && !endings.contains(name))
            names.push_back(name);
    }
    return names;
}

std::string join(Installation& crm, const std::string& admin, const std::string& supplier_id, const std::string& api,
                 const json::object& more)
{
    json::object supplier{{"name", supplier_id}, {"api_url", api}, {"api_key", "0f1e2d3c4b5a6978"}, {"allow_private", true}};
    for (const auto& [name, value] : more) supplier[name] = value;
    auto id = number_of(post(crm.url("/api/v1/suppliers"), admin, supplier), supplier_id);
    json::object mapping{{"supplier_id", supplier_id}, {"provider_id", id}};
    number_of(post(crm.url("/api/v1/supplier-mappings"), admin, mapping), supplier_id);
    return std::to_string(id);
}

std::vector<Peer> join_all(Installation& crm, const std::vector<std::string>& scenarios)
{
    auto admin = crm.add_token("admin");
    std::vector<Peer> peers;
    for (const auto& scenario : scenarios) peers.push_back({scenario, join(crm, admin, scenario, api_as(crm, scenario))});
    return peers;
}

std::string contradiction(const Reply& order, const json::array& ledger, std::string_view link)
{
    const std::set<std::string> taken = {"executing", "completed", "partial", "canceled", "refunded"};
    std::vector<std::string> numbers;
    for (const auto& entry : ledger)
        if (text_at(entry, "link") == link) numbers.push_back(text_at(entry, "order"));
    auto phase = order.text("data.phase"), number = order.text("data.supplier_order_number");
    if (numbers.size() > 1) return fmt::format("{} orders were made", numbers.size());
    if (taken.contains(phase) && numbers.empty()) return fmt::format("{} with {}, and no order was made", phase, number);
    if (taken.contains(phase) && numbers.front() != number)
        return fmt::format("{} with {}, and the order made is {}", phase, number, numbers.front());
    if (phase == "notaccepted" && !numbers.empty()) return fmt::format("notaccepted, and {} was made", numbers.front());
    return "";
}

Memory memory_of(pid_t process)
{
    Memory memory;
    std::ifstream status(fmt::format("/proc/{}/status", process));
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) memory.now = std::stol(line.substr(6));
        if (line.starts_with("VmHWM:")) memory.most = std::stol(line.substr(6));
    }
    return memory;
}

bool with_sanitizers()
{
#if defined(__has_feature)
    return __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
    return false;
#endif
}

}  // namespace smg::test
