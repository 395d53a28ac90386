// Many clients of a Pusher server in one process, for `./dev bench realtime`:
//
//     bench_pusher_clients PORT KEY CLIENTS CHANNELS
//
// Client i listens to the channel bench-(i mod CHANNELS) and comes from 127.0.1.x, 2,500 from each address. Prints
// `ready SECONDS` when all have subscribed; then for each event whose data holds `"n":NUMBER` the line `NUMBER NANOSECONDS`
// in the moment in which the last of its channel's clients has it, by the monotonic clock. A line on its input makes all of
// them send a sign of life; at the end of its input it prints `DELIVERIES CLOSED` and ends.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr int most_connecting = 100, per_address = 2500;
constexpr int few = 100, gathered_us = 500;

struct Setup {
    std::uint16_t port = 0;
    std::string key;
    int clients = 0, channels = 0;
};

struct Client {
    enum class State { connecting, upgrading, greeting, subscribing, listening, closed };
    int fd = -1;
    State state = State::connecting;
    std::string unread;
};

std::int64_t now_ns()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

[[noreturn]] void give_up(const char* what)
{
    std::perror(what);
    std::exit(1);
}

// A client's frame is masked; with a mask of nothing but zeros it is the text itself.
std::string frame(char opcode, std::string_view text)
{
    std::string out{static_cast<char>(0x80 | opcode)};
    if (text.size() < 126) {
        out += static_cast<char>(0x80 | text.size());
    } else {
        out += static_cast<char>(0x80 | 126);
        out += static_cast<char>(text.size() >> 8);
        out += static_cast<char>(text.size() & 0xFF);
    }
    out.append(4, '\0');
    return out.append(text);
}

class Clients {
public:
    explicit Clients(Setup setup) : setup_(std::move(setup)), all_(static_cast<std::size_t>(setup_.clients)) {}
    void run();

private:
    void connect_more();
    void connect(std::size_t index);
    void hear(std::size_t index);
    void write(Client& client, std::string_view bytes);
    bool take_head(std::size_t index);
    bool take_frame(std::size_t index);
    void message(std::size_t index, std::string_view text);
    void event(Client& client, std::string_view text);
    bool obey();
    void close(Client& client);

    const Setup setup_;
    std::vector<Client> all_;
    std::unordered_map<std::int64_t, int> heard_;
    std::array<char, 64 * 1024> space_{};
    int epoll_ = epoll_create1(0), started_ = 0, ready_ = 0, closed_ = 0;
    std::int64_t deliveries_ = 0, began_ = now_ns();
};

void Clients::connect_more()
{
    while (started_ < setup_.clients && started_ - ready_ - closed_ < most_connecting)
        connect(static_cast<std::size_t>(started_++));
}

void Clients::connect(std::size_t index)
{
    auto& client = all_[index];
    client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client.fd < 0) give_up("socket");
    int on = 1;
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client.fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7F000101 + static_cast<std::uint32_t>(index) / per_address);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(setup_.port);
    if (bind(client.fd, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0) give_up("bind");
    if (::connect(client.fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) give_up("connect");
    epoll_event what{};
    what.events = EPOLLOUT;
    what.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &what);
}

