//! 100 MB, as `LARIMAR_FULL=1` wants them.

use super::super::test_server::{Answer, Server};
use super::*;

const LARGE: usize = 100_000_000;

#[tokio::test]
async fn a_large_file_arrives_over_ten_cuts() {
    if std::env::var_os("LARIMAR_FULL").is_none() {
        return;
    }
    let bytes = content(LARGE);
    for (wanted, lies) in [(plain(&bytes), bytes.clone()), (encrypted(), sealed(&bytes))] {
        let tenth = lies.len() / 10;
        let server = Server::start(move |request| Answer::good(request, &lies).cut(tenth)).await;
        let place = Place::new();
        place.fetch(&web(), &server.url("/f"), &wanted).await.unwrap();
        assert!(place.bytes() == *bytes);
    }
}
