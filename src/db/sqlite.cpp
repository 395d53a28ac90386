#include <algorithm>
#include <thread>

#include "base/log.hpp"
#include "db/engine.hpp"
#include "db/sqlite_session.hpp"

namespace smg::db {
namespace {

// A checkpoint holds up who waits for a commit, so it waits for a pause; but the log must not grow for ever.
constexpr Duration pause = std::chrono::milliseconds(250);
constexpr int most_log_pages = 12'000;  // of 4 KiB each
constexpr int retry_log_pages = 1'000;  // how far the log grows before what a reader prevented is tried again

/// One writer thread, which is also the only checkpointer, and a few readers. Closures that wait together are committed
/// together, one fsync for all of them; one that fails after it wrote makes them run again, each in a savepoint of its own.
class SqliteEngine final : public Engine {
public:
    SqliteEngine(const Url& url, const Options& options)
        : options_(options),
          writes_(options.queue),
          reads_(options.queue),
          writer_session_(SqliteSession::writer(url.path, options.max_pages))
    {
        for (int i = 0; i < options.readers; ++i) reader_sessions_.push_back(SqliteSession::reader(url.path));
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
    /// Every closure in a savepoint of its own costs a copy of each page that it changes; without one, a closure that fails
    /// after it wrote takes the whole transaction with it.
    enum class Savepoints { none, each };
    enum class Ended { committed, spoiled, failed };

    void write_loop()
    {
        while (true) {
            if (!writer_session_->log_is_copied() && !writes_.wait(pause)) checkpoint();
            auto batch = writes_.take(options_.batch);
            if (batch.empty()) return;
            std::vector<Fate> fates(batch.size());
            auto ended = commit_together(batch, fates, Savepoints::none);
            if (ended == Ended::spoiled) ended = commit_together(batch, fates, Savepoints::each);
            // The whole transaction is gone, through no fault of most of them: each again on its own.
            for (std::size_t i = 0; ended != Ended::committed && i < batch.size(); ++i) commit_alone(batch[i], fates[i]);
            for (std::size_t i = 0; i < batch.size(); ++i) {
                if (!fates[i].error) tell(fates[i].announcements);
                note(fates[i].error);
                batch[i].done(fates[i].error);
            }
            if (writer_session_->log_pages() < most_log_pages) checkpoint_at_ = most_log_pages;
            else if (writer_session_->log_pages() >= checkpoint_at_) checkpoint();
        }
    }

    void checkpoint()
    {
        try {
            writer_session_->checkpoint();
        } catch (const DatabaseError& e) {
            log::warning("database: the log could not be copied into the file: {}", e.what());
        }
        checkpoint_at_ = std::max(most_log_pages, writer_session_->log_pages() + retry_log_pages);
    }

    Ended commit_together(const std::vector<Item>& batch, std::vector<Fate>& fates, Savepoints savepoints)
    {
        bool alone = batch.size() == 1;
        try {
            writer_session_->control("BEGIN IMMEDIATE");
            for (std::size_t i = 0; i < batch.size(); ++i) {
                if (run(batch[i], fates[i], savepoints)) continue;
                undo();
                return alone ? Ended::committed : Ended::spoiled;  // alone: there is nothing to commit
            }
            writer_session_->control("COMMIT");
            return Ended::committed;
        } catch (const DatabaseError& e) {
            log::warning("database: a batch of {} was rolled back: {}", batch.size(), e.what());
            undo();
            return Ended::failed;
        }
    }

    void commit_alone(const Item& item, Fate& fate)
    {
        try {
            writer_session_->control("BEGIN IMMEDIATE");
            if (run(item, fate, Savepoints::none)) writer_session_->control("COMMIT");
            else undo();
        } catch (const DatabaseError&) {
            fate.error = std::current_exception();
            undo();
        }
    }

    // False when the closure failed and has left something in the transaction. Only what ends the transaction itself is
    // thrown from here.
    bool run(const Item& item, Fate& fate, Savepoints savepoints)
    {
        fate = {};
        auto& announcements = writer_session_->announcements();
        announcements.clear();
        writer_session_->forget_writes();
        if (savepoints == Savepoints::each) writer_session_->control("SAVEPOINT closure");
        bool twice = options_.rerun_one_in > 0 && ++count_ % options_.rerun_one_in == 0;
        bool commit = false;
        try {
            commit = run_task(*writer_session_, item, twice);
        } catch (const Unavailable&) {
            throw;
        } catch (...) {
            fate.error = std::current_exception();
        }
        if (savepoints == Savepoints::each) {
            if (!commit) writer_session_->control("ROLLBACK TO SAVEPOINT closure");
            writer_session_->control("RELEASE SAVEPOINT closure");
        }
        if (commit) fate.announcements = std::move(announcements);
        announcements.clear();
        return commit || savepoints == Savepoints::each || !writer_session_->wrote();
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
            note(error);
            batch.front().done(error);
        }
    }

    Options options_;
    Queue writes_, reads_;
    std::unique_ptr<SqliteSession> writer_session_;
    std::vector<std::unique_ptr<SqliteSession>> reader_sessions_;
    std::thread writer_;
    std::vector<std::thread> readers_;
    int count_ = 0;
    int checkpoint_at_ = most_log_pages;
};

}  // namespace

std::unique_ptr<Engine> open_sqlite(const Url& url, const Options& options)
{
    return std::make_unique<SqliteEngine>(url, options);
}

}  // namespace smg::db
