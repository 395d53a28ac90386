#include "chaos/shops.hpp"

#include <chrono>
#include <stdexcept>

namespace smg::test {
namespace {

using namespace std::chrono_literals;

constexpr auto before_repeating = 50ms;  // a shop's pause after a failed call
constexpr auto longest_call = 5s;        // WordPress gives up after that
constexpr std::size_t most_surprises = 20;

}  // namespace

Shops::Shops(std::string create_order_url, std::string token, Options options)
    : url_(std::move(create_order_url)),
      token_(std::move(token)),
      options_(std::move(options)),
      next_(std::stoll(options_.first_number))
{
    for (int i = 0; i < options_.shops; ++i) threads_.emplace_back([this](std::stop_token stop) { sell(std::move(stop)); });
}

Shops::~Shops() { given_up_ = true; }

void Shops::sell(std::stop_token stop)
{
    const auto pause = std::chrono::microseconds(1s) * options_.shops / std::max(1, options_.orders_per_second);
    while (!stop.stop_requested()) {
        auto next = std::chrono::steady_clock::now() + pause;
        auto number = std::to_string(next_++);
        while (!order(number) && !given_up_) std::this_thread::sleep_for(before_repeating);
        std::this_thread::sleep_until(next);
    }
}

bool Shops::order(const std::string& number)
{
    auto body = order_of(number, {{"client_email", "buyer" + number + "@ukr.net"}});
    auto answer = http_call("POST", url_, {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}},
                            json::text_of(body), longest_call);
    std::lock_guard lock(mutex_);
    if (answer.status == 200) {
        acknowledged_[number] = answer.body;
        return true;
    }
    if (answer.status != 0 && answer.status != 503 && surprises_.size() < most_surprises)
        surprises_.push_back(number + ": " + std::to_string(answer.status) + " " + answer.body);
    return false;
}

Acknowledged Shops::close()
{
    for (auto& thread : threads_) thread.request_stop();
    auto in_time = std::jthread([this](std::stop_token stop) {
        auto end = std::chrono::steady_clock::now() + patience;
        while (!stop.stop_requested() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
        if (!stop.stop_requested()) given_up_ = true;
    });
    threads_.clear();
    in_time.request_stop();
    in_time.join();
    if (given_up_) throw std::runtime_error("the program takes no orders any more");
    return acknowledged_;
}

std::size_t Shops::acknowledged() const
{
    std::lock_guard lock(mutex_);
    return acknowledged_.size();
}

std::vector<std::string> Shops::surprises() const
{
    std::lock_guard lock(mutex_);
    return surprises_;
}

}  // namespace smg::test
