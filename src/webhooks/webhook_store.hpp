#pragma once

#include <vector>

#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"
#include "webhooks/webhook.hpp"

namespace smg::webhooks {

/// What a person may set; what is not named stays as it is.
struct WebhookChange {
    std::optional<std::string> name, url;
    std::optional<std::vector<std::string>> events;
    std::optional<std::int64_t> site_id;  // 0: of all sites
    std::optional<std::string> secret;    // empty: a new one is made
    std::optional<bool> allow_private, active;
};
BOOST_DESCRIBE_STRUCT(WebhookChange, (), (name, url, events, site_id, secret, allow_private, active))

struct Changed {
    Webhook webhook;
    std::string detail;               // for the audit log
    std::optional<Secret> made = {};  // a secret that we made: to be shown this once
};

Result<Changed> add_webhook(db::Tx& tx, const MasterKey& master, Time now, WebhookChange asked);

/// What waited for one that was off, or has another address or secret now, is tried at once.
Result<Changed> change_webhook(db::Tx& tx, const MasterKey& master, Time now, const Webhook& webhook, WebhookChange asked);

/// A shop whose plugin takes events.
struct ShopReceiver {
    SiteId site;
    std::string name, url;
    Secret secret;
    bool allow_private = false;
};

/// The shop's own webhook: made when it is not there, brought up to date when address or secret became others. What a person
/// switched off stays off.
Result<void> keep_for_shop(db::Tx& tx, const MasterKey& master, Time now, const ShopReceiver& shop);

/// With its log.
void remove_webhook(db::Tx& tx, WebhookId id);

/// Nothing more is collected for it until a person switches it on again. False when it was paused before.
bool pause_webhook(db::Tx& tx, Time now, WebhookId id, const std::string& reason);

std::vector<Webhook> all_webhooks(db::Tx& tx);
std::optional<Webhook> find_webhook(db::Tx& tx, WebhookId id);

/// Nothing when there is none, or when it cannot be opened.
std::optional<Secret> secret_of(const MasterKey& master, const Webhook& webhook);

}  // namespace smg::webhooks
