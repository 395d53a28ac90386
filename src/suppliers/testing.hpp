#pragma once

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/testing.hpp"
#include "net/test_server.hpp"
#include "suppliers/desk.hpp"
#include "suppliers/provider_store.hpp"

// For tests only: suppliers in a fresh database, and panels of raw sockets that answer as the test says.
namespace smg::suppliers {

class Suppliers : public db::OnBothDatabases {
protected:
    using TestServer = net::TestServer;

    void SetUp() override
    {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        settings_.emplace(db(), master);
        desk_.emplace(ProviderDesk{db(), clock, master, *settings_, http, traffic});
        db().listen([this](const db::Announcement& what) { announced(what); });
    }

    void TearDown() override
    {
        if (!IsSkipped()) db().listen({});
        desk_.reset();
        settings_.reset();
        OnBothDatabases::TearDown();
    }

    ProviderDesk& desk() { return *desk_; }
    const settings::Settings& settings() { return *settings_; }

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

    Provider add(const std::string& supplier_id, const std::string& url = "https://panel.example/api/v2")
    {
        NewProvider provider{supplier_id, "Panel " + supplier_id, url, Secret("0123456789abcdef-" + supplier_id)};
        provider.allow_private = true;
        return write([&](db::Tx& tx) { return add_provider(tx, master, clock.now(), provider); }).value();
    }

    Provider found(ProviderId id)
    {
        return read([&](db::Tx& tx) { return find_provider(tx, id).value(); });
    }

    void set(ProviderId id, const std::string& assignment)
    {
        write([&](db::Tx& tx) { return tx.execute("UPDATE api_providers SET " + assignment + " WHERE id = ?", id); });
    }

    /// Runs a coroutine to its end on this thread.
    template <class T>
    T run(Async<T> work)
    {
        std::optional<T> result;
        std::exception_ptr broken;
        auto done = [&](std::exception_ptr error, T value) {
            broken = error;
            result.emplace(std::move(value));
        };
        boost::asio::co_spawn(io.get_executor(), std::move(work), done);
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!result && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
        if (broken) std::rethrow_exception(broken);
        return std::move(result.value());
    }

    static TestServer::Answering says(std::string body, std::string status = "200 OK")
    {
        return [=](const std::string&) { return TestServer::Answer{TestServer::reply(body, status)}; };
    }

    /// How often something about suppliers was told to the rest of the program.
    int announcements() const { return announcements_; }

    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    MasterKey master = MasterKey::random();
    boost::asio::io_context io{1};
    net::HttpClient http{io};
    Duration steady{};
    Traffic traffic{clock, [] { return CircuitLimits{}; },
                    [this] { return steady += std::chrono::hours(1); }};  // no waiting

private:
    void announced(const db::Announcement& what)
    {
        if (what.topic == "providers") ++announcements_;
    }

    std::optional<settings::Settings> settings_;
    std::optional<ProviderDesk> desk_;
    std::atomic<int> announcements_ = 0;
};

}  // namespace smg::suppliers
