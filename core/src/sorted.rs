//! Small maps and sets: sorted vectors. Most hold what concerns one account at a time, a few dozen entries; the standard
//! library's trees were a fifteenth of all code that a browser loads, packed, since each is compiled anew for what it holds.

use std::borrow::Borrow;

use litemap::LiteMap;

/// Values by their keys, in the order of the keys. A new key among n costs the moving of n entries.
pub type Map<K, V> = LiteMap<K, V>;

/// Keys in their order, each once. A new one among n costs the moving of n.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<K>(Map<K, ()>);

impl<K> Default for Set<K> {
    fn default() -> Set<K> {
        Set::new()
    }
}

impl<K> Set<K> {
    /// An empty set.
    pub const fn new() -> Set<K> {
        Set(Map::new_vec())
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.keys()
    }
}

impl<K: Ord> Set<K> {
    /// Adds a key. False: it was there.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }

    /// Takes a key out. False: it was not there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.remove(key).is_some()
    }

    /// Whether a key is there.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Set<K> {
        Set(keys.into_iter().map(|key| (key, ())).collect())
    }
}

impl<K: Ord> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        self.0.extend(keys.into_iter().map(|key| (key, ())));
    }
}

impl<K> IntoIterator for Set<K> {
    type Item = K;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(K, ())>, fn((K, ())) -> K>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_tuple_vec().into_iter().map(|(key, ())| key)
    }
}

#[cfg(test)]
mod sorted_tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_set_is_what_the_standard_librarys_is(steps in prop::collection::vec((any::<u8>(), 0_u8..4), 0..200)) {
            let (mut ours, mut theirs) = (Set::new(), BTreeSet::new());
            for (key, what) in steps {
                let key = key % 32;
                match what {
                    0 => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    1 => {
                        ours.extend([key, key / 2]);
                        theirs.extend([key, key / 2]);
                    }
                    _ => prop_assert_eq!(ours.insert(key), theirs.insert(key)),
                }
                prop_assert_eq!((ours.contains(&key), ours.len()), (theirs.contains(&key), theirs.len()));
                prop_assert_eq!(ours.is_empty(), theirs.is_empty());
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
            prop_assert_eq!(&ours.iter().rev().copied().collect::<Set<u8>>(), &ours);
            prop_assert!(ours.into_iter().eq(theirs));
        }
    }
}
