#include "net/transfer.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <stdexcept>

#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "net/address_guard.hpp"
#include "net/url.hpp"

namespace smg::net {
namespace {

// Firewalls before panels turn away the names of libraries.
constexpr auto user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 SMGCRM/1.0";

constexpr std::size_t max_message = 256;

// They frame the message: libcurl's alone to write. `Expect` would make it send the body twice after a 417.
constexpr std::string_view framing_headers[] = {"host", "content-length", "transfer-encoding", "expect", "connection"};

bool is_token(std::string_view text)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c);
    });
}

bool is_header_value(std::string_view text)
{
    return valid_utf8(text) &&
           std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

// libcurl takes 0 for 'never'.
long milliseconds(Duration time) { return std::max<long>(1, static_cast<long>(time.count())); }

HttpFailure refused(Failure kind, std::string message) { return {kind, false, std::move(message)}; }

}  // namespace

void need_curl()
{
    static const bool ready = [] {
        // With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to us, and OpenSSL writes with write().
        std::signal(SIGPIPE, SIG_IGN);
        return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    }();
    if (!ready) throw std::runtime_error("libcurl does not start");
}

Transfer::Transfer(HttpRequest request) : request_(std::move(request))
{
    need_curl();
    handle_.reset(curl_easy_init());
    if (!handle_) throw std::bad_alloc();
}

template <class T>
void Transfer::set(CURLoption option, T value)
{
    auto code = curl_easy_setopt(handle_.get(), option, value);
    if (code != CURLE_OK) throw std::runtime_error(std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
}

std::optional<HttpFailure> Transfer::prepare()
{
    if (auto url = parse_url(request_.url); !url) return refused(Failure::bad_url, url.error().message);
    if (!is_token(request_.method)) return refused(Failure::bad_request, "The method is not one.");
    for (const auto& [name, value] : request_.headers)
        if (!add_header(name, value)) return refused(Failure::bad_request, "A header cannot be sent: " + cut(name, 64));
    set_rules();
    set_message();
    return std::nullopt;
}

bool Transfer::add_header(const std::string& name, const std::string& value)
{
    if (!is_token(name) || !is_header_value(value)) return false;
    if (std::ranges::find(framing_headers, lowered(name)) != std::end(framing_headers)) return false;
    // libcurl drops `Name:` and sends an empty header for `Name;`.
    auto line = trimmed(value).empty() ? name + ";" : name + ": " + value;
    auto longer = curl_slist_append(headers_.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    static_cast<void>(headers_.release());
    headers_.reset(longer);
    return true;
}

void Transfer::set_rules()
{
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // do not wait for a name server after the time is up
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.connect_timeout));
    set(CURLOPT_TIMEOUT_MS, milliseconds(request_.timeout));

    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // not the environment's either
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);

    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_PREREQFUNCTION, &Transfer::before_request);
    set(CURLOPT_PREREQDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::take_head);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_ACCEPT_ENCODING, "");
}

