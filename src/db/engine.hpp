#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "db/database.hpp"

namespace smg::db {

/// A closure on its way to a database thread, and who waits for it.
struct Item {
    std::function<bool(Tx&)> task;  // true asks for the commit
    std::move_only_function<void(std::exception_ptr)> done;
};

/// A bounded queue between those who ask and the database threads.
class Queue {
public:
    explicit Queue(std::size_t limit) : limit_(limit) {}

    /// When the queue is full or closed, `item.done` gets Unavailable at once.
    void push(Item item);

    /// Waits for work; at most `count` items; empty only when the queue is closed and drained.
    std::vector<Item> take(std::size_t count);

    /// Waits for work, but not for ever; false when none came.
    bool wait(Duration patience);
    void close();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> items_;
    std::size_t limit_;
    bool closed_ = false;
};

using Listener = std::function<void(const Announcement&)>;

/// Runs the closure; `twice` (Options::rerun_one_in) undoes the first run and runs it again.
bool run_task(Session& session, const Item& item, bool twice);

/// Where closures run: one writer with group commit on SQLite, a pool with retries on MariaDB.
class Engine {
public:
    virtual ~Engine() = default;
    virtual Dialect dialect() const = 0;
    virtual void submit(bool write, Item item) = 0;

    void listen(Listener listener);

protected:
    void tell(const std::vector<Announcement>& announcements);

    /// Tells the listener when what a closure met is a damaged database.
    void note(const std::exception_ptr& error);

private:
    std::mutex mutex_;
    std::shared_ptr<const Listener> listener_;
};

std::unique_ptr<Engine> open_sqlite(const Url& url, const Options& options);
std::unique_ptr<Engine> open_mariadb(const Url& url, const Options& options);

}  // namespace smg::db