void Clients::write(Client& client, std::string_view bytes)
{
    if (::send(client.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) close(client);
}

void Clients::close(Client& client)
{
    if (client.state == Client::State::closed) return;
    client.state = Client::State::closed;
    ::close(client.fd);
    ++closed_;
}

void Clients::hear(std::size_t index)
{
    auto& client = all_[index];
    if (client.state == Client::State::connecting) {
        client.state = Client::State::upgrading;
        epoll_event what{};
        what.events = EPOLLIN;
        what.data.u64 = index;
        epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &what);
        return write(client, "GET /app/" + setup_.key + "?protocol=7&client=js&version=8.4.0 HTTP/1.1\r\nHost: 127.0.0.1:" +
                                 std::to_string(setup_.port) +
                                 "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }
    auto size = recv(client.fd, space_.data(), space_.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return close(client);
    client.unread.append(space_.data(), static_cast<std::size_t>(size));
    while (client.state == Client::State::upgrading ? take_head(index) : take_frame(index)) {}
    if (client.unread.empty()) client.unread.shrink_to_fit();
}

bool Clients::take_head(std::size_t index)
{
    auto& client = all_[index];
    auto end = client.unread.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    if (!client.unread.starts_with("HTTP/1.1 101")) {
        std::fprintf(stderr, "%s\n", client.unread.c_str());
        std::exit(1);
    }
    client.unread.erase(0, end + 4);
    client.state = Client::State::greeting;
    return true;
}

bool Clients::take_frame(std::size_t index)
{
    auto& client = all_[index];
    const auto& in = client.unread;
    if (client.state == Client::State::closed || in.size() < 2) return false;
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(in[i]); };
    std::size_t length = byte(1) & 0x7F, head = 2;
    if (length == 126) {
        if (in.size() < 4) return false;
        length = byte(2) * 256u + byte(3);
        head = 4;
    }
    if (in.size() < head + length) return false;
    auto opcode = byte(0) & 0x0F;
    auto text = in.substr(head, length);
    client.unread.erase(0, head + length);
    if (opcode == 9) write(client, frame(10, text));
    else if (opcode == 8) close(client);
    else message(index, text);
    return true;
}

void Clients::message(std::size_t index, std::string_view text)
{
    auto& client = all_[index];
    if (client.state == Client::State::listening) return event(client, text);
    if (client.state == Client::State::greeting && text.contains("pusher:connection_established")) {
        client.state = Client::State::subscribing;
        auto channel = std::to_string(static_cast<int>(index) % setup_.channels);
        return write(client, frame(1, R"({"event":"pusher:subscribe","data":{"channel":"bench-)" + channel + "\"}}"));
    }
    if (client.state == Client::State::subscribing && text.contains("subscription_succeeded")) {
        client.state = Client::State::listening;
        if (++ready_ < setup_.clients) return connect_more();
        std::printf("ready %.2f\n", static_cast<double>(now_ns() - began_) / 1e9);
        std::fflush(stdout);
        return;
    }
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    std::exit(1);
}

void Clients::event(Client& client, std::string_view text)
{
    constexpr std::string_view mark = R"(\"n\":)";
    if (text.contains("pusher:ping")) return write(client, frame(1, R"({"event":"pusher:pong","data":{}})"));
    auto at = text.find(mark);
    if (at == text.npos) return;
    ++deliveries_;
    auto number = std::strtoll(std::string(text.substr(at + mark.size(), 20)).c_str(), nullptr, 10);
    if (++heard_[number] < setup_.clients / setup_.channels) return;
    std::printf("%lld %lld\n", number, static_cast<long long>(now_ns()));
    std::fflush(stdout);
}

void Clients::run()
{
    constexpr std::uint64_t input = UINT64_MAX;
    epoll_event what{};
    what.events = EPOLLIN;
    what.data.u64 = input;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &what);
    connect_more();
    std::array<epoll_event, 1024> events{};
    for (;;) {
        auto count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        // What comes within a moment is read together: real clients are elsewhere, and waking them is not the server's work.
        if (count < few) usleep(gathered_us);
        for (int i = 0; i < count; ++i) {
            if (events[static_cast<std::size_t>(i)].data.u64 != input) {
                hear(events[static_cast<std::size_t>(i)].data.u64);
                continue;
            }
            if (!obey()) return;
        }
    }
}

// False at the end.
bool Clients::obey()
{
    if (read(STDIN_FILENO, space_.data(), space_.size()) <= 0) {
        std::printf("%lld %d\n", static_cast<long long>(deliveries_), closed_);
        return false;
    }
    for (auto& client : all_)
        if (client.state == Client::State::listening) write(client, frame(1, R"({"event":"pusher:ping","data":{}})"));
    return true;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 5) {
        std::fprintf(stderr, "usage: bench_pusher_clients PORT KEY CLIENTS CHANNELS\n");
        return 2;
    }
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    Clients({static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], std::atoi(argv[3]), std::atoi(argv[4])}).run();
    return 0;
}