void Transfer::set_message()
{
    set(CURLOPT_URL, request_.url.c_str());
    set(CURLOPT_USERAGENT, user_agent);
    auto expect = curl_slist_append(headers_.get(), "Expect:");
    if (!expect) throw std::bad_alloc();
    static_cast<void>(headers_.release());
    headers_.reset(expect);
    set(CURLOPT_HTTPHEADER, headers_.get());

    if (request_.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    else if (request_.method == "GET" && request_.body.empty()) set(CURLOPT_HTTPGET, 1L);
    else {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

// libcurl sends a request again by itself when a reused connection dies without a byte of reply; a fresh one it never does.
void Transfer::only_once(const std::function<bool()>& before_write)
{
    before_write_ = &before_write;
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    if constexpr (has_failpoints) {
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, &Transfer::under_way);
        set(CURLOPT_XFERINFODATA, this);
    }
}

// Written whole, and nothing has come back yet.
int Transfer::under_way(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t written) noexcept
{
    auto& transfer = *static_cast<Transfer*>(self);
    auto whole = static_cast<curl_off_t>(transfer.request_.body.size());
    if (transfer.sent_ && transfer.head_bytes_ == 0 && written >= whole && !std::exchange(transfer.written_, true))
        failpoint("send.written");
    return 0;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept
{
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.request_.allow_private && !public_address(address->addr)) {
        transfer.denied_ = true;
        return CURL_SOCKET_BAD;
    }
    transfer.allowed_ = true;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// libcurl calls this after connecting and TLS and before it writes, for a reused connection as well, where open_socket was
// not asked. What it returns decides whether there is a first byte: `sent_` is exact.
int Transfer::before_request(void* self, char* peer, char*, int, int) noexcept
{
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.request_.allow_private && (!peer || !public_address(std::string(peer)))) {
        transfer.denied_ = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (transfer.before_write_ && !transfer.asked_before_write()) {
        transfer.aborted_ = true;
        return CURL_PREREQFUNC_ABORT;
    }
    transfer.sent_ = true;
    return CURL_PREREQFUNC_OK;
}

bool Transfer::asked_before_write()
{
    try {
        return *before_write_ && (*before_write_)();
    } catch (const std::exception& problem) {
        thrown_ = problem.what();
    } catch (...) {
        thrown_ = "an exception of an unknown kind";
    }
    return false;
}

std::size_t Transfer::take_head(char*, std::size_t size, std::size_t count, void* self) noexcept
{
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.head_bytes_ += size * count;
    transfer.too_large_ = transfer.too_large_ || transfer.head_bytes_ > max_reply_head;
    return transfer.too_large_ ? 0 : size * count;
}

// Gets the body decompressed and in pieces of 16 KiB, so that a bomb is cut while it is small.
std::size_t Transfer::take_body(char* data, std::size_t size, std::size_t count, void* self) noexcept
{
    auto& transfer = *static_cast<Transfer*>(self);
    auto& body = transfer.reply_.body;
    auto bytes = size * count;
    if (bytes > transfer.request_.max_body - body.size()) {
        transfer.too_large_ = true;
        return 0;
    }
    body.append(data, bytes);
    return bytes;
}

HttpResult Transfer::result(CURLcode code)
{
    if (code != CURLE_OK) {
        auto kind = kind_of(code);
        HttpFailure failure{kind, sent_, words_for(kind, code)};
        return std::unexpected(std::move(failure));
    }
    long status = 0;
    char *type = nullptr, *location = nullptr;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(handle_.get(), CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &location);
    reply_.status = static_cast<int>(status);
    reply_.location = cut(location ? location : "", max_url_bytes);
    reply_.content_type = cut(type ? type : "", max_message);
    reply_.retry_after_s = static_cast<int>(std::clamp<curl_off_t>(retry_after, 0, 86'400));
    return std::move(reply_);
}

HttpResult Transfer::closed() const
{
    HttpFailure failure{Failure::aborted, sent_, "The program is stopping."};
    return std::unexpected(std::move(failure));
}

Failure Transfer::kind_of(CURLcode code) const
{
    if (too_large_) return Failure::too_large;
    if (aborted_) return Failure::aborted;
    switch (code) {
        case CURLE_ABORTED_BY_CALLBACK: return denied_ ? Failure::refused_address : Failure::aborted;
        case CURLE_COULDNT_CONNECT: return denied_ && !allowed_ ? Failure::refused_address : Failure::connect;
        case CURLE_UNSUPPORTED_PROTOCOL: return sent_ ? Failure::protocol : Failure::bad_url;
        case CURLE_URL_MALFORMAT: return Failure::bad_url;
        case CURLE_COULDNT_RESOLVE_HOST: return Failure::resolve;
        case CURLE_OPERATION_TIMEDOUT: return Failure::timeout;
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE: return Failure::reset;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS: return Failure::tls;
        default: return Failure::protocol;
    }
}

std::string Transfer::words_for(Failure kind, CURLcode code) const
{
    switch (kind) {
        case Failure::too_large: return "The reply is larger than allowed.";
        case Failure::refused_address: return "The address is private or reserved and not allowed here.";
        case Failure::aborted:
            return thrown_.empty() ? "Stopped before the request was written."
                                   : "Stopped before the request was written: " + cut(thrown_, max_message);
        default: return cut(error_[0] ? error_.data() : curl_easy_strerror(code), max_message);
    }
}

}  // namespace smg::net
