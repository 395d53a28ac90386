#include "app/simulate.hpp"

#include <fmt/core.h>
#include <signal.h>

#include <iostream>
#include <memory>
#include <thread>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "sandbox/simulate.hpp"

namespace smg {
namespace {

/// Runs until SIGTERM or SIGINT. The signals are taken by a thread of their own, since the simulator keeps this one.
int until_signal(const std::function<Result<void>(std::stop_token, const sandbox::Ready&)>& run)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::stop_source stop;
    std::thread waiter([&] {
        int signal = 0;
        sigwait(&ends, &signal);
        stop.request_stop();
    });
    auto ready = [](const std::string& address) {
        std::cout << fmt::format(R"({{"listening":"{}"}})", address) << std::endl;
    };
    auto ended = run(stop.get_token(), ready);
    pthread_kill(waiter.native_handle(), SIGUSR1);  // when it ended by itself
    waiter.join();
    if (ended) return 0;
    std::cerr << "smgcrm: " << ended.error().message << '\n';
    return 1;
}

struct Options {
    std::string listen = "127.0.0.1:0", scenario = "ok", key, ledger, lead_to, token, currency = "UAH";
    bool list = false;
    int latency_ms = 0, products = 40;
    double completes_after_s = 20;
};

CLI::App* simulator(CLI::App& parent, const std::string& word, const std::string& help,
                    const std::shared_ptr<Options>& options)
{
    constexpr int hour_ms = 3'600'000;
    auto command = parent.add_subcommand(word, help);
    command->add_option("--listen", options->listen, "Address and port on loopback; port 0 picks a free one");
    command->add_option("--latency-ms", options->latency_ms, "How long each answer takes, in milliseconds")
        ->check(CLI::Range(0, hour_ms));
    command->add_option("--scenario", options->scenario, "A misbehaviour; GET /scenarios lists them");
    return command;
}

}  // namespace

void add_simulate(CLI::App& app, int& code)
{
    auto parent =
        app.add_subcommand("simulate", "Peers to try the program with, on this machine only")->require_subcommand(1);

    auto panel = std::make_shared<Options>();
    auto supplier =
        simulator(*parent, "supplier", "A supplier with the panel API v2; GET /ledger lists every order it took", panel);
    supplier->add_option("--key", panel->key, "The API key it takes; without one every key but `wrong`");
    supplier->add_option("--ledger", panel->ledger, "File in which every order taken is made durable before it is answered");
    supplier->add_option("--completes-after-s", panel->completes_after_s, "How long an order takes to its end, in seconds")
        ->check(CLI::Range(0.0, 86'400.0));
    supplier->add_option("--lead-to", panel->lead_to, "Where redirects and the like of some scenarios lead");
    supplier->add_flag("--list", panel->list,
                       "Print the scenarios: name, stage, whether an add makes the order, what it is");
    supplier->footer("Scenarios (--list tells what each is; POST /control changes it, /api/as/NAME is always in it):\n" +
                     sandbox::names_of_scenarios());
    supplier->callback([panel, &code] {
        if (panel->list) {
            std::cout << sandbox::list_of_scenarios();
            return;
        }
        code = until_signal([&](std::stop_token stop, const sandbox::Ready& ready) {
            SystemClock clock;
            sandbox::SupplierOptions options;
            options.key = panel->key;
            options.latency = Duration{panel->latency_ms};
            options.scenario = panel->scenario;
            if (!panel->lead_to.empty()) options.lead_to = panel->lead_to;
            options.panel.completes_after =
                std::chrono::duration_cast<Duration>(std::chrono::duration<double>(panel->completes_after_s));
            return sandbox::run_supplier(panel->listen, options, panel->ledger, clock, stop, ready);
        });
    });

    auto chat = std::make_shared<Options>();
    auto telegram = simulator(*parent, "telegram", "The Telegram Bot API; GET /log lists what reached its chat", chat);
    telegram->callback([chat, &code] {
        code = until_signal([&](std::stop_token stop, const sandbox::Ready& ready) {
            SystemClock clock;
            sandbox::TelegramOptions options;
            options.latency = Duration{chat->latency_ms};
            options.scenario = chat->scenario;
            return sandbox::run_telegram(chat->listen, options, clock, stop, ready);
        });
    });

    auto shop = std::make_shared<Options>();
    auto wordpress = simulator(*parent, "wordpress",
                               "A WordPress shop with the plugin; GET /ledger lists what became of its wallets", shop);
    wordpress->add_option("--token", shop->token, "The site's token; without one every signature is right");
    wordpress->add_option("--products", shop->products, "How many products it has")->check(CLI::Range(0, 100'000));
    wordpress->add_option("--currency", shop->currency, "The shop's currency");
    wordpress->callback([shop, &code] {
        code = until_signal([&](std::stop_token stop, const sandbox::Ready& ready) {
            SystemClock clock;
            sandbox::WordPressOptions options;
            options.token = Secret(shop->token);
            options.latency = Duration{shop->latency_ms};
            options.scenario = shop->scenario;
            options.products = shop->products;
            options.currency = shop->currency;
            return sandbox::run_wordpress(shop->listen, options, clock, stop, ready);
        });
    });
}

}  // namespace smg
