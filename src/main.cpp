#include "app/cli.hpp"

int main(int argc, char** argv) { return smg::run_command_line(argc, argv); }
