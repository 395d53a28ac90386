#include "wallets/change.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "notices/notice_store.hpp"
#include "sites/shop_check.hpp"

namespace smg::wallets {
namespace {

// Later than the first call's own end, so that the two do not run beside each other; the shop would answer both alike.
constexpr auto first_settling = std::chrono::seconds(5);

Time settled_from(const settings::Settings& settings, Time asked)
{
    return asked + settings.seconds("shops.timeout_s") + first_settling;
}

void enqueue_settling(db::Tx& tx, Time now, const settings::Settings& settings, const Transaction& row)
{
    jobs::NewJob job;
    job.kind = settle_job;
    job.payload = fmt::format(R"({{"transaction":{}}})", row.id.value);
    job.dedup_key = fmt::format("{}:{}", settle_job, row.id.value);
    job.lane = sites::lane_of(*row.site_id);
    job.run_at = settled_from(settings, now);
    jobs::enqueue(tx, now, job);
}

sites::WalletChange asked_of_shop(const Transaction& row)
{
    return {row.wp_user_id,    std::string(word(*row.operation)),
            *row.asked_amount, row.expected_balance,
            *row.operation_id, row.reason.value_or("")};
}

TransactionId transaction_in(const jobs::Job& job)
{
    auto payload = json::parse(job.payload);
    auto found = payload && payload->is_object() ? payload->get_object().if_contains("transaction") : nullptr;
    return TransactionId{found ? json::as_integer(*found).value_or(0) : 0};
}

// The row of this operation id, when there is one.
Result<std::optional<Changed>> repeated(db::Tx& tx, Time now, const settings::Settings& settings, const Transaction& asked)
{
    auto known = find_operation(tx, *asked.site_id, *asked.operation_id);
    if (!known) return std::nullopt;
    if (!same_content(*known, asked)) return fail_field("operation_id", "The operation id was used for another change.");
    if (known->state == State::asked) enqueue_settling(tx, now, settings, *known);
    return Changed{.transaction = std::move(*known), .replayed = true};
}

struct Due {
    Transaction row;
    sites::Site site;
    sites::Shop shop;
};

// Nobody is to wonder for longer than a quarter of an hour where money is.
void tell_when_unsettled(db::Tx& tx, Time now, const settings::Settings& settings, const sites::Site& site,
                         const Transaction& row)
{
    notices::NewNotice notice;
    notice.kind = notices::Kind::wallet_unsettled;
    notice.level = notices::Level::alarm;
    notice.dedup_key = fmt::format("wallet_unsettled:{}:", row.id.value);
    notice.site_id = site.id;
    auto language = notices::language_of(settings);
    if (row.state != State::asked) return notices::settle(tx, now, language, notice, "SMG CRM");
    if (now - row.date < settings.seconds("shops.silent_after_s")) return;
    notice.values = {{"site", site.name},
                     {"user", row.email.empty() ? std::to_string(row.wp_user_id) : row.email},
                     {"operation", std::string(word(*row.operation))},
                     {"amount", row.asked_amount->text()},
                     {"reason", row.error.value_or("")}};
    notices::raise(tx, now, language, notice);
}

}  // namespace

Async<Result<Changed>> change(WalletDesk& desk, sites::Site site, Transaction asked,
                              std::function<void(db::Tx&, const Transaction&)> noted)
{
    sites::Shop shop;
    auto write = [&](db::Tx& tx) -> Result<Changed> {
        auto now = desk.clock.now();
        auto before = repeated(tx, now, desk.settings, asked);
        if (!before) return fail(before.error());
        if (*before) return std::move(**before);
        auto row = begin(tx, now, asked);
        if (!row) return fail(row.error());
        enqueue_settling(tx, now, desk.settings, *row);
        noted(tx, *row);
        shop = sites::shop_of(tx, desk.master, site);
        return Changed{.transaction = std::move(*row)};
    };
    // Somebody else was faster: with the same operation, or with another of this wallet.
    auto look_again = [&](db::Tx& tx) -> Result<std::optional<Changed>> {
        auto now = desk.clock.now();
        auto before = repeated(tx, now, desk.settings, asked);
        if (before && !*before)
            if (auto open = find_open(tx, site.id, asked.wp_user_id)) enqueue_settling(tx, now, desk.settings, *open);
        return before;
    };
    auto begun = co_await desk.db.write(std::move(write));
    if (!begun && begun.error().code == Code::conflict) {
        auto before = co_await desk.db.write(std::move(look_again));
        if (!before) co_return fail(before.error());
        if (*before) begun = std::move(**before);
    }
    if (!begun || begun->replayed) co_return begun;
    begun->answer = co_await desk.shops.change_wallet(std::move(shop), sites::patience(desk.settings),
                                                      asked_of_shop(begun->transaction));
    auto keep = [&](db::Tx& tx) -> Result<void> {
        // From its hour on the job asks as well, and what this call proves of itself it does not prove of the job's.
        bool alone = desk.clock.now() < settled_from(desk.settings, begun->transaction.date);
        if (!begun->answer && !alone && !begun->answer.error().is_decided()) begun->answer.error().unchanged = false;
        begun->transaction = settle(tx, desk.clock.now(), begun->transaction.id, begun->answer);
        tell_when_unsettled(tx, desk.clock.now(), desk.settings, site, begun->transaction);
        return {};
    };
    auto as_begun = begun->transaction;
    try {
        co_await desk.db.write(std::move(keep));
    } catch (const db::Unavailable& e) {
        // It is still `asked`, and its job finds out what became of it.
        log::warning("the answer about the wallet change {} is not kept: {}", begun->transaction.id.value, e.what());
        begun->transaction = std::move(as_begun);
    }
    co_return begun;
}

Async<jobs::Outcome> settle_later(WalletDesk& desk, jobs::Job job)
{
    auto look = [&](db::Tx& tx) -> std::optional<Due> {
        auto row = find_transaction(tx, transaction_in(job));
        if (!row || row->state != State::asked) return std::nullopt;
        auto site = sites::find_site(tx, *row->site_id);
        if (!site) return std::nullopt;
        auto shop = sites::shop_of(tx, desk.master, *site);
        return Due{std::move(*row), std::move(*site), std::move(shop)};
    };
    auto due = co_await desk.db.read(std::move(look));
    if (!due) co_return jobs::Done{};
    auto answer = co_await desk.shops.change_wallet(due->shop, sites::patience(desk.settings), asked_of_shop(due->row));
    Transaction now_is;
    auto keep = [&](db::Tx& tx) -> Result<void> {
        // What a repeat proves of itself it does not prove of the first try: only the plugin's own word ends it here.
        bool decided = answer || answer.error().is_decided();
        if (!decided) answer.error().unchanged = false;
        now_is = settle(tx, desk.clock.now(), due->row.id, answer);
        tell_when_unsettled(tx, desk.clock.now(), desk.settings, due->site, now_is);
        return {};
    };
    co_await desk.db.write(std::move(keep));
    if (now_is.state != State::asked) co_return jobs::Done{};
    co_return jobs::Retry{answer.error().message};
}

}  // namespace smg::wallets
