#include "realtime/application.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <set>

#include "base/json.hpp"

namespace smg::realtime {
namespace {

struct Given {
    std::string id, key, secret;
    std::optional<bool> enabled, client_events;
    std::optional<std::int64_t> connections;
    std::optional<std::string> webhook;
};
BOOST_DESCRIBE_STRUCT(Given, (), (id, key, secret, enabled, client_events, connections, webhook))

bool plain(std::string_view word)
{
    return !word.empty() &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == word.npos;
}

}  // namespace

Result<std::vector<Application>> parse_applications(std::string_view text)
{
    std::vector<Application> apps;
    if (text.empty()) return apps;
    auto list = json::parse(text);
    if (!list || !list->is_array()) return fail(Code::invalid, "it must be a JSON list of apps");
    std::set<std::string> taken;
    for (const auto& one : list->get_array()) {
        auto given = json::to<Given>(one, json::Extra::refused);
        if (!given) return fail(given.error());
        if (!plain(given->id) || !plain(given->key) || given->secret.empty())
            return fail(Code::invalid, "an app needs an id, a key of letters, digits, `-`, `_` and `.`, and a secret");
        if (!taken.insert("id " + given->id).second || !taken.insert("key " + given->key).second)
            return fail(Code::invalid, "two apps have the same id or key");
        Application app{given->id, given->key, Secret(given->secret)};
        app.enabled = given->enabled.value_or(true);
        app.client_events = given->client_events.value_or(false);
        app.connections = given->connections.value_or(app.connections);
        app.webhook = given->webhook.value_or("");
        apps.push_back(std::move(app));
    }
    return apps;
}

}  // namespace smg::realtime
