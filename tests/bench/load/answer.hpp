/// As much of an HTTP answer as a load generator needs: where it ends, and its status.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace himsog::load {

class AnswerCounter {
public:
    enum class State { reading, complete, broken };
    /// Takes what was received. Only one answer is under way, so bytes after its end are broken, too.
    State take(std::string_view bytes);
    int status() const { return status_; }
    void reset();

private:
    State finish_head(std::size_t end, std::string_view rest);

    std::string head_;
    std::size_t left_ = 0;  // of the body
    int status_ = 0;
    bool in_body_ = false;
};

}  // namespace himsog::load
