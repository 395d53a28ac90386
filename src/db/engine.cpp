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

bool Queue::wait(Duration patience)
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return closed_ || !items_.empty(); });
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
    Tx tx(session);
    if (!twice) return item.task(tx);
    auto announced = session.announcements().size();
    session.control("SAVEPOINT trial");
    item.task(tx);
    session.control("ROLLBACK TO SAVEPOINT trial");
    session.control("RELEASE SAVEPOINT trial");
    session.announcements().resize(announced);
    return item.task(tx);
}

void Engine::listen(Listener listener)
{
    std::lock_guard lock(mutex_);
    listener_ = std::make_shared<const Listener>(std::move(listener));
}

void Engine::note(const std::exception_ptr& error)
{
    if (!error) return;
    try {
        std::rethrow_exception(error);
    } catch (const Damaged& e) {
        log::error("database: it is damaged: {}", e.what());
        tell({Announcement{damage_topic}});
    } catch (...) {
        // for the caller alone
    }
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
