//! XEP-0357: the account's server tells a push service that something came for a device that is not connected. What came, it
//! does not say: the service wakes the app, which then fetches it.

use super::form_fields::Submit;
use super::ns;
use super::xml::Tag;

/// The payload of the request that lets the server tell `service` of news, under a `node` that is this device's. The service
/// hears those who also know the `secret` (section 5).
pub fn enable(service: &str, node: &str, secret: Option<&str>) -> Tag {
    let form = secret.map(|secret| Submit::new(ns::PUBLISH_OPTIONS).field("secret", secret).tag());
    on("enable", service, node).children(form)
}

/// The payload of the request that ends it (section 6).
pub fn disable(service: &str, node: &str) -> Tag {
    on("disable", service, node)
}

fn on(name: &'static str, service: &str, node: &str) -> Tag {
    Tag::new(name, ns::PUSH).attr("jid", service).attr("node", node)
}

#[cfg(test)]
mod push_tests {
    use super::*;

    #[test]
    fn a_service_is_named_with_its_node_and_secret() {
        assert_eq!(
            enable("push.example.net", "yxs32uqsflafdk3iuqo", Some("a & b")).to_string(),
            "<enable xmlns='urn:xmpp:push:0' jid='push.example.net' node='yxs32uqsflafdk3iuqo'>\
             <x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>\
             <value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
             <field var='secret'><value>a &amp; b</value></field></x></enable>"
        );
        let plain = "<enable xmlns='urn:xmpp:push:0' jid='push.example.net' node='n'/>";
        assert_eq!(enable("push.example.net", "n", None).to_string(), plain);
        assert_eq!(disable("push.example.net", "n").to_string(), plain.replace("enable", "disable"));
    }
}
