#include <thread>

#include "base/log.hpp"
#include "db/engine.hpp"
#include "db/session.hpp"

namespace smg::db {
namespace {

/// One writer thread, which is also the only checkpointer, and a few readers. Closures that wait together are committed
/// together: one fsync for all of them, each in a savepoint of its own, so that one's failure is not another's.
class SqliteEngine final : public Engine {
public:
    SqliteEngine(const Url& url, const Options& options)
        : options_(options),
          writes_(options.queue),
          reads_(options.queue),
          writer_session_(Session::sqlite_writer(url.path, options.max_pages))
    {
        for (int i = 0; i < options.readers; ++i) reader_sessions_.push_back(Session::sqlite_reader(url.path));
        writer_ = std::thread([this] { write_loop(); });
        for (auto& session : reader_sessions_) readers_.emplace_back([this, &session] { read_loop(*session); });
    }

    ~SqliteEngine() override
    {
        writes_.close();
        reads_.close();
        writer_.join();
        for (auto& reader : readers_) reader.join();
    }

    Dialect dialect() const override { return Dialect::sqlite; }

    void submit(bool write, Item item) override { (write ? writes_ : reads_).push(std::move(item)); }

private:
    struct Fate {
        std::exception_ptr error;
        std::vector<Announcement> announcements;
    };

    void write_loop()
    {
        while (true) {
            auto batch = writes_.take(options_.batch);
            if (batch.empty()) return;
            std::vector<Fate> fates(batch.size());
            if (!commit_together(batch, fates)) {
                // The whole transaction is gone, through no fault of most of them: each again on its own.
                for (std::size_t i = 0; i < batch.size(); ++i) commit_alone(batch[i], fates[i]);
            }
            for (std::size_t i = 0; i < batch.size(); ++i) {
                if (!fates[i].error) tell(fates[i].announcements);
                batch[i].done(fates[i].error);
            }
        }
    }

    bool commit_together(const std::vector<Item>& batch, std::vector<Fate>& fates)
    {
        try {
            writer_session_->control("BEGIN IMMEDIATE");
            for (std::size_t i = 0; i < batch.size(); ++i) run(batch[i], fates[i]);
            writer_session_->control("COMMIT");
            return true;
        } catch (const DatabaseError& e) {
            log::warning("database: a batch of {} was rolled back: {}", batch.size(), e.what());
            undo();
            return false;
        }
    }

    void commit_alone(const Item& item, Fate& fate)
    {
        fate = {};
        try {
            writer_session_->control("BEGIN IMMEDIATE");
            run(item, fate);
            writer_session_->control("COMMIT");
        } catch (const DatabaseError&) {
            fate.error = std::current_exception();
            undo();
        }
    }

    // Only what ends the transaction itself is thrown from here.
    void run(const Item& item, Fate& fate)
    {
        auto& announcements = writer_session_->announcements();
        announcements.clear();
        bool twice = options_.rerun_one_in > 0 && ++count_ % options_.rerun_one_in == 0;
        bool commit = false;
        try {
            commit = run_task(*writer_session_, item, twice);
        } catch (const Unavailable&) {
            throw;
        } catch (...) {
            fate.error = std::current_exception();
        }
        if (!commit) writer_session_->control("ROLLBACK TO SAVEPOINT closure");
        writer_session_->control("RELEASE SAVEPOINT closure");
        if (commit) fate.announcements = std::move(announcements);
        announcements.clear();
    }

    void undo()
    {
        try {
            writer_session_->control("ROLLBACK");
        } catch (const DatabaseError&) {
            // SQLite has rolled back by itself (full disk, I/O error): no transaction is open any more.
        }
    }

    void read_loop(Session& session)
    {
        while (true) {
            auto batch = reads_.take(1);
            if (batch.empty()) return;
            std::exception_ptr error;
            try {
                session.control("BEGIN");
                Tx tx(session);
                batch.front().task(tx);
            } catch (...) {
                error = std::current_exception();
            }
            try {
                session.control("ROLLBACK");
            } catch (const DatabaseError&) {
                // BEGIN itself had failed.
            }
            batch.front().done(error);
        }
    }

    Options options_;
    Queue writes_, reads_;
    std::unique_ptr<Session> writer_session_;
    std::vector<std::unique_ptr<Session>> reader_sessions_;
    std::thread writer_;
    std::vector<std::thread> readers_;
    int count_ = 0;
};

}  // namespace

std::unique_ptr<Engine> open_sqlite(const Url& url, const Options& options)
{
    return std::make_unique<SqliteEngine>(url, options);
}

}  // namespace smg::db
