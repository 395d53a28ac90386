#include "sandbox/supplier.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "sandbox/fields.hpp"
#include "sandbox/spoilers.hpp"

namespace smg::sandbox {
namespace {

constexpr std::int64_t max_latency_ms = 3'600'000;

json::object error(std::string_view text) { return {{"error", text}}; }

// The name in `/api/as/NAME`, empty for other paths.
std::string scenario_in(std::string_view path)
{
    constexpr std::string_view beginning = "/api/as/";
    if (!path.starts_with(beginning)) return "";
    path.remove_prefix(beginning.size());
    return std::string(path.substr(0, path.find('/')));
}

// Counts down when the reply that holds it has gone out.
std::shared_ptr<const void> counted(const std::shared_ptr<std::int64_t>& count)
{
    ++*count;
    return {nullptr, [count](const void*) { --*count; }};
}

// What `add` has answered, 0 when it refused.
std::int64_t order_in(const json::value& reply)
{
    auto order = reply.is_object() ? reply.get_object().if_contains("order") : nullptr;
    return order ? json::as_integer(*order).value_or(0) : 0;
}

}  // namespace

SupplierSimulator::SupplierSimulator(const Clock& clock, SupplierOptions options, Panel::Keep keep)
    : options_(std::move(options)),
      panel_(clock, options_.panel, std::move(keep)),
      scenario_(find_scenario(options_.scenario))
{
    if (!scenario_) throw std::invalid_argument("there is no scenario `" + options_.scenario + "`");
}

RawReply SupplierSimulator::handle(const RawRequest& request)
{
    connections_ = std::max(connections_, static_cast<std::int64_t>(request.connection));
    const auto& http = request.http;
    bool post = http.method == http::Method::POST;
    if (http.path.starts_with("/api/")) return api(request);
    if (http.path == "/ledger" && !post) return json_reply(json::from(panel_.ledger()));
    if (http.path == "/counts" && !post) return json_reply(counts());
    if (http.path == "/scenarios" && !post) {
        json::array list;
        for (const auto& row : scenarios())
            list.push_back({{"name", row.name}, {"service", row.service}, {"stage", word(row.stage)}, {"help", row.help}});
        return json_reply(list);
    }
    if (http.path == "/reset" && post) return reset(), json_reply(json::object{{"ok", true}});
    if (http.path == "/control" && post) return control(http);
    return json_reply(json::object{{"message", "Not found."}}, 404);
}

RawReply SupplierSimulator::api(const RawRequest& request)
{
    ++requests_;
    Answer answer;
    answer.reply.delay = options_.latency;
    auto fields = read_fields(request.http);
    auto key = fields ? field(*fields, "key") : "";
    auto action = fields ? field(*fields, "action") : "";
    ++actions_[action];
    if (!fields) {
        answer.json = error("Incorrect request");
    } else if (key.empty() || (options_.key.empty() ? key == "wrong" : key != options_.key)) {
        answer.json = error("Invalid API key");
    } else if (auto name = scenario_in(request.http.path); !name.empty() && !find_scenario(name)) {
        answer.json = error("there is no scenario of this address");
    } else {
        auto scenario = scenario_for(name, action, *fields);
        if (action == "add") answer.reply.held = counted(adds_in_hand_);
        most_adds_at_once_ = std::max(most_adds_at_once_, *adds_in_hand_);
        bool performs = action != "add" ? scenario->takes != Takes::no : makes_order(*scenario, field(*fields, "link"));
        Call call{scenario, static_cast<std::int64_t>(request.connection), requests_};
        if (performs) answer.json = panel_.answer(action, *fields, call);
        bool conditional = scenario->takes == Takes::not_first || scenario->takes == Takes::not_while_active;
        Asked asked{action, order_in(answer.json), scenario->text, key, options_.lead_to};
        if (scenario->spoil && !(performs && conditional)) scenario->spoil(answer, asked);
    }
    if (!answer.written) answer.reply.body = answer.text();
    return std::move(answer.reply);
}

RawReply SupplierSimulator::control(const http::Request& request)
{
    auto fields = read_fields(request);
    if (!fields) return json_reply(error("Incorrect request"), 422);
    auto latency = options_.latency;
    panel_.balance();  // what ended orders give back belongs to the old settings
    auto panel = panel_.options();
    auto scenario = find_scenario(fields->contains("scenario") ? field(*fields, "scenario") : std::string(scenario_->name));
    if (!scenario) return json_reply(error("there is no such scenario; GET /scenarios lists them"), 422);
    for (auto [name, into] : {std::pair("latency_ms", &latency), std::pair("completes_after_ms", &panel.completes_after)})
        if (fields->contains(name)) {
            auto value = number(field(*fields, name));
            if (!value || *value < 0 || *value > max_latency_ms)
                return json_reply(error(fmt::format("{} must be 0 to {}", name, max_latency_ms)), 422);
            *into = Duration(*value);
        }
    if (fields->contains("request_id_field")) panel.request_id_field = field(*fields, "request_id_field");
    if (fields->contains("balance")) {
        auto value = Money::parse(field(*fields, "balance"));
        if (!value) return json_reply(error("balance must be a decimal number"), 422);
        panel.balance = *value;
    }
    if (fields->contains("lead_to")) options_.lead_to = field(*fields, "lead_to");
    options_.latency = latency;
    panel_.change(panel);
    scenario_ = scenario;
    return json_reply(json::object{{"ok", true}, {"scenario", scenario_->name}, {"balance", panel.balance.text()}});
}

json::value SupplierSimulator::counts() const
{
    json::object actions;
    for (const auto& [action, count] : actions_) actions[action] = count;
    return json::object{{"connections", connections_},
                        {"requests", requests_},
                        {"taken", static_cast<std::int64_t>(panel_.ledger().size())},
                        {"adds_in_hand", *adds_in_hand_},
                        {"most_adds_at_once", most_adds_at_once_},
                        {"actions", actions}};
}

void SupplierSimulator::reset()
{
    panel_.reset();
    refused_links_.clear();
    actions_.clear();
    requests_ = 0;
    most_adds_at_once_ = 0;
    scenario_ = find_scenario(options_.scenario);
}

const Scenario* SupplierSimulator::scenario_for(const std::string& name, const std::string& action,
                                                const Fields& fields) const
{
    if (action == "add")
        if (auto own = scenario_of_service(number(field(fields, "service")).value_or(0))) return own;
    auto mine = name.empty() ? scenario_ : find_scenario(name);
    bool fits = mine->stage == Stage::every || word(mine->stage) == action;
    return fits ? mine : find_scenario("ok");
}

bool SupplierSimulator::makes_order(const Scenario& scenario, const std::string& link)
{
    switch (scenario.takes) {
        case Takes::yes: return true;
        case Takes::no: return false;
        case Takes::not_first: return !refused_links_.insert(link).second;
        case Takes::not_while_active: return !panel_.active(link);
    }
    return true;
}

}  // namespace smg::sandbox
