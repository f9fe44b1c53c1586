//! The few fields of data forms (XEP-0004) that other protocols carry: what is submitted, and what came by name.

use super::xml::{self, Tag};
use super::{Element, ns};

/// Further fields, or values of a field, are not read.
const MOST: usize = 128;

/// The longest value that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// A form to be submitted.
pub(crate) struct Submit {
    form: Tag,
}

impl Submit {
    /// A form of this type (XEP-0068).
    pub(crate) fn new(form_type: &str) -> Submit {
        let field = Tag::new("field", ns::DATA_FORMS).attr("var", "FORM_TYPE").attr("type", "hidden");
        let form = Tag::new("x", ns::DATA_FORMS).attr("type", "submit").child(field.child(value(form_type)));
        Submit { form }
    }

    /// Adds a field with one value.
    pub(crate) fn field(mut self, var: &str, text: &str) -> Submit {
        self.form = self.form.child(Tag::new("field", ns::DATA_FORMS).attr("var", var).child(value(text)));
        self
    }

    /// Adds a field if there is a value.
    pub(crate) fn field_opt(self, var: &str, text: Option<&str>) -> Submit {
        match text {
            Some(text) => self.field(var, text),
            None => self,
        }
    }

    /// The form.
    pub(crate) fn tag(self) -> Tag {
        self.form
    }
}

fn value(text: &str) -> Tag {
    Tag::new("value", ns::DATA_FORMS).text(text)
}

/// A field of a form that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub var: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// A form that came, as far as programs read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Its type (XEP-0068), from the field `FORM_TYPE`.
    pub form_type: Option<String>,
    /// The other fields that have a name.
    pub fields: Vec<Field>,
}

impl Form {
    /// Reads `<x/>`.
    pub fn parse(element: &Element) -> Option<Form> {
        if !element.is("x", ns::DATA_FORMS) {
            return None;
        }
        let mut form = Form::default();
        for field in element.children().filter(|child| child.is("field", ns::DATA_FORMS)).take(MOST) {
            let Some(var) = xml::id(field, "var") else { continue };
            let values = field.children().filter(|child| child.is("value", ns::DATA_FORMS)).take(MOST);
            let mut values: Vec<String> = values.filter_map(|value| xml::text(value, LONGEST)).collect();
            if var == "FORM_TYPE" {
                form.form_type = values.drain(..).next();
            } else {
                form.fields.push(Field { var, values });
            }
        }
        Some(form)
    }

    /// The form again, as a result.
    pub(crate) fn tag(&self) -> Tag {
        let field = |var: &str, values: &[String]| {
            Tag::new("field", ns::DATA_FORMS).attr("var", var).children(values.iter().map(|text| value(text)))
        };
        let form_type = self.form_type.as_ref().map(|form_type| {
            Tag::new("field", ns::DATA_FORMS).attr("var", "FORM_TYPE").attr("type", "hidden").child(value(form_type))
        });
        let fields = self.fields.iter().map(|each| field(&each.var, &each.values));
        Tag::new("x", ns::DATA_FORMS).attr("type", "result").children(form_type).children(fields)
    }

    /// The first value of a field.
    pub fn value(&self, var: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.var == var)?.values.first().map(String::as_str)
    }
}

#[cfg(test)]
mod form_fields_tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_is_written() {
        let xml = Submit::new("some:form").field("a", "1 < 2").field_opt("b", None).tag().to_string();
        assert_eq!(
            xml,
            "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>some:form</value></field>\
             <field var='a'><value>1 &lt; 2</value></field></x>"
        );
        let form = Form::parse(&xml.parse::<Element>().unwrap()).unwrap();
        assert_eq!(form.form_type.as_deref(), Some("some:form"));
        assert_eq!((form.value("a"), form.value("b")), (Some("1 < 2"), None));
    }
}
