#include "tests/simulation/runner.hpp"

namespace himsog::simulation {

int try_mutants(unsigned) { return 1; }

}  // namespace himsog::simulation
