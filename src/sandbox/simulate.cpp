#include "sandbox/simulate.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "sandbox/ledger_file.hpp"

namespace smg::sandbox {
namespace {

Result<void> serve(const std::string& listen, RawHandler handler, const std::stop_token& stop, const Ready& ready)
{
    boost::asio::io_context io(1);
    RawServer server(io, std::move(handler));
    auto address = server.listen(listen);
    if (!address) return fail(address.error());
    std::stop_callback on_stop(stop, [&] { io.stop(); });
    ready(*address);
    io.run();
    return {};
}

}  // namespace

Result<void> run_supplier(const std::string& listen, SupplierOptions options, const std::filesystem::path& ledger,
                          const Clock& clock, std::stop_token stop, const Ready& ready)
{
    if (!find_scenario(options.scenario))
        return fail(Code::invalid, "there is no scenario `" + options.scenario + "`; GET /scenarios lists them");
    if (ledger.empty()) {
        SupplierSimulator supplier(clock, std::move(options));
        return serve(listen, [&](const RawRequest& request) { return supplier.handle(request); }, stop, ready);
    }
    auto file = LedgerFile::open(ledger);
    if (!file) return fail(file.error());
    SupplierSimulator supplier(clock, std::move(options), [&](const LedgerEntry& entry) { file->append(entry); });
    for (auto& entry : file->take_entries()) supplier.panel().restore(std::move(entry));
    return serve(listen, [&](const RawRequest& request) { return supplier.handle(request); }, stop, ready);
}

Result<void> run_telegram(const std::string& listen, TelegramOptions options, const Clock& clock, std::stop_token stop,
                          const Ready& ready)
{
    if (std::ranges::find(telegram_scenarios(), options.scenario, &TelegramScenario::name) == telegram_scenarios().end())
        return fail(Code::invalid, "there is no scenario `" + options.scenario + "`; GET /scenarios lists them");
    TelegramSimulator telegram(clock, std::move(options));
    return serve(listen, [&](const RawRequest& request) { return telegram.handle(request); }, stop, ready);
}

Result<void> run_wordpress(const std::string& listen, WordPressOptions options, const Clock& clock, std::stop_token stop,
                           const Ready& ready)
{
    if (std::ranges::find(wordpress_scenarios(), options.scenario, &WordPressScenario::name) == wordpress_scenarios().end())
        return fail(Code::invalid, "there is no scenario `" + options.scenario + "`; GET /scenarios lists them");
    WordPressSimulator shop(clock, std::move(options));
    return serve(listen, [&](const RawRequest& request) { return shop.handle(request); }, stop, ready);
}

Background::Background(Run run)
    : thread_([this, run = std::move(run)](std::stop_token stop) {
          auto tell = [this](Result<std::string> address) {
              std::lock_guard lock(mutex_);
              if (!address_) address_ = std::move(address);
              known_.notify_all();
          };
          auto ended = run(stop, [&](const std::string& address) { tell(address); });
          tell(ended ? Result<std::string>(fail(Code::failed, "it has ended")) : fail(ended.error()));
      })
{
}

Result<std::string> Background::address()
{
    std::unique_lock lock(mutex_);
    known_.wait(lock, [&] { return address_.has_value(); });
    return *address_;
}

}  // namespace smg::sandbox
