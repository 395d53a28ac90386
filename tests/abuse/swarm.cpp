#include "abuse/swarm.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <charconv>
#include <mutex>
#include <thread>

namespace smg::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto back_after = std::chrono::milliseconds(20);
constexpr std::size_t longest_kept = 64;  // of what came, to find the next status line that two reads cut

struct Counts {
    std::atomic<int> open = 0, connected = 0, hung_up_on = 0;
    std::atomic<std::size_t> written = 0;
    mutable std::mutex mutex;
    std::map<int, int> answers;

    void saw(int status)
    {
        std::scoped_lock lock(mutex);
        ++answers[status];
    }
};

// One client; keeps itself alive by what it waits for.
class Client : public std::enable_shared_from_this<Client> {
public:
    Client(asio::io_context& io, int port, std::shared_ptr<const Habit> habit, int number, Counts& counts)
        : socket_(io),
          pause_(io),
          to_(asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)),
          habit_(std::move(habit)),
          counts_(counts),
          opening_(habit_->varied ? habit_->varied(number) : habit_->opening)
    {
    }

    void connect()
    {
        error_code error;
        socket_ = tcp::socket(socket_.get_executor());
        socket_.open(tcp::v4(), error);
        if (!error && habit_->receive_buffer > 0)
            socket_.set_option(asio::socket_base::receive_buffer_size(habit_->receive_buffer), error);
        if (!error) socket_.bind({asio::ip::make_address(habit_->from), 0}, error);
        if (error) return come_back();
        socket_.async_connect(to_, [self = shared_from_this()](error_code failed) {
            if (failed) return self->come_back();
            ++self->counts_.open, ++self->counts_.connected;
            self->in_ = true;
            if (self->habit_->reads) self->read();
            self->write(self->opening_, true);
        });
    }

private:
    void write(const std::string& bytes, bool opening)
    {
        asio::async_write(socket_, asio::buffer(bytes),
                          [self = shared_from_this(), opening](error_code failed, std::size_t n) {
                              self->counts_.written += n;
                              if (failed) return self->left();
                              if (opening) self->opened();
                              self->go_on();
                          });
    }

    void opened()
    {
        error_code ignored;
        if (habit_->half_closes) socket_.shutdown(tcp::socket::shutdown_send, ignored);
        if (!habit_->resets) return;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        left();
    }

    void go_on()
    {
        if (habit_->drip.empty() || !in_) return;
        if (habit_->every.count() == 0) return write(habit_->drip, false);
        pause_.expires_after(habit_->every);
        pause_.async_wait([self = shared_from_this()](error_code failed) {
            if (!failed && self->in_) self->write(self->habit_->drip, false);
        });
    }

    void read()
    {
        socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](error_code failed, std::size_t n) {
            self->look_for_answers({self->buffer_.data(), n});
            if (failed) return self->left();
            self->read();
        });
    }

    void look_for_answers(std::string_view came)
    {
        constexpr std::string_view mark = "HTTP/1.1 ";
        seen_ += came;
        std::size_t after = 0;
        for (auto at = seen_.find(mark); at != std::string::npos && at + mark.size() + 3 <= seen_.size();
             at = seen_.find(mark, after)) {
            after = at + mark.size() + 3;
            int status = 0;
            std::from_chars(seen_.data() + at + mark.size(), seen_.data() + after, status);
            counts_.saw(status);
        }
        seen_.erase(0, std::max(after, seen_.size() - std::min(seen_.size(), longest_kept)));
    }

    void left()
    {
        if (!std::exchange(in_, false)) return;
        --counts_.open, ++counts_.hung_up_on;
        come_back();
    }

    void come_back()
    {
        error_code ignored;
        socket_.close(ignored);
        pause_.cancel();
        seen_.clear();
        if (!habit_->comes_back) return;
        auto timer = std::make_shared<asio::steady_timer>(socket_.get_executor(), back_after);
        timer->async_wait([self = shared_from_this(), timer](error_code failed) {
            if (!failed) self->connect();
        });
    }

    tcp::socket socket_;
    asio::steady_timer pause_;
    tcp::endpoint to_;
    std::shared_ptr<const Habit> habit_;
    Counts& counts_;
    std::string opening_, seen_;
    std::array<char, 4096> buffer_{};
    bool in_ = false;
};

}  // namespace

struct Swarm::Hive {
    explicit Hive(int to) : port(to), work(io.get_executor()), thread([this] { io.run(); }) {}
    ~Hive()
    {
        io.stop();
        thread.join();
    }
    Counts counts;  // outlives the clients, which io owns
    int port;
    int sent = 0;
    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    std::thread thread;
};

Swarm::Swarm(int port) : hive_(std::make_unique<Hive>(port)) {}
Swarm::~Swarm() = default;

void Swarm::send(int clients, const Habit& habit)
{
    auto shared = std::make_shared<const Habit>(habit);
    for (int i = 0; i < clients; ++i) {
        auto client = std::make_shared<Client>(hive_->io, hive_->port, shared, hive_->sent++, hive_->counts);
        asio::post(hive_->io, [client] { client->connect(); });
    }
}

int Swarm::open() const { return hive_->counts.open; }
int Swarm::connected() const { return hive_->counts.connected; }
int Swarm::hung_up_on() const { return hive_->counts.hung_up_on; }
std::size_t Swarm::written() const { return hive_->counts.written; }

int Swarm::answers(int status) const
{
    auto all = all_answers();
    auto found = all.find(status);
    return found == all.end() ? 0 : found->second;
}

std::map<int, int> Swarm::all_answers() const
{
    std::scoped_lock lock(hive_->counts.mutex);
    return hive_->counts.answers;
}

}  // namespace smg::test
