#include "http/simulators.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/reply.hpp"

namespace smg::test {
namespace {

Program::Options simulate(std::vector<std::string> words, const std::vector<std::string>& added)
{
    words.insert(words.begin(), "simulate");
    words.insert(words.end(), added.begin(), added.end());
    return {std::move(words)};
}

json::array list_at(const std::string& url)
{
    auto reply = get(url, "");
    if (!reply.body.is_array()) throw std::runtime_error(url + " gives no list: " + reply.http.error + reply.http.body);
    return std::move(reply.body.get_array());
}

void tell(const std::string& url, const json::value& what)
{
    auto reply = post(url, "", what);
    if (reply.status() != 200) throw std::runtime_error("the simulator refuses: " + reply.http.body);
}

}  // namespace

Supplier::Supplier(const std::vector<std::string>& options, const std::string& listen)
    : program_(smgcrm_binary(), simulate({"supplier", "--listen", listen, "--completes-after-s", "1"}, options))
{
    program_.port();
}

json::array Supplier::ledger() { return list_at(program_.url("/ledger")); }

int Supplier::adds_for(std::string_view link)
{
    return static_cast<int>(
        std::ranges::count_if(ledger(), [&](const auto& entry) { return text_at(entry, "link") == link; }));
}

void Supplier::change(const json::value& to) { tell(program_.url("/control"), to); }

WordPress::WordPress(const std::string& token, const std::vector<std::string>& options, const std::string& listen)
    : program_(smgcrm_binary(), simulate({"wordpress", "--listen", listen, "--token", token}, options))
{
    program_.port();
}

json::array WordPress::ledger() { return list_at(program_.url("/ledger")); }

json::array WordPress::events() { return list_at(program_.url("/events")); }

void WordPress::change(const json::value& to) { tell(program_.url("/control"), to); }

void WordPress::pay(const json::value& order) { tell(program_.url("/pay"), order); }

Telegram::Telegram() : program_(smgcrm_binary(), simulate({"telegram", "--listen", "127.0.0.1:0"}, {})) { program_.port(); }

bool Telegram::heard(const std::vector<std::string>& words)
{
    return std::ranges::any_of(list_at(program_.url("/log")), [&](const auto& message) {
        auto text = text_at(message, "text");
        return std::ranges::all_of(words, [&](const auto& word) { return text.contains(word); });
    });
}

}  // namespace smg::test
