#include "sandbox/shop.hpp"

#include <fmt/core.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <iterator>

namespace smg::sandbox {
namespace {

namespace asio = boost::asio;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

constexpr std::size_t showcase_every = 3, disposable_every = 17, typo_every = 23, repeat_every = 11, unmapped_at = 20;

struct Product {
    int service;
    std::string_view type, name, link;
    int least, most;     // quantity
    int cents_per_unit;  // the shop's price
};

// `#` in a link becomes a number.
constexpr Product products[] = {
    {101, "Default", "Підписники Instagram", "https://www.instagram.com/kviten.studio#/", 50, 2000, 2},
    {101, "Default", "Instagram followers", "https://instagram.com/p#", 100, 5000, 2},
    {103, "Default", "Лайки Instagram", "https://www.instagram.com/p/Cx#yz/?igsh=MTc4", 20, 1500, 1},
    {104, "Default", "Перегляди Reels", "https://www.instagram.com/reel/Cq#/", 500, 20'000, 1},
    {121, "Default", "Підписники Telegram-каналу", "https://t.me/novyny_mista_#", 100, 3000, 3},
    {122, "Default", "Перегляди посту в Telegram", "https://t.me/kavarnia/#", 100, 5000, 1},
    {131, "Default", "TikTok followers", "https://www.tiktok.com/@tancy#", 50, 2500, 3},
    {142, "Default", "YouTube views, high retention", "https://youtu.be/dQw4w9#?si=share", 200, 10'000, 1},
    {151, "Default", "Вподобання сторінки Facebook", "https://www.facebook.com/kvity#?fbclid=Iw", 50, 1000, 4},
    {181, "Default", "Spotify plays", "https://open.spotify.com/track/4uLU#", 500, 10'000, 1},
    {106, "Package", "20 випадкових коментарів", "https://www.instagram.com/p/Cp#/", 1, 1, 4900},
    {105, "Custom Comments", "Коментарі Instagram з вашим текстом", "https://www.instagram.com/p/Cc#/", 0, 0, 0},
    {110, "Mentions", "Instagram mentions", "https://www.instagram.com/shop#/", 100, 1000, 3},
    {124, "Poll", "Голоси в опитуванні Telegram", "https://t.me/opytuvannia/#", 20, 500, 2},
    {145, "SEO", "YouTube у пошуку", "https://youtu.be/seo#", 100, 2000, 3},
    {125, "Invites from Groups", "Запрошення з груп", "https://t.me/grupa#", 50, 500, 5},
    {116, "Subscriptions", "Автолайки на нові дописи", "", 0, 0, 0},
    {171, "Web Traffic", "Відвідувачі сайту", "https://shop#.example/", 500, 5000, 1},
};

// Services of scenarios that the demo shows once. At most two leave a lost answer: the third in ten minutes would pause the
// supplier.
constexpr int showcase[] = {901, 905, 907, 908, 906, 404, 903, 916, 921, 918, 912, 915};

constexpr std::string_view first_names[] = {"olena",  "taras",  "iryna",  "andrii", "oksana", "bohdan", "kateryna", "maksym",
                                            "yuliia", "dmytro", "sofiia", "nazar",  "anna",   "petro",  "solomiia", "ivan"};
constexpr std::string_view last_names[] = {"kovalenko", "shevchenko", "melnyk",  "bondar",    "tkachuk", "lysenko",
                                           "marchenko", "savchuk",    "rudenko", "hrytsenko", "smith",   "nowak"};
constexpr std::string_view domains[] = {"example.com", "example.net", "example.org", "mail.example.com", "poshta.example"};
constexpr std::string_view disposable[] = {"mailinator.com", "yopmail.com", "guerrillamail.com"};
constexpr std::string_view payments[] = {"monobank", "liqpay", "wallet", "privat24"};

std::string with_number(std::string_view text, std::size_t number)
{
    std::string out(text);
    if (auto at = out.find('#'); at != std::string::npos) out.replace(at, 1, std::to_string(number));
    return out;
}

// The fields that a type has besides link and quantity.
void add_type_fields(json::object& order, std::string_view type, std::size_t number)
{
    if (type == "Custom Comments") order["comments"] = "Дуже гарно!\nSuper, love it\nКоли буде нова колекція?\nTop\nДякую!";
    if (type == "Mentions") order["usernames"] = "olena.k\ntaras_sh\niryna.design";
    if (type == "Poll") order["answer_number"] = std::to_string(1 + number % 4);
    if (type == "SEO") order["keywords"] = "квіти київ\nдоставка квітів";
    if (type == "Invites from Groups") order["groups"] = "https://t.me/kyiv_chat\nhttps://t.me/lviv_chat";
    if (type == "Web Traffic") {
        order["country"] = "UA";
        order["device"] = "5";
        order["type_of_traffic"] = "3";
    }
    if (type == "Subscriptions") {
        order["username"] = fmt::format("studio_{}", number);
        order["min"] = 50;
        order["max"] = 100;
        order["posts"] = 5;
        order["delay"] = 30;
    }
}

}  // namespace

Shop::Shop(std::uint64_t seed, std::string supplier_id) : random_(seed), supplier_id_(std::move(supplier_id)) {}

std::size_t Shop::below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

template <class T, std::size_t N>
const T& Shop::one_of(const T (&choices)[N])
{
    return choices[below(N)];
}

json::object Shop::next()
{
    ++made_;
    bool repeats = made_ > 1 && made_ % repeat_every == 0;  // the plugin repeats itself after a time-out
    if (!repeats) last_ = fresh();
    return last_;
}

std::string Shop::email()
{
    auto name = fmt::format("{}.{}", one_of(first_names), one_of(last_names));
    if (made_ % disposable_every == 4) return fmt::format("{}{}@{}", name, below(100), one_of(disposable));
    if (made_ % typo_every == 9) return name + "@gmial.com";
    return fmt::format("{}@{}", name, one_of(domains));
}

json::object Shop::fresh()
{
    auto product = one_of(products);
    auto show = made_ / showcase_every;
    bool shows = made_ % showcase_every == 0 && show <= std::size(showcase);
    if (shows) product = products[0];  // scenarios are of type Default
    int service = shows ? showcase[show - 1] : product.service;
    auto quantity = product.most > 0
                        ? product.least + static_cast<int>(below(static_cast<std::size_t>(product.most - product.least + 1)))
                        : 0;
    auto cents = product.cents_per_unit > 0 ? quantity * product.cents_per_unit : 9900;
    auto unique = 1000 + below(9000);

    json::object order{{"wp_order_number", std::to_string(++number_)},
                       {"item_id", std::to_string(number_ * 10 + 1)},
                       {"order_type", product.type},
                       {"product_service", product.name},
                       {"client_email", email()},
                       {"total_amount", fmt::format("{}.{:02}", cents / 100, cents % 100)},
                       {"currency", "UAH"},
                       {"supplier_id", made_ == unmapped_at ? std::string("77") : supplier_id_},
                       {"supplier_service_id", std::to_string(service)},
                       {"type_payment", one_of(payments)}};
    if (!product.link.empty()) order["url"] = with_number(product.link, unique);
    if (product.most > 0 && product.type != "Package") order["quantity"] = quantity;
    if (below(4) == 0) order["telegram"] = fmt::format("@{}{}", one_of(first_names), unique);
    add_type_fields(order, product.type, unique);
    return order;
}

Async<> feed_orders(net::HttpClient& client, FeedOptions options, std::stop_token stop, FeedObserver observer)
{
    Shop shop(options.seed, options.supplier_id);
    Timer timer(co_await asio::this_coro::executor);
    while (!stop.stop_requested()) {
        auto order = shop.next();
        net::HttpRequest request;
        request.url = options.url;
        request.headers = {{"Authorization", "Bearer " + options.token.reveal()}, {"Content-Type", "application/json"}};
        request.body = json::text_of(order);
        request.allow_private = true;
        auto reply = co_await client.perform(std::move(request));
        if (observer) observer(order, reply ? reply->status : 0, reply ? reply->body : reply.error().message);
        timer.expires_after(options.every);
        co_await timer.async_wait(asio::as_tuple(use_async));
    }
}

}  // namespace smg::sandbox
