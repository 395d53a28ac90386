#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "suppliers/api_client.hpp"

// The lines of the send journal (docs/decisions/0007-send-journal.md): one JSON object each, the last member of which is
// `chain`, SHA-256 of the chain of the line before and of everything that stands before this member. The API key is in none.
namespace smg::orders {

constexpr int journal_format = 1;

enum class LineKind {
    head,      // the first of a file
    go,        // durable before the first byte of a request
    reply,     // what came back, durable before the database knows it
    not_sent,  // nothing was written after all
    next,      // the last of a file: the journal goes on in the next one
};
BOOST_DESCRIBE_ENUM(LineKind, head, go, reply, not_sent, next)

struct JournalHead {
    int format = journal_format;
    std::string boot_id, node_id, host;
    int segment = 1;
    std::string after;  // the chain of the segment before, without its `next`; empty in the first
    Time started;
};
BOOST_DESCRIBE_STRUCT(JournalHead, (), (format, boot_id, node_id, host, segment, after, started))

/// Enough to know the order again in a database that was put back to an earlier state.
struct JournalGo {
    AttemptId attempt_id;
    OrderId order_id;
    SiteId site_id;
    std::string identity, wp_order_number;
    ProviderId api_provider_id;
    std::string service;
    std::int64_t quantity = 0;
    std::string link_key;
    Time at;
};
BOOST_DESCRIBE_STRUCT(JournalGo, (),
                      (attempt_id, order_id, site_id, identity, wp_order_number, api_provider_id, service, quantity,
                       link_key, at))

struct JournalReply {
    AttemptId attempt_id;
    suppliers::Verdict::Kind verdict = suppliers::Verdict::Kind::unknown;
    std::string supplier_order_id;
    suppliers::Reason reason = suppliers::Reason::none;
    std::string text;
    int http_status = 0;
    std::string body_sha256, body;
    Time at;
};
BOOST_DESCRIBE_STRUCT(JournalReply, (),
                      (attempt_id, verdict, supplier_order_id, reason, text, http_status, body_sha256, body, at))

struct JournalNotSent {
    AttemptId attempt_id;
    Time at;
};
BOOST_DESCRIBE_STRUCT(JournalNotSent, (), (attempt_id, at))

struct JournalNext {
    int segment = 0;
};
BOOST_DESCRIBE_STRUCT(JournalNext, (), (segment))

JournalReply reply_of(AttemptId attempt, const suppliers::AddOutcome& outcome, Time now);
suppliers::AddOutcome outcome_of(const JournalReply& reply);

/// A line up to its chain, which seal_line() adds.
std::string line_of(const JournalHead& head);
std::string line_of(const JournalGo& go);
std::string line_of(const JournalReply& reply);
std::string line_of(const JournalNotSent& not_sent);
std::string line_of(const JournalNext& next);

/// The whole line with its \n; `chain` becomes its own.
std::string seal_line(const std::string& line, std::string& chain);

/// The JSON of a line (without its \n), when it continues `chain`, which becomes its own; else nothing, and `chain` stays.
std::optional<json::object> open_line(std::string_view line, std::string& chain);

std::optional<LineKind> kind_of(const json::object& line);

}  // namespace smg::orders
