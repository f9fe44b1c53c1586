//! XEP-0059: large results page by page.

use super::xml::{self, Tag};
use super::{Element, ns};

/// Which page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many items at most.
    pub max: Option<u32>,
    /// Items after this one.
    pub after: Option<String>,
    /// Items before this one; empty asks for the last page.
    pub before: Option<String>,
}

impl Page {
    /// The element of a request.
    pub fn tag(&self) -> Tag {
        let child = |name, value: Option<&str>| value.map(|value| Tag::new(name, ns::RSM).text(value));
        let max = self.max.map(|max| max.to_string());
        Tag::new("set", ns::RSM)
            .children(child("max", max.as_deref()))
            .children(child("after", self.after.as_deref()))
            .children(child("before", self.before.as_deref()))
    }
}

/// Which page came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// The id of its first item.
    pub first: Option<String>,
    /// The id of its last item.
    pub last: Option<String>,
    /// Where the first item stands in the whole result.
    pub index: Option<u32>,
    /// How many items there are in all.
    pub count: Option<u32>,
}

impl Set {
    /// Reads the `<set/>` inside an element; all is missing if that is.
    pub fn inside(element: &Element) -> Set {
        let Some(set) = element.children().find(|child| child.is("set", ns::RSM)) else { return Set::default() };
        let child = |name: &str| set.children().find(|child| child.is(name, ns::RSM));
        let id = |name: &str| child(name).and_then(|child| xml::line(child, 1024));
        Set {
            first: id("first"),
            last: id("last"),
            index: child("first").and_then(|first| xml::number(first, "index")),
            count: id("count").and_then(|count| count.parse().ok()),
        }
    }
}

#[cfg(test)]
mod rsm_tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_after_or_before_an_item() {
        let after = Page { max: Some(50), after: Some("a<1".to_owned()), before: None };
        assert_eq!(
            after.tag().to_string(),
            "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max><after>a&lt;1</after></set>"
        );
        let newest = Page { max: None, after: None, before: Some(String::new()) };
        assert_eq!(newest.tag().to_string(), "<set xmlns='http://jabber.org/protocol/rsm'><before/></set>");
    }

    #[test]
    fn a_page_tells_its_edges() {
        let read = |xml: &str| Set::inside(&xml.parse::<Element>().unwrap());
        assert_eq!(
            read(
                "<fin xmlns='x'><set xmlns='http://jabber.org/protocol/rsm'><first index='10'>f1</first>\
                 <last>l1</last><count>200</count></set></fin>"
            ),
            Set { first: Some("f1".into()), last: Some("l1".into()), index: Some(10), count: Some(200) }
        );
        assert_eq!(read("<fin xmlns='x'/>"), Set::default());
        assert_eq!(
            read("<fin xmlns='x'><set xmlns='http://jabber.org/protocol/rsm'><first/><count>many</count></set></fin>"),
            Set::default()
        );
    }
}
