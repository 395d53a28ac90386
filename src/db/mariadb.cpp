#include <atomic>
#include <chrono>
#include <thread>

#include "base/log.hpp"
#include "base/random.hpp"
#include "db/engine.hpp"
#include "db/session.hpp"

namespace smg::db {
namespace {

constexpr int max_pause_ms = 200;  // between two tries after a conflict

/// A pool of connections, each with its thread. The server groups commits itself; what collides here is run again.
class MariaDbEngine final : public Engine {
public:
    MariaDbEngine(const Url& url, const Options& options)
        : url_(url), options_(options), writes_(options.queue), reads_(options.queue)
    {
        auto probe = Session::mariadb(url_, true);  // a wrong address or password is told at once
        for (int i = 0; i < options.pool; ++i) threads_.emplace_back([this] { loop(writes_, true); });
        for (int i = 0; i < options.readers; ++i) threads_.emplace_back([this] { loop(reads_, false); });
    }

    ~MariaDbEngine() override
    {
        writes_.close();
        reads_.close();
        for (auto& thread : threads_) thread.join();
    }

    Dialect dialect() const override { return Dialect::mariadb; }

    void submit(bool write, Item item) override { (write ? writes_ : reads_).push(std::move(item)); }

private:
    void loop(Queue& queue, bool write)
    {
        std::unique_ptr<Session> session;
        while (true) {
            auto taken = queue.take(1);
            if (taken.empty()) return;
            auto& item = taken.front();
            std::exception_ptr error;
            try {
                run(session, item, write);
            } catch (...) {
                error = std::current_exception();
            }
            if (!error && session) tell(session->announcements());
            note(error);
            item.done(error);
        }
    }

    void run(std::unique_ptr<Session>& session, const Item& item, bool write)
    {
        for (int tries = 0;; ++tries) {
            bool last = tries >= options_.conflict_retries;
            bool was_connected = session != nullptr;
            try {
                if (!session) session = Session::mariadb(url_, write);
                attempt(*session, item, write);
                return;
            } catch (const CommitUnknown&) {
                session.reset();
                throw;
            } catch (const ConnectionLost&) {
                session.reset();
                // An idle connection may have been closed long ago: a fresh one is tried once, then the caller is told.
                if (last || !was_connected) throw;
            } catch (const Conflict& e) {
                undo(session);
                if (last) throw Unavailable(e.what());
                auto pause = 1 + random_below(static_cast<std::uint32_t>(std::min(max_pause_ms, 2 << std::min(tries, 10))));
                std::this_thread::sleep_for(std::chrono::milliseconds(pause));
            } catch (...) {
                undo(session);
                throw;
            }
        }
    }

    void attempt(Session& session, const Item& item, bool write)
    {
        session.announcements().clear();
        session.control(write ? "START TRANSACTION" : "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        bool twice = write && options_.rerun_one_in > 0 && ++count_ % options_.rerun_one_in == 0;
        if (!run_task(session, item, twice) || !write) {
            session.control("ROLLBACK");
            session.announcements().clear();
            return;
        }
        try {
            session.control("COMMIT");
        } catch (const Conflict&) {
            throw;  // certainly rolled back
        } catch (const DatabaseError& e) {
            throw CommitUnknown(e.what());
        }
    }

    static void undo(std::unique_ptr<Session>& session)
    {
        if (!session) return;
        session->announcements().clear();
        try {
            session->control("ROLLBACK");
        } catch (const DatabaseError&) {
            session.reset();
        }
    }

    Url url_;
    Options options_;
    Queue writes_, reads_;
    std::vector<std::thread> threads_;
    std::atomic<int> count_ = 0;
};

}  // namespace

std::unique_ptr<Engine> open_mariadb(const Url& url, const Options& options)
{
    return std::make_unique<MariaDbEngine>(url, options);
}

}  // namespace smg::db
