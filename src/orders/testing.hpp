#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "db/testing.hpp"
#include "orders/attempt_store.hpp"
#include "orders/decisions.hpp"
#include "orders/dispatch.hpp"
#include "orders/intake.hpp"
#include "orders/order_store.hpp"
#include "orders/tracking.hpp"
#include "settings/settings.hpp"
#include "sites/site_store.hpp"
#include "suppliers/provider_store.hpp"

// For tests only: one shop, one supplier, and orders that the program's own functions have brought to any phase.
namespace smg::orders {

inline suppliers::AddOutcome answered(suppliers::Verdict::Kind kind, suppliers::Reason reason, std::string text,
                                      std::string body)
{
    suppliers::AddOutcome outcome;
    outcome.sent = true;
    outcome.http_status = 200;
    outcome.verdict.kind = kind;
    outcome.verdict.reason = reason;
    outcome.verdict.text = std::move(text);
    outcome.body_sha256 = sha256_hex(body);
    outcome.body = std::move(body);
    return outcome;
}

inline suppliers::AddOutcome accepted(const std::string& number)
{
    auto outcome = answered(suppliers::Verdict::Kind::accepted, suppliers::Reason::none, "", R"({"order":)" + number + "}");
    outcome.verdict.supplier_order_id = number;
    return outcome;
}

inline suppliers::AddOutcome rejected(suppliers::Reason reason, const std::string& text)
{
    return answered(suppliers::Verdict::Kind::rejected, reason, text, R"({"error":")" + text + "\"}");
}

inline suppliers::AddOutcome unknown(const std::string& text = "no answer within 30 s")
{
    return answered(suppliers::Verdict::Kind::unknown, suppliers::Reason::none, text, "");
}

inline suppliers::AddOutcome unsent()
{
    auto outcome = answered(suppliers::Verdict::Kind::unknown, suppliers::Reason::unreachable, "connection refused", "");
    outcome.sent = false;
    outcome.http_status = 0;
    return outcome;
}

class Orders : public db::OnBothDatabases {
protected:
    static constexpr auto supplier_id = "1", boot = "boot-of-this-test";

    template <class F>
    auto write(F work)
    {
        return db().write_now(std::move(work));
    }

