use super::*;

fn element(xml: &str) -> Element {
    xml.parse::<Element>().unwrap()
}

#[test]
fn an_item_is_published_with_its_preconditions() {
    let options =
        Options { access: Access::Whitelist, persist: true, max_items: Some(MaxItems::Max), send_last: false };
    let xml = publish("urn:x:node", Some("i<1"), Tag::new("note", "urn:x"), Some(options)).to_string();
    assert_eq!(
        xml,
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:x:node'><item id='i&lt;1'>\
         <note xmlns='urn:x'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
         <field var='pubsub#persist_items'><value>true</value></field>\
         <field var='pubsub#access_model'><value>whitelist</value></field>\
         <field var='pubsub#max_items'><value>max</value></field>\
         <field var='pubsub#send_last_published_item'><value>never</value></field></x></publish-options></pubsub>"
    );
    assert_eq!(
        publish("n", None, Tag::new("note", "urn:x"), None).to_string(),
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n'><item><note xmlns='urn:x'/></item></publish>\
         </pubsub>"
    );
}

#[test]
fn items_are_asked_for_and_taken_back() {
    let inside = |tag: Tag| {
        let xml = tag.to_string();
        let inner = xml.strip_prefix("<pubsub xmlns='http://jabber.org/protocol/pubsub'>").unwrap();
        inner.strip_suffix("</pubsub>").unwrap().to_owned()
    };
    assert_eq!(inside(items("n", None)), "<items node='n'/>");
    let page = Page { max: Some(5), ..Page::default() };
    assert_eq!(
        inside(items("n", Some(&page))),
        "<items node='n'/><set xmlns='http://jabber.org/protocol/rsm'><max>5</max></set>"
    );
    assert_eq!(inside(newest_items("n", 1)), "<items node='n' max_items='1'/>");
    assert_eq!(inside(item("n", "i")), "<items node='n'><item id='i'/></items>");
    assert_eq!(inside(retract("n", "i", true)), "<retract node='n' notify='true'><item id='i'/></retract>");
}

#[test]
fn a_node_is_configured_and_deleted() {
    let options =
        Options { access: Access::Open, persist: false, max_items: Some(MaxItems::Number(1)), send_last: true };
    assert_eq!(
        configure("n", options).to_string(),
        "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='n'>\
         <x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#node_config</value></field>\
         <field var='pubsub#persist_items'><value>false</value></field>\
         <field var='pubsub#access_model'><value>open</value></field>\
         <field var='pubsub#max_items'><value>1</value></field></x></configure></pubsub>"
    );
    assert_eq!(
        delete("n").to_string(),
        "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='n'/></pubsub>"
    );
}

#[test]
fn a_notification_tells_what_is_new_and_what_is_gone() {
    let read = |inner: &str| {
        Event::parse(&element(&format!("<event xmlns='http://jabber.org/protocol/pubsub#event'>{inner}</event>")))
    };
    let event = read("<items node='n'><item id='1'><a xmlns='b'/></item><retract id='2'/><item/></items>").unwrap();
    assert_eq!((event.node.as_str(), event.items.len(), event.emptied), ("n", 2, false));
    assert_eq!(event.items[0].id.as_deref(), Some("1"));
    assert!(event.items[0].payload.as_ref().unwrap().is("a", "b"));
    assert!(event.items[1].id.is_none() && event.items[1].payload.is_none());
    assert_eq!(event.retracted, ["2"]);
    assert!(read("<purge node='n'/>").unwrap().emptied);
    assert!(read("<delete node='n'><redirect uri='x'/></delete>").unwrap().emptied);
    assert!(read("<configuration node='n'/>").is_none());
    assert!(read("<items/>").is_none());
    assert!(read("").is_none());
}

#[test]
fn an_answer_has_items() {
    let answer = element(
        "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'><item id='1'><a xmlns='b'/></item></items>\
         <set xmlns='http://jabber.org/protocol/rsm'><count>9</count></set></pubsub>",
    );
    let items = Items::parse(&answer).unwrap();
    assert_eq!((items.node.as_str(), items.items.len(), items.set.count), ("n", 1, Some(9)));
    assert!(Items::parse(&element("<pubsub xmlns='http://jabber.org/protocol/pubsub'/>")).is_none());
}

#[test]
fn a_failed_precondition_is_recognised() {
    let error = |inner: &str| {
        StanzaError::parse(&element(&format!(
            "<error xmlns='jabber:client' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>{inner}\
             </error>"
        )))
        .unwrap()
    };
    let condition = "<precondition-not-met xmlns='http://jabber.org/protocol/pubsub#errors'/>";
    assert!(is_precondition_not_met(&error(condition)));
    assert!(!is_precondition_not_met(&error("")));
}
