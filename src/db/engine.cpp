#include "db/engine.hpp"

#include "base/log.hpp"
#include "db/session.hpp"

namespace smg::db {

void Queue::push(Item item)
{
    std::unique_lock lock(mutex_);
    if (closed_ || items_.size() >= limit_) {
        bool closed = closed_;
        lock.unlock();
        item.done(
            std::make_exception_ptr(Unavailable(closed ? "the database is closing" : "too much waits for the database")));
        return;
    }
    items_.push_back(std::move(item));
    lock.unlock();
    changed_.notify_one();
}

std::vector<Item> Queue::take(std::size_t count)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !items_.empty(); });
    std::vector<Item> taken;
    while (!items_.empty() && taken.size() < count) {
        taken.push_back(std::move(items_.front()));
        items_.pop_front();
    }
    return taken;
}

void Queue::close()
{
    {
        std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

bool run_task(Session& session, const Item& item, bool twice)
{
    auto announced = session.announcements().size();
    // SQLite's closures share a transaction, MariaDB's have one each and save themselves the round trip.
    if (twice || session.dialect() == Dialect::sqlite) session.control("SAVEPOINT closure");
    Tx tx(session);
    bool commit = item.task(tx);
    if (!twice) return commit;
    session.control("ROLLBACK TO SAVEPOINT closure");
    session.announcements().resize(announced);
    return item.task(tx);
}

void Engine::listen(Listener listener)
{
    std::lock_guard lock(mutex_);
    listener_ = std::make_shared<const Listener>(std::move(listener));
}

void Engine::tell(const std::vector<Announcement>& announcements)
{
    std::shared_ptr<const Listener> listener;
    {
        std::lock_guard lock(mutex_);
        listener = listener_;
    }
    if (!listener || !*listener) return;
    for (const auto& announcement : announcements) {
        try {
            (*listener)(announcement);
        } catch (const std::exception& e) {
            log::error("an announcement of {} was not taken: {}", announcement.topic, e.what());
        }
    }
}

}  // namespace smg::db
