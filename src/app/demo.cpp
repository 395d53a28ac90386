#include "app/demo.hpp"

#include <fmt/core.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/serve.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "sandbox/shop.hpp"
#include "sandbox/simulate.hpp"
#include "sites/token_store.hpp"

namespace smg {
namespace {

constexpr auto order_every = std::chrono::milliseconds(1500);
constexpr std::string_view demo_email = "admin@smgcrm.example";
constexpr auto completes_after = std::chrono::seconds(12);

/// A directory that goes with this object, unless a person named one.
class DemoDirectory {
public:
    explicit DemoDirectory(std::map<std::string, std::string>& command_line)
    {
        if (command_line.contains("data")) return;
        mine_ = std::filesystem::temp_directory_path() / ("smgcrm-demo-" + random_uuid().substr(0, 8));
        command_line["data"] = mine_.string();
    }
    ~DemoDirectory()
    {
        std::error_code ignored;
        if (!mine_.empty()) std::filesystem::remove_all(mine_, ignored);
    }
    DemoDirectory(const DemoDirectory&) = delete;
    DemoDirectory& operator=(const DemoDirectory&) = delete;

private:
    std::filesystem::path mine_;
};

/// Everything faster than in real life, so that a person sees an order's whole way in half a minute.
const std::map<std::string, std::string> demo_settings{
    {"statuses.every_s", "2"},       {"timetable.statuses_s", "2"},  {"timetable.orders_s", "10"},
    {"timetable.errors_s", "10"},    {"timetable.balances_s", "15"}, {"sending.timeout_s", "4"},
    {"calls.timeout_s", "4"},        {"telegram.token", "100:demo"}, {"telegram.chat_id", "7"},
    {"telegram.allow_private", "1"}, {"sending.safe_wait_s", "10"},  {"telegram.per_minute", "1000"},
    {"evidence.after_s", "10"},      {"timetable.shops_s", "15"},
};

/// Prints what happens to orders, as it is committed.
class Console {
public:
    explicit Console(db::Database& db) : db_(db), thread_([this](std::stop_token stop) { run(stop); }) {}

    void something_happened()
    {
        std::lock_guard lock(mutex_);
        happened_ = true;
        changed_.notify_one();
    }

private:
    using Line = std::tuple<std::int64_t, Time, std::string, std::string, std::optional<std::string>,
                            std::optional<std::string>, std::optional<std::string>>;

    void run(std::stop_token stop)
    {
        while (!stop.stop_requested()) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, stop, [this] { return happened_; });
                happened_ = false;
            }
            try {
                print_new();
            } catch (const db::DatabaseError& e) {
                log::warning("the console could not read: {}", e.what());
            }
        }
    }

    void print_new()
    {
        auto lines = db_.read_now([this](db::Tx& tx) {
            return tx.query<Line>(
                "SELECT e.id, e.at, o.wp_order_number, e.kind, e.from_value, e.to_value, e.detail FROM order_events e "
                "JOIN orders o ON o.id = e.order_id WHERE e.id > ? ORDER BY e.id LIMIT ?",
                last_, most);
        });
        for (const auto& [id, at, number, kind, from, to, detail] : lines) {
            last_ = id;
            auto way = from || to ? fmt::format("{} → {}", from.value_or("new"), to.value_or("")) : kind;
            std::cout << fmt::format("{}  order {:<6} {:<26} {}", stored(at).substr(11, 8), number, way, detail.value_or(""))
                      << std::endl;
        }
    }

    static constexpr int most = 500;

    db::Database& db_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool happened_ = false;
    std::int64_t last_ = 0;
    std::jthread thread_;  // last: it uses the others
};

/// The shop: an io_context and a thread of its own, as the real one is elsewhere.
class Feed {
public:
    Feed(const std::string& address, Secret token)
        : thread_([this, options = options_for(address, std::move(token))](std::stop_token stop) mutable {
              net::HttpClient client(io_);
              boost::asio::co_spawn(io_, sandbox::feed_orders(client, std::move(options), stop, observe),
                                    boost::asio::detached);
              std::stop_callback end(stop, [this] { io_.stop(); });
              io_.run();
          })
    {
    }

private:
    static sandbox::FeedOptions options_for(const std::string& address, Secret token)
    {
        sandbox::FeedOptions options;
        options.url = fmt::format("http://{}/api/v1/createOrder", address);
        options.token = std::move(token);
        options.every = order_every;
        return options;
    }

    static void observe(const json::object&, int status, const std::string& reply)
    {
        if (status != 200) std::cout << fmt::format("createOrder answered {}: {}", status, reply) << std::endl;
    }

    boost::asio::io_context io_;
    std::jthread thread_;  // last: it uses the other
};

Secret site_token(CommandDesk desk)
{
    return *desk.db.write_now([&](db::Tx& tx) -> Result<Secret> {
        auto site = tx.first<SiteId>("SELECT id FROM sites ORDER BY id LIMIT 1");
        return sites::issue_site_token(tx, desk.master, desk.clock.now(), site.value_or(SiteId{1}), "demo");
    });
}

