#include "http/installation.hpp"

#include <fmt/core.h>

#include <stdexcept>

#include "support/mariadb.hpp"

namespace smg::test {
namespace {

const std::map<std::string, std::string> quick_server = {{"SMGCRM_RECOVERY_EVERY_MS", "200"},
                                                         {"SMGCRM_JOB_CHECK_MS", "50"},
                                                         {"SMGCRM_TOKEN_RATE", "100000"},
                                                         {"SMGCRM_TEST_RERUN_ONE_IN", "16"},
                                                         {"SMGCRM_STOP_TIMEOUT_S", "20"}};

// No lane pauses and no circuit opens by itself unless a test says after how many lost answers.
const std::map<std::string, std::string> quick_settings = {
    {"statuses.every_s", "1"},          {"timetable.statuses_s", "1"}, {"sending.timeout_s", "1"},
    {"sending.connect_timeout_s", "1"}, {"telegram.language", "en"},   {"sending.pause_after_unknowns", "1000"},
    {"circuit.failures", "1000"},       {"circuit.calls", "100000"},
};

}  // namespace

std::string name_of(const testing::TestParamInfo<On>& info) { return info.param == On::sqlite ? "sqlite" : "mariadb"; }

Installation::Installation(On on, Options options) : options_(std::move(options)), supplier_(options_.supplier)
{
    if (on == On::mariadb) database_["SMGCRM_DATABASE"] = shared_mariadb().create_database(data_.path().filename().string());
    auto settings = quick_settings;
    for (const auto& [key, value] : options_.settings) settings[key] = value;
    set(settings);
    start();
    shop_ = add_site("https://shop.example");
    manager_ = add_token("manager");
    supplier_id_ = add_supplier("1", supplier_.api());
}

void Installation::start(const std::map<std::string, std::string>& more)
{
    auto environment = more;
    environment.insert(options_.environment.begin(), options_.environment.end());
    environment.insert(database_.begin(), database_.end());
    environment.insert(quick_server.begin(), quick_server.end());
    server_.reset();
    server_ = std::make_unique<Program>(
        smgcrm_binary(),
        Program::Options{{"serve", "--listen", listen_, "--data", data_.path().string()}, std::move(environment)});
    auto port = server_->port();
    if (options_.keep_port) listen_ = fmt::format("127.0.0.1:{}", port);
}

Exit Installation::stop()
{
    server_->terminate();
    return server_->wait().value_or(Exit{});
}

void Installation::kill()
{
    server_->kill();
    server_->wait();
}

Finished Installation::command(std::vector<std::string> words, const std::string& input)
{
    words.insert(words.end(), {"--data", data_.path().string()});
    return run(smgcrm_binary(), {std::move(words), database_, input});
}

json::value Installation::result_of(std::vector<std::string> words)
{
    auto name = words.front() + " " + words.at(1);
    auto finished = command(std::move(words));
    auto result = json::parse(finished.out);
    if (finished.exit != Exit{0, 0} || !result) throw std::runtime_error(name + ": " + finished.out + finished.err);
    return *result;
}

void Installation::set(const std::map<std::string, std::string>& values)
{
    std::vector<std::string> words{"setting", "set"};
    for (const auto& [key, value] : values) words.insert(words.end(), {key, value});
    auto finished = command(words);
    if (finished.exit != Exit{0, 0}) throw std::runtime_error("setting set: " + finished.err);
}

std::string Installation::add_site(const std::string& url)
{
    return text_at(result_of({"site", "add", "--url", url, "--name", "Shop", "--currency", "UAH"}), "token");
}

std::string Installation::add_supplier(const std::string& supplier_id, const std::string& api)
{
    return text_at(result_of({"supplier", "add", "--supplier-id", supplier_id, "--name", "Supplier " + supplier_id, "--url",
                              api, "--key", "k", "--allow-private"}),
                   "id");
}

Reply Installation::pause(bool paused)
{
    return post(url("/api/v1/suppliers/" + supplier_id_ + "/lane"), manager_, json::object{{"paused", paused}});
}

std::string Installation::add_token(const std::string& role)
{
    return text_at(result_of({"token", "add", "--role", role, "--name", "Olena the " + role}), "token");
}

void Installation::tell(Telegram& telegram)
{
    set({{"telegram.allow_private", "1"},
         {"telegram.api_url", telegram.api()},
         {"telegram.chat_id", "4711"},
         {"telegram.per_minute", "1000"},
         {"telegram.token", "1:secret"}});
}

std::int64_t Installation::order(const json::value& body)
{
    auto reply = create(body);
    if (reply.status() != 200) throw std::runtime_error(fmt::format("createOrder: {} {}", reply.status(), reply.http.body));
    return reply.number("order_id");
}

Reply Installation::order(std::int64_t id) { return get(fmt::format("/api/v1/orders/{}", id)); }

bool Installation::becomes(std::int64_t id, std::string_view phase)
{
    return eventually([&] { return this->phase(id) == phase; });
}

Reply Installation::decide(std::int64_t id, std::string_view kind, json::object more)
{
    if (!more.contains("version")) more["version"] = order(id).number("data.version");
    more["kind"] = kind;
    return post(url(fmt::format("/api/v1/orders/{}/decisions", id)), manager_, more);
}

json::object order_of(const std::string& number, const json::object& changes)
{
    json::object body{{"wp_order_number", number}, {"product_service", "Followers"},  {"quantity", 1000},
                      {"url", link_of(number)},    {"client_email", "olena@ukr.net"}, {"total_amount", "12.50"},
                      {"supplier_id", "1"},        {"supplier_service_id", "101"}};
    for (const auto& [name, value] : changes) {
        if (value.is_null()) body.erase(name);
        else body[name] = value;
    }
    return body;
}

std::string link_of(const std::string& number) { return "https://instagram.com/p" + number; }

std::string history(const Reply& order)
{
    std::string kinds;
    auto events = order.body.is_object() ? order.body.at("data").at("events").as_array() : json::array();
    for (const auto& event : events) kinds += (kinds.empty() ? "" : ",") + text_at(event, "kind");
    return kinds;
}

}  // namespace smg::test
