//! The hostile server logs an honest client (slixmpp) in, so that what it then says is heard.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::net::SocketAddr;
use std::path::PathBuf;

use larimar_testbed::hostile::{Hash, Login, Offer, Server};
use larimar_testbed::{SignIn, Slixmpp};

fn at(address: SocketAddr, ca: PathBuf, direct_tls: bool, password: &str) -> SignIn {
    SignIn { account: "alice@one.test".to_owned(), password: password.to_owned(), address, direct_tls, ca }
}

const HELLO: &str = "<message from='bob@one.test/x' to='alice@one.test' type='chat'><body>psst</body></message>";

#[test]
fn a_client_is_logged_in_by_every_mechanism_and_hears_the_script() {
    let offers = [Offer::Plain, Offer::Scram(Hash::Sha1), Offer::Scram(Hash::Sha256), Offer::Scram(Hash::Sha512)];
    for (offer, direct_tls) in offers.into_iter().zip([true, false, true, false]) {
        let login = Login::new("alice@one.test", "secret").offer(offer);
        let script = move |connection: &mut larimar_testbed::hostile::Connection| {
            connection.login(&login)?;
            connection.serve_until(|stanza| stanza.starts_with("<presence"))?;
            connection.send(HELLO)?;
            connection.serve_until(|stanza| stanza.contains("thanks")).map(drop)
        };
        let server =
            if direct_tls { Server::direct_tls("one.test", script) } else { Server::starttls("one.test", script) };
        let server = server.unwrap();
        let alice = Slixmpp::sign_in(&at(server.address(), server.ca_path(), direct_tls, "secret")).unwrap();
        alice.message_with("psst").unwrap();
        alice.send("bob@one.test", "thanks").unwrap();
        assert_eq!(server.outcome().unwrap(), Ok(()), "{offer:?}");
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn a_wrong_password_ends_the_login() {
    let login = Login::new("alice@one.test", "secret");
    let server = Server::direct_tls("one.test", move |connection| connection.login(&login).map(drop)).unwrap();
    assert!(Slixmpp::sign_in(&at(server.address(), server.ca_path(), true, "wrong")).is_err());
    assert_eq!(server.outcome().unwrap(), Err("the client does not know the password".to_owned()));
}
