#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "orders/send_journal.hpp"
#include "orders/send_journal_files.hpp"

// For tests only: a folder of journals.
namespace smg::orders {

inline constexpr auto journal_boot = "11111111-2222-4333-8444-555555555555";

inline JournalGo go_of(std::int64_t number)
{
    JournalGo go;
    go.attempt_id = AttemptId{number};
    go.order_id = OrderId{number};
    go.site_id = SiteId{1};
    go.identity = "identity of " + std::to_string(number);
    go.wp_order_number = std::to_string(number);
    go.api_provider_id = ProviderId{1};
    go.service = "77";
    go.quantity = 100;
    go.link_key = "t.me/shop";
    go.at = *from_stored("2026-11-22 17:00:00.123");
    return go;
}

inline JournalReply accepted_as(std::int64_t attempt, const std::string& number)
{
    JournalReply reply;
    reply.attempt_id = AttemptId{attempt};
    reply.verdict = suppliers::Verdict::Kind::accepted;
    reply.supplier_order_id = number;
    reply.http_status = 200;
    reply.body = R"({"order":)" + number + "}";
    reply.body_sha256 = sha256_hex(reply.body);
    reply.at = *from_stored("2026-11-22 17:00:01.000");
    return reply;
}

/// A folder, gone with this object, and the journal that a process has there.
struct JournalFolder {
    JournalFolder() { std::filesystem::create_directory(folder); }
    ~JournalFolder() { std::filesystem::remove_all(folder); }
    JournalFolder(const JournalFolder&) = delete;
    JournalFolder& operator=(const JournalFolder&) = delete;

    std::unique_ptr<SendJournal> begin(JournalOptions options = {}, const std::string& boot_id = journal_boot)
    {
        auto journal = std::make_unique<SendJournal>(path(), JournalOwner{boot_id, "node", "host"}, clock,
                                                     std::move(options), [this](const std::string& why) { broken = why; });
        if (auto opened = journal->open(); !opened) throw std::runtime_error(opened.error().message);
        return journal;
    }

    std::filesystem::path path() const { return folder / "journal"; }
    std::filesystem::path file(int segment = 1) const { return journal_file(path(), journal_boot, segment); }
    JournalSegment read(int segment = 1) const { return read_journal({file(segment), journal_boot, segment}); }
    BootJournal read_all() const { return read_boot(journal_files(path()), {}); }

    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("smgcrm_journal_" + random_uuid());
    ManualClock clock{*from_stored("2026-11-22 17:00:00.000")};
    std::string broken;
};

}  // namespace smg::orders
