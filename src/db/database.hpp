#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/tx.hpp"

namespace smg::db {

/// `sqlite:PATH` or `mysql://user:password@host:port/name`.
struct Url {
    Dialect dialect = Dialect::sqlite;
    std::string path = {};  // SQLite
    std::string host = {}, user = {}, name = {};
    Secret password;
    int port = 3306;

    static Result<Url> parse(const std::string& text);
    std::string shown() const;  // without the password
};

struct Options {
    int readers = 4;             // connections that read: threads on SQLite, part of the pool on MariaDB
    int pool = 8;                // MariaDB: connections that write
    std::size_t batch = 256;     // SQLite: write closures in one commit
    std::size_t queue = 20'000;  // closures waiting at most; more are refused as Unavailable
    int conflict_retries = 12;   // MariaDB: how often a closure is run again after a conflict
    int rerun_one_in = 0;        // tests and debug builds: every n-th write closure runs twice
    std::int64_t max_pages = 0;  // SQLite: tests of a full disk
};

template <class T>
struct is_result : std::false_type {};
template <class T>
struct is_result<Result<T>> : std::true_type {};

class Engine;

/// The one door to the data. A closure takes `Tx&`, runs on a database thread, and may be run again after a conflict: it has
/// no effects outside the database. An Error that it returns, or an exception, rolls back what it wrote. The awaiting
/// coroutine must not be destroyed before the closure has ended, so never put these calls under a timer.
class Database {
public:
    /// Opens and checks the connection; does not migrate. Fails in words a person can act on.
    static Result<std::unique_ptr<Database>> open(const Url& url, const Options& options);
    ~Database();

    Dialect dialect() const;

    /// One durable commit; the closure returns Result<T>.
    template <class F>
    Async<std::invoke_result_t<F&, Tx&>> write(F work)
    {
        auto job = std::make_shared<Job<F>>(std::move(work));
        co_await wait_for(true, job->task(job));
        co_return std::move(*job->result);
    }

    /// A consistent view; nothing may be written.
    template <class F>
    Async<std::invoke_result_t<F&, Tx&>> read(F work)
    {
        auto job = std::make_shared<Job<F>>(std::move(work));
        co_await wait_for(false, job->task(job));
        co_return std::move(*job->result);
    }

    /// The same for a thread that may block: commands, sender threads, tests. Never on an I/O thread.
    template <class F>
    std::invoke_result_t<F&, Tx&> write_now(F work)
    {
        auto job = std::make_shared<Job<F>>(std::move(work));
        block_for(true, job->task(job));
        return std::move(*job->result);
    }

    template <class F>
    std::invoke_result_t<F&, Tx&> read_now(F work)
    {
        auto job = std::make_shared<Job<F>>(std::move(work));
        block_for(false, job->task(job));
        return std::move(*job->result);
    }

    /// Called on a database thread after each commit that announced something; must be quick and must not throw.
    void listen(std::function<void(const Announcement&)> listener);

    /// Answers whether the database can be written to now, for /readyz.
    Async<bool> alive();

private:
    /// Runs the closure once; true asks for the commit.
    using Task = std::function<bool(Tx&)>;

    template <class F>
    struct Job {
        using Out = std::invoke_result_t<F&, Tx&>;
        explicit Job(F f) : work(std::move(f)) {}
        F work;
        std::optional<Out> result;

        static Task task(std::shared_ptr<Job> job)
        {
            return [job](Tx& tx) {
                job->result.emplace(job->work(tx));
                if constexpr (is_result<Out>::value) return job->result->has_value();
                else return true;
            };
        }
    };

    explicit Database(std::unique_ptr<Engine> engine);
    Async<void> wait_for(bool write, Task task);
    void block_for(bool write, Task task);

    std::unique_ptr<Engine> engine_;
};

}  // namespace smg::db
