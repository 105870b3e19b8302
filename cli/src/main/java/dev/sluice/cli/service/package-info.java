/// The small servers of RFC 862, 863, 864 and 867, and HTTP, on anything that is a
/// `ServerSocketChannel`.
///
/// ```
///   ServiceListener --accept--> virtual thread --> Service.serve(peer)
/// ```
@NullMarked
package dev.sluice.cli.service;

import org.jspecify.annotations.NullMarked;
