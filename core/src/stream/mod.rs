//! Login, stream management, keep-alive and the table of requests: the life of one stream above a transport.
