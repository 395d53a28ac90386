#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace smg::test {

/// What one bad client does, again and again.
struct Habit {
    std::string opening = {};                     // written as soon as it is connected
    std::string drip = {};                        // then this, for ever
    std::chrono::milliseconds every{0};           // between two drips; 0: as fast as the server takes them
    bool reads = true;                            // or lets the answers pile up
    bool half_closes = false;                     // after the opening: I have said all I wanted
    bool resets = false;                          // after the opening: RST
    bool comes_back = true;                       // connects again when it is turned away
    std::string from = "127.0.0.1";               // 127.0.0.0/8 is all ours
    int receive_buffer = 0;                       // bytes; 0: the system's
    std::function<std::string(int)> varied = {};  // an opening for each client, by its number
};

/// Bad clients, all on one thread of their own. Everything ends with this object.
class Swarm {
public:
    explicit Swarm(int port);
    ~Swarm();
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    /// So many at once; may be called again.
    void send(int clients, const Habit& habit);

    int open() const;               // connected, and not hung up on as far as they know
    int connected() const;          // so far, each time they came back counted
    int hung_up_on() const;         // so far
    int answers(int status) const;  // so far, of this status
    std::map<int, int> all_answers() const;
    std::size_t written() const;  // bytes

private:
    struct Hive;
    std::unique_ptr<Hive> hive_;
};

}  // namespace smg::test
