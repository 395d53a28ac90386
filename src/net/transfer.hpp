#pragma once

#include <curl/curl.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/http_client.hpp"

namespace smg::net {

constexpr std::size_t max_reply_head = 64 * 1024;  // status line and headers, informational replies included

/// One request as libcurl's easy handle sees it, with everything that holds for all our calls: address guard, limits, no
/// redirects, no proxy. Private to net/: http_client.cpp drives it in a loop, send_once.cpp on its own.
class Transfer {
public:
    explicit Transfer(HttpRequest request);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Why the request cannot be made at all. Once, before the handle is performed.
    std::optional<HttpFailure> prepare();

    /// For `add`: a connection of its own, and a last question before the first byte.
    void only_once(const std::function<bool()>& before_write);

    CURL* handle() const { return handle_.get(); }

    /// What came of it, once libcurl has said its `code`.
    HttpResult result(CURLcode code);

    HttpResult closed() const;

private:
    struct Free {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <class T>
    void set(CURLoption option, T value);
    void set_rules();
    void set_message();
    bool add_header(const std::string& name, const std::string& value);
    Failure kind_of(CURLcode code) const;
    std::string words_for(Failure kind, CURLcode code) const;
    bool asked_before_write();

    // Called by libcurl: nothing may be thrown through them.
    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
    static int before_request(void* self, char* peer, char* local, int peer_port, int local_port) noexcept;
    static int under_way(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t written) noexcept;
    static std::size_t take_head(char* data, std::size_t size, std::size_t count, void* self) noexcept;
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;

    HttpRequest request_;
    HttpReply reply_;
    std::unique_ptr<curl_slist, Free> headers_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    const std::function<bool()>* before_write_ = nullptr;
    std::string thrown_;  // what `before_write` threw
    std::size_t head_bytes_ = 0;
    bool sent_ = false;     // libcurl was told to go on and write
    bool written_ = false;  // … and it has written all
    bool aborted_ = false;  // `before_write` said no
    bool denied_ = false;   // the guard refused an address
    bool allowed_ = false;  // … and let another one through
    bool too_large_ = false;
    std::unique_ptr<CURL, Free> handle_;  // last: cleaned up while the rest is still there
};

/// libcurl's own start, once per process.
void need_curl();

}  // namespace smg::net
