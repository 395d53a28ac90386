#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"
#include "suppliers/catalogue.hpp"
#include "suppliers/reply.hpp"
#include "suppliers/status.hpp"
#include "suppliers/traffic.hpp"

namespace smg::suppliers {

/// How one supplier's API is called.
struct Endpoint {
    ProviderId provider = {};
    std::string url = {};
    Secret key = {};
    Flavor flavor = Flavor::perfectpanel;
    bool allow_private = false;
    bool edge_rejects = false;
    Classified classified = {};
    int calls_per_second = 2;  // of everything but `add`
    int sends_per_second = 0;  // of `add`, for whoever calls it to keep; 0 = no limit
    int retry_percent = 0;     // of the calls that only read may be made once more when the connection broke …
    Duration retry_after = std::chrono::seconds(2);  // … after at least so long
    bool probe = false;  // asked in spite of an open circuit, which it closes when there is an answer
    Duration connect_timeout = std::chrono::seconds(5);
    Duration read_timeout = std::chrono::seconds(15);  // of everything but `add`
    Duration add_timeout = std::chrono::seconds(30);
};

constexpr std::size_t max_ids = 100;  // in one call: the protocol's limit
constexpr std::size_t max_reply_body = 1024 * 1024;
constexpr std::size_t max_catalogue_body = 24 * 1024 * 1024;  // 10,000 services are 2.4 MB, with descriptions ten times that
constexpr std::size_t max_evidence_bytes = 4096;
constexpr std::size_t max_error_bytes = 500;  // of the supplier's own words

/// Everything but `add`, within the bounds of `traffic`, which must outlive the client. Errors are words for a person,
/// without the key: Code::limited (`retry_after_s`), unauthenticated (the key), unavailable (no answer, 5xx, an open
/// circuit), failed (an answer that cannot be read, or the supplier's error), invalid (no ids, more than max_ids, or ids
/// that no supplier has).
class ApiClient {
public:
    ApiClient(net::HttpClient& http, Endpoint endpoint, Traffic& traffic)
        : http_(http), endpoint_(std::move(endpoint)), traffic_(traffic)
    {
    }

    /// One call for all; where the panel answers by position, one call for each, one after the other.
    Async<Result<Statuses>> status(std::vector<std::string> ids);
    /// Never more than that one call: Code::conflict where the panel answers by position.
    Async<Result<Statuses>> status_in_one(std::vector<std::string> ids);
    Async<Result<Catalogue>> services();
    Async<Result<Balance>> balance();
    Async<Result<Answers>> refill(std::vector<std::string> ids);
    Async<Result<RefillStatuses>> refill_status(std::vector<std::string> refills);
    Async<Result<Answers>> cancel(std::vector<std::string> ids);

private:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    Async<Result<json::value>> ask(std::string action, Fields fields, std::size_t max_body);
    Async<Result<json::value>> call(std::string action, Fields fields, std::size_t max_body);
    Async<net::HttpResult> perform(net::HttpRequest request);
    Async<Result<Statuses>> status_of_each(std::vector<std::string> ids);

    net::HttpClient& http_;
    Endpoint endpoint_;
    Traffic& traffic_;
};

/// What became of one `add`. `sent == false` comes before the verdict: nothing was written, the supplier knows nothing of
/// it.
struct AddOutcome {
    Verdict verdict;
    bool sent = false;
    int http_status = 0;
    int retry_after_s = 0;
    std::string body = {};         // valid UTF-8, at most max_evidence_bytes, without the key
    std::string body_sha256 = {};  // of the whole body as it came; empty without one
};

/// Asks a supplier to make an order: once, on a connection of its own, without any retry; blocks for up to `add_timeout`.
/// `fields` are `service` and those of form_fields(). `before_write` is the last moment to say no, see net::send_once.
AddOutcome add(const Endpoint& endpoint, const std::vector<std::pair<std::string, std::string>>& fields,
               const std::function<bool()>& before_write);

/// What an `add` tells of the supplier's circuit: no connection, no reply and 5xx are failures, a refusal is an answer.
void note_add(Circuits& circuits, ProviderId provider, const AddOutcome& outcome);

}  // namespace smg::suppliers
