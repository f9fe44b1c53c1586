//! An XML element as it came, its prefixes resolved: what every protocol's file reads.
//!
//! Namespaces are shared, not copied: a page of the archive has a handful of them, thousands of times.

mod reader;

use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

pub(crate) use reader::reference;
pub use reader::{MAX_DEPTH, NotWellFormed};

/// An element with everything in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    name: String,
    ns: Rc<str>,
    /// In the order of their namespaces and names.
    attributes: Vec<Attribute>,
    nodes: Vec<Node>,
}

/// One attribute; `ns` is empty where it has none. The fields stand in the order in which attributes are sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    /// Its namespace.
    pub ns: Rc<str>,
    /// Its name without a prefix.
    pub name: String,
    /// Its value, references resolved.
    pub value: String,
}

/// What stands in an element.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// A text; two of them never stand side by side.
    Text(String),
}

/// Namespaces by their prefixes (empty: no prefix), as an element around declares them.
#[derive(Clone, Default)]
pub struct Namespaces(Vec<(String, Rc<str>)>);

impl Namespaces {
    /// The namespace of a prefix.
    pub fn get(&self, prefix: &str) -> Option<&Rc<str>> {
        self.0.iter().find(|(known, _)| known == prefix).map(|(_, ns)| ns)
    }
}

impl<P: Into<String>, N: Into<Rc<str>>> FromIterator<(P, N)> for Namespaces {
    fn from_iter<T: IntoIterator<Item = (P, N)>>(declared: T) -> Namespaces {
        Namespaces(declared.into_iter().map(|(prefix, ns)| (prefix.into(), ns.into())).collect())
    }
}

impl Element {
    /// Reads a text that is one element and nothing else, inside of one that declares these namespaces.
    ///
    /// # Errors
    /// When it is not well-formed, or uses a prefix (or none) without a namespace.
    pub fn read(text: &str, around: &Namespaces) -> Result<Element, NotWellFormed> {
        reader::read(text, around)
    }

    /// Its name without a prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its namespace.
    pub fn ns(&self) -> &str {
        &self.ns
    }

    /// True if it has this name in this namespace.
    pub fn is(&self, name: &str, ns: &str) -> bool {
        self.name == name && &*self.ns == ns
    }

    /// True if its name is of this namespace.
    pub fn has_ns(&self, ns: &str) -> bool {
        &*self.ns == ns
    }

    /// The value of an attribute without a namespace.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attr_ns("", name)
    }

    /// The value of an attribute of this namespace.
    pub fn attr_ns(&self, ns: &str, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| attribute.name == name && &*attribute.ns == ns);
        found.map(|attribute| attribute.value.as_str())
    }

    /// All attributes.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// What stands in it.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The elements in it.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements in it, taken out.
    pub fn into_children(self) -> impl Iterator<Item = Element> {
        self.nodes.into_iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element in it of this name and namespace.
    pub fn get_child(&self, name: &str, ns: &str) -> Option<&Element> {
        self.children().find(|child| child.is(name, ns))
    }

    /// The texts in it, without those of its elements.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        })
    }

    /// These texts as one.
    pub fn text(&self) -> String {
        self.texts().collect()
    }
}

impl FromStr for Element {
    type Err = NotWellFormed;

    fn from_str(text: &str) -> Result<Element, NotWellFormed> {
        Element::read(text, &Namespaces::default())
    }
}

impl fmt::Debug for Element {
    /// What it is; what it says may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({} of {}, {} nodes)", self.name, self.ns, self.nodes.len())
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod element_tests;
