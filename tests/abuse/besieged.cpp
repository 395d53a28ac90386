#include "abuse/besieged.hpp"

#include <fmt/core.h>
#include <sys/resource.h>

#include <filesystem>

namespace smg::test {
namespace {

constexpr std::size_t most_memory_mib = 300;

#if defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

std::map<std::string, std::string> with_short_limits(std::map<std::string, std::string> environment)
{
    raise_own_open_files();
    environment.insert({{"SMGCRM_HEADER_TIMEOUT_MS", "1000"},
                        {"SMGCRM_BODY_TIMEOUT_MS", "1000"},
                        {"SMGCRM_WRITE_TIMEOUT_MS", "1000"},
                        {"SMGCRM_KEEP_ALIVE_MS", "2000"}});
    return environment;
}

}  // namespace

void raise_own_open_files()
{
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

Besieged::Besieged(std::map<std::string, std::string> environment)
    : shop_(On::sqlite, {.environment = with_short_limits(std::move(environment))})
{
    orders_flow(1);
    eventually([&] { return shop_.phase(1) != "launching"; });
    idle_sockets_ = sockets();
}

void Besieged::orders_flow(int count)
{
    for (int i = 0; i < count; ++i) {
        auto reply = shop_.create(order_of(fmt::format("flow-{}", ++ordered_)));
        ASSERT_EQ(reply.status(), 200) << reply.http.error << reply.http.body;
        ASSERT_GT(reply.number("order_id"), 0);
    }
}

std::string Besieged::order_request(const std::string& number)
{
    auto body = json::text_of(order_of(number));
    return fmt::format(
        "POST /api/v1/createOrder HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        shop_.shop(), body.size(), body);
}

int Besieged::sockets()
{
    int count = 0;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", shop_.server().pid()), gone)) {
        auto target = std::filesystem::read_symlink(entry.path(), gone);
        count += target.string().starts_with("socket:");
    }
    return count;
}

std::size_t Besieged::memory_mib()
{
    constexpr std::string_view name = "VmHWM:";
    auto status = read_file(fmt::format("/proc/{}/status", shop_.server().pid()));
    auto at = status.find(name);
    return at == std::string::npos ? 0 : std::stoul(status.substr(at + name.size())) / 1024;
}

void Besieged::memory_holds()
{
    auto used = memory_mib();
    EXPECT_GT(used, 0u);
    if (!sanitized) EXPECT_LE(used, most_memory_mib);
}

void Besieged::recovers()
{
    constexpr int slack = 16;  // to suppliers
    EXPECT_TRUE(shop_.server().running());
    EXPECT_TRUE(eventually([&] { return sockets() <= idle_sockets_ + slack; })) << sockets() << " sockets";
    orders_flow(5);
}

}  // namespace smg::test
