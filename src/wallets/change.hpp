#pragma once

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "jobs/job.hpp"
#include "settings/settings.hpp"
#include "sites/shop_client.hpp"
#include "wallets/transaction_store.hpp"

namespace smg::wallets {

constexpr std::string_view settle_job = "wallets.settle";
constexpr int most_settlings = 2000;  // some seven days at five minutes each; then the job is dead, and a person is told

/// What the handlers and jobs of this folder work with.
struct WalletDesk {
    db::Database& db;
    const Clock& clock;
    const MasterKey& master;
    const settings::Settings& settings;
    sites::ShopClient& shops;
};

/// Written down, with the job that settles it if we do not live to see the answer; then asked for. A repeat of the same
/// operation id gives the row that is there (`replayed`), with other content Code::invalid. While another change of the wallet
/// is not settled: Code::conflict. Whoever comes meanwhile sees to it that a row that is `asked` has its job.
struct Changed {
    Transaction transaction;
    sites::ShopResult<sites::ChangedWallet> answer = {};
    bool replayed = false;
};
Async<Result<Changed>> change(WalletDesk& desk, sites::Site site, Transaction asked,
                              std::function<void(db::Tx&, const Transaction&)> noted);

/// Asks for the same operation again, until the shop says what became of it.
Async<jobs::Outcome> settle_later(WalletDesk& desk, jobs::Job job);

}  // namespace smg::wallets
