//! Data forms (XEP-0004) with their media (XEP-0221): what a server would like to know, and the answer.

use std::collections::BTreeMap;

use super::Element;
use super::xml::escaped;

/// The namespace.
pub const NS: &str = "jabber:x:data";
/// The namespace of media in a field.
const MEDIA_NS: &str = "urn:xmpp:media-element";
/// More than any form has; what comes after is not read.
const MOST: usize = 200;

/// How a field is filled in (XEP-0004 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Yes or no: `1` or `0`.
    Boolean,
    /// Only text to read.
    Fixed,
    /// Not shown, and given back as it came.
    Hidden,
    /// One of the choices.
    ListSingle,
    /// Some of the choices.
    ListMulti,
    /// Several lines.
    TextMulti,
    /// Not shown while it is typed.
    TextPrivate,
    /// One line; also for what is not known here.
    TextSingle,
    /// An address.
    JidSingle,
    /// Addresses.
    JidMulti,
}

impl FieldKind {
    fn read(name: Option<&str>) -> FieldKind {
        match name.unwrap_or_default() {
            "boolean" => FieldKind::Boolean,
            "fixed" => FieldKind::Fixed,
            "hidden" => FieldKind::Hidden,
            "list-single" => FieldKind::ListSingle,
            "list-multi" => FieldKind::ListMulti,
            "text-multi" => FieldKind::TextMulti,
            "text-private" => FieldKind::TextPrivate,
            "jid-single" => FieldKind::JidSingle,
            "jid-multi" => FieldKind::JidMulti,
            _ => FieldKind::TextSingle,
        }
    }
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// For people.
    pub label: String,
    /// For the answer.
    pub value: String,
}

/// A picture or a sound in a field, in one of the forms that the server offers it in.
#[derive(Clone, PartialEq, Eq)]
pub struct Media {
    /// Its media type ("image/png").
    pub media_type: String,
    /// Where it is: `cid:` (XEP-0231) or `http(s):`.
    pub uri: String,
    /// The bytes, once somebody has fetched them.
    pub data: Option<Vec<u8>>,
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Media({}, {} bytes)", self.media_type, self.data.as_ref().map_or(0, Vec::len))
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the answer; empty for some that are only read.
    pub name: String,
    /// How it is filled in.
    pub kind: FieldKind,
    /// For people.
    pub label: Option<String>,
    /// More for people.
    pub description: Option<String>,
    /// It may not stay empty.
    pub required: bool,
    /// What it says already.
    pub values: Vec<String>,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// What is to be looked at or listened to.
    pub media: Vec<Media>,
}

/// A form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// For people.
    pub title: Option<String>,
    /// For people, a line each.
    pub instructions: Vec<String>,
    /// Its fields, in their order.
    pub fields: Vec<Field>,
}

impl Form {
    /// Reads `<x xmlns='jabber:x:data'/>`.
    pub fn read(element: &Element) -> Form {
        Form {
            title: text_of(element, "title"),
            instructions: texts_of(element, "instructions"),
            fields: element.children().filter(|child| child.is("field", NS)).take(MOST).map(Field::read).collect(),
        }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The form as it is given back (section 3.4): hidden fields as they came, the others with their answers, or with what
    /// they said already.
    pub fn submit(&self, answers: &BTreeMap<String, Vec<String>>) -> String {
        let mut text = format!("<x xmlns='{NS}' type='submit'>");
        for field in self.fields.iter().filter(|field| field.kind != FieldKind::Fixed && !field.name.is_empty()) {
            let answer = answers.get(&field.name).filter(|_| field.kind != FieldKind::Hidden);
            let values = answer.unwrap_or(&field.values);
            if values.is_empty() && !field.required {
                continue;
            }
            text.push_str(&format!("<field var='{}'>", escaped(&field.name)));
            for value in values {
                text.push_str(&format!("<value>{}</value>", escaped(value)));
            }
            text.push_str("</field>");
        }
        text.push_str("</x>");
        text
    }
}

impl Field {
    /// A field of one line, as `name` says.
    pub fn text(name: &str, kind: FieldKind) -> Field {
        Field {
            name: name.to_owned(),
            kind,
            label: None,
            description: None,
            required: true,
            values: Vec::new(),
            choices: Vec::new(),
            media: Vec::new(),
        }
    }

    fn read(element: &Element) -> Field {
        let options = element.children().filter(|child| child.is("option", NS)).take(MOST);
        let media = element.children().filter(|child| child.is("media", MEDIA_NS)).take(MOST);
        Field {
            name: element.attr("var").unwrap_or_default().to_owned(),
            kind: FieldKind::read(element.attr("type")),
            label: element.attr("label").filter(|label| !label.is_empty()).map(str::to_owned),
            description: text_of(element, "desc"),
            required: element.get_child("required", NS).is_some(),
            values: texts_of(element, "value"),
            choices: options
                .map(|option| {
                    let value = text_of(option, "value").unwrap_or_default();
                    Choice { label: option.attr("label").map_or_else(|| value.clone(), str::to_owned), value }
                })
                .collect(),
            media: media.flat_map(Element::children).filter_map(Media::read).take(MOST).collect(),
        }
    }
}

impl Media {
    fn read(element: &Element) -> Option<Media> {
        let uri =
            Some(element.text().trim().to_owned()).filter(|uri| element.is("uri", MEDIA_NS) && !uri.is_empty())?;
        Some(Media { media_type: element.attr("type").unwrap_or_default().to_owned(), uri, data: None })
    }
}

fn text_of(element: &Element, name: &str) -> Option<String> {
    element.get_child(name, NS).map(|child| child.text())
}

fn texts_of(element: &Element, name: &str) -> Vec<String> {
    element.children().filter(|child| child.is(name, NS)).take(MOST).map(|child| child.text()).collect()
}

#[cfg(test)]
mod data_form_tests {
    use super::*;

    #[test]
    fn a_form_is_read_and_given_back() {
        let element: Element = "<x xmlns='jabber:x:data' type='form'><title>T</title><instructions>one</instructions>\
            <instructions>two</instructions><odd xmlns='other'/>\
            <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
            <field type='fixed'><value>Read this</value></field>\
            <field type='text-single' label='Name' var='username'><required/><desc>d</desc></field>\
            <field type='list-multi' var='l'><value>b</value><option label='A'><value>a</value></option><option><value>b</value></option></field>\
            <field type='boolean' var='ok'><value>0</value></field><field var='empty'/>\
            <field var='ocr'><media xmlns='urn:xmpp:media-element' height='80' width='290'>\
            <uri type='image/jpeg'>cid:sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org</uri>\
            <uri type='image/jpeg'>http://example.org/captcha.jpeg</uri><uri/></media><required/></field></x>"
            .parse()
            .unwrap();
        let form = Form::read(&element);
        assert_eq!((form.title.as_deref(), form.instructions.len(), form.fields.len()), (Some("T"), 2, 7));
        let name = form.field("username").unwrap();
        assert!(name.required && name.kind == FieldKind::TextSingle && name.description.as_deref() == Some("d"));
        assert_eq!(form.field("l").unwrap().choices[1].label, "b");
        assert_eq!(form.field("ocr").unwrap().media.len(), 2);
        let answers = [("username", "j<l"), ("FORM_TYPE", "forged"), ("unknown", "x")];
        let answers = answers.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        assert_eq!(
            form.submit(&answers),
            "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>jabber:iq:register</value></field>\
             <field var='username'><value>j&lt;l</value></field><field var='l'><value>b</value></field>\
             <field var='ok'><value>0</value></field><field var='ocr'></field></x>"
        );
    }
}
