#pragma once

namespace smg {

/// Makes the C library give large blocks back to the system when they are freed. By itself it learns from a few long replies
/// of suppliers to keep such blocks, in an arena for each of the many sender threads: a hundred megabytes for nothing. To be
/// called before the first thread is started.
void keep_heap_small();

}  // namespace smg
