//! Files as messages carry them.

use super::*;
use crate::model::file::FileKey;
use crate::xep::Element;

const URL: &str = "https://a.example/u/summit.jpg";

fn message(children: &str) -> Message {
    let xml = format!("<message xmlns='jabber:client' type='chat' from='b@a.example/r'>{children}</message>");
    Message::parse(&xml.parse().unwrap()).unwrap()
}

fn url(file: &Attachment) -> &str {
    file.source.as_ref().unwrap().url.as_str()
}

fn picture(key: Option<FileKey>) -> Attachment {
    Attachment {
        name: Some("summit.jpg".to_owned()),
        media_type: Some("image/jpeg".to_owned()),
        expected: Expected { size: Some(3), sha256: Some([7; 32]), sha512: None },
        width: Some(4),
        height: Some(3),
        blurhash: Some("L00000".to_owned()),
        preview: Some(vec![1, 2, 3]),
        source: Some(Source { key, ..plain(FileUrl::parse(URL).unwrap()) }),
        ..Attachment::default()
    }
}

/// What a reader makes of a file as it is written.
fn read_back(file: &Attachment) -> (Option<String>, Vec<Attachment>) {
    let body = Tag::new("body", ns::CLIENT).text(&address(file).unwrap());
    let children: String = said(file).iter().map(ToString::to_string).collect();
    read(&message(&format!("{body}{children}")))
}

#[test]
fn a_file_is_read_as_it_is_written() {
    for key in [None, Some(FileKey::generate(&mut |buffer| buffer.fill(5)))] {
        let file = picture(key);
        assert_eq!(read_back(&file), (None, vec![file]));
    }
}

#[test]
fn an_address_beside_the_same_text_is_a_file_and_beside_another_text_both() {
    let oob = format!("<x xmlns='jabber:x:oob'><url>{URL}</url></x>");
    let (text, files) = read(&message(&format!("<body>{URL}</body>{oob}")));
    assert_eq!((text, url(&files[0])), (None, URL));
    assert_eq!((files[0].name.as_deref(), files[0].media_type.as_deref()), (Some("summit.jpg"), Some("image/jpeg")));
    let (text, files) = read(&message(&format!("<body>Look: {URL}</body>{oob}")));
    assert_eq!((text.as_deref(), files.len()), (Some("Look: https://a.example/u/summit.jpg"), 1));
    let (text, files) = read(&message(&format!("<body>{URL}</body>")));
    assert_eq!((text.as_deref(), files.len()), (Some(URL), 0), "a link that somebody typed is a text");
}

#[test]
fn an_encrypted_link_is_a_file_if_nothing_else_is_said() {
    let key = FileKey::generate(&mut |buffer| buffer.fill(9));
    let link = address(&picture(Some(key.clone()))).unwrap();
    let (text, files) = read(&message(&format!("<body>{link}</body>")));
    assert_eq!((text, url(&files[0])), (None, URL));
    assert_eq!(files[0].source.as_ref().unwrap().key, Some(key));
    assert_eq!(files[0].media_type.as_deref(), Some("image/jpeg"));
    let (text, files) = read(&message(&format!("<body>see {link}</body>")));
    assert!(text.is_some() && files.is_empty());
    let beside = read(&message(&format!("<x xmlns='jabber:x:oob'><url>{link}</url><desc>D</desc></x>"))).1;
    assert!(beside[0].source.as_ref().unwrap().key.is_some() && beside[0].description.as_deref() == Some("D"));
}

#[test]
fn a_text_beside_a_shared_file_stays() {
    let file = picture(None);
    let sharing: Vec<Tag> =
        said(&file).into_iter().filter(|tag| tag.to_string().starts_with("<file-sharing")).collect();
    let (text, files) = read(&message(&format!("<body>From the top</body>{}", sharing[0])));
    assert_eq!((text.as_deref(), files), (Some("From the top"), vec![file]));
    let (text, _) = read(&message(&format!("<body> {URL}\n</body>{}", sharing[0])));
    assert_eq!(text, None, "the address says nothing, whether it is marked or not");
}

#[test]
fn a_file_that_cannot_be_had_leaves_the_text() {
    let nowhere = "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>x</name></file>\
                   <sources/></file-sharing><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'/>";
    assert_eq!(read(&message(&format!("<body>See my page</body>{nowhere}"))).0.as_deref(), Some("See my page"));
    assert_eq!(read(&message("<x xmlns='jabber:x:oob'><url>file:///etc/passwd</url></x>")), (None, Vec::new()));
}

#[test]
fn previews_that_no_screen_shows_are_left_out() {
    let mut file = picture(None);
    file.preview = None;
    let xml = said(&file)[1].to_string().replace(
        "<thumbnail ",
        "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/svg+xml,x' media-type='image/svg+xml'/><thumbnail ",
    );
    let xml: Element = xml.parse().unwrap();
    assert_eq!(shared(&FileSharing::parse(&xml).unwrap()), Some(file));
}

#[test]
fn what_is_encrypted_has_a_name_that_tells_its_kind_alone() {
    let file = picture(None);
    assert_eq!(name_on_the_web(&file, None), "summit.jpg");
    assert_eq!(name_on_the_web(&file, Some("9f")), "9f.jpg");
    let odd = Attachment { name: Some("../../x".to_owned()), ..Attachment::default() };
    assert_eq!((name_on_the_web(&odd, None), name_on_the_web(&odd, Some("9f"))), ("x".to_owned(), "9f".to_owned()));
}