    template <class F>
    auto read(F work)
    {
        return db().read_now(std::move(work));
    }

    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        site = *write([&](db::Tx& tx) { return sites::add_site(tx, now, {"https://shop.example", "Shop", "UAH"}); });
        provider = write([&](db::Tx& tx) { return add_supplier(tx, supplier_id); });
        write([](db::Tx& tx) { return Result<std::int64_t>(tx.execute("DELETE FROM jobs")); });  // that a mapping asks for
        settings_.emplace(db(), master);
    }

    ProviderId add_supplier(db::Tx& tx, const std::string& id)
    {
        return suppliers::add_provider(tx, master, now,
                                       {id, "Supplier " + id, "https://panel" + id + ".example/api/v2", Secret("key-" + id)})
            ->id;
    }

    const settings::Settings& settings() { return *settings_; }

    void set(std::string_view key, const std::string& value)
    {
        ASSERT_TRUE(write([&](db::Tx& tx) { return settings::change(tx, master, now, key, value, "test"); }));
        settings_->reload();
    }

    /// What a shop sends, with some fields in place of the usual ones; null leaves a field out.
    static json::object body(const std::string& number, const json::object& instead = {})
    {
        json::object body{{"wp_order_number", number},  {"product_service", "Followers"},  {"quantity", 100},
                          {"url", "https://t.me/shop"}, {"client_email", "olena@ukr.net"}, {"total_amount", "12.50"},
                          {"supplier_id", supplier_id}, {"supplier_service_id", "77"}};
        for (const auto& [name, value] : instead) {
            if (value.is_null()) body.erase(name);
            else body[name] = value;
        }
        return body;
    }

    Draft draft(const std::string& number, const json::object& instead = {}, std::string_view idempotency_key = {})
    {
        auto read = read_draft(body(number, instead), idempotency_key, site, now);
        if (!read) throw std::runtime_error(read.error().message);
        read->order.status = status_of(read->order.phase);
        return *read;
    }

    std::vector<Result<Taken>> take(const std::vector<Draft>& drafts)
    {
        return write([&](db::Tx& tx) { return insert_orders(tx, now, drafts, settings()); });
    }

    Order add(const std::string& number, const json::object& instead = {}, Phase phase = Phase::launching)
    {
        auto one = draft(number, instead);
        one.order.phase = phase;
        one.order.status = status_of(phase);
        return order(take({one}).front().value().id);
    }

    Order order(OrderId id)
    {
        return read([&](db::Tx& tx) { return find_order(tx, id).value(); });
    }

    std::vector<Attempt> attempts(OrderId id)
    {
        return read([&](db::Tx& tx) { return attempts_of(tx, id); });
    }

    std::vector<std::string> history(OrderId id)
    {
        std::vector<std::string> kinds;
        for (auto& event : events(id)) kinds.push_back(event.kind);
        return kinds;
    }

    std::vector<Event> events(OrderId id)
    {
        return read([&](db::Tx& tx) { return events_of(tx, id); });
    }

    std::int64_t count(const std::string& what)
    {
        return read([&](db::Tx& tx) { return *tx.first<std::int64_t>("SELECT COUNT(*) FROM " + what); });
    }

    /// Steps 1 to 3 of the send protocol: the request may be on the wire.
    Attempt begin(OrderId id, const std::string& boot_id = boot)
    {
        return write([&](db::Tx& tx) {
            auto found = find_order(tx, id).value();
            auto attempt = prepare_attempt(tx, now, found, provider, boot_id).value();
            move_attempt(tx, attempt, AttemptState::prepared, AttemptState::sending);
            tx.execute("UPDATE attempts SET sending_at = ? WHERE id = ?", now, attempt.id);
            move_order(tx, now, found, Move::taken, {}, {}, {orders::set(tx, "api_provider_id", provider)}).value();
            return find_attempt(tx, attempt.id).value();
        });
    }

    Order end(const Attempt& attempt, const suppliers::AddOutcome& outcome)
    {
        auto recorded = write([&](db::Tx& tx) { return record_outcome(tx, now, attempt, outcome, settings()); });
        EXPECT_TRUE(recorded) << recorded.error().message;
        return order(attempt.order_id);
    }

    static std::string number_of(OrderId id) { return "9" + std::to_string(id.value); }

    /// A new order in this phase, by the moves that lead there.
    Order add_in(Phase phase, const std::string& number, const json::object& instead = {})
    {
        auto made = add(number, instead, phase == Phase::review ? Phase::review : Phase::launching);
        if (phase == Phase::review || phase == Phase::launching) return made;
        auto attempt = begin(made.id);
        switch (phase) {
            case Phase::sending: return order(made.id);
            case Phase::uncertain: return end(attempt, unknown());
            case Phase::notaccepted: return end(attempt, rejected(suppliers::Reason::bad_link, "Bad link"));
            default: break;
        }
        auto executing = end(attempt, accepted(number_of(made.id)));
        if (phase == Phase::executing) return executing;
        suppliers::OrderStatus status;
        status.raw_word = word(phase);
        status.word = suppliers::status_word(status.raw_word);
        EXPECT_TRUE(write([&](db::Tx& tx) { return apply_status(tx, now, executing, status, settings()); }));
        return order(made.id);
    }

    Time now = *from_stored("2026-11-22 17:00:00.000");
    MasterKey master = MasterKey::random();
    sites::Site site;
    ProviderId provider;

private:
    std::optional<settings::Settings> settings_;
};

/// And people who decide about them.
class Decisions : public Orders {
protected:
    static http::Caller person(const std::string& name)
    {
        http::Caller caller;
        caller.kind = http::Caller::Kind::person;
        caller.role = http::Role::manager;
        caller.user = UserId{name.front()};
        caller.name = name;
        caller.sites.reset();
        return caller;
    }

    // Filled in so that only the phase can stand in its way.
    static Decision about(const Order& order, DecisionKind kind)
    {
        Decision decision;
        decision.id = order.id;
        decision.kind = kind;
        decision.version = order.version;
        if (kind == DecisionKind::send_again) decision.confirm = true;
        if (kind == DecisionKind::status) decision.status = "completed";
        return decision;
    }

    Result<Order> decide_by(const http::Caller& who, const Decision& decision)
    {
        std::optional<FoundProof> proof;
        if (decision.kind == DecisionKind::found)
            proof = FoundProof{"555" + std::to_string(decision.id.value), "In progress", {}};
        SenderIsGone gone = [this](db::Tx&, const std::string&) { return sender_gone; };
        return write([&](db::Tx& tx) { return decide(tx, now, who, decision, settings(), gone, proof); });
    }

    Result<Order> decide_on(const Order& order, DecisionKind kind) { return decide_by(person("Olena"), about(order, kind)); }

    bool sender_gone = true;
};

constexpr Phase all_phases[] = {Phase::review,      Phase::launching, Phase::sending, Phase::executing, Phase::uncertain,
                                Phase::notaccepted, Phase::completed, Phase::partial, Phase::canceled,  Phase::refunded};

}  // namespace smg::orders