/// Where the simulators listen.
struct Peers {
    std::string supplier, other, telegram, shop;
};

std::string prepared(CommandDesk desk, const Peers& peers, const std::string& password)
{
    auto run = [&](std::string_view command, const json::object& options) {
        auto done = run_command(desk, command, options);
        if (!done) log::info("demo: {}: {}", command, done.error().message);  // from an earlier run in the same directory
        return done.value_or("");
    };
    auto settings = demo_settings;
    settings["telegram.api_url"] = "http://" + peers.telegram;
    run("setting set", {{"values", json::from(settings)}});
    auto shop = "http://" + peers.shop;
    run("site add", {{"url", shop}, {"name", "Shop"}, {"currency", "UAH"}, {"allow_private", true}});
    auto add_supplier = [&](const char* id, const char* name, const std::string& address) {
        run("supplier add", {{"supplier_id", id},
                             {"name", name},
                             {"url", "http://" + address + "/api/v2"},
                             {"key", "demo-key-0123456789"},
                             {"flavor", "perfectpanel"},
                             {"allow_private", true}});
    };
    add_supplier("1", "Simulated supplier", peers.supplier);
    add_supplier("2", "Another supplier", peers.other);
    // As an administrator may: lost orders are searched for, and as others might order with the key too, a person decides.
    desk.db.write_now([](db::Tx& tx) { return tx.execute("UPDATE api_providers SET gap_scan = 1, key_shared = 1"); });
    run("user add", {{"email", demo_email}, {"name", "Demo"}, {"role", "admin"}, {"password", password}});
    auto token = json::parse(run("token add", {{"role", "admin"}, {"name", "demo"}}));
    return token ? std::string(token->at("token").as_string()) : "";
}

void print_welcome(const std::string& address, const Peers& peers, const std::string& admin, const Secret& shop,
                   const std::string& password)
{
    std::cout << "\nSMG CRM runs at       http://" << address << "\n"
              << "sign in               " << demo_email << "   " << password << "\n"
              << "admin token           " << admin << "\n"
              << "site token            " << shop.reveal() << "\n"
              << "supplier simulator    http://" << peers.supplier << "/ledger\n"
              << "shop simulator        http://" << peers.shop << "/ledger\n"
              << "Telegram simulator    http://" << peers.telegram << "/log\n\n"
              << "try:  curl -H 'Authorization: Bearer " << admin << "' 'http://" << address
              << "/api/v1/orders?status=uncertain'\n\n"
              << "An order comes every 1.5 s; Ctrl+C ends it.\n"
              << std::endl;
}

}  // namespace

Result<void> demo(std::map<std::string, std::string> command_line, const std::string& file)
{
    DemoDirectory directory(command_line);
    auto config = load_config(command_line, file);
    if (!config) return fail(config.error());
    log::Options quiet;
    quiet.level = log::Level::error;
    log::open(quiet);

    SystemClock clock;
    auto panel = [&](std::stop_token stop, const sandbox::Ready& ready) {
        sandbox::SupplierOptions options;
        options.panel.completes_after = completes_after;
        return sandbox::run_supplier("127.0.0.1:0", options, {}, clock, stop, ready);
    };
    sandbox::Background supplier(panel), other(panel);
    sandbox::Background telegram([&](std::stop_token stop, const sandbox::Ready& ready) {
        return sandbox::run_telegram("127.0.0.1:0", {}, clock, stop, ready);
    });
    sandbox::Background shop([&](std::stop_token stop, const sandbox::Ready& ready) {
        return sandbox::run_wordpress("127.0.0.1:0", {}, clock, stop, ready);
    });
    Peers peers;
    for (auto [simulator, address] : {std::pair(&supplier, &peers.supplier), std::pair(&other, &peers.other),
                                      std::pair(&telegram, &peers.telegram), std::pair(&shop, &peers.shop)}) {
        auto known = simulator->address();
        if (!known) return fail(known.error());
        *address = *known;
    }

    std::mutex mutex;
    std::unique_ptr<Console> console;
    std::unique_ptr<Feed> feed;
    std::jthread setting_up;
    ServeHooks hooks;
    hooks.listening = [&](const std::string& address, db::Database& db, const MasterKey& master) {
        // Not on the I/O thread: commands block.
        setting_up = std::jthread([&, address] {
            CommandDesk desk{db, clock, master};
            auto password = random_token().substr(0, 12);
            auto admin = prepared(desk, peers, password);
            auto token = site_token(desk);
            print_welcome(address, peers, admin, token, password);
            std::lock_guard lock(mutex);
            console = std::make_unique<Console>(db);
            feed = std::make_unique<Feed>(address, token);
        });
    };
    hooks.announced = [&](const db::Announcement& announcement) {
        if (announcement.topic != "orders") return;
        std::lock_guard lock(mutex);
        if (console) console->something_happened();
    };
    hooks.ended = [&] {
        if (setting_up.joinable()) setting_up.join();
        feed.reset();
        std::unique_ptr<Console> last;
        {
            std::lock_guard lock(mutex);
            last = std::move(console);
        }
    };
    return serve(*config, hooks);
}

}  // namespace smg
