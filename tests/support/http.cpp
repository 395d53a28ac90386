#include "support/http.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace smg::test {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t append_body(char* data, std::size_t, std::size_t size, void* answer)
{
    static_cast<HttpAnswer*>(answer)->body.append(data, size);
    return size;
}

std::size_t append_header(char* data, std::size_t, std::size_t size, void* answer)
{
    std::string_view line(data, size);
    auto& headers = static_cast<HttpAnswer*>(answer)->headers;
    if (line.starts_with("HTTP/")) headers.clear();  // after a 100 Continue comes the real one
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto value = line.substr(colon + 1);
    auto from = value.find_first_not_of(" \t\r\n");
    auto to = value.find_last_not_of(" \t\r\n");
    headers.emplace_back(std::move(name), from == std::string_view::npos ? "" : value.substr(from, to - from + 1));
    return size;
}

// A socket that closes itself.
struct Socket {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Socket() = default;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(fd); }
};

}  // namespace

std::string HttpAnswer::header(std::string_view name) const
{
    auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
    return found == headers.end() ? "" : found->second;
}

HttpAnswer http_call(const std::string& method, const std::string& url, const Headers& headers, const std::string& body,
                     std::chrono::milliseconds deadline)
{
    static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    HttpAnswer answer;
    Curl curl(curl_easy_init(), curl_easy_cleanup);
    if (initialised != CURLE_OK || !curl) return answer;
    List lines(curl_slist_append(nullptr, "Expect:"), curl_slist_free_all);
    for (const auto& [name, value] : headers) curl_slist_append(lines.get(), (name + ": " + value).c_str());
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(curl.get(), CURLOPT_NOBODY, method == "HEAD" ? 1L : 0L);
    if (!body.empty() || method == "POST") {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
    }
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.count()));
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, append_header);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &answer);
    if (auto result = curl_easy_perform(curl.get()); result != CURLE_OK) {
        answer.error = curl_easy_strerror(result);
        return answer;
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
}

std::string raw_call(int port, std::string_view bytes, std::chrono::milliseconds deadline)
{
    Socket socket;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
    std::string answer;
    auto end = std::chrono::steady_clock::now() + deadline;
    while (true) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        pollfd ready{socket.fd, static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT), 0};
        if (left <= 0 || ::poll(&ready, 1, static_cast<int>(left)) <= 0) return answer;
        if (ready.revents & POLLOUT) {
            // A peer that refuses the request early may have closed already: what it said is still to be read.
            auto written = ::send(socket.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : written < 0 ? bytes.size() : 0);
        }
        if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
            char buffer[16 * 1024];
            auto got = ::recv(socket.fd, buffer, sizeof buffer, 0);
            if (got <= 0) return answer;
            answer.append(buffer, static_cast<std::size_t>(got));
        }
    }
}

}  // namespace smg::test
