#pragma once

#include "http/catalogue.hpp"
#include "http/message.hpp"

namespace smg {

/// The catalogue of src/app/words/, which is inside the program.
http::Catalogue ukrainian();

/// Says a reply in Ukrainian where people read it: the words of a refusal, the history and the evidence of one order, what
/// failed of a batch. Everything else stays as it is.
void say_in_ukrainian(const http::Catalogue& catalogue, std::string_view path, http::Response& response);

}  // namespace smg
