//! What contacts' devices say of themselves just now. Kept in memory: it means nothing without a connection.

use crate::sorted::{Map, Set};
use crate::view::Availability;

/// One device of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Device {
    pub availability: Availability,
    pub status: Option<String>,
    pub priority: i8,
}

/// All devices of all contacts of one account, and who types.
#[derive(Default)]
pub(crate) struct Presences {
    devices: Map<String, Map<String, Device>>,
    typing: Map<String, Set<String>>,
    /// Without a connection what was known is only kept for the case that the session is resumed.
    hidden: bool,
    /// The server tells every presence, or was asked to. False in a session that an earlier process began.
    asked: bool,
}

/// How many devices of one contact are remembered: a contact's server may announce any number.
const DEVICES: usize = 50;

impl Presences {
    /// A device said something of itself; None: it went away.
    pub fn set(&mut self, contact: &str, resource: &str, device: Option<Device>) {
        match device {
            Some(device) => {
                let devices = self.devices.entry(contact.to_owned()).or_default();
                if devices.len() < DEVICES || devices.contains_key(resource) {
                    devices.insert(resource.to_owned(), device);
                }
            }
            None => {
                if let Some(devices) = self.devices.get_mut(contact) {
                    devices.remove(resource);
                    if devices.is_empty() {
                        self.devices.remove(contact);
                    }
                }
                self.set_typing(contact, resource, false);
            }
        }
    }

    /// Who can be reached best: the device of the highest priority, then the most available one.
    pub fn of(&self, contact: &str) -> Option<&Device> {
        let rank = |device: &Device| match device.availability {
            Availability::Online => 3,
            Availability::Busy => 2,
            Availability::Away => 1,
            Availability::Offline => 0,
        };
        self.devices
            .get(contact)
            .filter(|_| !self.hidden)?
            .values()
            .max_by_key(|device| (device.priority, rank(device)))
    }

    /// A device of a contact began or stopped typing; true if that changes what is shown.
    pub fn set_typing(&mut self, contact: &str, resource: &str, on: bool) -> bool {
        let before = self.is_typing(contact);
        let typing = self.typing.entry(contact.to_owned()).or_default();
        if on && typing.len() < DEVICES {
            typing.insert(resource.to_owned());
        } else {
            typing.remove(resource);
        }
        if typing.is_empty() {
            self.typing.remove(contact);
        }
        before != self.is_typing(contact)
    }

    /// True while any device of the contact types.
    pub fn is_typing(&self, contact: &str) -> bool {
        self.typing.contains_key(contact)
    }

    /// The connection is gone: nothing is known for sure. True if somebody was seen.
    pub fn hide(&mut self) -> bool {
        let seen = !self.typing.is_empty() || !self.hidden && !self.devices.is_empty();
        self.typing.clear();
        self.hidden = true;
        seen
    }

    /// There is a connection again. The server tells only what changed in a session that was resumed, and everything in a
    /// new one. True if somebody is seen again.
    pub fn show(&mut self, resumed: bool) -> bool {
        self.hidden = false;
        if !resumed {
            self.devices.clear();
            self.asked = true;
        }
        !self.devices.is_empty()
    }

    /// Whether the server tells everything already; from now on it does.
    pub fn are_asked_for(&mut self) -> bool {
        std::mem::replace(&mut self.asked, true)
    }
}

#[cfg(test)]
mod presences_tests {
    use super::*;

    #[test]
    fn the_best_device_of_a_contact_speaks_for_it() {
        let mut presences = Presences::default();
        let device = |availability, priority| Some(Device { availability, status: None, priority });
        presences.set("bob@example.org", "tv", device(Availability::Away, 5));
        presences.set("bob@example.org", "phone", device(Availability::Online, 0));
        assert_eq!(presences.of("bob@example.org").unwrap().availability, Availability::Away);
        presences.set("bob@example.org", "tv", None);
        assert_eq!(presences.of("bob@example.org").unwrap().availability, Availability::Online);
        presences.set("bob@example.org", "phone", None);
        assert_eq!(presences.of("bob@example.org"), None);
    }

    #[test]
    fn what_was_known_is_known_again_after_a_resumption() {
        let mut presences = Presences::default();
        let device = Device { availability: Availability::Online, status: None, priority: 0 };
        presences.set("bob@example.org", "phone", Some(device.clone()));
        presences.set_typing("bob@example.org", "phone", true);
        assert!(presences.hide());
        assert!(!presences.hide(), "it was hidden already");
        assert_eq!(presences.of("bob@example.org"), None);
        assert!(presences.show(true));
        assert_eq!(presences.of("bob@example.org"), Some(&device));
        assert!(!presences.is_typing("bob@example.org"));
        assert!(!presences.are_asked_for(), "another process may have begun the session");
        assert!(presences.are_asked_for());
        presences.hide();
        assert!(!presences.show(false));
        assert_eq!(presences.of("bob@example.org"), None);
        let mut new = Presences::default();
        new.show(false);
        assert!(new.are_asked_for());
    }

    #[test]
    fn a_device_that_goes_away_types_no_more() {
        let mut presences = Presences::default();
        assert!(presences.set_typing("bob@example.org", "phone", true));
        assert!(!presences.set_typing("bob@example.org", "tablet", true));
        presences.set("bob@example.org", "tablet", None);
        assert!(presences.is_typing("bob@example.org"));
        presences.set("bob@example.org", "phone", None);
        assert!(!presences.is_typing("bob@example.org"));
    }
}
