#include "app/app.hpp"

namespace smg {

// The whole timetable. Orders do not wait for it: the queue sends them at once, this is the net under it.
std::vector<schedule::Task> timetable(const settings::Settings& settings)
{
    auto every = [&settings](std::string_view key) { return [&settings, key] { return settings.seconds(key); }; };
    return {
        {"orders", every("timetable.orders_s"), "task.orders"},
        {"statuses", every("timetable.statuses_s"), "task.statuses"},
        {"errors", every("timetable.errors_s"), "task.errors"},
        {"balances", every("timetable.balances_s"), "task.balances"},
        {"shops", every("timetable.shops_s"), "task.shops"},
        {"cleaning", every("timetable.cleaning_s"), "task.cleaning"},
    };
}

}  // namespace smg
