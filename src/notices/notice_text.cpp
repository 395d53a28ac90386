#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "notices/notice.hpp"
#include "notices/telegram_html.hpp"
#include "settings/settings.hpp"

namespace smg::notices {
namespace {

constexpr std::size_t room_for_mark = 96;  // what marked_as_repeat() adds

struct Words {
    std::string_view title, lines;  // lines end with \n; `{name}` stands for a value
};

struct Text {
    Kind kind;
    std::string_view sign;
    Words uk, en;
};

constexpr auto catalogue = std::to_array<Text>({
    {Kind::suspicious,
     "🔎",
     {"Замовлення №{order} чекає перевірки", "Сайт: {site}\nE-mail: {email}\nОцінка: {score}\nПричини: {reasons}\n"},
     {"Order {order} waits for review", "Site: {site}\nE-mail: {email}\nScore: {score}\nReasons: {reasons}\n"}},
    {Kind::notaccepted,
     "⛔",
     {"Замовлення №{order} не прийнято", "Сайт: {site}\nПостачальник: {supplier}\nПричина: {reason}\n"},
     {"Order {order} was not accepted", "Site: {site}\nSupplier: {supplier}\nReason: {reason}\n"}},
    {Kind::uncertain,
     "🚨",
     {"Замовлення №{order}: невідомо, чи прийняв його постачальник",
      "Сайт: {site}\nПостачальник: {supplier}\nЩо сталося: {reason}\nСума: {amount}\nПеревірте в кабінеті постачальника та "
      "вирішіть.\n"},
     {"Order {order}: nobody knows whether the supplier has it",
      "Site: {site}\nSupplier: {supplier}\nWhat happened: {reason}\nAmount: {amount}\nLook into the supplier's cabinet and "
      "decide.\n"}},
    {Kind::no_mapping,
     "🧩",
     {"Замовлення №{order}: послугу не зіставлено з постачальником",
      "Сайт: {site}\nПослуга: {service}\nДодайте зіставлення й надішліть знову.\n"},
     {"Order {order}: its service belongs to no supplier",
      "Site: {site}\nService: {service}\nAdd the mapping and resend.\n"}},
    {Kind::lane_paused,
     "⏸",
     {"Надсилання постачальнику {supplier} призупинено",
      "Втрачених відповідей: {count}\nПричина: {reason}\nВідновити може лише людина.\n"},
     {"Sending to supplier {supplier} is paused",
      "Lost answers: {count}\nReason: {reason}\nOnly a person can release it.\n"}},
    {Kind::supplier_silent,
     "🔇",
     {"Постачальник {supplier} не відповідає", "Без відповіді: {minutes} хв\nОстання помилка: {reason}\n"},
     {"Supplier {supplier} does not answer", "Silent for {minutes} min\nLast error: {reason}\n"}},
    {Kind::task_overdue,
     "⏰",
     {"Завдання «{task}» не виконується вчасно", "Останній запуск: {last}\nОчікується кожні {period} с\n"},
     {"Task “{task}” is overdue", "Last run: {last}\nExpected every {period} s\n"}},
    {Kind::in_flight,
     "⏳",
     {"У роботі вже понад 15 хвилин", "Замовлень: {orders}\nФонових робіт: {jobs}\nНайдавніше – з {since}\n"},
     {"In flight for more than 15 minutes", "Orders: {orders}\nBackground jobs: {jobs}\nThe oldest since {since}\n"}},
    {Kind::dead_job,
     "💀",
     {"Фонову роботу {job} зупинено після помилок", "Номер: {id}\nСпроб: {tries}\nПомилка: {reason}\n"},
     {"The background job {job} was given up", "Id: {id}\nTries: {tries}\nError: {reason}\n"}},
    {Kind::low_balance,
     "💰",
     {"Малий баланс у постачальника {supplier}", "Баланс: {balance}\nПоріг: {threshold}\n"},
     {"The balance at supplier {supplier} is low", "Balance: {balance}\nThreshold: {threshold}\n"}},
    {Kind::out_of_funds,
     "💸",
     {"У постачальника {supplier} закінчилися кошти",
      "Баланс: {balance}\nЧекають замовлень: {count}\nНа суму: {amount}\nПоповніть рахунок: замовлення підуть самі.\n"},
     {"Supplier {supplier} has no funds left",
      "Balance: {balance}\nOrders that wait: {count}\nFor: {amount}\nTop it up: the orders go on by themselves.\n"}},
    {Kind::quarantine,
     "🧊",
     {"Замовлень у карантині: {count}",
      "Причина: {reason}\nЇх могли надіслати вже після створення копії. Перевірте в кабінеті постачальника та схваліть.\n"},
     {"Orders in quarantine: {count}",
      "Reason: {reason}\nThey may have been sent after the copy was made. Look into the supplier's cabinet and approve.\n"}},
    {Kind::sending_stopped,
     "🛑",
     {"Замовлення не надсилаються", "Причина: {reason}\nЩойно це виправлено, вони підуть самі.\n"},
     {"No order is sent", "Reason: {reason}\nOnce that is mended, they go by themselves.\n"}},
    {Kind::realtime_silent,
     "📡",
     {"Зовнішній сервер realtime {server} не приймає подій",
      "З: {since}\nПричина: {reason}\nНе передано подій: {lost}\nПоки що сторінки самі перечитують дані кожні 30 с.\n"},
     {"The outside realtime server {server} takes no events",
      "Since: {since}\nReason: {reason}\nEvents not told: {lost}\nUntil then pages read anew every 30 s.\n"}},
    {Kind::shop_silent,
     "🏪",
     {"Магазин {site} не відповідає", "З: {since}\nПричина: {reason}\nЗамовлення можуть не надходити.\n"},
     {"The shop {site} does not answer", "Since: {since}\nReason: {reason}\nIts orders may not arrive.\n"}},
    {Kind::shop_stuck,
     "📮",
     {"Магазин {site}: замовлення не доходять до CRM",
      "Чекають: {queued}\nВідхилено: {failed}\nДивіться у WordPress: SMG CRM → Outbox.\n"},
     {"The shop {site}: orders do not reach the CRM",
      "Waiting: {queued}\nRefused: {failed}\nLook in WordPress: SMG CRM → Outbox.\n"}},
    {Kind::order_pulled,
     "🪝",
     {"Магазин {site}: забрано замовлень, що не надійшли самі: {count}", "Перше з них: {number}\n"},
     {"The shop {site}: orders fetched that did not come by themselves: {count}", "The first: {number}\n"}},
    {Kind::wallet_unsettled,
     "👛",
     {"Магазин {site}: невідомо, чи змінено гаманець",
      "Покупець: {user}\nЗміна: {operation} {amount}\nПричина: {reason}\nСпитаємо ще; удруге не зміниться.\n"},
     {"The shop {site}: whether a wallet was changed is not known",
      "Customer: {user}\nChange: {operation} {amount}\nReason: {reason}\nIt is asked again; nothing is done twice.\n"}},
    {Kind::decision_needed,
     "❗",
     {"Потрібне рішення: {subject}", "Причина: {reason}\n"},
     {"A decision is needed: {subject}", "Reason: {reason}\n"}},
    {Kind::test, "✅", {"Сповіщення SMG CRM працюють", ""}, {"Notices of SMG CRM work", ""}},
    {Kind::digest, "📋", {"Сповіщень: {count}", ""}, {"Notices: {count}", ""}},
});

static_assert(catalogue.size() == static_cast<std::size_t>(Kind::digest) + 1, "each kind has its text");

using Values = std::vector<std::pair<std::string, std::string>>;

const Text& text_of(Kind kind) { return *std::ranges::find(catalogue, kind, &Text::kind); }

const Words& words_of(const Text& text, Language language) { return language == Language::en ? text.en : text.uk; }

/// One line stays one line, whatever a shop or a supplier wrote.
std::string in_one_line(std::string_view text)
{
    auto line = escaped(text);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

/// Nothing when a placeholder has no value.
std::optional<std::string> filled(std::string_view line, const Values& values)
{
    std::string out;
    while (true) {
        auto from = line.find('{'), to = line.find('}');
        out += line.substr(0, from);
        if (from == std::string_view::npos) return out;
        auto value = std::ranges::find(values, line.substr(from + 1, to - from - 1),
                                       [](const auto& one) { return std::string_view(one.first); });
        if (value == values.end() || value->second.empty()) return std::nullopt;
        out += in_one_line(value->second);
        line.remove_prefix(to + 1);
    }
}

std::string title_of(Language language, Kind kind, const Values& values)
{
    const auto& text = text_of(kind);
    auto words = words_of(text, language).title;
    // Without its values a title says at least what it is about.
    auto title = filled(words, values).value_or(escaped(words));
    return fmt::format("{} <b>{}</b>", text.sign, title);
}

std::string_view first_line(std::string_view body) { return body.substr(0, body.find('\n')); }

}  // namespace

Language language_of(const settings::Settings& settings)
{
    return from_word<Language>(settings.text("telegram.language")).value_or(Language::uk);
}

std::string rendered(Language language, const NewNotice& notice)
{
    auto body = title_of(language, notice.kind, notice.values);
    for (auto lines = words_of(text_of(notice.kind), language).lines; !lines.empty();) {
        auto end = lines.find('\n');
        if (auto line = filled(lines.substr(0, end), notice.values)) body += "\n" + *line;
        lines.remove_prefix(end + 1);
    }
    for (const auto& line : notice.lines) body += "\n" + escaped(line);
    return cut_html(body, max_message - room_for_mark);
}

std::string rendered_digest(Language language, const std::vector<std::string>& bodies, std::size_t count)
{
    auto digest = title_of(language, Kind::digest, {{"count", std::to_string(count)}});
    for (const auto& body : bodies) {
        digest += "\n";
        digest += first_line(body);
    }
    return cut_html(digest, max_message - room_for_mark);
}

std::string marked_as_repeat(Language language, const std::string& body)
{
    auto mark = language == Language::en ? "possible repeat" : "можливий повтор";
    return fmt::format("{}\n<i>({})</i>", body, mark);
}

bool is_urgent(Kind kind)
{
    return kind == Kind::uncertain || kind == Kind::suspicious || kind == Kind::lane_paused ||
           kind == Kind::supplier_silent || kind == Kind::task_overdue || kind == Kind::in_flight ||
           kind == Kind::sending_stopped || kind == Kind::out_of_funds;
}

Time next_reminder(Kind kind, Time created, Time last_told)
{
    if (last_told < created + first_reminder) return created + first_reminder;
    bool hourly = is_urgent(kind) || last_told < created + daily_reminder;
    return last_told + (hourly ? hourly_reminder : daily_reminder);
}

}  // namespace smg::notices
